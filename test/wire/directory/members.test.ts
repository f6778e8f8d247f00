/**
 * Who is in what, through groups in groups (fidelity A12): `members`, `memberOf`, their transitive forms, the checks of
 * membership, and `/directoryObjects`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { type AccessServer, startAccessServer } from '../access-kit.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const people = (await server.send('GET', '/v1.0/users?$select=id,displayName')).body.value as {
    id: string
    displayName: string
  }[]
  const named = (start: string) => people.find(({ displayName }) => displayName.startsWith(start))?.id ?? ''
  tara = named('Tara')
  sana = named('Sana')
  administrator = named('Administrator')
  inner = await made('Inner')
  middle = await made('Middle')
  outer = await made('Outer')
  team = await made('Team', { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false })
  await joins(sana, inner)
  await joins(inner, middle)
  await joins(middle, outer)
  await joins(tara, outer)
  await joins(sana, team)
})
afterAll(() => server.close())

let [tara, sana, administrator] = ['', '', '']
let [inner, middle, outer, team] = ['', '', '', '']

const get = (path: string): Promise<Answer> => server.send('GET', path)
const ids = async (path: string): Promise<string[]> => {
  const { status, text, body } = await get(path)
  expect(status, text).toBe(200)
  return body.value.map(({ id }: { id: string }) => id)
}
const call = async (path: string, body: object, version = 'v1.0') => server.send('POST', `/${version}${path}`, body)
const made = async (displayName: string, more: object = {}): Promise<string> => {
  const body = { displayName, mailEnabled: false, mailNickname: displayName.toLowerCase(), securityEnabled: true }
  const answer = await server.send('POST', '/v1.0/groups', { ...body, ...more })
  expect(answer.status, answer.text).toBe(201)
  return answer.body.id
}
const join = (member: string, group: string): Promise<Answer> =>
  server.send('POST', `/v1.0/groups/${group}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
  })
const joins = async (member: string, group: string) => {
  const { status, text } = await join(member, group)
  expect(status, text).toBe(204)
}

describe('groups in groups', () => {
  it('are members, shown as what they are', async () => {
    const { body } = await get(`/v1.0/groups/${outer}/members?$select=id,displayName,userPrincipalName`)
    const tell = (row: Record<string, unknown>) => [row['@odata.type'], row['displayName'], row['userPrincipalName']]
    expect(body.value.map(tell).toSorted()).toEqual([
      ['#microsoft.graph.group', 'Middle', undefined],
      ['#microsoft.graph.user', expect.stringMatching(/^Tara/), 'tara@contoso.example'],
    ])
    const whole = (await get(`/v1.0/groups/${outer}/members/${middle}`)).body
    expect(whole).toMatchObject({ '@odata.type': '#microsoft.graph.group', groupTypes: [], mailEnabled: false })
    expect(whole).not.toHaveProperty('userPrincipalName')
    expect((await get(`/v1.0/groups/${outer}/members/${tara}`)).body).not.toHaveProperty('createdDateTime')
  })

  it('can be filtered and ordered by what either kind has', async () => {
    expect(await ids(`/v1.0/groups/${outer}/members?$filter=startswith(displayName,'mid')`)).toEqual([middle])
    expect(await ids(`/v1.0/groups/${outer}/members?$orderby=displayName desc`)).toEqual([tara, middle])
    expect((await get(`/v1.0/groups/${outer}/members?$select=nonsense`)).status).toBe(400)
  })

  it('are in other groups: memberOf and transitiveMemberOf of a group', async () => {
    expect(await ids(`/v1.0/groups/${inner}/memberOf`)).toEqual([middle])
    expect((await ids(`/v1.0/groups/${inner}/transitiveMemberOf`)).toSorted()).toEqual([middle, outer].toSorted())
  })

  it('bring their own members: transitiveMembers', async () => {
    expect((await ids(`/v1.0/groups/${outer}/transitiveMembers`)).toSorted()).toEqual(
      [inner, middle, sana, tara].toSorted(),
    )
    expect((await get(`/v1.0/groups/${outer}/transitiveMembers/$count`)).text).toBe('4')
    expect((await get(`/v1.0/groups/${outer}/transitiveMembers/${sana}`)).body.id).toBe(sana)
    expect((await get(`/v1.0/groups/${inner}/transitiveMembers/${tara}`)).status).toBe(404)
  })

  it('may go round in a circle', async () => {
    const [one, two] = [await made('One'), await made('Two')]
    await joins(one, two)
    await joins(two, one)
    expect(await ids(`/v1.0/groups/${one}/transitiveMembers`)).toEqual([two])
    expect(await ids(`/v1.0/groups/${one}/transitiveMemberOf`)).toEqual([two])
  })

  it('are refused where Graph has none: in itself, in a Microsoft 365 group, and of one', async () => {
    const assignable = await made('Assignable', { isAssignableToRole: true })
    for (const [member, group] of [
      [inner, inner],
      [inner, team],
      [team, inner],
      [inner, assignable],
      [globalAdministrator, inner],
    ] as const) {
      const { status, body } = await join(member, group)
      expect([status, body.error.code, body.error.target]).toEqual([400, 'Request_BadRequest', 'members'])
    }
  })

  it('leave with the group', async () => {
    const [gone, kept] = [await made('Gone'), await made('Kept')]
    await joins(gone, kept)
    expect((await server.send('DELETE', `/v1.0/groups/${gone}`)).status).toBe(204)
    expect(await ids(`/v1.0/groups/${kept}/members`)).toEqual([])
  })
})

describe('what a person is in', () => {
  it('are groups and directory roles', async () => {
    const { body } = await get(`/v1.0/users/${administrator}/memberOf`)
    const types = new Set(body.value.map((row: Record<string, unknown>) => row['@odata.type']))
    expect(types).toEqual(new Set(['#microsoft.graph.group', '#microsoft.graph.directoryRole']))
    expect(await ids(`/v1.0/users/${administrator}/memberOf`)).toContain(globalAdministrator)
    expect(await ids(`/v1.0/users/${administrator}/transitiveMemberOf`)).toContain(globalAdministrator)
  })

  it('are those above as well: transitiveMemberOf, in pages', async () => {
    const all = await ids(`/v1.0/users/${sana}/transitiveMemberOf`)
    expect(all).toEqual(expect.arrayContaining([inner, middle, outer, team]))
    expect(await ids(`/v1.0/users/${sana}/memberOf`)).not.toContain(middle)
    const first = await get(`/v1.0/users/${sana}/transitiveMemberOf?$top=2`)
    const rest = await server.send('GET', first.body['@odata.nextLink'].replace(server.http, ''))
    expect([...first.body.value, ...rest.body.value].map(({ id }: { id: string }) => id).slice(0, 4)).toEqual(
      all.slice(0, 4),
    )
  })
})

describe.each(['v1.0', 'beta'])('checks of membership in %s', (version) => {
  it('getMemberGroups gives all groups above, or the security-enabled ones', async () => {
    const all = await call(`/users/${sana}/getMemberGroups`, { securityEnabledOnly: false }, version)
    expect(all.status, all.text).toBe(200)
    expect(all.body.value).toEqual(expect.arrayContaining([inner, middle, outer, team]))
    expect(all.body['@odata.context']).toMatch(/\$metadata#Collection\(Edm\.String\)$/)
    const secure = await call(`/users/${sana}/microsoft.graph.getMemberGroups`, { securityEnabledOnly: true }, version)
    expect(secure.body.value).toEqual(expect.arrayContaining([inner, middle, outer]))
    expect(secure.body.value).not.toContain(team)
    expect((await call(`/groups/${inner}/getMemberGroups`, {}, version)).body.value.toSorted()).toEqual(
      [middle, outer].toSorted(),
    )
    expect((await call(`/directoryObjects/${inner}/getMemberGroups`, {}, version)).body.value).toHaveLength(2)
    const ofGroup = await call(`/groups/${inner}/getMemberGroups`, { securityEnabledOnly: true }, version)
    expect([ofGroup.status, ofGroup.body.error.target]).toEqual([400, 'securityEnabledOnly'])
  })

  it('checkMemberGroups gives those of the list that it is in', async () => {
    const unknown = '99999999-0000-4000-8000-000000000001'
    const { body } = await call(
      `/users/${tara}/checkMemberGroups`,
      { groupIds: [inner, outer.toUpperCase(), unknown] },
      version,
    )
    expect(body.value).toEqual([outer])
    const many = await call(`/users/${tara}/checkMemberGroups`, { groupIds: Array(21).fill(outer) }, version)
    expect([many.status, many.body.error.target]).toEqual([400, 'groupIds'])
    const bad = await call(`/users/${tara}/checkMemberGroups`, { groupIds: ['no'] }, version)
    expect([bad.status, bad.body.error.target]).toEqual([400, 'groupIds/0'])
    expect((await call(`/users/${tara}/checkMemberGroups`, {}, version)).status).toBe(400)
  })

  it('getMemberObjects and checkMemberObjects know directory roles too', async () => {
    const { body } = await call(`/users/${administrator}/getMemberObjects`, {}, version)
    expect(body.value).toContain(globalAdministrator)
    const groups = await call(`/users/${administrator}/getMemberGroups`, {}, version)
    expect(groups.body.value).not.toContain(globalAdministrator)
    const checked = await call(
      `/users/${administrator}/checkMemberObjects`,
      { ids: [globalAdministrator, inner] },
      version,
    )
    expect(checked.body.value).toEqual([globalAdministrator])
  })

  it('are asked for with the permissions of a reader', async () => {
    const asReader = { app: wellKnown.reader }
    const path = `/${version}/users/${sana}/getMemberGroups`
    expect((await server.send('POST', path, {}, asReader)).status).toBe(200)
  })
})

describe('directory objects', () => {
  it('are found by id, whatever they are', async () => {
    for (const [id, type] of [
      [sana, 'user'],
      [inner, 'group'],
      [globalAdministrator, 'directoryRole'],
    ] as const)
      expect((await get(`/v1.0/directoryObjects/${id}`)).body).toMatchObject({
        '@odata.type': `#microsoft.graph.${type}`,
        id,
      })
    expect((await get('/v1.0/directoryObjects')).status).toBe(501)
  })

  it('are of one kind below /users and /groups', async () => {
    expect((await get(`/v1.0/users/${inner}`)).status).toBe(404)
    expect((await get(`/v1.0/groups/${sana}`)).status).toBe(404)
    expect(await ids(`/v1.0/groups?$filter=id eq '${sana}'`)).toEqual([])
    expect((await server.send('DELETE', `/v1.0/groups/${sana}`)).status).toBe(404)
  })
})

describe('permissions', () => {
  let access: AccessServer
  beforeAll(async () => {
    access = await startAccessServer()
  })
  afterAll(() => access.close())

  const statusOf = async (path: string, permissions: readonly string[], body?: object): Promise<number> => {
    const answer = await access.parts.handle({
      method: body === undefined ? 'GET' : 'POST',
      version: 'v1.0',
      path,
      query: '',
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      origin: access.origin,
      requestId: 'r',
      clientRequestId: 'c',
      actor: { kind: 'app', tenantId: wellKnown.contoso, appId: wellKnown.daemon, permissions: new Set(permissions) },
    })
    return answer.status
  }

  it('of a link are the link’s, before a cast and after it, and in an expansion', async () => {
    const agents = '/groups/c0117050-6207-4000-8000-000000000001'
    for (const path of [`${agents}/members`, `${agents}/members/microsoft.graph.user`, `${agents}/transitiveMembers`]) {
      expect([path, await statusOf(path, ['GroupMember.Read.All'])]).toEqual([path, 200])
      expect([path, await statusOf(path, ['RoleManagement.Read.Directory'])]).toEqual([path, 403])
    }
    expect(await statusOf('/directoryObjects/c0117050-6207-4000-8000-000000000001', ['User.Read.All'])).toBe(403)
    expect(await statusOf('/directoryObjects/c0117050-6207-4000-8000-000000000001', ['Directory.Read.All'])).toBe(200)
    const holders = `/directoryRoles/${globalAdministrator}/members`
    expect(await statusOf(holders, ['RoleManagement.Read.Directory'])).toBe(200)
    expect(await statusOf(holders, ['GroupMember.Read.All'])).toBe(403)
  })

  it('of a body that links members are those of a change of the link', async () => {
    const bind = ['https://graph.microsoft.com/v1.0/directoryObjects/c0117050-05e7-4000-8000-000000000004']
    const body = {
      displayName: 'x',
      mailEnabled: false,
      mailNickname: 'x',
      securityEnabled: true,
      'members@odata.bind': bind,
    }
    expect(await statusOf('/groups', ['Group.ReadWrite.All'], body)).toBe(201)
    expect(await statusOf('/groups', ['GroupMember.ReadWrite.All'], body)).toBe(403)
  })
})
