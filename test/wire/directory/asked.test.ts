/** Members that some kinds of rows show by default, and others only when asked: `deletedDateTime` (gdap.md §7.6). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Answer, startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
let outer: string
const get = (path: string): Promise<Answer> => server.send('GET', `/v1.0${path}`)
const made = async (displayName: string): Promise<string> => {
  const body = { displayName, mailEnabled: false, mailNickname: displayName, securityEnabled: true }
  return (await server.send('POST', '/v1.0/groups', body)).body.id
}
const kindsThatShow = async (query: string): Promise<string[]> => {
  const { status, text, body } = await get(`/groups/${outer}/members${query}`)
  expect(status, text).toBe(200)
  return body.value
    .filter((row: object) => 'deletedDateTime' in row)
    .map((row: { '@odata.type': string }) => row['@odata.type'])
    .toSorted()
}

beforeAll(async () => {
  server = await startTestServer()
  outer = await made('outer')
  const [person] = (await get('/users?$top=1')).body.value as { id: string }[]
  for (const id of [await made('inner'), person?.id]) {
    const link = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` }
    expect((await server.send('POST', `/v1.0/groups/${outer}/members/$ref`, link)).status).toBe(204)
  }
})
afterAll(() => server.close())

const group = '#microsoft.graph.group'
const user = '#microsoft.graph.user'

it.each([
  ['', [group]],
  ['?$select=*', [group]],
  ['?$select=id', []],
  ['?$select=id,deletedDateTime', [group, user]],
  ['?$select=*,deletedDateTime', [group, user]],
  ['?$select=*,microsoft.graph.user/deletedDateTime', [group, user]],
  ['?$select=id,microsoft.graph.user/deletedDateTime', [user]],
  ['?$filter=deletedDateTime eq null&$select=*', [group]],
])('members%s', async (query, kinds) => {
  expect(await kindsThatShow(query)).toEqual(kinds)
})

it.each(['/users', '/groups', '/directoryRoles', '/organization', '/directoryRoleTemplates'])('%s', async (path) => {
  const { body } = await get(`${path}?$top=1`)
  expect('deletedDateTime' in body.value[0], path).toBe(path !== '/users')
})
