/** Which hosts, peers and pages a server takes requests from: Host, control addresses, proxies, pages of other sites. */
import { hostname, networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { type Config, defaultConfig } from '#app/config.ts'
import { envelopeOf, exchange, type RawAnswer } from '../_support/listener.ts'

interface Started {
  readonly port: number
  /** Sends one request of plain HTTP as it is. */
  ask(line: string, headers?: readonly string[], body?: string, from?: string): Promise<RawAnswer>
}

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const start = async (settings: Partial<Config> = {}): Promise<Started> => {
  const server = await startServer({
    ...defaultConfig,
    port: 0,
    inMemory: true,
    silent: true,
    httpOnly: true,
    seed: 'none',
    ...settings,
  })
  open.push(() => server.close())
  const port = Number(new URL(server.origin).port)
  return {
    port,
    ask: async (line, headers = [], body = '', at = '127.0.0.1') => {
      const hasHost = headers.some((header) => /^host:/i.test(header))
      const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
      const head = [...(hasHost ? [] : ['Host: localhost']), 'Connection: close', ...length, ...headers]
      // Of a body that was announced and does not come, the server keeps the connection open for seconds.
      const { answers } = await exchange(port, [[`${line} HTTP/1.1`, ...head, '', body].join('\r\n')], {
        at,
        once: true,
      })
      return answers[0] as RawAnswer
    },
  }
}

/** An address of this machine that is not loopback. */
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address

const modes: readonly (readonly [string, Partial<Config>])[] = [
  ['the stand-in', {}],
  ['the stand-in without tokens', { auth: 'off' }],
  ['the stand-in that warns', { auth: 'warn' }],
  ['a registry', { registry: true }],
]

describe.each(modes)('the hosts of %s (B6)', (_, mode) => {
  const paths = ['/v1.0/$metadata', '/_relata/clock', '/health', '/', '/nowhere', '/contoso.example/oauth2/v2.0/token']

  it('are those of this machine', async () => {
    const { ask } = await start(mode)
    const names = ['localhost', 'LOCALHOST:1', 'localhost.', 'a.localhost', '127.0.0.1', '127.9.9.9:4365', '[::1]:80']
    for (const host of [...names, hostname()])
      expect((await ask('GET /v1.0/$metadata', [`Host: ${host}`])).status, host).toBe(200)
  })

  it('are no others: 421 at every address, before anything else', async () => {
    const { ask } = await start(mode)
    for (const host of ['evil.example', 'evil.example:4365', 'localhost.evil.example', '203.0.113.9', '[2001:db8::1]'])
      for (const path of paths) {
        const answer = await ask(`GET ${path}`, [`Host: ${host}`])
        expect([answer.status, path, host]).toEqual([421, path, host])
        const error = envelopeOf(answer)
        expect(error).toMatchObject({ code: 'misdirectedRequest', target: 'Host' })
        expect(error.message).toContain('--allowed-host')
      }
    const preflight = ['Host: evil.example', 'Origin: http://localhost:3000', 'Access-Control-Request-Method: POST']
    expect((await ask('OPTIONS /v1.0/me', preflight)).status).toBe(421)
    expect((await ask('PUT /v1.0/me', ['Host: evil.example', 'Content-Length: 4000000'])).status).toBe(421)
  })

  it('count in a target of absolute form as well', async () => {
    const { ask } = await start(mode)
    expect((await ask('GET http://evil.example/v1.0/$metadata')).status).toBe(421)
    expect((await ask('GET http://localhost:1/v1.0/$metadata', ['Host: evil.example'])).status).toBe(421)
    expect((await ask('GET http://localhost:1/v1.0/$metadata')).status).toBe(200)
  })

  it('are one: two Host headers are 400 (B9)', async () => {
    const { ask } = await start(mode)
    for (const second of ['localhost', 'evil.example', ''])
      expect((await ask('GET /v1.0/$metadata', ['Host: localhost', `Host: ${second}`])).status).toBe(400)
  })

  it('are joined by those of the settings', async () => {
    const { ask } = await start({
      ...mode,
      allowedHost: ['relata', '*.lan.example', '192.0.2.7'],
      certificateNames: ['named.example'],
      publicUrl: 'https://terms.example',
    })
    for (const host of ['relata:4365', 'a.lan.example', '192.0.2.7', 'named.example', 'terms.example'])
      expect((await ask('GET /v1.0/$metadata', [`Host: ${host}`])).status, host).toBe(200)
    for (const host of ['lan.example', 'a.b.lan.example', 'x.relata', 'graph.microsoft.com'])
      expect((await ask('GET /v1.0/$metadata', [`Host: ${host}`])).status, host).toBe(421)
  })

  it('may be any IP address for /alive and /ready, as load balancers and Kubernetes name it', async () => {
    const { ask } = await start(mode)
    for (const path of ['/alive', '/ready']) {
      expect((await ask(`GET ${path}`, ['Host: 203.0.113.9:4365'])).status).toBe(200)
      expect((await ask(`GET ${path}`, ['Host: evil.example'])).status).toBe(421)
    }
    expect((await ask('GET /health', ['Host: 203.0.113.9:4365'])).status).toBe(421)
  })
})

describe('an address of this machine', () => {
  it.runIf(ownAddress !== undefined)('is a host, as no name leads to it', async () => {
    const { ask } = await start({ host: '0.0.0.0' })
    const at = ownAddress as string
    expect((await ask('GET /v1.0/$metadata', [`Host: ${at}`], '', at)).status).toBe(200)
    expect((await ask('GET /v1.0/$metadata', ['Host: 203.0.113.9'], '', at)).status).toBe(421)
  })
})

describe('control addresses (B7)', () => {
  const cure = /--control any/

  it('are for programs of this machine', async () => {
    const { ask } = await start({ host: '0.0.0.0' })
    expect((await ask('GET /_relata/clock')).status).toBe(200)
    expect((await ask('GET /_relata/clock', [], '', '127.0.0.2')).status).toBe(200)
  })

  it.runIf(ownAddress !== undefined)('are 403 for others, with the cure, unless --control any', async () => {
    const at = ownAddress as string
    const closed = await start({ host: '0.0.0.0' })
    const id = '11111111-1111-4111-8111-111111111111-11111111-1111-4111-8111-111111111111'
    for (const line of [
      'GET /_relata/clock',
      'POST /_relata/clock',
      'GET /_RELATA/CLOCK',
      'GET /_relata/tenants',
      `POST /_relata/gdap/${id}/approve`,
      'GET /_relata/access',
      'GET /_relata/term-store/roles',
      'POST /_relata/applications',
      'POST /_relata/keys/rotate',
      `GET /approve/${id}`,
      'GET /AdminPortal/Home',
    ]) {
      const answer = await closed.ask(line, [`Host: ${at}`], '', at)
      expect([answer.status, line]).toEqual([403, line])
      expect(envelopeOf(answer).message).toMatch(cure)
    }
    for (const line of ['GET /v1.0/$metadata', 'GET /health', 'GET /_relata/certificate.pem'])
      expect((await closed.ask(line, [`Host: ${at}`], '', at)).status).not.toBe(403)
    const anybody = await start({ host: '0.0.0.0', control: 'any' })
    expect((await anybody.ask('GET /_relata/clock', [`Host: ${at}`], '', at)).status).toBe(200)
  })

  it('are closed to what a proxy or a tunnel of this machine hands on', async () => {
    const { ask } = await start()
    const names = [
      'X-Real-IP',
      'X-Client-IP',
      'CF-Connecting-IP',
      'True-Client-IP',
      'Fastly-Client-IP',
      'X-Envoy-External-Address',
    ]
    for (const header of [
      ...['X-Forwarded-For: 127.0.0.1', 'Forwarded: for=127.0.0.1', 'Via: 1.1 tunnel'],
      ...['X-Forwarded-Host: localhost', 'X-Forwarded-Proto: http', 'X-Forwarded-Port: 80', 'X-Forwarded-Server: a'],
      ...names.map((name) => `${name}: 127.0.0.1`),
    ])
      expect((await ask('GET /_relata/clock', [header])).status, header).toBe(403)
  })

  it('are open to nobody with --trusted-proxy, unless --control any', async () => {
    const { ask } = await start({ trustedProxy: ['127.0.0.1'] })
    for (const headers of [[], ['X-Forwarded-For: 127.0.0.1'], ['X-Forwarded-For: 203.0.113.9']]) {
      const answer = await ask('GET /_relata/clock', headers)
      expect(answer.status).toBe(403)
      expect(envelopeOf(answer).message).toMatch(/--trusted-proxy.*--control any/)
    }
    const anybody = await start({ trustedProxy: ['127.0.0.1'], control: 'any' })
    expect((await anybody.ask('GET /_relata/clock')).status).toBe(200)
  })
})

describe('a proxy in front', () => {
  const contextOf = async ({ ask }: Started, headers: readonly string[]): Promise<string> => {
    const { status, body } = await ask('GET /v1.0/', headers)
    expect(status, body).toBe(200)
    return JSON.parse(body)['@odata.context'] as string
  }
  const outer = ['X-Forwarded-Proto: https', 'X-Forwarded-Host: terms.example']

  it('is believed only where it is trusted', async () => {
    const allowedHost = ['terms.example']
    const plain = await start({ allowedHost })
    expect(await contextOf(plain, outer)).toMatch(/^http:\/\/localhost\//)
    const trusting = await start({ allowedHost, trustedProxy: ['127.0.0.0/8'] })
    expect(await contextOf(trusting, outer)).toMatch(/^https:\/\/terms\.example\/v1\.0\//)
    // The next request is judged by itself.
    expect(await contextOf(trusting, [])).toMatch(/^http:\/\/localhost\//)
    const other = await start({ allowedHost, trustedProxy: ['10.0.0.0/8', 'fd00::/8'] })
    expect(await contextOf(other, outer)).toMatch(/^http:\/\/localhost\//)
  })

  it('cannot name a host that is not ours, nor a scheme that is none', async () => {
    const { ask } = await start({ trustedProxy: ['127.0.0.1'] })
    expect((await ask('GET /v1.0/', ['X-Forwarded-Host: evil.example'])).status).toBe(421)
    expect((await ask('GET /v1.0/', ['X-Forwarded-Host: a b'])).status).toBe(400)
    expect((await ask('GET /v1.0/', ['Host: evil.example', 'X-Forwarded-Host: localhost'])).status).toBe(421)
    const { body } = await ask('GET /v1.0/', ['X-Forwarded-Proto: javascript'])
    expect(JSON.parse(body)['@odata.context']).toMatch(/^http:\/\/localhost\//)
  })

  it('is left out of all links by --public-url (C9)', async () => {
    const server = await start({ publicUrl: 'https://terms.example', auth: 'off', seed: 'default' })
    expect(await contextOf(server, [])).toBe('https://terms.example/v1.0/$metadata')
    const page = await server.ask('GET /v1.0/sites/root/termStore/groups?$top=1')
    const { '@odata.nextLink': next, '@odata.context': context, value } = JSON.parse(page.body)
    expect([next, context]).toEqual([
      expect.stringMatching(/^https:\/\/terms\.example\/v1\.0\//),
      expect.stringMatching(/^https:\/\/terms\.example\/v1\.0\/\$metadata/),
    ])
    expect(value).toHaveLength(1)
    const json = ['Content-Type: application/json']
    const made = await server.ask('POST /v1.0/sites/root/termStore/groups', json, '{"displayName":"Linked"}')
    expect([made.status, made.headers['location']]).toEqual([201, expect.stringMatching(/^https:\/\/terms\.example\//)])
    const known = await server.ask('GET /contoso.example/v2.0/.well-known/openid-configuration')
    const addresses = Object.entries(JSON.parse(known.body)).filter(([name]) =>
      /^issuer$|_endpoint$|jwks_uri/.test(name),
    )
    expect(addresses.length).toBeGreaterThan(4)
    for (const [name, address] of addresses) expect(address, name).toMatch(/^https:\/\/terms\.example\//)
    const batch = '{"requests":[{"id":"1","method":"GET","url":"/sites/root/termStore/groups?$top=1"}]}'
    const { responses } = JSON.parse((await server.ask('POST /v1.0/$batch', json, batch)).body)
    expect(responses[0].body['@odata.nextLink']).toMatch(/^https:\/\/terms\.example\//)
  })
})

describe.each(['off', 'warn'] as const)('without a token, --auth %s (B5)', (auth) => {
  const path = '/v1.0/sites/root/termStore/groups'
  const text = '{"displayName":"From afar"}'
  const json = 'Content-Type: application/json'

  it('a page of another site writes nothing', async () => {
    const { ask } = await start({ auth, seed: 'default' })
    const before = (await ask(`GET ${path}`)).body
    for (const header of ['Origin: https://evil.example', 'Origin: null', 'Sec-Fetch-Site: cross-site']) {
      for (const line of [`POST ${path}`, 'POST /v1.0/$batch', `DELETE ${path}/x`, `PATCH ${path}/x`]) {
        const answer = await ask(line, [header, json], text)
        expect([answer.status, line, header]).toEqual([403, line, header])
        expect(envelopeOf(answer)).toMatchObject({ target: 'Origin' })
      }
      expect((await ask(`POST ${path}`, [header])).status).toBe(403)
    }
    expect((await ask(`GET ${path}`)).body).toBe(before)
  })

  it('a body is JSON and says so', async () => {
    const { ask } = await start({ auth, seed: 'default' })
    for (const type of [
      [],
      ['Content-Type: text/plain'],
      ['Content-Type: text/plain; x=application/json'],
      ['Content-Type: application/x-www-form-urlencoded'],
      ['Content-Type: multipart/form-data; boundary=x'],
    ]) {
      const answer = await ask(`POST ${path}`, type, text)
      expect([answer.status, type]).toEqual([415, type])
      expect(envelopeOf(answer)).toMatchObject({ code: 'unsupportedMediaType', target: 'Content-Type' })
    }
    expect((await ask(`POST ${path}`, ['Content-Type: application/json; charset=utf-8'], text)).status).toBe(201)
  })

  it('pages of this machine call as before', async () => {
    const { ask } = await start({ auth, seed: 'default' })
    const page = ['Origin: http://localhost:3000', 'Sec-Fetch-Site: same-site', json]
    expect((await ask(`POST ${path}`, page, text)).status).toBe(201)
    const { port, ask: other } = await start({ auth, seed: 'default', corsOrigin: 'none' })
    expect((await other(`POST ${path}`, page, text)).status).toBe(403)
    const own = [`Host: localhost:${port}`, `Origin: http://localhost:${port}`, json]
    expect((await other(`POST ${path}`, own, text)).status).toBe(201)
  })
})

describe('control addresses and pages (B5)', () => {
  const move = '{"freeze":true}'

  it('take JSON from programs, and nothing from a page of another site', async () => {
    const { ask } = await start()
    const frozen = async () => JSON.parse((await ask('GET /_relata/clock')).body).frozen
    for (const headers of [[], ['Content-Type: text/plain'], ['Content-Type: application/x-www-form-urlencoded']])
      expect((await ask('POST /_relata/clock', headers, move)).status).toBe(415)
    const json = 'Content-Type: application/json'
    for (const header of ['Origin: https://evil.example', 'Origin: http://localhost:3000', 'Sec-Fetch-Site: same-site'])
      expect((await ask('POST /_relata/clock', [json, header], move)).status).toBe(403)
    expect(await frozen()).toBe(false)
    expect((await ask('POST /_relata/clock', [json], move)).status).toBe(200)
    expect(await frozen()).toBe(true)
  })
})
