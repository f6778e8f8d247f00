/** What the token of a person can do whose account was disabled or deleted after it was issued. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { membership } from '#workloads/directory/membership.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

const { contoso, publicClient, password } = wellKnown
const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
const groups = '/beta/termStore/groups'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ passwordGrant: true, gdap: { ...defaultConfig.gdap, adminAgents: true } })
})
afterAll(() => server.close())

const signIn = async (username: string): Promise<string> => {
  const form = { grant_type: 'password', client_id: publicClient, username, password }
  const scope = 'https://graph.microsoft.com/.default'
  const answer = await fetch(`${server.http}/${contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, scope }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}
const as = (token: string) => (method: string, path: string, body?: unknown) =>
  server.send(method, path, body, { headers: { authorization: `Bearer ${token}` } })
const statuses = async (token: string) => {
  const send = as(token)
  return [
    (await send('POST', groups, { displayName: `A group ${Math.random()}` })).status,
    (await send('POST', relationships, {})).status,
  ]
}

describe('the token of an administrator of the built-in issuer (F13)', () => {
  it('changes nothing while the account is disabled, and nothing any more when it is deleted', async () => {
    const made = await server.send('POST', '/v1.0/users', {
      accountEnabled: true,
      displayName: 'Ada',
      mailNickname: 'ada',
      userPrincipalName: 'ada@contoso.example',
      passwordProfile: { password: 'not used here' },
    })
    const { id } = made.body
    const filter = encodeURIComponent("displayName eq 'AdminAgents'")
    const [agents] = (await server.send('GET', `/v1.0/groups?$filter=${filter}`)).body.value
    await server.parts.store.write(contoso, (tx) =>
      tx.insert(membership, { id: randomUUID(), groupId: agents.id, memberId: id }),
    )
    const roles = { tenant: contoso, administrators: ['ada@contoso.example', 'app@sharepoint'] }
    await fetch(`${server.http}/_relata/term-store/roles`, jsonPost(roles))
    const token = await signIn('ada@contoso.example')
    const enable = async (accountEnabled: boolean) =>
      expect((await server.send('PATCH', `/v1.0/users/${id}`, { accountEnabled })).status).toBe(204)
    // The body of a relationship is a bad one: who may make none is told nothing of that.
    expect(await statuses(token)).toEqual([201, 400])
    await enable(false)
    expect(await statuses(token)).toEqual([401, 401])
    await enable(true)
    expect(await statuses(token)).toEqual([201, 400])
    expect((await server.send('DELETE', `/v1.0/users/${id}`)).status).toBe(204)
    expect((await statuses(token))[1]).toBe(403)
  })
})
