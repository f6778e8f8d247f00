/** Groups that hide their members ask for `Member.Read.Hidden`, whatever else the token holds (gdap.md §7.6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessServer, contoso, people, startAccessServer } from '../access-kit.ts'

let server: AccessServer
let hidden: string
let inner: string
let open: string
const ref = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })

const groupOf = async (to: AccessServer, displayName: string, more: Record<string, unknown> = {}) => {
  const mailNickname = displayName.toLowerCase().replaceAll(' ', '')
  const body = { displayName, mailEnabled: false, mailNickname, securityEnabled: true, ...more }
  const made = await to.send('POST', '/v1.0/groups', body)
  expect(made.status, made.text).toBe(201)
  return made.body.id as string
}
const join = async (group: string, member: string) =>
  expect((await server.send('POST', `/v1.0/groups/${group}/members/$ref`, ref(member))).status).toBe(204)

beforeAll(async () => {
  server = await startAccessServer()
  hidden = await groupOf(server, 'Hidden ones', { visibility: 'HiddenMembership' })
  inner = await groupOf(server, 'Inner ones')
  open = await groupOf(server, 'Open ones')
  await join(hidden, people.sana)
  await join(hidden, inner)
  await join(inner, people.hugo)
  await join(open, people.sana)
})
afterAll(() => server.close())

const reading = ['Directory.ReadWrite.All', 'User.Read']
const asked = async (path: string, sees: boolean, user = people.sana, method = 'GET', body?: unknown) => {
  const scopes = sees ? [...reading, 'Member.Read.Hidden'] : reading
  return server.as({ tenant: contoso, user, scopes }, method, `/v1.0${path}`, body)
}
const idsOf = async (path: string, sees: boolean, user?: string) =>
  ((await asked(path, sees, user)).body.value as { id: string }[]).map(({ id }) => id)

describe.each([true, false])('with the permission: %s', (sees) => {
  const seen = (ids: readonly string[]) => (sees ? ids.toSorted() : [])

  it('its members are listed, counted, expanded and found', async () => {
    expect((await idsOf(`/groups/${hidden}/members`, sees)).toSorted()).toEqual(seen([people.sana, inner]))
    expect((await idsOf(`/groups/${hidden}/members/microsoft.graph.user`, sees)).toSorted()).toEqual(
      seen([people.sana]),
    )
    expect((await idsOf(`/groups/${hidden}/transitiveMembers`, sees)).toSorted()).toEqual(
      seen([people.sana, people.hugo, inner]),
    )
    expect((await asked(`/groups/${hidden}/members/$count`, sees)).text).toBe(sees ? '2' : '0')
    const expanded = await asked(`/groups/${hidden}?$expand=members`, sees)
    expect(expanded.body.members).toHaveLength(sees ? 2 : 0)
    for (const _ of [1, 2, 3])
      expect((await asked(`/groups/${hidden}/members/${people.sana}`, sees)).status).toBe(sees ? 200 : 404)
    expect((await idsOf(`/groups/${hidden}/members/$ref`, sees)).length).toBe(sees ? 2 : 0)
  })

  it('it is among the groups of its members', async () => {
    const groups = async (path: string, user?: string) => (await idsOf(path, sees, user)).filter((id) => id === hidden)
    for (const path of ['memberOf', 'transitiveMemberOf', 'memberOf/microsoft.graph.group']) {
      expect([path, await groups(`/users/${people.sana}/${path}`)]).toEqual([path, seen([hidden])])
      expect([path, await groups(`/me/${path}`)]).toEqual([path, seen([hidden])])
      expect(await idsOf(`/users/${people.sana}/${path}`, sees)).toContain(open)
    }
    expect(await groups(`/users/${people.hugo}/transitiveMemberOf`)).toEqual(seen([hidden]))
    expect(await groups(`/groups/${inner}/memberOf`)).toEqual(seen([hidden]))
    expect((await asked(`/users/${people.sana}/memberOf/${hidden}`, sees)).status).toBe(sees ? 200 : 404)
    const body = { securityEnabledOnly: false }
    for (const action of ['getMemberGroups', 'getMemberObjects']) {
      const { value } = (await asked(`/users/${people.hugo}/${action}`, sees, people.sana, 'POST', body)).body
      expect([action, value.includes(hidden), value.includes(inner)]).toEqual([action, sees, true])
    }
    const check = await asked(`/me/checkMemberGroups`, sees, people.sana, 'POST', { groupIds: [hidden, open] })
    expect(check.body.value.toSorted()).toEqual((sees ? [hidden, open] : [open]).toSorted())
  })

  it('is itself read like any other, and a filter tells nothing of its members', async () => {
    expect((await asked(`/groups/${hidden}`, sees)).body.displayName).toBe('Hidden ones')
    const filter = `members/any(m:m/id eq '${people.sana}')`
    const found = await idsOf(`/groups?$filter=${encodeURIComponent(filter)}`, sees)
    expect(found).toContain(open)
    expect(found).not.toContain(hidden)
    const upwards = `memberOf/any(g:g/id eq '${hidden}')`
    expect(await idsOf(`/users?$filter=${encodeURIComponent(upwards)}`, sees)).toEqual([])
  })
})

it('is open to an application with the permission, and members are changed without it', async () => {
  expect((await server.send('GET', `/v1.0/groups/${hidden}/members`)).body.value).toHaveLength(2)
  await join(hidden, people.tara)
  const path = `/groups/${hidden}/members/${people.tara}/$ref`
  expect((await asked(path, false, people.administrator, 'DELETE')).status).toBe(204)
})

it('hides nothing where refusals are passed over', async () => {
  const lax = await startAccessServer({ auth: 'warn' })
  const id = await groupOf(lax, 'Hidden too', { visibility: 'HiddenMembership' })
  expect((await lax.send('POST', `/v1.0/groups/${id}/members/$ref`, ref(people.sana))).status).toBe(204)
  const sana = { tenant: contoso, user: people.sana, scopes: [] }
  expect((await lax.as(sana, 'GET', `/v1.0/groups/${id}/members`)).body.value).toHaveLength(1)
  await lax.close()
})
