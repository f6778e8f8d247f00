/**
 * Microsoft's clients with no setting for a host at all, in a process of their own whose connections to Microsoft's
 * hosts lead here, as a hosts file or a proxy would have it. Names and certificates are checked as ever.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { transparentHosts } from '#app/trust/transparent.ts'

const run = promisify(execFile)

let location: string
let server: RunningServer
let port: string
beforeAll(async () => {
  location = await mkdtemp(join(tmpdir(), 'relata-transparent-'))
  server = await startServer({ ...defaultConfig, port: 0, location, silent: true, transparent: true })
  port = new URL(server.origin).port
})
afterAll(async () => {
  await server.close()
  await rm(location, { recursive: true, force: true })
})

/** What a hosts file does, and a port 443 that only root could open. */
const leadHere = `
import net from 'node:net'
const plain = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  if (${JSON.stringify(transparentHosts)}.includes(options?.host) && String(options.port) === '443') {
    options.host = '127.0.0.1'
    options.port = process.env.LEAD_TO
    delete options.lookup
  } else if (options?.host !== '127.0.0.1') throw new Error('left this machine: ' + JSON.stringify(options))
  return plain.apply(this, args)
}`

const asData = (script: string): string => `data:text/javascript,${encodeURIComponent(script)}`

/** The last line it prints, as JSON. */
const inProcess = async (script: string, more: { readonly preload?: string; readonly env?: NodeJS.ProcessEnv }) => {
  const preload = more.preload === undefined ? [] : ['--import', asData(more.preload)]
  const env = { ...process.env, ...more.env, NODE_EXTRA_CA_CERTS: join(location, 'ca.pem'), LEAD_TO: port }
  const args = [...preload, '--input-type=module', '-e', script, wellKnown.contoso, wellKnown.daemon, wellKnown.secret]
  const { stdout } = await run(process.execPath, args, { env })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

const signIn = `
import { ClientSecretCredential } from '@azure/identity'
const [tenant, id, secret] = process.argv.slice(1)
const credential = new ClientSecretCredential(tenant, id, secret)`

describe('the transparent mode', () => {
  it('serves clients that know Microsoft’s hosts only', async () => {
    const script = `${signIn}
import { Client } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'
const scopes = ['https://graph.microsoft.com/.default']
const client = Client.initWithMiddleware({ authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes }) })
await client.api('/sites/root/termStore/groups').post({ displayName: 'Transparent' })
const first = await client.api('/sites/root/termStore/groups').top(1).get()
const second = await client.api(first['@odata.nextLink']).get()
const { token } = await credential.getToken(scopes)
const { iss } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
console.log(JSON.stringify({ context: first['@odata.context'], next: first['@odata.nextLink'], more: second.value.length, iss }))`
    const seen = await inProcess(script, { preload: leadHere })
    expect(seen.context).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/\$metadata#/)
    expect(seen.next).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\//)
    expect(seen.more).toBeGreaterThan(0)
    expect(seen.iss).toBe(`https://login.microsoftonline.com/${wellKnown.contoso}/v2.0`)
  })

  it('serves them through a proxy that leads here', async () => {
    const asked: (string | undefined)[] = []
    const proxy = createServer().on('connect', (request: IncomingMessage, client: Duplex) => {
      asked.push(request.url)
      const upstream = connect(Number(port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        upstream.pipe(client).pipe(upstream)
      })
      for (const side of [client, upstream]) side.on('error', () => upstream.destroy())
      upstream.on('close', () => client.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const script = `${signIn}
const { token } = await credential.getToken('https://graph.microsoft.com/.default')
// Its agent would keep the connection for a while.
process.stdout.write(JSON.stringify({ parts: token.split('.').length }) + '\\n', () => process.exit(0))`
    const env = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, NO_PROXY: '' }
    expect(await inProcess(script, { env })).toEqual({ parts: 3 })
    expect(new Set(asked)).toEqual(new Set(['login.microsoftonline.com:443']))
    proxy.closeAllConnections()
    await new Promise((resolve) => proxy.close(resolve))
  })

  it('serves a client whose authority is another of Microsoft’s names', async () => {
    const script = `
import { ClientSecretCredential } from '@azure/identity'
const [tenant, id, secret] = process.argv.slice(1)
const issuers = []
for (const authorityHost of ['https://login.windows.net', 'https://login.microsoft.com', 'https://sts.windows.net']) {
  const credential = new ClientSecretCredential(tenant, id, secret, { authorityHost })
  const { token } = await credential.getToken('https://graph.microsoft.com/.default')
  issuers.push(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).iss)
}
console.log(JSON.stringify(issuers))`
    const issuers = await inProcess(script, { preload: leadHere })
    expect(issuers).toHaveLength(3)
    for (const issuer of issuers) expect(issuer).toMatch(new RegExp(`^https://[a-z.]+/${wellKnown.contoso}/v2.0$`))
  })

  it('shows a certificate with these names, and only while it is on', async () => {
    const isNamed = (at: string, servername: string) =>
      new Promise<boolean>((resolve) => {
        const ca = server.certificates?.ca ?? ''
        const socket = connectTls({ port: Number(at), host: '127.0.0.1', servername, ca })
        socket.on('secureConnect', () => resolve(true)).on('error', () => resolve(false))
        socket.on('secureConnect', () => socket.destroy())
      })
    const plain = await startServer({ ...defaultConfig, port: 0, location, inMemory: true, silent: true })
    expect(plain.certificates?.ca).toBe(server.certificates?.ca)
    for (const host of [
      'graph.microsoft.com',
      'login.microsoftonline.com',
      'login.windows.net',
      'login.microsoft.com',
      'sts.windows.net',
      'api.partnercenter.microsoft.com',
    ]) {
      expect([host, await isNamed(port, host)]).toEqual([host, true])
      expect([host, await isNamed(new URL(plain.origin).port, host)]).toEqual([host, false])
    }
    await plain.close()
  })

  it('refuses a certificate of someone else’s that does not name the hosts', async () => {
    const pair = { cert: join(location, 'server.pem'), key: join(location, 'server.key') }
    const start = startServer({ ...defaultConfig, port: 0, inMemory: true, silent: true, transparent: true, ...pair })
    await expect(start).rejects.toThrow(
      'does not name graph.microsoft.com, login.microsoftonline.com, login.windows.net, login.microsoft.com, sts.windows.net, api.partnercenter.microsoft.com, which',
    )
  })
})
