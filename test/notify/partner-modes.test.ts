/** Partner Center's side in a registry, with --strict, and where the server answers to Microsoft's names (events.md §2.1 to §2.5). */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { makeSigningPair, makeTestRoot } from '#app/trust/signing-certificates.ts'
import { freePort } from '../_support/free-port.ts'
import { startHookReceiver } from '../_support/hook-receiver.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const { contoso, daemon, reader, secret } = wellKnown
const registration = '/webhooks/v1/registration'
const partnerCenter = 'https://api.partnercenter.microsoft.com'
const wish = { WebhookUrl: 'https://hooks.example.com/hook', WebhookEvents: ['test-created'] }
const closing: (() => Promise<void>)[] = []
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relata-partner-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function start(config: Partial<Config>): Promise<TestServer> {
  const server = await startTestServer(config)
  closing.push(() => server.close())
  return server
}

async function partnerToken({ http }: TestServer): Promise<Record<string, string>> {
  const answer = await fetch(`${http}/${contoso}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: daemon,
      client_secret: secret,
      grant_type: 'client_credentials',
      scope: `${partnerCenter}/.default`,
    }),
  })
  return { authorization: `Bearer ${((await answer.json()) as { access_token: string }).access_token}` }
}

describe('a registry', () => {
  const registry = { registry: true, seed: 'default', httpOnly: true } as const

  it('has none without a key of the operator, and says so', async () => {
    const server = await start(registry)
    const refused = await server.send('POST', registration, wish)
    expect([refused.status, refused.body.code]).toEqual([400, '3000'])
    expect(refused.body.description).toContain('--webhook-signing-key')
    expect((await fetch(`${server.http}/_relata/webhooks/certificate.cer`)).status).toBe(404)
    expect((await fetch(`${server.http}/cert/00.cer`)).status).toBe(404)
  })

  it('has one with a key; who may read relationships may read it, who may change them may change it', async () => {
    const now = new Date()
    const issuer = await makeTestRoot(now)
    const pair = await makeSigningPair({ issuer, organisation: 'Partner', crlUrl: 'http://ca.example/crl', now })
    const [webhookSigningKey, webhookSigningCertificate] = ['key.pem', 'cert.pem'].map((name) =>
      join(folder, name),
    ) as [string, string]
    writeFileSync(webhookSigningKey, pair.key)
    writeFileSync(webhookSigningCertificate, pair.cert)
    const server = await start({ ...registry, webhookSigningKey, webhookSigningCertificate })
    const asReader = { app: reader }
    const refused = await server.send('POST', registration, wish, asReader)
    expect([refused.status, refused.body.code]).toEqual([403, '2032'])
    expect((await server.send('GET', registration, undefined, asReader)).status).toBe(404)
    expect((await server.send('GET', '/v1/auditrecords', undefined, asReader)).status).toBe(200)
    for (const url of [
      'http://hooks.example.com/',
      'https://10.0.0.1/',
      'https://localhost/',
      'https://a.example:8443/',
    ]) {
      const { status, body } = await server.send('POST', registration, { ...wish, WebhookUrl: url })
      expect([status, body.data]).toEqual([400, ['webhookUrl']])
    }
    expect((await server.send('POST', registration, wish)).status).toBe(200)
    const pem = await fetch(`${server.http}/_relata/webhooks/certificate.cer`)
    expect(await pem.text()).toBe(pair.cert)
    expect((await fetch(`${server.http}/_relata/webhooks/crl`)).status).toBe(404)
  })

  it('does not start with a key that is not that of the certificate', async () => {
    const now = new Date()
    const issuer = await makeTestRoot(now)
    const files = ['root.pem', 'root.key'].map((name) => join(folder, name)) as [string, string]
    writeFileSync(files[0], issuer.cert)
    writeFileSync(files[1], issuer.key)
    const starting = startTestServer({ ...registry, webhookSigningCertificate: files[0], webhookSigningKey: files[1] })
    await expect(starting).rejects.toThrow(/cannot sign webhooks with the certificate .*root\.pem.* RSA/)
  })
})

describe('the key', () => {
  it('is kept beside the others over a restart, and the one before is served where its list has moved', async () => {
    const location = join(folder, 'kept')
    const kids = async (port: number): Promise<string[]> => {
      const server = await startTestServer({ location, inMemory: false, port })
      const { keys } = (await (await fetch(`${server.http}/_relata/webhooks/jwks.json`)).json()) as {
        keys: { kid: string; kty: string }[]
      }
      const found = keys.filter(({ kty }) => kty === 'RSA').map(({ kid }) => kid)
      const served = await Promise.all(
        found.map((kid) => fetch(`${server.http}/_relata/webhooks/certificate.cer?kid=${kid}`)),
      )
      expect(served.map(({ status }) => status)).toEqual(found.map(() => 200))
      await server.close()
      return found
    }
    const [port, other] = [await freePort(), await freePort()]
    const first = await kids(port)
    expect(first).toHaveLength(1)
    if (process.platform !== 'win32') expect(statSync(join(location, 'events.key')).mode & 0o777).toBe(0o600)
    expect(await kids(port)).toEqual(first)
    expect(await kids(other)).toEqual([expect.not.stringMatching(first[0] ?? ''), ...first])
  })
})

describe('with --strict', () => {
  it('there are Partner Center’s operations, names and members only', async () => {
    const server = await start({ strict: true })
    const headers = await partnerToken(server)
    const { body: names } = await server.send('GET', `${registration}/events`, undefined, { headers })
    expect(names).toHaveLength(26)
    const own = { ...wish, WebhookEvents: ['relata.delivery-dead'] }
    expect((await server.send('POST', registration, own, { headers })).status).toBe(400)
    expect((await server.send('POST', registration, { ...wish, Odd: 1 }, { headers })).status).toBe(400)
    expect((await server.send('POST', registration, wish, { headers })).status).toBe(200)
    const removed = await server.send('DELETE', registration, undefined, { headers })
    expect([removed.status, removed.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, PUT'])
  })
})

/** A request to this machine under another name, over TLS that is checked. */
function getAs(server: TestServer, host: string, path: string, headers: Record<string, string>, ca?: string) {
  const { port } = new URL(server.origin)
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, servername: host, headers: { ...headers, host }, ca }
    request(options, async (answer) => {
      const parts: Buffer[] = []
      for await (const part of answer) parts.push(part as Buffer)
      resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() })
    })
      .on('error', reject)
      .end()
  })
}

describe("where it answers to Microsoft's names", () => {
  it('events name them, and so does a signer that looks like theirs', async () => {
    const receiver = await startHookReceiver()
    closing.push(() => receiver.close())
    const server = await start({
      transparent: true,
      partnerCenterSigner: 'faithful',
      partnerCenterResources: 'https://partner.microsoft.com',
      cert: undefined,
      key: undefined,
    })
    const headers = await partnerToken(server)
    const ca = await (await fetch(`${server.http}/_relata/certificate.pem`)).text()
    const listed = await getAs(server, 'api.partnercenter.microsoft.com', '/v1/auditrecords?size=1', headers, ca)
    expect(JSON.parse(listed.text).links.self.uri).toBe(`${partnerCenter}/v1/auditrecords?size=1`)
    const own = {
      WebhookUrl: `${receiver.url}/`,
      WebhookEvents: ['relata.granular-admin-relationship-created', 'test-created'],
    }
    expect((await server.send('POST', registration, own, { headers })).status).toBe(200)
    const { correlationId } = (await server.send('POST', `${registration}/validationEvents`, undefined, { headers }))
      .body
    const test = await receiver.next()
    expect(JSON.parse(test.body.toString()).ResourceUri).toBe(
      `${partnerCenter}${registration}/validationEvents/${correlationId}`,
    )
    const url = new URL(String(test.headers['x-ms-certificate-url']))
    expect(url.href).toMatch(/^https:\/\/3psostorageacct\.blob\.core\.windows\.net\/cert\/[0-9a-f]{40}\.cer$/)
    const certificate = await getAs(server, url.host, url.pathname, {}, ca)
    expect(certificate.text).toContain('BEGIN CERTIFICATE')
    const role = { roleDefinitionId: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451' }
    await server.send('POST', '/v1.0/tenantRelationships/delegatedAdminRelationships', {
      displayName: 'Named',
      duration: 'P30D',
      accessDetails: { unifiedRoles: [role] },
    })
    const created = JSON.parse((await receiver.next()).body.toString())
    expect(created.ResourceUri).toMatch(/^https:\/\/partner\.microsoft\.com\/granularAdminRelationships\//)
    expect(created.AuditUri).toMatch(/^https:\/\/api\.partnercenter\.microsoft\.com\/auditactivity\/v1\/auditrecords\//)
    const record = await getAs(
      server,
      'api.partnercenter.microsoft.com',
      new URL(created.AuditUri).pathname,
      headers,
      ca,
    )
    expect(JSON.parse(record.text).operationType).toBe('granular_admin_relationship_created')
  })
})
