/** Bodies that nobody wants, that are too many at once, or that come too slowly; connections beyond the ceiling; TLS only. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, type TestContext, vi } from 'vitest'
import {
  envelopeOf,
  exchange,
  type Running,
  rawRequest,
  type Settings,
  startTestListener,
  tokenFrom,
} from '../_support/listener.ts'

/** One for the test, which may run beside others: the server waits for seconds until it gives a body up. */
const start = async ({ onTestFinished }: TestContext, settings: Settings = {}): Promise<Running> => {
  const server = await startTestListener(settings)
  onTestFinished(async () => {
    await server.close()
    expect(server.faults).toEqual([])
  })
  return server
}

const megabytes = 1024 * 1024
const large = Math.floor(3.9 * megabytes)
const head = (headers: readonly string[] = [], close = true): string =>
  close ? rawRequest('POST /v1.0/a', headers) : rawRequest('POST /v1.0/a', headers).replace('Connection: close\r\n', '')

describe.concurrent('a request without a valid token (A3)', () => {
  const length = `Content-Length: ${large}`

  it.for<[string, string[]]>([
    ['no token', []],
    ['one that is none', ['Authorization: Bearer x.y.z']],
  ])('is answered before its body is read: %s', async ([, headers], test) => {
    const { port, seen } = await start(test)
    // The body never comes.
    const { answers } = await exchange(port, [head([length, ...headers])], { waitMs: 3000 })
    expect(answers.map(({ status }) => status)).toEqual([401])
    expect(seen.map(({ body }) => body)).toEqual([undefined])
  })

  it('that sends its body all the same is answered, and may go on with its connection', async (test) => {
    const { port } = await start(test)
    const body = Buffer.alloc(large, 'a')
    const again = rawRequest('GET /v1.0/b')
    const { answers, closed } = await exchange(port, [head([length], false), body, again])
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(closed).toBe(true)
  })

  it('that asked for the connection to end gets its answer before it does', async (test) => {
    const { port } = await start(test)
    const { answers, closed } = await exchange(port, [head([length]), Buffer.alloc(large, 'a')])
    expect([answers.map(({ status }) => status), closed]).toEqual([[401], true])
  })

  it('is closed when its body does not end', async (test) => {
    const { port } = await start(test)
    const { answers, closed } = await exchange(port, [head([length], false), 'a'], { waitMs: 15_000 })
    expect([answers.map(({ status }) => status), closed]).toEqual([[401], true])
  }, 20_000)

  it('that waits to be told to go on is told the answer instead, and the connection ends', async (test) => {
    const { port } = await start(test)
    const { answers, closed, text } = await exchange(port, [head([length, 'Expect: 100-continue'], false)])
    expect(text).not.toContain('100 Continue')
    expect([answers.map(({ status }) => status), closed]).toEqual([[401], true])
    expect(answers[0]?.headers['connection']).toBe('close')
  })
})

describe('many requests without a valid token at once (A3)', () => {
  it('are all answered or closed, and others are served meanwhile', async (test) => {
    const { port } = await start(test)
    const length = `Content-Length: ${large}`
    const body = Buffer.alloc(large, 'a')
    const sent = Array.from({ length: 60 }, () => exchange(port, [head([length], false), body], { waitMs: 8_000 }))
    const bearer = `Authorization: Bearer ${await tokenFrom(port)}`
    expect((await exchange(port, [rawRequest('GET /v1.0/a', [bearer])])).answers[0]?.status).toBe(200)
    const done = await Promise.all(sent)
    const answered = done.filter(({ answers }) => answers[0]?.status === 401)
    expect(answered.length).toBeGreaterThanOrEqual(16)
    for (const { answers, closed } of done) expect(answers[0]?.status === 401 || closed).toBe(true)
  }, 30_000)
})

describe.concurrent('Expect: 100-continue (A3)', () => {
  it('is answered when the body is wanted', async (test) => {
    const { port } = await start(test)
    const bearer = `Authorization: Bearer ${await tokenFrom(port)}`
    const { text } = await exchange(port, [head([bearer, 'Content-Length: 2', 'Expect: 100-continue']), '{}'])
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
  })

  it('is not asked of a body that is too large', async (test) => {
    const { port } = await start(test)
    const bearer = `Authorization: Bearer ${await tokenFrom(port)}`
    const length = `Content-Length: ${5 * megabytes}`
    const { answers, text } = await exchange(port, [head([bearer, length, 'Expect: 100-continue'], false)])
    expect([answers.map(({ status }) => status), text.includes('100 Continue')]).toEqual([[413], false])
  })
})

describe('bodies at once (A3)', () => {
  it('are limited over all requests: 503 with Retry-After, and the others are served', async (test) => {
    const { port } = await start(test)
    const bearer = `Authorization: Bearer ${await tokenFrom(port)}`
    const sending = Array.from({ length: 20 }, () => {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      socket.setEncoding('latin1').on('data', (part: string) => {
        text += part
      })
      socket.on('error', () => undefined)
      socket.write(head([bearer, `Content-Length: ${large}`]))
      // All but the last byte.
      socket.write(Buffer.alloc(large - 1, 'a'))
      return { socket, text: () => text }
    })
    const refused = () => sending.filter(({ text }) => text().startsWith('HTTP/1.1 503'))
    // 64 MB hold sixteen of them, or a few less, as they arrive interleaved. A refused one is answered after five seconds.
    await vi.waitFor(() => expect(refused().length).toBeGreaterThanOrEqual(4), { timeout: 30_000, interval: 50 })
    expect(refused()[0]?.text()).toMatch(/\r\nRetry-After: 1\r\n[\s\S]*reading too many request bodies/)
    for (const { socket } of sending) socket.write('a')
    const served = () => sending.filter(({ text }) => text().startsWith('HTTP/1.1 200'))
    await vi.waitFor(() => expect(served().length + refused().length).toBe(20), { timeout: 30_000, interval: 50 })
    expect(served().length).toBeGreaterThanOrEqual(12)
    for (const { socket } of sending) socket.destroy()
    // What they held is free again.
    const { answers } = await exchange(port, [head([bearer, `Content-Length: ${large}`]), Buffer.alloc(large, 'a')])
    expect(answers[0]?.status).toBe(200)
  }, 60_000)

  it('are given back by clients that leave', async (test) => {
    const { port } = await start(test)
    const bearer = `Authorization: Bearer ${await tokenFrom(port)}`
    for (let round = 0; round < 3; round += 1)
      await Promise.all(
        Array.from({ length: 10 }, () =>
          exchange(port, [head([bearer, `Content-Length: ${large}`]), Buffer.alloc(large - 1, 'a')], { half: true }),
        ),
      )
    const { answers } = await exchange(port, [head([bearer, `Content-Length: ${large}`]), Buffer.alloc(large, 'a')])
    expect(answers[0]?.status).toBe(200)
  }, 60_000)

  it('are put together from chunks of any size', async (test) => {
    const { port, seen } = await start(test)
    const bearer = `Authorization: Bearer ${await tokenFrom(port)}`
    const text = Array.from({ length: 5000 }, (_, at) => String.fromCharCode(97 + (at % 26))).join('')
    const chunks = [...text].map((letter) => `1\r\n${letter}\r\n`).join('')
    const { answers } = await exchange(port, [head([bearer, 'Transfer-Encoding: chunked']), `${chunks}0\r\n\r\n`])
    expect(answers[0]?.status).toBe(200)
    expect(Buffer.from(seen.at(-1)?.body ?? '').toString()).toBe(text)
  })
})

describe.concurrent('connections beyond the ceiling (A3)', () => {
  it('are closed, but idle ones make room first', async (test) => {
    const { port } = await start(test, { connectionsMost: 3 })
    const ready = 'GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const talk = () => {
      const socket = connect(port, '127.0.0.1')
      const state = { text: '', closed: false }
      socket.setEncoding('latin1').on('data', (part: string) => {
        state.text += part
      })
      socket
        .on('error', () => undefined)
        .on('close', () => {
          state.closed = true
        })
      return { socket, state }
    }
    const idle = [talk(), talk(), talk()]
    for (const { socket } of idle) socket.write(ready)
    for (const { state } of idle) await vi.waitFor(() => expect(state.text).toContain('"alive"'), 10_000)
    const next = talk()
    next.socket.write(ready)
    await vi.waitFor(() => expect(next.state.text).toContain('"alive"'))
    // Now all of them are in the middle of a request.
    const busy = [talk(), talk(), talk()]
    for (const { socket } of busy) socket.write('POST /v1.0/a HTTP/1.1\r\nHost: localhost\r\nX-')
    const late = talk()
    await vi.waitFor(() => expect([late, ...busy].filter(({ state }) => state.closed)).toHaveLength(1))
    for (const { socket } of [...idle, next, ...busy, late]) socket.destroy()
    await vi.waitFor(async () => {
      const { answers } = await exchange(port, [rawRequest('GET /alive')])
      expect(answers[0]?.status).toBe(200)
    })
  })
})

describe('a port for TLS only (B8)', () => {
  const folder = process.env['RELATA_TEST_CERTIFICATES'] ?? ''
  const tls = () => ({
    key: readFileSync(join(folder, 'server.key'), 'utf8'),
    cert: readFileSync(join(folder, 'server.pem'), 'utf8'),
  })

  it('says so to plain HTTP, with no redirect and whatever was asked', async (test) => {
    const { port, seen } = await start(test, { tls: tls(), tlsOnly: true })
    for (const request of [
      rawRequest('GET /v1.0/a', ['Authorization: Bearer x']),
      rawRequest('GET /alive'),
      'x\r\n\r\n',
    ]) {
      const { text, closed } = await exchange(port, [request])
      expect(closed).toBe(true)
      expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*TLS only: use https:\/\/ and not http:\/\/\.\n$/)
      expect(text).not.toMatch(/location/i)
    }
    expect(seen).toEqual([])
    const ca = readFileSync(join(folder, 'ca.pem'), 'utf8')
    expect((await exchange(port, [rawRequest('GET /alive')], { tls: { ca } })).answers[0]?.status).toBe(200)
  })

  it('is a registry’s, and not the stand-in’s', async (test) => {
    const { port } = await start(test, { tls: tls() })
    expect((await exchange(port, [rawRequest('GET /alive')])).answers[0]?.status).toBe(200)
  })

  it('answers in the envelope elsewhere', async (test) => {
    const { port } = await start(test)
    const { answers } = await exchange(port, [rawRequest('POST /ready')])
    expect(envelopeOf(answers[0] as (typeof answers)[number]).code).toBe('methodNotAllowed')
  })
})
