/** Groups in groups, further than anyone would put them: what is in what has no limit of levels (gdap.md §7.6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'
import { people } from '../access-kit.ts'

const levels = 45

let server: TestServer
/** Each is in the next one. */
const chain: string[] = []

const join = async (member: string, group: string) => {
  const reference = { '@odata.id': `${server.origin}/v1.0/directoryObjects/${member}` }
  const { status, text } = await server.send('POST', `/v1.0/groups/${group}/members/$ref`, reference)
  expect(status, text).toBe(204)
}

beforeAll(async () => {
  server = await startTestServer()
  for (let level = 0; level < levels; level += 1) {
    const body = { displayName: `Level ${level}`, mailEnabled: false, mailNickname: `l${level}`, securityEnabled: true }
    chain.push((await server.send('POST', '/v1.0/groups', body)).body.id)
    await join(level === 0 ? people.sana : (chain[level - 1] ?? ''), chain[level] ?? '')
  }
})
afterAll(() => server.close())

const get = (path: string): Promise<Answer> => server.send('GET', `/v1.0${encodeURI(path)}`)
const idsAt = async (path: string): Promise<string[]> => {
  const { body, text } = await get(`${path}${path.includes('?') ? '&' : '?'}$top=500&$select=id`)
  return body.value?.map(({ id }: { id: string }) => id).toSorted() ?? text
}
const call = async (object: string, action: string, body: object): Promise<string[]> =>
  (await server.send('POST', `/v1.0/directoryObjects/${object}/${action}`, body)).body.value.toSorted()

const last = () => chain.at(-1) ?? ''
const all = () => chain.toSorted()

describe(`a chain of ${levels} groups`, () => {
  it('has all below it as transitive members', async () => {
    expect((await get(`/groups/${last()}/transitiveMembers/$count`)).text).toBe(String(levels))
    expect(await idsAt(`/groups/${last()}/transitiveMembers/microsoft.graph.group`)).toEqual(
      chain.slice(0, -1).toSorted(),
    )
    expect((await get(`/groups/${last()}/transitiveMembers/${people.sana}`)).status).toBe(200)
    expect(await idsAt(`/groups?$filter=transitiveMembers/any(m:m/id eq '${people.sana}')`)).toEqual(
      expect.arrayContaining(all()),
    )
  })

  it('is what its innermost member is in', async () => {
    expect(await idsAt(`/users/${people.sana}/transitiveMemberOf/microsoft.graph.group`)).toEqual(
      expect.arrayContaining(all()),
    )
    for (const action of ['getMemberGroups', 'getMemberObjects'])
      expect(await call(people.sana, action, { securityEnabledOnly: false })).toEqual(expect.arrayContaining(all()))
    expect(await call(people.sana, 'checkMemberGroups', { groupIds: [last(), chain[31], chain[32]] })).toEqual(
      [last(), chain[31], chain[32]].toSorted(),
    )
    expect(await call(people.sana, 'checkMemberObjects', { ids: [last()] })).toEqual([last()])
  })
})

describe('a circle of them', () => {
  beforeAll(() => join(last(), chain[0] ?? ''))

  it('ends: each is in all the others', async () => {
    for (const id of [chain[0] ?? '', chain[20] ?? '', last()]) {
      const others = chain.filter((one) => one !== id).toSorted()
      expect(await idsAt(`/groups/${id}/transitiveMembers/microsoft.graph.group`)).toEqual(others)
      expect(await idsAt(`/groups/${id}/transitiveMemberOf`)).toEqual(others)
      expect((await get(`/groups/${id}/transitiveMembers/$count`)).text).toBe(String(levels))
      expect(await call(id, 'getMemberGroups', { securityEnabledOnly: false })).toEqual(others)
    }
  })
})
