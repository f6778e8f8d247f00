/** Casts below groups, people and roles, as partners' tools and Microsoft's samples write them (group-list-members, user-list-memberof). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
let group = ''
let person = ''
let role = ''

const get = (path: string, headers: Record<string, string> = {}) => server.send('GET', path, undefined, { headers })

beforeAll(async () => {
  server = await startTestServer()
  const made = await server.send('POST', '/v1.0/groups', {
    displayName: 'Casts',
    mailEnabled: false,
    mailNickname: 'casts',
    securityEnabled: true,
  })
  group = made.body.id
  person = (await get("/v1.0/users?$filter=userPrincipalName eq 'admin@contoso.example'")).body.value[0].id
  const ref = { '@odata.id': `${server.http}/v1.0/directoryObjects/${person}` }
  expect((await server.send('POST', `/v1.0/groups/${group}/members/$ref`, ref)).status).toBe(204)
  const roles = await get('/v1.0/directoryRoles?$select=id')
  role = roles.body.value[0].id
})
afterAll(() => server.close())

describe.each(['v1.0', 'beta'])('a cast in %s', (version) => {
  const ids = async (path: string, headers: Record<string, string> = {}) => {
    const { status, body, text } = await get(`/${version}${path}`, headers)
    expect([path, status], text).toEqual([path, 200])
    return body.value.map(({ id }: { id: string }) => id)
  }

  it.each(['microsoft.graph.user', 'graph.user', 'Microsoft.Graph.User', 'microsoft.graph.directoryObject'])(
    'leaves the members that are of the type: %s',
    async (type) => {
      const at = `/groups/${group}/members`
      expect(await ids(`${at}/${type}`)).toEqual([person])
      expect(await ids(`${at}/${type}?$count=true&$select=id&$top=5`)).toEqual([person])
      expect((await get(`/${version}${at}/${type}/$count`, { ConsistencyLevel: 'eventual' })).text).toBe('1')
      for (const path of [`${at}/${type}/${person}`, `${at}/${type}('${person}')`, `${at}/${person}/${type}`]) {
        const { status, body } = await get(`/${version}${path}`)
        expect([path, status, body.id]).toEqual([path, 200, person])
      }
      expect((await get(`/${version}${at}/${type}/$ref`)).body.value[0]['@odata.id']).toContain(person)
      expect((await get(`/${version}/users/${person}/${type}`)).body.id).toBe(person)
      expect((await get(`/${version}/users/${person}/${type}/displayName/$value`)).status).toBe(200)
      expect((await get(`/${version}/groups/${group}?$expand=members/${type}($select=id)`)).body.members).toHaveLength(
        1,
      )
      expect((await get(`/${version}${at}?$select=${type}/id`)).body.value[0].id).toBe(person)
    },
  )

  it('leaves the groups that a person is in', async () => {
    const all = await ids(`/users/${person}/memberOf/microsoft.graph.group?$select=id`)
    expect(all).toContain(group)
    expect(await ids(`/users/${person}/memberOf/graph.group?$filter=displayName eq 'casts'`)).toEqual([group])
    const one = await get(`/${version}/users/${person}/memberOf/microsoft.graph.group/${group}`)
    expect([one.status, one.body.displayName]).toEqual([200, 'Casts'])
    expect((await get(`/${version}/users/${person}/memberOf/${group}/graph.group`)).body.id).toBe(group)
    expect(await ids(`/directoryRoles/${role}/members/graph.user?$select=id`)).toEqual(
      await ids(`/directoryRoles/${role}/members?$select=id`),
    )
  })

  it('tells people and groups in one list apart, and what somebody is in', async () => {
    const made = await server.send('POST', `/${version}/groups`, {
      displayName: `Inner ${version}`,
      mailEnabled: false,
      mailNickname: `inner${version.length}`,
      securityEnabled: true,
    })
    const inner: string = made.body.id
    const outer = await server.send('POST', `/${version}/groups`, {
      displayName: `Outer ${version}`,
      mailEnabled: false,
      mailNickname: `outer${version.length}`,
      securityEnabled: true,
    })
    const at = `/groups/${outer.body.id}`
    for (const id of [inner, person]) {
      const ref = { '@odata.id': `${server.http}/${version}/directoryObjects/${id}` }
      expect((await server.send('POST', `/${version}${at}/members/$ref`, ref)).status).toBe(204)
    }
    expect(await ids(`${at}/members/microsoft.graph.group`)).toEqual([inner])
    expect(await ids(`${at}/members/graph.user?$select=id,userPrincipalName`)).toEqual([person])
    expect(await ids(`${at}/transitiveMembers/graph.group?$filter=startswith(displayName,'inner')`)).toEqual([inner])
    expect((await get(`/${version}${at}/members/graph.user/$count`)).text).toBe('1')
    expect((await get(`/${version}${at}/members/${inner}/microsoft.graph.user`)).status).toBe(404)
    expect((await get(`/${version}${at}/members/${inner}/microsoft.graph.group/members`)).body.value).toEqual([])
    const mixed = await get(`/${version}${at}/members?$select=id,microsoft.graph.user/userPrincipalName`)
    for (const row of mixed.body.value) expect('userPrincipalName' in row).toBe(row.id === person)
    expect(await ids(`/users/${person}/memberOf/graph.directoryRole`)).not.toContain(outer.body.id)
    expect(await ids(`/users/${person}/transitiveMemberOf/microsoft.graph.group`)).toContain(outer.body.id)
    const removed = await server.send('DELETE', `/${version}${at}/members/${inner}/microsoft.graph.group/$ref`)
    expect(removed.status).toBe(204)
    expect(await ids(`${at}/members/microsoft.graph.group`)).toEqual([])
    // A reference may be cast as well.
    const ref = { '@odata.id': `${server.http}/${version}/directoryObjects/${inner}/graph.group` }
    expect((await server.send('POST', `/${version}${at}/members/$ref`, ref)).status).toBe(204)
    expect(await ids(`${at}/members/graph.group`)).toEqual([inner])
  })

  it('leaves none of a type that no member is of', async () => {
    for (const type of ['microsoft.graph.organization', 'graph.directoryRoleTemplate']) {
      const { status, body } = await get(`/${version}/groups/${group}/members/${type}`)
      expect([type, status]).toEqual([type, 200])
      expect(body.value).toEqual([])
    }
    expect((await get(`/${version}/groups/${group}/members/microsoft.graph.device`)).status).toBe(501)
    expect((await get(`/${version}/users/microsoft.graph.group`)).status).toBe(400)
    expect((await get(`/${version}/users/${person}/graph.group`)).status).toBe(400)
    expect((await get(`/${version}/users/${person}/graph.device`)).status).toBe(501)
    expect((await get(`/${version}/groups?$filter=members/graph.organization/any()`)).body.value).toEqual([])
    const named = await get(`/${version}/groups/${group}/members?$filter=graph.organization/displayName eq 'Casts'`)
    expect([named.status, named.body.value]).toEqual([200, []])
    const expanded = await get(`/${version}/groups/${group}?$expand=members/graph.organization`)
    expect(expanded.body.members).toEqual([])
  })
})
