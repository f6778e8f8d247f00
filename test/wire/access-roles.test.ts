/** The second layer of the term store: what administrators, managers and contributors may (term-store.md §2.2). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labels, names, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'
import { type AccessServer, contoso, fabrikam, outcome, people, startAccessServer } from './access-kit.ts'

let server: AccessServer
const root = '/beta/termStore'
const write = ['TermStore.ReadWrite.All']
const refused = '403 accessDenied access.role; docs/spec/term-store.md 2.2'

const roles = async (body: Record<string, unknown>) => {
  const answer = await fetch(`${server.http}/_relata/term-store/roles`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenant: contoso, ...body }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, never> }
}

const as = async (user: string, method: string, path: string, body?: unknown) =>
  outcome(await server.as({ tenant: contoso, user, scopes: write }, method, `${root}${path}`, body))

let last = 0
const name = (): string => `Thing ${++last}`
const setBody = (groupId: string) => ({ parentGroup: { id: groupId }, localizedNames: names(name()) })
const termBody = () => ({ labels: labels(name()) })

let made: Taxonomy

let mine: string
let other: string
let set: string
let otherSet: string
beforeAll(async () => {
  server = await startAccessServer()
  made = taxonomyOver(server.send, root)
  mine = await made.group('Mine')
  other = await made.group('Other')
  set = await made.set(mine)
  otherSet = await made.set(other)
  await roles({ groupId: mine, managers: ['tara@contoso.example'], contributors: [people.hugo] })
})
afterAll(() => server.close())

/** Each operation anew on things of its own, by who is asked for. */
const operations: readonly [string, (user: string) => Promise<string>][] = [
  ['change the languages', (user) => as(user, 'PATCH', '', { languageTags: ['en-US', 'de-DE', 'fr-FR'] })],
  ['create a group', (user) => as(user, 'POST', '/groups', { displayName: name() })],
  ['delete a group', async (user) => as(user, 'DELETE', `/groups/${await made.group()}`)],
  ['rename the group', (user) => as(user, 'PATCH', `/groups/${mine}`, { description: name() })],
  ['create a set', (user) => as(user, 'POST', '/sets', setBody(mine))],
  ['change a set', (user) => as(user, 'PATCH', `/sets/${set}`, { description: name() })],
  ['delete a set', async (user) => as(user, 'DELETE', `/sets/${await made.set(mine)}`)],
  ['create a term', (user) => as(user, 'POST', `/sets/${set}/children`, termBody())],
  ['change a term', async (user) => as(user, 'PATCH', `/sets/${set}/terms/${await made.term(set)}`, termBody())],
  ['delete a term', async (user) => as(user, 'DELETE', `/sets/${set}/terms/${await made.term(set)}`)],
  [
    'share a term of another group',
    async (user) => {
      const term = await made.term(otherSet)
      return as(user, 'POST', `/sets/${otherSet}/terms/${term}/relations`, { relationship: 'pin', set: { id: set } })
    },
  ],
  [
    'end the sharing',
    async (user) => {
      const term = await made.term(otherSet)
      const id = await made.reuse({ set: otherSet, term }, set)
      return as(user, 'DELETE', `/sets/${set}/relations/${id}`)
    },
  ],
]
const nothing = new Set<string>()
const ofContributor = new Set(
  operations.map(([title]) => title).filter((title) => !/languages|group$/.test(title) || /another/.test(title)),
)
const ofManager = new Set([...ofContributor, 'rename the group'])
const everything = new Set(operations.map(([title]) => title))

describe.each([
  ['an administrator', people.administrator, everything],
  ['a manager of the group', people.tara, ofManager],
  ['a contributor of the group', people.hugo, ofContributor],
  ['somebody without a role', people.sana, nothing],
  ['somebody the directory does not know', '0e0e0e0e-0000-4000-8000-00000000000e', nothing],
])('%s', (_, user, may) => {
  it.each(operations)('may %s, or may not', async (title, operation) => {
    const answer = await operation(user)
    if (may.has(title)) expect(answer).toMatch(/^20[014]$/)
    else expect(answer).toBe(refused)
  })

  it('reads everything', async () => {
    expect(await as(user, 'GET', `/sets/${set}/children`)).toBe('200')
  })
})

describe('a role', () => {
  it('of one group is none in another', async () => {
    for (const user of [people.tara, people.hugo]) {
      expect(await as(user, 'PATCH', `/sets/${otherSet}`, { description: 'x' })).toBe(refused)
      expect(await as(user, 'POST', '/sets', setBody(other))).toBe(refused)
      const term = await made.term(set)
      const share = { relationship: 'pin', set: { id: otherSet } }
      expect(await as(user, 'POST', `/sets/${set}/terms/${term}/relations`, share)).toBe(refused)
    }
  })

  it('does not make up for the permission, which is asked for first', async () => {
    const person = { tenant: contoso, user: people.administrator, scopes: ['TermStore.Read.All'] }
    const answer = await server.as(person, 'PATCH', root, { languageTags: ['en-US'] })
    expect(outcome(answer)).toBe('403 accessDenied access.permission; docs/spec/protocol.md 1.5')
    expect(answer.body.error.message).toBe('The current user has insufficient permissions to perform this operation.')
  })

  it('may be held through a security group, and ends with the membership', async () => {
    const made = await server.send('POST', '/v1.0/groups', {
      displayName: 'Taxonomists',
      mailEnabled: false,
      mailNickname: 'taxonomists',
      securityEnabled: true,
    })
    const member = `https://graph.microsoft.com/v1.0/directoryObjects/${people.sana}`
    await roles({ groupId: other, contributors: [made.body.id] })
    expect(await as(people.sana, 'PATCH', `/sets/${otherSet}`, { description: '1' })).toBe(refused)
    await server.send('POST', `/v1.0/groups/${made.body.id}/members/$ref`, { '@odata.id': member })
    expect(await as(people.sana, 'PATCH', `/sets/${otherSet}`, { description: '2' })).toBe('200')
    await server.send('DELETE', `/v1.0/groups/${made.body.id}/members/${people.sana}/$ref`)
    expect(await as(people.sana, 'PATCH', `/sets/${otherSet}`, { description: '3' })).toBe(refused)
  })

  describe.each(['user', 'group'])('given to a %s', (holder) => {
    const isGroup = holder === 'group'
    /** A new account, in a new group. */
    const newcomer = async (): Promise<{ person: string; group: string; holder: string }> => {
      const key = `new${++last}`
      const user = await server.send('POST', '/v1.0/users', {
        accountEnabled: true,
        displayName: key,
        mailNickname: key,
        userPrincipalName: `${key}@contoso.example`,
        passwordProfile: { password: 'xWwvJ]6NMw+bWH-d' },
      })
      const group = await server.send('POST', '/v1.0/groups', {
        displayName: key,
        mailEnabled: false,
        mailNickname: key,
        securityEnabled: true,
        'members@odata.bind': [`https://graph.microsoft.com/v1.0/directoryObjects/${user.body.id}`],
      })
      expect([user.status, group.status]).toEqual([201, 201])
      return { person: user.body.id, group: group.body.id, holder: isGroup ? group.body.id : user.body.id }
    }
    const can = async (user: string) => ({
      createGroup: await as(user, 'POST', '/groups', { displayName: name() }),
      createSet: await as(user, 'POST', '/sets', setBody(mine)),
    })
    const all = { createGroup: '201', createSet: '201' }
    const none = { createGroup: refused, createSet: refused }
    const listed = async () => JSON.stringify((await roles({ groupId: other, contributors: [] })).body)
    const before = [people.administrator, 'app@sharepoint']

    it('does not count while the account is disabled', async () => {
      const { person, holder: id } = await newcomer()
      await roles({ administrators: [...before, id] })
      expect(await can(person)).toEqual(all)
      await server.send('PATCH', `/v1.0/users/${person}`, { accountEnabled: false })
      // The token is refused before the role is asked for.
      const barred = '401 InvalidAuthenticationToken unauthenticated.barred; docs/spec/protocol.md 1.3'
      expect(await can(person)).toEqual({ createGroup: barred, createSet: barred })
      await server.send('PATCH', `/v1.0/users/${person}`, { accountEnabled: true })
      expect(await can(person)).toEqual(all)
      await roles({ administrators: before })
    })

    it.each(['managers', 'contributors'])('ends with the person (%s)', async (list) => {
      const { person, group, holder: id } = await newcomer()
      await roles({ groupId: mine, [list]: [people.tara, id] })
      expect(await can(person)).toEqual({ ...none, createSet: '201' })
      expect(await listed()).toContain(id)
      expect((await server.send('DELETE', `/v1.0/users/${person}`)).status).toBe(204)
      expect(await can(person)).toEqual(none)
      if (isGroup) expect((await server.send('DELETE', `/v1.0/groups/${group}`)).status).toBe(204)
      expect(await listed()).not.toContain(id)
      await roles({ groupId: mine, managers: [people.tara], contributors: [people.hugo] })
    })

    it('of administrators ends with the person, who appoints nobody any more', async () => {
      const { person, group, holder: id } = await newcomer()
      await roles({ administrators: [...before, id] })
      expect(await can(person)).toEqual(all)
      await server.send('DELETE', `/v1.0/users/${person}`)
      expect(await can(person)).toEqual(none)
      if (isGroup) await server.send('DELETE', `/v1.0/groups/${group}`)
      expect((await roles({ administrators: undefined, groupId: other, managers: [] })).body).toMatchObject({
        administrators: before,
      })
    })

    it('counts for nobody whom the directory does not know', async () => {
      const unknown = '0e0e0e0e-0000-4000-8000-0000000000ad'
      await roles({ administrators: [...before, unknown] })
      expect(await can(unknown)).toEqual(none)
      await roles({ administrators: before })
    })
  })

  it('is not needed to put a term into an open set', async () => {
    const system = (await server.send('GET', `${root}/groups?$filter=scope eq 'system'`)).body.value[0].id
    const sets = (await server.send('GET', `${root}/groups/${system}/sets`)).body.value
    const named = (text: string) =>
      sets.find((one: { localizedNames: { name: string }[] }) => one.localizedNames[0]?.name === text).id
    expect(await as(people.sana, 'POST', `/sets/${named('Keywords')}/children`, termBody())).toBe('201')
    const unknown = '0e0e0e0e-0000-4000-8000-00000000000e'
    expect(await as(unknown, 'POST', `/sets/${named('Keywords')}/children`, termBody())).toBe(refused)
    expect(await as(people.sana, 'POST', `/sets/${named('Orphaned Terms')}/children`, termBody())).toBe(refused)
  })

  it('is needed for what is at fault as well', async () => {
    expect(await as(people.sana, 'POST', '/groups', {})).toBe(refused)
    expect(await as(people.administrator, 'POST', '/groups', {})).toMatch(/^400 /)
  })
})

describe('an application', () => {
  it('writes as long as app@sharepoint is an administrator', async () => {
    const before = (await (await fetch(`${server.http}/_relata/term-store/roles?tenant=contoso.example`)).json()) as {
      administrators: string[]
    }
    expect(before.administrators).toEqual([people.administrator, 'app@sharepoint'])
    await roles({ administrators: [people.administrator] })
    const answer = await server.send('POST', `${root}/groups`, { displayName: name() })
    expect(outcome(answer)).toBe(refused)
    expect(outcome(await server.send('GET', `${root}/groups`))).toBe('200')
    await roles({
      administrators: ['admin@contoso.example', 'i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint'],
    })
    expect(outcome(await server.send('POST', `${root}/groups`, { displayName: name() }))).toBe('201')
  })
})

describe('the list of roles', () => {
  it('says who holds what, and Graph shows it to who asks by name', async () => {
    const { status, body } = await roles({ groupId: mine, contributors: [people.hugo, 'HUGO@contoso.example'] })
    expect(status).toBe(200)
    expect(body).toMatchObject({ tenantId: contoso, administrators: [people.administrator, 'app@sharepoint'] })
    expect((body['groups'] as unknown as { id: string }[]).find(({ id }) => id === mine)).toEqual({
      id: mine,
      displayName: 'Mine',
      managers: [people.tara],
      contributors: [people.hugo],
    })
    const shown = await server.send('GET', `${root}/groups/${mine}?$select=managers,contributors`)
    expect(shown.body).toMatchObject({ managers: [people.tara], contributors: [people.hugo] })
  })

  it.each([
    [{ tenant: 'nowhere.example', administrators: [] }, 404],
    [{ contributors: [] }, 400],
    [{ groupId: '0e0e0e0e-0000-4000-8000-00000000000e', managers: [] }, 404],
    [{}, 400],
    [{ administrators: 'admin' }, 400],
    [{ administrators: ['nobody@contoso.example'] }, 400],
    [{ administrators: ['admin'] }, 400],
    [{ stray: 1 }, 400],
  ])('refuses %j', async (body, status) => {
    expect((await roles(body)).status).toBe(status)
  })

  it('takes applications as administrators only', async () => {
    expect((await roles({ groupId: mine, managers: ['app@sharepoint'] })).status).toBe(400)
  })
})

describe('in a registry', () => {
  let registry: AccessServer
  beforeAll(async () => {
    registry = await startAccessServer({ registry: true })
  })
  afterAll(() => registry.close())

  const change = async (token: string | undefined, body: unknown) => {
    const answer = await fetch(`${registry.http}/_relata/term-store/roles`, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    return answer.status
  }

  it('roles are changed by who has the right to, with a token', async () => {
    const tokenFor = (user: string, scopes = write) => registry.tokenOf({ tenant: contoso, user, scopes })
    const group = (await registry.send('GET', `${root}/groups?$filter=displayName eq 'Library'`)).body.value[0].id
    const managers = { groupId: group, managers: [people.tara] }
    const contributors = { groupId: group, contributors: [people.hugo] }
    expect(await change(undefined, managers)).toBe(401)
    expect(await change('nonsense', managers)).toBe(401)
    expect(await change(await tokenFor(people.sana), managers)).toBe(403)
    expect(await change(await tokenFor(people.administrator, ['TermStore.Read.All']), managers)).toBe(403)
    expect(await change(await tokenFor(people.administrator), { ...managers, tenant: fabrikam })).toBe(403)
    expect(await change(await tokenFor(people.administrator), managers)).toBe(200)
    expect(await change(await tokenFor(people.tara), managers)).toBe(403)
    expect(await change(await tokenFor(people.tara), contributors)).toBe(200)
    expect(await change(await tokenFor(people.hugo), contributors)).toBe(403)
    expect(await change(await tokenFor(people.administrator), { administrators: [] })).toBe(200)
    // A Global Administrator appoints without being an administrator of the store.
    expect(await change(await tokenFor(people.administrator), { administrators: [people.tara] })).toBe(200)
  })

  it('a refusal says the same of a tenant that is there and of one that is not', async () => {
    const authorization = `Bearer ${await registry.tokenOf({ tenant: contoso, user: people.administrator, scopes: write })}`
    const tenants = [fabrikam, 'fabrikam.example', 'nobody.example', '0f3b1c52-0d0a-4c3e-9a55-0000000000ff']
    for (const method of ['GET', 'POST'] as const) {
      const answers = new Set<string>()
      for (const tenant of tenants) {
        const query = method === 'GET' ? `?tenant=${tenant}` : ''
        const answer = await fetch(`${registry.http}/_relata/term-store/roles${query}`, {
          method,
          headers: { authorization },
          ...(method === 'GET' ? {} : { body: JSON.stringify({ tenant, administrators: [] }) }),
        })
        const { error } = (await answer.json()) as { error: Record<string, unknown> }
        const { innerError: _, ...rest } = error
        answers.add(`${answer.status} ${JSON.stringify(rest)}`)
      }
      expect([...answers]).toEqual([expect.stringMatching(/^403 .*accessDenied/)])
    }
  })

  it('roles are shown to administrators only', async () => {
    const show = async (user: string) => {
      const authorization = `Bearer ${await registry.tokenOf({ tenant: contoso, user, scopes: write })}`
      const answer = await fetch(`${registry.http}/_relata/term-store/roles`, { headers: { authorization } })
      return [answer.status, await answer.text()] as const
    }
    expect((await show(people.sana))[0]).toBe(403)
    const [status, text] = await show(people.administrator)
    expect(status).toBe(200)
    expect(text).toContain(people.tara)
  })
})
