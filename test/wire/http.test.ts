/** What HTTP itself is asked for: HEAD, OPTIONS, CORS, zipped bodies, Accept and OData's headers, limits, explanations. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { brotliDecompressSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

interface Raw {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

let server: TestServer
let strict: TestServer
let list: string
let term: string
const groups = '/v1.0/termStore/groups'

/** No client between us and the bytes: what is not said is not sent. */
const raw = async (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Buffer | string,
  at: TestServer = server,
): Promise<Raw> => {
  const authorization = `Bearer ${await at.token()}`
  return new Promise((resolve, reject) => {
    const request = at.http.startsWith('https:') ? httpsRequest : httpRequest
    const sent = request(`${at.http}${path}`, { method, headers: { authorization, ...headers } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
const errorIn = ({ bytes }: Raw) => JSON.parse(bytes.toString()).error

beforeAll(async () => {
  server = await startTestServer({ explain: true })
  strict = await startTestServer({ registry: true })
  const made = taxonomyOver(server.send)
  const set = await made.set(await made.group())
  list = `/v1.0/termStore/sets/${set}/children`
  for (let at = 0; at < 12; at += 1) term = `/v1.0/termStore/sets/${set}/terms/${await made.term(set, `Tërm ${at}`)}`
})
afterAll(async () => {
  await server.close()
  await strict.close()
})

describe('HEAD', () => {
  it('has the headers of GET and no body, zipped or not', async () => {
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const [get, head] = [await raw('GET', list, headers), await raw('HEAD', list, headers)]
      expect([head.status, head.bytes.length]).toEqual([200, 0])
      for (const name of ['content-length', 'content-type', 'content-encoding', 'odata-version'])
        expect(head.headers[name], name).toBe(get.headers[name])
    }
    expect((await raw('HEAD', `${groups}/nobody`)).status).toBe(400)
  })
})

describe('OPTIONS', () => {
  it('tells what may be sent to an address, without a token', async () => {
    const ask = async (path: string) => {
      const answer = await fetch(`${server.http}${path}`, { method: 'OPTIONS' })
      return [answer.status, answer.headers.get('allow')]
    }
    expect(await ask(groups)).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
    const [status, allow] = await ask(term)
    expect([status, String(allow).split(', ').sort()]).toEqual([204, ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH']])
    expect(await ask(`${list}/$count`)).toEqual([204, 'GET, HEAD, OPTIONS'])
    expect(await ask('/v1.0/$metadata')).toEqual([204, 'GET, HEAD, OPTIONS'])
    expect(await ask('/beta/$batch')).toEqual([204, 'POST, OPTIONS'])
    expect(await ask('/health')).toEqual([204, 'GET, HEAD, OPTIONS'])
    expect((await ask('/v1.0/termStore/nowhere'))[0]).toBe(400)
  })
})

describe('pages of other origins', () => {
  const preflight = {
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization,if-match,x-own',
  }
  const ask = (path: string, origin: string, at?: TestServer, more: object = {}) =>
    raw('OPTIONS', path, { origin, authorization: '', ...preflight, ...more }, undefined, at)

  it.each(['http://localhost:3000', 'https://app.localhost', 'http://127.0.0.1:1', 'https://[::1]:8080'])(
    'of this machine may call: %s',
    async (origin) => {
      const { status, headers, bytes } = await ask(term, origin)
      expect([status, bytes.length]).toEqual([204, 0])
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-headers': 'authorization,if-match,x-own',
        'access-control-allow-methods': expect.stringContaining('PATCH'),
        vary: expect.stringContaining('Origin'),
      })
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
      const call = await raw('GET', term, { origin })
      expect([call.status, call.headers['access-control-allow-origin'], call.headers.vary]).toEqual([
        200,
        origin,
        'Origin',
      ])
      expect(call.headers['access-control-expose-headers']).toContain('Location')
    },
  )

  it('see errors as well, and answers that are remembered', async () => {
    const origin = 'http://localhost:3000'
    for (const path of ['/v1.0/nowhere', list, list, term, term]) {
      const { headers } = await raw('GET', path, { origin })
      expect(headers['access-control-allow-origin'], path).toBe(origin)
      expect((await raw('GET', path)).headers, path).not.toHaveProperty('access-control-allow-origin')
    }
    const { headers, status } = await raw('GET', term, { origin, authorization: '' })
    expect([status, headers['access-control-allow-origin']]).toEqual([401, origin])
  })

  it.each([
    'https://localhost.example',
    'http://127.0.0.1.example',
    'null',
    'https://app.example',
    'http://localhost:3000/',
  ])('of elsewhere may not: %s', async (origin) => {
    for (const { headers } of [await ask(term, origin), await raw('GET', term, { origin })])
      expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('are not let at our own pages, nor anywhere when served to others', async () => {
    const origin = 'http://localhost:3000'
    expect((await ask('/_relata/clock', origin)).headers).not.toHaveProperty('access-control-allow-origin')
    expect((await raw('GET', '/health', { origin })).headers).not.toHaveProperty('access-control-allow-origin')
    const { status, headers } = await ask(groups, origin, strict)
    expect([status, headers['access-control-allow-origin'], headers.allow]).toEqual([
      204,
      undefined,
      'GET, HEAD, POST, OPTIONS',
    ])
  })

  it('may call where they are named, or where all may', async () => {
    for (const [corsOrigin, origin, allowed] of [
      [['https://app.example'], 'https://app.example', 'https://app.example'],
      [['https://app.example'], 'http://localhost:3000', undefined],
      ['any', 'https://app.example', '*'],
      ['none', 'http://localhost:3000', undefined],
    ] as const) {
      const other = await startTestServer({ corsOrigin })
      try {
        const token = await ask('/common/oauth2/v2.0/token', origin, other, {
          'access-control-request-private-network': 'true',
        })
        expect(token.headers['access-control-allow-origin']).toBe(allowed)
        expect(token.headers['access-control-allow-private-network']).toBe(allowed === undefined ? undefined : 'true')
      } finally {
        await other.close()
      }
    }
  })
})

describe('zipped answers', () => {
  const unzip = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }

  it.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['br', 'br'],
    ['deflate', 'deflate'],
    ['br;q=1, gzip;q=0.5', 'br'],
    ['*', 'gzip'],
    ['GZIP;q=0.1', 'gzip'],
    ['gzip;q=0, *;q=0.5', 'br'],
  ] as const)('come for %s as %s, the same each time', async (header, encoding) => {
    const plain = await raw('GET', list)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(plain.headers.vary).toBe('Accept-Encoding')
    for (let time = 0; time < 2; time += 1) {
      const zipped = await raw('GET', list, { 'accept-encoding': header })
      expect(zipped.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' })
      expect(zipped.headers['content-length']).toBe(String(zipped.bytes.length))
      expect(zipped.bytes.length).toBeLessThan(plain.bytes.length / 2)
      expect(unzip[encoding](zipped.bytes).equals(plain.bytes)).toBe(true)
    }
    expect((await raw('GET', list)).bytes.equals(plain.bytes)).toBe(true)
  })

  it.each(['identity', 'gzip;q=0', 'zstd', '', 'identity, gzip;q=0.5', 'gzip;q=x'])(
    'do not come for %j',
    async (header) => {
      const { headers } = await raw('GET', list, { 'accept-encoding': header })
      expect(headers).not.toHaveProperty('content-encoding')
    },
  )

  it('are not made of short bodies or none', async () => {
    for (const path of [term, `${list}/$count`, '/v1.0/nowhere']) {
      const { headers } = await raw('GET', path, { 'accept-encoding': 'gzip' })
      expect(headers, path).not.toHaveProperty('content-encoding')
    }
  })

  it('of a batch, of the metadata, and for a page of another origin', async () => {
    const requests = Array.from({ length: 5 }, (_, id) => ({ id, method: 'GET', url: list.replace('/v1.0', '') }))
    const batch = await raw('POST', '/v1.0/$batch', { 'accept-encoding': 'gzip' }, JSON.stringify({ requests }))
    expect(JSON.parse(gunzipSync(batch.bytes).toString()).responses).toHaveLength(5)
    const headers = { 'accept-encoding': 'br', origin: 'http://localhost:1' }
    const metadata = await raw('GET', '/v1.0/$metadata', headers)
    expect(brotliDecompressSync(metadata.bytes).toString()).toContain('<edmx:Edmx')
    expect(metadata.headers.vary).toContain('Accept-Encoding, Origin')
  })
})

describe('zipped requests', () => {
  it('are unzipped, a batch as well', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
    const made = await raw('POST', groups, headers, gzipSync('{"displayName":"Zipped"}'))
    expect(made.status).toBe(201)
    const requests = [{ id: '1', method: 'GET', url: '/termStore' }]
    const batch = await raw('POST', '/v1.0/$batch', headers, gzipSync(JSON.stringify({ requests })))
    expect(JSON.parse(batch.bytes.toString()).responses[0].status).toBe(200)
    const bomb = await raw('POST', '/v1.0/$batch', headers, gzipSync(Buffer.alloc(50 * 1024 * 1024, ' ')))
    expect([bomb.status, errorIn(bomb).code]).toEqual([413, 'contentTooLarge'])
  })
})

describe('Accept', () => {
  it.each([
    '*/*',
    'application/json',
    'application/*',
    'APPLICATION/JSON; Charset=UTF-8',
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false',
    'application/json;odata=verbose',
    'text/html, application/xhtml+xml, */*;q=0.1',
    'text/plain;q=0.9, application/json',
    ';;;',
    '',
  ])('%j is served JSON, read twice', async (accept) => {
    for (const path of [list, term, list, term]) expect((await raw('GET', path, { accept })).status, path).toBe(200)
  })

  it.each([
    'text/plain',
    'application/xml',
    'image/*',
    'application/json;q=0',
    'application/json;odata.metadata=some',
    'application/json;charset=utf-16',
    'application/json;unknown=1',
  ])('%j is refused with 406, though the answer is known', async (accept) => {
    for (const path of [list, term]) {
      await raw('GET', path)
      const answer = await raw('GET', path, { accept })
      expect([answer.status, answer.headers['content-type'], errorIn(answer).target]).toEqual([
        406,
        'application/json',
        'Accept',
      ])
    }
  })

  it('of a count is text, and asked for so by kiota', async () => {
    for (const accept of ['text/plain;q=0.9', 'text/plain', '*/*', 'application/json'])
      expect((await raw('GET', `${list}/$count`, { accept })).bytes.toString()).toBe('12')
    expect((await raw('GET', `${list}/$count`, { accept: 'image/png' })).status).toBe(406)
  })

  it('has its match in Content-Type: what is no JSON is refused with 415', async () => {
    const answer = await raw('POST', groups, { 'content-type': 'text/xml' }, '<a/>')
    expect([answer.status, errorIn(answer).code]).toEqual([415, 'invalidRequest'])
  })
})

describe('OData-MaxVersion and OData-Version', () => {
  it.each(['4.0', '4.01', '5.0'])('%s is answered in 4.0', async (version) => {
    const { status, headers } = await raw('GET', term, { 'odata-maxversion': version })
    expect([status, headers['odata-version']]).toEqual([200, '4.0'])
  })

  it.each([
    ['odata-maxversion', '3.0', 406],
    ['odata-maxversion', 'four', 400],
    ['odata-version', '3.0', 400],
    ['odata-version', '5.0', 400],
  ])('%s: %s is refused with %i, though the answer is known', async (name, value, status) => {
    await raw('GET', term)
    const answer = await raw('GET', term, { [name]: value })
    expect([answer.status, errorIn(answer).target?.toLowerCase()]).toEqual([status, name])
  })
})

describe('a page size wished for', () => {
  it.each(['odata.maxpagesize=5', 'maxpagesize=5'])('by %s is kept, and said so', async (prefer) => {
    await raw('GET', list)
    const sizes: number[] = []
    for (let next: string | undefined = list; next !== undefined; ) {
      const { headers, bytes } = await raw('GET', next, { prefer })
      const page = JSON.parse(bytes.toString())
      expect(headers['preference-applied']).toBe(prefer)
      sizes.push(page.value.length)
      next = page['@odata.nextLink']?.replace(server.http, '')
    }
    expect(sizes).toEqual([5, 5, 2])
    expect(JSON.parse((await raw('GET', list)).bytes.toString()).value).toHaveLength(12)
  })

  it('does not outdo $top, nor the most there is; the name without a prefix goes before', async () => {
    const sizeOf = async (path: string, prefer: string) => {
      const { headers, bytes } = await raw('GET', path, { prefer })
      return [JSON.parse(bytes.toString()).value.length, headers['preference-applied']]
    }
    expect(await sizeOf(`${list}?$top=3`, 'maxpagesize=5')).toEqual([3, 'maxpagesize=3'])
    expect(await sizeOf(`${list}?$top=7`, 'maxpagesize=5')).toEqual([5, 'maxpagesize=5'])
    expect(await sizeOf(list, 'odata.maxpagesize=2, maxpagesize=4')).toEqual([4, 'maxpagesize=4'])
    expect(await sizeOf(list, 'maxpagesize=999999')).toEqual([12, 'maxpagesize=5000'])
    for (const wrong of ['maxpagesize=0', 'maxpagesize=x', 'maxpagesize', 'odata.maxpagesize=-1'])
      expect(await sizeOf(list, wrong), wrong).toEqual([12, undefined])
  })

  it('holds for what is expanded, with a link to the rest', async () => {
    const set = list.replace(/\/children$/, '')
    const { bytes } = await raw('GET', `${set}?$expand=children`, { prefer: 'maxpagesize=5' })
    const answer = JSON.parse(bytes.toString())
    expect(answer.children).toHaveLength(5)
    expect(answer['children@odata.nextLink']).toContain('$skiptoken=')
  })
})

describe('a refusal', () => {
  it.each([
    ['list', '?$filter=nothing eq 1', {}, /^option\.filter; docs\/spec\/protocol\.md 1\.7; step options$/],
    ['list', '?$top=x', {}, /^option\.top; docs\/spec\/protocol\.md 1\.7; step options$/],
    ['list', '?$filter=%zz', {}, /^query\.escape; docs\/spec\/protocol\.md 1\.1; step options$/],
    ['list', '?$deltatoken=x', {}, /^option\.deltatoken; docs\/spec\/protocol\.md 1\.15; step options$/],
    ['/v1.0/termStore/sets/nope', '', {}, /^address\.key; docs\/spec\/protocol\.md 1\.1; step get$/],
    ['/v1.0/termStore/nowhere', '', {}, /^address; docs\/spec\/protocol\.md 1\.1; step address$/],
    [`${groups}/00000000-1111-4222-8333-444444444444`, '', {}, /^notFound; docs\/spec\/protocol\.md 1\.5; step get$/],
    ['list', '', { accept: 'image/png' }, /^header\.accept; docs\/spec\/protocol\.md 1\.3; step accept$/],
    ['list', '', { authorization: 'Bearer x' }, /^unauthenticated.*; step caller$/],
    ['/v1.0/me/nowhere', '', {}, /^unsupported; docs\/spec\/protocol\.md 1\.5; step address$/],
    ['/elsewhere', '', {}, /^notFound; docs\/spec\/protocol\.md 1\.5$/],
  ])('of %s%s names its check in a header', async (path, query, headers, form) => {
    const address = path === 'list' ? list : path
    const answer = await raw('GET', `${address}${query.replaceAll(' ', '%20')}`, headers as Record<string, string>)
    expect(answer.headers['relata-explain']).toMatch(form)
    expect(answer.bytes.toString()).not.toContain('docs/spec/')
  })

  it('of a body names the property, whatever the body is like', async () => {
    const explained = async (path: string, body: unknown) =>
      (await raw('POST', path, { 'content-type': 'application/json' }, JSON.stringify(body))).headers['relata-explain']
    expect(await explained(groups, { displayName: 5 })).toBe('body.displayName; docs/spec/protocol.md 1.6; step create')
    expect(await explained(list, { labels: [{ name: 'a', languageTag: 'en-US' }, { nmae: 1 }] })).toMatch(
      /^body\.labels/,
    )
    const requests = [{ id: '1', method: 'GET', url: '/', headers: { 'a\r\nX: y ü': {} } }]
    expect(await explained('/v1.0/$batch', { requests })).toBe(
      'body.requests.headers.aXy; docs/spec/protocol.md 1.6; step batch',
    )
    expect((await server.send('POST', groups, { displayName: 'Taken' })).status).toBe(201)
    expect(await explained(groups, { displayName: 'Taken' })).toMatch(
      /^conflict\..*; docs\/spec\/term-store\.md 5; step create$/,
    )
  })

  it('in a batch names it with the item', async () => {
    const requests = [
      { id: '1', method: 'GET', url: '/termStore' },
      { id: '2', method: 'GET', url: '/$batch' },
    ]
    const { bytes } = await raw('POST', '/v1.0/$batch', {}, JSON.stringify({ requests }))
    const [one, two] = JSON.parse(bytes.toString()).responses
    expect(one.headers).not.toHaveProperty('relata-explain')
    expect(two.headers['relata-explain']).toBe('batch.url; docs/spec/protocol.md 1.12')
  })

  it('names nothing where nobody asked for it', async () => {
    const { status, headers } = await raw('GET', '/v1.0/termStore/nowhere', {}, undefined, strict)
    expect(status).toBe(400)
    expect(headers).not.toHaveProperty('relata-explain')
  })
})
