/** Microsoft's own sign-in library, unmodified, in a process that trusts our authority. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCertificates } from '#app/trust/certificates.ts'
import { appId, type Running, secret, startTestListener, tenantId } from '../_support/listener.ts'

const run = promisify(execFile)

let folder: string
let caFile: string
let server: Running
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-identity-'))
  const made = await loadCertificates({
    location: folder,
    inMemory: false,
    host: '127.0.0.1',
    now: new Date(0 + performance.timeOrigin),
  })
  caFile = made.caFile ?? ''
  server = await startTestListener({ tls: { key: made.key, cert: made.cert }, hosts: ['127.0.0.1', '::1'] })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const script = `
import { ClientSecretCredential } from '@azure/identity'
const [tenant, id, secret, authorityHost, scope] = process.argv.slice(1)
const credential = new ClientSecretCredential(tenant, id, secret, { authorityHost, disableInstanceDiscovery: true })
try {
  const { token, expiresOnTimestamp } = await credential.getToken(scope, { enableCae: true })
  const answer = await fetch(authorityHost + '/v1.0/things', { headers: { authorization: 'Bearer ' + token } })
  console.log(JSON.stringify({ status: answer.status, left: expiresOnTimestamp - performance.timeOrigin }))
} catch (error) {
  console.log(JSON.stringify({ name: error.name, message: error.message }))
}
`

const signIn = async (tenant: string, id: string, password: string, scope: string) => {
  const authority = `https://localhost:${server.port}`
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '-e', script, tenant, id, password, authority, scope],
    {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
      timeout: 15_000,
    },
  )
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('ClientSecretCredential', () => {
  it.each([tenantId, 'one.example'])('signs in to %s and gets in', async (tenant) => {
    const outcome = await signIn(tenant, appId, secret, 'https://graph.microsoft.com/.default')
    expect(outcome).toMatchObject({ status: 200 })
    expect(outcome['left']).toBeGreaterThan(3_500_000)
  })

  it('signs in for our own address, as kiota asks', async () => {
    expect(await signIn(tenantId, appId, secret, `https://localhost:${server.port}/.default`)).toMatchObject({
      status: 200,
    })
  })

  it('understands our refusal', async () => {
    const outcome = await signIn(tenantId, appId, 'wrong', 'https://graph.microsoft.com/.default')
    expect(outcome).toMatchObject({ name: 'AuthenticationRequiredError' })
    expect(outcome['message']).toContain('AADSTS7000215')
  })
})
