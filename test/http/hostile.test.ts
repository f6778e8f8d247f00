/** What no client should send. Every case ends with an envelope or a closed connection, and the server lives on. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { envelopeOf, exchange, type Running, rawRequest, startTestListener, tokenFrom } from '../_support/listener.ts'

let server: Running
let bearer: string
beforeAll(async () => {
  server = await startTestListener({ timeouts: { firstByteMs: 400, headersMs: 500, requestMs: 900 } })
  bearer = `Authorization: Bearer ${await tokenFrom(server.port)}`
})
afterAll(async () => {
  await server.close()
  expect(server.faults).toEqual([])
})

const send = async (text: string | Buffer) => {
  const { answers, closed } = await exchange(server.port, [text])
  expect(closed).toBe(true)
  expect(answers).toHaveLength(1)
  return answers[0] as (typeof answers)[number]
}
const refuses = async (text: string | Buffer, status: number, code?: string) => {
  const answer = await send(text)
  const error = envelopeOf(answer)
  expect(answer.status).toBe(status)
  if (code !== undefined) expect(error.code).toBe(code)
  expect(answer.headers).toHaveProperty('x-ms-ags-diagnostic')
  expect(answer.headers).toHaveProperty('date')
  expect(answer.headers['cache-control']).toBe('no-store, no-cache')
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  return error
}
const passes = async (text: string | Buffer) => {
  const answer = await send(text)
  expect(answer.status).toBe(200)
  return JSON.parse(answer.body) as { path: string; query: string; body?: string; method: string; version: string }
}

describe('addresses', () => {
  it.each([
    ['/v1.0/a%2Fb/c', '/a%2Fb/c'],
    ['/v1.0/a%', '/a%'],
    ['/v1.0/%zz%', '/%zz%'],
    ['/v1.0/%00', '/%00'],
    ['/v1.0/%C0%AF..%2f..', '/%C0%AF..%2f..'],
    ['/v1.0//a///b/', '/a/b/'],
    ['//v1.0/a', '/a'],
    ["/v1.0//a('x//y')", "/a('x//y')"],
    ['/v1.0/../../etc', '/../../etc'],
    ['/V1.0/a', '/a'],
    ['/v1.0', '/'],
    ["/v1.0/getByPath(path='a b')".replace(' ', '%20'), "/getByPath(path='a%20b')"],
    ['http://localhost:80/v1.0/a', '/a'],
  ])('hands on %s undecoded', async (target, path) => {
    expect(await passes(rawRequest(`GET ${target}`, [bearer]))).toMatchObject({ path, version: 'v1.0' })
  })

  it('refuses raw UTF-8 bytes', async () => {
    await refuses(Buffer.from(rawRequest('GET /beta/grün?$search=é', [bearer]), 'utf8'), 400)
  })

  it.each([
    '/',
    '/v2.0/a',
    '/v1.0a/b',
    '/%76%31.0/a',
    '/v1%2E0/a',
    '/betas',
    '/constructor',
    '/a%/oauth2/v2.0/token',
    '//v2.0/a',
    '/a b',
  ])('knows nothing at %s', async (target) => {
    const { answers } = await exchange(server.port, [rawRequest(`GET ${target}`, [bearer])])
    expect([400, 404]).toContain(answers[0]?.status)
    envelopeOf(answers[0] as (typeof answers)[number])
  })

  it('says what it serves', async () => {
    expect((await refuses(rawRequest('GET /me'), 404, 'notFound')).message).toContain('/v1.0 and /beta')
  })

  it.each(['*', 'localhost:80', 'mailto:a@b'])('refuses the target %s', async (target) => {
    await refuses(rawRequest(`OPTIONS ${target}`), 400)
  })
})

describe('bytes that are not HTTP', () => {
  it.each([
    ['garbage', 'lorem ipsum\r\n\r\n'],
    ['a NUL in the address', rawRequest('GET /v1.0/a\0b')],
    ['a NUL in a header', rawRequest('GET /v1.0', ['X: a\0b'])],
    ['a header without a colon', rawRequest('GET /v1.0', ['nonsense'])],
    ['two lengths', rawRequest('POST /v1.0', ['Content-Length: 1', 'Content-Length: 2'], 'a')],
    ['a length that is no number', rawRequest('POST /v1.0', ['Content-Length: x'])],
    ['a negative length', rawRequest('POST /v1.0', ['Content-Length: -1'])],
    ['a length and chunks', rawRequest('POST /v1.0', ['Content-Length: 1', 'Transfer-Encoding: chunked'], '0\r\n\r\n')],
    [
      'chunks that are not the last coding',
      rawRequest('POST /v1.0', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
    ],
    ['a coding that is none', rawRequest('POST /v1.0', ['Transfer-Encoding: xchunked'], '0\r\n\r\n')],
    ['chunks twice', rawRequest('POST /v1.0', ['Transfer-Encoding: chunked', 'Transfer-Encoding: x'], '0\r\n\r\n')],
    ['a blank before the colon', rawRequest('POST /v1.0', ['Transfer-Encoding : chunked'], '0\r\n\r\n')],
    ['lengths in a list', rawRequest('POST /v1.0', ['Content-Length: 1, 1'], 'a')],
    ['a length with a sign', rawRequest('POST /v1.0', ['Content-Length: +1'], 'a')],
    ['a line that ends without a return', 'POST /v1.0 HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n'],
    [
      'a size of a chunk with more behind it',
      rawRequest('POST /v1.0', ['Transfer-Encoding: chunked'], '1 ;x\r\na\r\n0\r\n\r\n'),
    ],
    ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS hello without TLS', Buffer.from('16030100050100000100', 'hex')],
    ['a smuggled line', 'GET /v1.0\nX: y HTTP/1.1\r\n\r\n'],
  ])('refuses %s', async (_, text) => {
    const { status } = await send(text)
    expect([400, 505]).toContain(status)
  })

  it('refuses a chunk that is none', async () => {
    await refuses(rawRequest('POST /v1.0', ['Transfer-Encoding: chunked'], 'zz\r\nabc\r\n'), 400)
  })

  it('refuses an unknown method', async () => {
    await refuses(rawRequest('FROB /v1.0/a'), 501, 'notImplemented')
  })

  it('refuses an unknown expectation', async () => {
    await refuses(rawRequest('GET /v1.0/a', ['Expect: a-miracle']), 417)
  })

  it('closes on CONNECT', async () => {
    expect((await exchange(server.port, [rawRequest('CONNECT localhost:80')])).closed).toBe(true)
  })

  it('hands other methods on', async () => {
    for (const method of ['PUT', 'OPTIONS', 'PROPFIND', 'TRACE'])
      expect((await send(rawRequest(`${method} /v1.0/a`, [bearer]))).status, method).toBe(200)
    await refuses(rawRequest('POST /ready'), 405)
  })

  it('ignores an offer to upgrade', async () => {
    await passes(rawRequest('GET /v1.0/a', [bearer, 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']))
  })
})

describe('headers', () => {
  it('refuses more of them than fit', async () => {
    await refuses(rawRequest('GET /v1.0', [`X: ${'a'.repeat(100_000)}`]), 431)
    await refuses(rawRequest(`GET /v1.0/${'a'.repeat(100_000)}`), 431)
    await refuses(
      rawRequest(
        'GET /v1.0',
        Array.from({ length: 20_000 }, (_, at) => `X-${at}: a`),
      ),
      431,
    )
  })

  it('takes all of those that fit, however many', async () => {
    await passes(
      rawRequest('GET /v1.0/a', [...Array.from({ length: 2500 }, (_, at) => `x${at.toString(36)}:`), bearer]),
    )
  })

  it('needs a host that is one', async () => {
    await refuses('GET /v1.0/a HTTP/1.1\r\nConnection: close\r\n\r\n', 400)
    for (const host of ['', 'a b', '"', 'a/b', 'a:b', 'user@host', '<script>'])
      await refuses(`GET /v1.0/a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, 400)
    expect((await send(`GET /v1.0/a HTTP/1.0\r\n${bearer}\r\n\r\n`)).status).toBe(200)
  })

  it('needs one from the first request on', async () => {
    const fresh = await startTestListener()
    try {
      const { answers } = await exchange(fresh.port, ['GET /v1.0/a HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n'])
      expect(answers.map(({ status }) => status)).toEqual([400])
    } finally {
      await fresh.close()
    }
  })

  it('does not echo a client-request-id that is not a plain word', async () => {
    const { headers } = await send(rawRequest('GET /v1.0/a', [bearer, `client-request-id: ${'x'.repeat(500)}`]))
    expect(headers['client-request-id']).toBe(headers['request-id'])
  })
})

describe('bodies', () => {
  const post = (headers: readonly string[], body: Buffer | string): Buffer => {
    const length = Buffer.byteLength(body)
    const head = rawRequest('POST /v1.0/a', [bearer, ...headers, `Content-Length: ${length}`])
    return Buffer.concat([Buffer.from(head), Buffer.from(body)])
  }

  it('takes any content type, or none, or one that is nonsense', async () => {
    for (const type of ['application/json', 'application/json;', 'text/plain', ';;;', ''])
      expect(await passes(post(type === '' ? [] : [`Content-Type: ${type}`], '{"a":1}')), type).toMatchObject({
        body: '{"a":1}',
      })
  })

  it('lets GET and DELETE announce JSON and send nothing', async () => {
    for (const method of ['GET', 'DELETE', 'POST'])
      expect(await passes(rawRequest(`${method} /v1.0/a`, [bearer, 'Content-Type: application/json']))).toEqual(
        expect.not.objectContaining({ body: expect.anything() }),
      )
  })

  it('refuses one that is too large', async () => {
    await refuses(post([], Buffer.alloc(4 * 1024 * 1024 + 1, 'a')), 413)
    await refuses(post([], Buffer.alloc(20 * 1024 * 1024, 'a')), 413)
    expect((await passes(post([], Buffer.alloc(4 * 1024 * 1024, 'a')))).body).toHaveLength(4 * 1024 * 1024)
  })

  it('refuses one that is too large in chunks', async () => {
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 'a'), Buffer.from('\r\n')])
    const head = Buffer.from(rawRequest('POST /v1.0/a', [bearer, 'Transfer-Encoding: chunked']))
    await refuses(Buffer.concat([head, ...Array.from({ length: 6 }, () => chunk), Buffer.from('0\r\n\r\n')]), 413)
  })

  it('unzips, but not a bomb', async () => {
    expect(await passes(post(['Content-Encoding: gzip'], gzipSync('{"a":1}')))).toMatchObject({ body: '{"a":1}' })
    const started = performance.now()
    await refuses(post(['Content-Encoding: gzip'], gzipSync(Buffer.alloc(500 * 1024 * 1024))), 413)
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  it('refuses what is not the zip it says, or a zip it does not know', async () => {
    await refuses(post(['Content-Encoding: gzip'], 'plain'), 400)
    await refuses(post(['Content-Encoding: deflate'], gzipSync('a')), 400)
    const whole = gzipSync('abc'.repeat(1000))
    await refuses(post(['Content-Encoding: gzip'], whole.subarray(0, whole.length - 5)), 400)
    for (const encoding of ['br', 'zstd', 'gzip, gzip', 'x'])
      await refuses(post([`Content-Encoding: ${encoding}`], 'a'), 415)
  })

  it('gives up on one that never ends', async () => {
    await refuses(rawRequest('POST /v1.0/a', [bearer, 'Content-Length: 100'], 'short'), 408)
  })

  it('survives a client that leaves in the middle', async () => {
    const { closed } = await exchange(
      server.port,
      [rawRequest('POST /v1.0/a', [bearer, 'Content-Length: 100'], 'short')],
      { half: true },
    )
    expect(closed).toBe(true)
    await exchange(server.port, [rawRequest('POST /v1.0/a', [bearer, 'Content-Length: 100'], 'short')], { waitMs: 50 })
  })

  it('takes bytes after the body for the next request', async () => {
    const { answers, closed } = await exchange(server.port, [
      `POST /v1.0/a HTTP/1.1\r\nHost: localhost\r\n${bearer}\r\nContent-Length: 1\r\n\r\nabc\r\n\r\n`,
    ])
    expect(closed).toBe(true)
    expect(answers.at(-1)?.status).toBe(400)
  })
})

describe('clients that are slow', () => {
  it('closes when nothing comes', async () => {
    expect(await exchange(server.port, [])).toMatchObject({ closed: true })
    expect(await exchange(server.port, [], { half: true })).toMatchObject({ closed: true })
  })

  it('answers a header that never ends', async () => {
    await refuses('GET /v1.0/a HTTP/1.1\r\nHost: localhost\r\nX-', 408)
  })

  it('takes a request byte by byte', async () => {
    const pieces = [...rawRequest('GET /v1.0/a', [bearer])]
    const { answers } = await exchange(server.port, pieces)
    expect(answers[0]?.status).toBe(200)
  })

  it('answers requests in a row in their order', async () => {
    const one = (path: string) => `GET /v1.0/${path} HTTP/1.1\r\nHost: localhost\r\n${bearer}\r\n\r\n`
    const { answers } = await exchange(server.port, [one('a') + one('b') + rawRequest('GET /v1.0/c', [bearer])])
    expect(answers.map(({ body }) => JSON.parse(body).path)).toEqual(['/a', '/b', '/c'])
  })
})
