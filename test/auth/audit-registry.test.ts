/** The log of a registry with its chain: for whoever reads it through Graph, in its own tenant (events.md §9.5). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { verifyExport } from '#workloads/audit/verify.ts'
import { personToken } from '../_support/person-token.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const { contoso, fabrikam } = wellKnown
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ registry: true, seed: 'default', httpOnly: true })
})
afterAll(() => server.close())

const tokenOf = (tenant: string, name: string, scopes: string, claims = {}): Promise<string> =>
  personToken(server, tenant, name, scopes, claims)
const ask = async (path: string, token?: string) => {
  const answer = await fetch(`${server.http}${path}`, {
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  })
  return { status: answer.status, text: await answer.text() }
}

it('is for a token that reads the log, of the tenant itself', async () => {
  expect((await ask('/_relata/audit')).status).toBe(401)
  const daemon = await server.token(contoso)
  const { status, text } = await ask('/_relata/audit', daemon)
  expect(status).toBe(200)
  expect(await verifyExport(text.trimEnd().split('\n'))).toMatchObject({ tenant: contoso, start: 0 })
  expect((await ask(`/_relata/audit?tenant=${contoso}`, daemon)).status).toBe(200)
  expect((await ask(`/_relata/audit?tenant=${fabrikam}`, daemon)).status).toBe(403)
  expect((await ask('/_relata/audit?tenant=nobody.example', daemon)).status).toBe(403)
  expect((await ask('/_relata/audit/status', daemon)).status).toBe(200)
})

it('is refused to one that does not, and to people without a role for it', async () => {
  const people = await server.parts.directory.listAccounts(contoso, 50)
  const answers = new Set<string>()
  for (const { userName } of people) {
    expect((await ask('/_relata/audit', await tokenOf(contoso, userName, 'User.Read.All'))).status).toBe(403)
    const token = await tokenOf(contoso, userName, 'AuditLog.Read.All')
    const { status } = await ask('/_relata/audit/status', token)
    // As through Graph.
    expect([userName, status]).toEqual([userName, (await ask('/v1.0/auditLogs/directoryAudits', token)).status])
    answers.add(String(status))
  }
  expect([...answers].sort()).toEqual(['200', '403'])
})

it('shows its public keys to anybody', async () => {
  const { status, text } = await ask('/_relata/webhooks/jwks.json')
  expect(status).toBe(200)
  expect(JSON.parse(text).keys).toContainEqual(expect.objectContaining({ crv: 'Ed25519', alg: 'EdDSA', use: 'sig' }))
  expect(text).not.toContain('"d"')
})
