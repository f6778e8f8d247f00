/**
 * Members of kinds that a token may not read: their type and id alone (gdap.md §7.6; Microsoft’s permissions-overview,
 * “Limited information returned for inaccessible member objects”).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { rolesOf } from '../../_support/relationships.ts'
import type { Answer } from '../../_support/server.ts'
import { type AccessServer, contoso, fabrikam, people, startAccessServer } from '../access-kit.ts'
import { kitFor } from '../gdap/kit.ts'

let server: AccessServer
let [inner, outer] = ['', '']

const made = async (displayName: string): Promise<string> => {
  const body = { displayName, mailEnabled: false, mailNickname: displayName.toLowerCase(), securityEnabled: true }
  const answer = await server.send('POST', '/v1.0/groups', { ...body, description: `The ${displayName}.` })
  expect(answer.status, answer.text).toBe(201)
  return answer.body.id
}
const joins = async (member: string, group: string): Promise<void> => {
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}` }
  const { status, text } = await server.send('POST', `/v1.0/groups/${group}/members/$ref`, reference)
  expect(status, text).toBe(204)
}

beforeAll(async () => {
  server = await startAccessServer()
  inner = await made('Inner')
  outer = await made('Outer')
  await joins(people.sana, inner)
  await joins(inner, outer)
  await joins(people.tara, outer)
  await joins(people.administrator, outer)
  const phones = { businessPhones: ['+1 425 555 0109'] }
  expect((await server.send('PATCH', `/v1.0/users/${people.tara}`, phones)).status).toBe(204)
})
afterAll(() => server.close())

const ask = (scopes: readonly string[], path: string): Promise<Answer> =>
  server.as({ tenant: contoso, user: people.administrator, scopes }, 'GET', path)

type Row = Readonly<Record<string, unknown>>
const rowsOf = async (scopes: readonly string[], path: string): Promise<readonly Row[]> => {
  const { status, text, body } = await ask(scopes, path)
  expect(status, text).toBe(200)
  return body.value
}

/** `group whole`, `user limited`: what is shown of a row besides type and id. */
const tell = (row: Row): string => {
  const { '@odata.type': type, id, ...others } = row
  expect(id).toEqual(expect.any(String))
  const values = Object.entries(others).filter(([name]) => !name.includes('@odata.'))
  expect(values.length).toBeGreaterThan(0)
  const isLimited = values.every(([, value]) => value === null || (Array.isArray(value) && value.length === 0))
  return `${String(type).replace('#microsoft.graph.', '')} ${isLimited ? 'limited' : 'whole'}`
}
const told = async (scopes: readonly string[], path: string): Promise<readonly string[]> =>
  [...new Set((await rowsOf(scopes, path)).map(tell))].toSorted()

const onlyMe = ['User.Read']
const ofGroups = ['GroupMember.Read.All']
const ofUsers = ['User.Read.All']
const ofRoles = ['RoleManagement.Read.Directory']
const everything = ['Directory.Read.All']

describe.each(['v1.0', 'beta'])('in %s, rows of a kind that the token may not read', (version) => {
  const at = (path: string) => `/${version}${path}`

  it.each(['memberOf', 'transitiveMemberOf'])('have their type and id alone in /me/%s', async (link) => {
    const path = at(`/me/${link}`)
    const limited = await rowsOf(onlyMe, path)
    const whole = await rowsOf(everything, path)
    expect(limited.map(({ id }) => id)).toEqual(whole.map(({ id }) => id))
    expect(limited.map((row) => Object.keys(row))).toEqual(whole.map((row) => Object.keys(row)))
    expect(limited.find(({ id }) => id === outer)).toEqual({
      '@odata.type': '#microsoft.graph.group',
      id: outer,
      deletedDateTime: null,
      createdDateTime: null,
      description: null,
      displayName: null,
      groupTypes: [],
      isAssignableToRole: null,
      mail: null,
      mailEnabled: null,
      mailNickname: null,
      securityEnabled: null,
      visibility: null,
    })
    expect(await told(onlyMe, path)).toEqual(['directoryRole limited', 'group limited'])
    expect(await told([...onlyMe, ...ofGroups], path)).toEqual(['directoryRole limited', 'group whole'])
    expect(await told([...onlyMe, ...ofRoles], path)).toEqual(['directoryRole whole', 'group limited'])
    expect(await told(everything, path)).toEqual(['directoryRole whole', 'group whole'])
  })

  it.each(['members', 'transitiveMembers'])('and are as limited among the %s of a group', async (link) => {
    const path = at(`/groups/${outer}/${link}`)
    // Twice, in turn: what one token may read says nothing of the next.
    for (const _ of [1, 2]) {
      expect(await told(ofGroups, path)).toEqual(['group whole', 'user limited'])
      expect(await told(ofUsers, path)).toEqual(['group limited', 'user whole'])
      expect(await told([...ofUsers, ...ofGroups], path)).toEqual(['group whole', 'user whole'])
    }
  })

  it('among the holders of a role, and what another user is in', async () => {
    const holders = at(`/directoryRoles/${globalAdministrator}/members`)
    expect(await told(ofRoles, holders)).toEqual(['user limited'])
    expect(await told(ofUsers, holders)).toEqual(['user whole'])
    expect(await told(ofUsers, at(`/users/${people.sana}/memberOf`))).toEqual(['group limited'])
    expect(await told(everything, at(`/users/${people.sana}/memberOf`))).toEqual(['group whole'])
  })

  it('as one row, by a known address as well, and as one property', async () => {
    const path = at(`/groups/${outer}/members/${people.tara}`)
    for (const [scopes, expected] of [
      [ofGroups, 'user limited'],
      [ofUsers, 'user whole'],
      [ofGroups, 'user limited'],
    ] as const) {
      expect(tell((await ask(scopes, path)).body)).toBe(expected)
      expect(tell((await ask(scopes, path)).body)).toBe(expected)
    }
    expect(tell((await ask(everything, at(`/directoryObjects/${people.tara}`))).body)).toBe('user whole')
    const name = at(`/me/memberOf/${outer}/microsoft.graph.group/displayName`)
    expect((await ask(onlyMe, name)).status).toBe(204)
    expect((await ask(onlyMe, `${name}/$value`)).status).toBe(204)
    expect((await ask([...onlyMe, ...ofGroups], name)).body.value).toBe('Outer')
  })

  it('with $select, also after a type, and at every metadata level', async () => {
    const selected = await rowsOf(ofGroups, at(`/groups/${outer}/members?$select=id,displayName,userPrincipalName`))
    expect(selected.find(({ id }) => id === people.tara)).toEqual({
      '@odata.type': '#microsoft.graph.user',
      id: people.tara,
      displayName: null,
      userPrincipalName: null,
    })
    expect(selected.find(({ id }) => id === inner)).toMatchObject({ displayName: 'Inner' })
    const [row] = await rowsOf(onlyMe, at('/me/memberOf?$select=microsoft.graph.group/displayName&$top=1'))
    expect(Object.values(row ?? {})).toContain(null)
    for (const level of ['none', 'minimal', 'full']) {
      const format = encodeURIComponent(`application/json;odata.metadata=${level}`)
      const { text } = await ask(onlyMe, at(`/me/memberOf?$format=${format}`))
      expect(text).toContain(outer)
      expect(text).not.toContain('Outer')
    }
  })

  it('after a cast, where counts remain', async () => {
    const path = at('/me/memberOf/microsoft.graph.group')
    expect((await rowsOf(onlyMe, path)).map(({ id }) => id)).toContain(outer)
    expect(await told(onlyMe, path)).toEqual(['undefined limited'])
    expect(await told([...onlyMe, ...ofGroups], path)).toEqual(['undefined whole'])
    const counted = async (scopes: readonly string[]) => (await ask(scopes, `${path}/$count`)).text
    expect(await counted(onlyMe)).toBe(await counted(everything))
  })

  it('in an expansion, and in one below it', async () => {
    const query = `$filter=id eq '${outer}'&$expand=members($select=id,displayName)`
    const [group] = await rowsOf(ofGroups, at(`/groups?${query}`))
    const tells = (row: Row | undefined) => [...new Set((row?.['members'] as Row[] | undefined)?.map(tell))].toSorted()
    expect(tells(group)).toEqual(['group whole', 'user limited'])
    const [again] = await rowsOf(everything, at(`/groups?${query}`))
    expect(tells(again)).toEqual(['group whole', 'user whole'])
    const below = `$filter=id eq '${inner}'&$expand=microsoft.graph.group/members`
    const [nested] = await rowsOf(ofGroups, at(`/users/${people.sana}/memberOf?${below}`))
    expect(nested).toMatchObject({ displayName: 'Inner' })
    expect(tells(nested)).toEqual(['user limited'])
    const { body: me } = await ask(onlyMe, at('/me?$expand=memberOf'))
    expect(me.displayName).toBe('Administrator')
    expect(me.memberOf.map(tell)).toContain('group limited')
    expect(me.memberOf.map(tell)).not.toContain('group whole')
  })

  it('in a batch, and page by page', async () => {
    const person = { tenant: contoso, user: people.administrator, scopes: onlyMe }
    const requests = [{ id: '1', method: 'GET', url: '/me/memberOf' }]
    const { body } = await server.as(person, 'POST', at('/$batch'), { requests })
    expect(body.responses[0].body.value.map(tell)).toContain('group limited')
    const first = await ask(onlyMe, at('/me/memberOf?$top=1'))
    const rest = await ask(onlyMe, String(first.body['@odata.nextLink']).replace(server.http, ''))
    expect(rest.status).toBe(200)
    expect([...first.body.value, ...rest.body.value].map(tell)).toContain('group limited')
  })

  const found = (scopes: readonly string[], path: string): Promise<readonly unknown[]> =>
    rowsOf(scopes, encodeURI(at(path.replaceAll('OUTER', outer)))).then((rows) => rows.map(({ id }) => id))

  it.each([
    ["/me/memberOf?$filter=startswith(displayName,'Out')", onlyMe, [...onlyMe, ...ofGroups]],
    ["/me/memberOf?$filter=microsoft.graph.group/displayName eq 'Outer'", onlyMe, [...onlyMe, ...ofGroups]],
    ["/me/memberOf/$filter(displayName in ('Outer','x'))", onlyMe, [...onlyMe, ...ofGroups]],
    ['/me/memberOf/microsoft.graph.group?$filter=securityEnabled', onlyMe, [...onlyMe, ...ofGroups]],
    ["/users/me/memberOf?$filter=contains(tolower(displayName),'outer')", ofUsers, [...ofUsers, ...ofGroups]],
    ['/groups/OUTER/members?$filter=userPrincipalName ne null', ofGroups, ofUsers],
    ["/groups/OUTER/members?$filter=microsoft.graph.user/businessPhones/any(p:p ne 'x')", ofGroups, ofUsers],
    ['/groups/OUTER/members?$filter=microsoft.graph.user/businessPhones/$count gt 0', ofGroups, ofUsers],
    ["/groups?$filter=members/any(m:startswith(m/displayName,'Tara'))", ofGroups, [...ofGroups, ...ofUsers]],
    ['/groups?$filter=members/any(m:m/microsoft.graph.user/displayName ne null)', ofGroups, everything],
    ['/groups?$filter=members/$count($filter=userPrincipalName ne null) gt 0', ofGroups, [...ofGroups, ...ofUsers]],
  ])('have no values for %s', async (written, tooFew, enough) => {
    const path = written.replace('/users/me', `/users/${people.administrator}`)
    expect(await found(tooFew, path)).toEqual([])
    expect(await found(enough, path)).not.toEqual([])
    expect(await found(tooFew, path)).toEqual([])
  })

  it('are not counted by a value, nor put in an order by it', async () => {
    const groups = at('/me/memberOf/microsoft.graph.group')
    const counted = async (scopes: readonly string[]) =>
      (await ask(scopes, `${groups}/$count?$filter=displayName%20eq%20'Outer'`)).text
    for (const _ of [1, 2]) {
      expect(await counted(onlyMe)).toBe('0')
      expect(await counted(everything)).toBe('1')
    }
    const idsBy = async (query: string) => (await rowsOf(onlyMe, `${groups}?${query}`)).map(({ id }) => id)
    const [plain, byName] = [await idsBy(''), await idsBy('$orderby=displayName')]
    expect(byName).toEqual(plain)
    const paged: unknown[] = []
    let next: string | undefined = `${groups}?$orderby=displayName%20desc&$top=1`
    for (; next !== undefined; next = next?.replace(server.http, '')) {
      const { body } = await ask(onlyMe, next)
      paged.push(...body.value.map(({ id }: Row) => id))
      next = body['@odata.nextLink']
    }
    expect(paged).toEqual(plain)
  })

  it.each([
    ['/me/memberOf?$filter=id eq %27OUTER%27', onlyMe],
    ['/me/memberOf?$orderby=id desc', onlyMe],
    ['/me/memberOf?$filter=isof(%27microsoft.graph.group%27)', onlyMe],
    ['/me/memberOf?$count=true', onlyMe],
    ['/groups?$filter=members/any(m:m/id eq %27OUTER%27)', ofGroups],
  ])('can be told apart by what is shown of them: %s', async (path, scopes) => {
    const { status, text } = await ask(scopes, at(path.replace('OUTER', outer)).replaceAll(' ', '%20'))
    expect(status, text).toBe(200)
  })
})

describe('in another tenant', () => {
  it('the roles held there decide as well', async () => {
    const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'
    const kit = kitFor(server)
    const relationship = await kit.at('active', { accessDetails: rolesOf(userAdministrator) })
    const group = await kit.group()
    await joins(people.sana, group)
    const given = await server.send(
      'POST',
      `${relationship}/accessAssignments`,
      kit.assignment(group, userAdministrator),
    )
    expect(given.status, given.text).toBe(201)
    const person = { tenant: fabrikam, home: contoso, user: people.sana, scopes: everything }
    const { status, body } = await server.as(person, 'GET', `/v1.0/users/${people.ofFabrikam}/memberOf`)
    expect(status).toBe(200)
    expect(new Set(body.value.map(tell))).toContain('directoryRole limited')
    expect(new Set(body.value.map(tell))).not.toContain('group limited')
  })
})

describe.each(['warn', 'off'] as const)('with --auth %s', (auth) => {
  it('every row is whole, and every filter is answered', async () => {
    const open = await startAccessServer({ auth })
    try {
      const person = { tenant: contoso, user: people.administrator, scopes: onlyMe }
      const path = `/v1.0/users/${people.administrator}/memberOf`
      const { body } = await open.as(person, 'GET', path)
      expect(body.value.map(tell)).toContain('group whole')
      expect((await open.as(person, 'GET', `${path}?$filter=displayName%20ne%20null`)).status).toBe(200)
    } finally {
      await open.close()
    }
  })
})
