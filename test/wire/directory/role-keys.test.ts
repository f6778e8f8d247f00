/** A directory role is found by its id and by the id of its template, as Graph documents it (gdap.md §7.6). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { startTestServer, type TestServer } from '../../_support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const id = globalAdministrator

it.each([
  `(roleTemplateId='${id}')`,
  `(roleTemplateId=${id})`,
  `(ROLETEMPLATEID = '${id.toUpperCase()}')`,
  `(id='${id}')`,
  `/roleTemplateId=${id}`,
  `/roleTemplateId%3D${id.toUpperCase()}`,
])('directoryRoles%s', async (key) => {
  const role = await server.send('GET', `/v1.0/directoryRoles${encodeURI(key).replaceAll('%253D', '%3D')}`)
  expect([role.status, role.body.roleTemplateId], role.text).toEqual([200, id])
})

it.each([
  [`directoryRoles(displayName='Global Administrator')`, 400],
  [`directoryRoles(roleTemplateId='')`, 400],
  ['directoryRoles/roleTemplateId=', 400],
  [`directoryRoles/displayName=${id}`, 400],
  ["directoryRoles(roleTemplateId='00000000-0000-0000-0000-000000000001')", 404],
  [`groups(roleTemplateId='${id}')`, 400],
  [`groups/roleTemplateId=${id}`, 400],
])('%s: %i', async (address, status) => {
  const answer = await server.send('GET', `/v1.0/${address.replaceAll(' ', '%20')}`)
  expect(answer.status, answer.text).toBe(status)
})
