/** HTTP and HTTPS on one port, what every answer carries, binding, and stopping. */
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, get, type RequestOptions } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificates, loadCertificates } from '#app/trust/certificates.ts'
import type { RequestEntry } from '#http/trace.ts'
import { envelopeOf, exchange, type Running, rawRequest, startTestListener, tokenFrom } from '../_support/listener.ts'

let folder: string
let certificates: Certificates
let tls: { key: string; cert: string }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-http-'))
  certificates = await loadCertificates({
    location: folder,
    inMemory: false,
    host: '127.0.0.1',
    now: new Date(0 + performance.timeOrigin),
  })
  tls = { key: certificates.key, cert: certificates.cert }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const getSecurely = (
  port: number,
  path: string,
  more: RequestOptions = {},
): Promise<{ answer: IncomingMessage; body: string; localPort: number | undefined }> =>
  new Promise((resolve, reject) => {
    const request = get({ host: 'localhost', port, path, ca: certificates.ca, agent: false, ...more }, (answer) => {
      let body = ''
      const { localPort } = answer.socket
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      answer.on('end', () => resolve({ answer, body, localPort }))
    })
    request.on('error', reject)
  })

const until = async (what: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 400 && !what(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(what()).toBe(true)
}

describe('one port', () => {
  let server: Running
  const log: RequestEntry[] = []
  beforeAll(async () => {
    const certificate = certificates.ca ?? ''
    server = await startTestListener({
      tls,
      certificate,
      hosts: ['127.0.0.1', '::1'],
      onRequest: (entry) => log.push(entry),
      timeouts: { firstByteMs: 400 },
    })
  })
  afterAll(async () => {
    await server.close()
    expect(server.faults).toEqual([])
  })

  it('speaks HTTPS under every name of the certificate, and HTTP', async () => {
    const headers = { authorization: `Bearer ${await tokenFrom(server.port)}` }
    for (const host of ['localhost', '127.0.0.1', '::1']) {
      const { answer, body } = await getSecurely(server.port, '/v1.0/a?b', { host, headers })
      const named = host === '::1' ? '[::1]' : host
      expect(answer.statusCode).toBe(200)
      expect(JSON.parse(body)).toMatchObject({ path: '/a', query: 'b', origin: `https://${named}:${server.port}` })
      const plain = await fetch(`http://${named}:${server.port}/v1.0/a`, { headers })
      expect(await plain.json()).toMatchObject({ origin: `http://${named}:${server.port}` })
    }
  })

  it('keeps a connection open for more', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number | undefined>()
    for (let time = 0; time < 5; time += 1) {
      ports.add((await getSecurely(server.port, '/alive', { agent })).localPort)
    }
    agent.destroy()
    expect(ports.size).toBe(1)
  })

  it('does not believe what a proxy would say', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
    await fetch(`http://127.0.0.1:${server.port}/v1.0/a`, { headers })
    expect(server.seen.at(-1)?.origin).toBe(`http://127.0.0.1:${server.port}`)
  })

  it('puts its ids on every answer', async () => {
    const one = (path: string, headers = {}) => fetch(`http://127.0.0.1:${server.port}${path}`, { headers })
    for (const path of ['/v1.0/a', '/alive', '/nothing', '/one.example/discovery/v2.0/keys']) {
      const { headers } = await one(path)
      expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers.get('client-request-id')).toBe(headers.get('request-id'))
      expect(headers.get('cache-control')).toBe('no-store, no-cache')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(JSON.parse(headers.get('x-ms-ags-diagnostic') ?? '')).toHaveProperty('ServerInfo.DataCenter')
      expect(headers.get('date')).not.toBeNull()
      expect(headers.get('content-type')).toContain('application/json')
      expect((await one(path, { 'client-request-id': 'mine' })).headers.get('client-request-id')).toBe('mine')
    }
  })

  it('gives HEAD what GET gets, without the body', async () => {
    const address = `http://127.0.0.1:${server.port}/alive`
    const [head, full] = [await fetch(address, { method: 'HEAD' }), await fetch(address)]
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(full.headers.get('content-length'))
    expect(await head.text()).toBe('')
    await fetch(`http://127.0.0.1:${server.port}/v1.0/a`, { method: 'HEAD' })
    expect(server.seen.at(-1)?.method).toBe('GET')
  })

  it('tells its state and its authority', async () => {
    const read = async (path: string) => (await fetch(`http://127.0.0.1:${server.port}${path}`)).text()
    expect(JSON.parse(await read('/alive'))).toEqual({ status: 'alive' })
    expect(JSON.parse(await read('/ready'))).toEqual({ status: 'ready' })
    expect(JSON.parse(await read('/health'))).toMatchObject({ status: 'healthy', version: '0.0.0' })
    expect(await read('/_relata/certificate.pem')).toBe(certificates.ca)
  })

  it('hands over why there is no actor', async () => {
    await fetch(`http://127.0.0.1:${server.port}/v1.0/a`)
    expect(server.seen.at(-1)).toMatchObject({ actor: undefined, denial: 'Access token is empty.' })
  })

  it('logs requests, but not those that watch it', async () => {
    log.length = 0
    for (const path of ['/v1.0/a?secret', '/ready', '/nothing']) await fetch(`http://127.0.0.1:${server.port}${path}`)
    expect(log).toMatchObject([
      {
        method: 'GET',
        path: '/v1.0/a',
        status: 401,
        ms: expect.any(Number),
        requestId: expect.any(String),
        at: expect.any(Date),
      },
      { path: '/nothing', status: 404 },
    ])
  })

  it('answers bad HTTP over TLS in the envelope too', async () => {
    const { answers, closed } = await exchange(server.port, ['nonsense\r\n\r\n'], {
      tls: { ca: certificates.ca ?? '' },
    })
    expect(closed).toBe(true)
    expect(envelopeOf(answers[0] as (typeof answers)[number]).code).toBe('badRequest')
  })

  it('closes on a handshake that is broken, halts, or never comes', async () => {
    const hello = Buffer.from('16030100050100000100', 'hex')
    for (const pieces of [
      [Buffer.from('160301ffff', 'hex'), Buffer.alloc(70_000)],
      [hello],
      [hello.subarray(0, 1)],
      [],
    ])
      expect(await exchange(server.port, pieces)).toMatchObject({ closed: true })
    expect(await exchange(server.port, [hello], { half: true })).toMatchObject({ closed: true })
    expect((await getSecurely(server.port, '/alive')).answer.statusCode).toBe(200)
  })

  it('takes a request whose first byte comes alone', async () => {
    const text = rawRequest('GET /alive')
    expect((await exchange(server.port, [text.slice(0, 1), text.slice(1)])).answers[0]?.status).toBe(200)
  })

  it('refuses an old TLS', async () => {
    await expect(getSecurely(server.port, '/alive', { maxVersion: 'TLSv1.1' })).rejects.toThrow()
  })
})

describe('an engine that fails', () => {
  it('is a 500 that tells nothing, and a fault in the log', async () => {
    const failures = [
      () => Promise.reject(new Error('the secret cause')),
      () => {
        throw new Error('the secret cause')
      },
      () => Promise.resolve({ status: 200, headers: { 'X-Bad': 'a\r\nb' }, body: 'x' }),
    ]
    for (const handle of failures) {
      const server = await startTestListener({ handle })
      const { answers } = await exchange(server.port, [rawRequest('GET /v1.0/a')])
      const [answer] = answers
      expect(answer?.status).toBe(500)
      expect(envelopeOf(answer as NonNullable<typeof answer>).code).toBe('internalServerError')
      expect(answer?.body).not.toContain('secret')
      expect(server.faults).toHaveLength(1)
      await server.close()
    }
  })
})

describe('binding', () => {
  it('fails when the port is taken, on the second address as well', async () => {
    const blocker = createServer()
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '::1', () => resolve((blocker.address() as { port: number }).port))
    })
    await expect(startTestListener({ port, hosts: ['127.0.0.1', '::1'] })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    // The first address was given back.
    const server = await startTestListener({ port, hosts: ['127.0.0.1'] })
    await expect(startTestListener({ port, hosts: ['127.0.0.1'] })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await server.close()
    await new Promise((resolve) => blocker.close(resolve))
  })
})

describe('stopping', () => {
  const slowly = async (stopMs: number) => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = await startTestListener({
      tls,
      timeouts: { stopMs },
      handle: async () => {
        await gate
        return {
          status: 200,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify('x'.repeat(300_000)),
        }
      },
    })
    return { server, release }
  }

  it('lets running requests end, takes no new ones, and cuts idle connections', async () => {
    const { server, release } = await slowly(60_000)
    const agent = new Agent({ keepAlive: true })
    await getSecurely(server.port, '/alive', { agent })
    const idle = exchange(server.port, [])
    const running = [getSecurely(server.port, '/v1.0/a'), exchange(server.port, [rawRequest('GET /v1.0/a')])] as const
    await until(() => server.seen.length === 2)
    const closed = server.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(fetch(`http://127.0.0.1:${server.port}/alive`)).rejects.toThrow()
    release()
    const [secure, plain] = await Promise.all(running)
    expect(secure.body).toHaveLength(300_002)
    expect(secure.answer.headers['connection']).toBe('close')
    expect(plain.answers[0]?.body).toHaveLength(300_002)
    await closed
    expect(await idle).toMatchObject({ closed: true })
    // With anything left open it would go on for the minute it may take, and this test would not end in time.
    agent.destroy()
  })

  it('does not wait for ever', async () => {
    const { server, release } = await slowly(400)
    const stuck = exchange(server.port, [rawRequest('GET /v1.0/a')])
    await until(() => server.seen.length === 1)
    const began = performance.now()
    await server.close()
    expect(performance.now() - began).toBeLessThan(1500)
    expect(await stuck).toMatchObject({ closed: true, answers: [] })
    release()
  })
})
