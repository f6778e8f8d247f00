/** The `fetch` inside the process, and the one that trusts an authority, are what the global one is. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchFrom, type LocalFetch } from '#http/fetch.ts'
import type { Serving } from '#http/serve.ts'
import { closeServers, startRelata } from '#testing/start-relata.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

/** Answers by the path, as the server does with a socket. */
const serve: Serving['serve'] = (request, response, raw) => {
  if (raw === '/dropped') {
    response.destroy()
    return
  }
  if (raw === '/half') {
    response.writeHead(200, ['Content-Type', 'text/plain'])
    response.write('half')
    setImmediate(() => response.destroy())
    return
  }
  if (raw === '/empty') {
    response.writeHead(204, ['relata-test', 'a', 'relata-test', 'b'])
    response.end()
    return
  }
  if (raw === '/large') {
    response.writeHead(200, ['Content-Type', 'text/plain'])
    let left = 200
    const next = (): void => {
      while (left > 0) {
        left -= 1
        if (!response.write('x'.repeat(65_536))) {
          response.once('drain', next)
          return
        }
      }
      response.end()
    }
    next()
    return
  }
  if (raw === '/never') return
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { method, headers } = request
    const text = JSON.stringify({
      method,
      host: headers.host,
      type: headers['content-type'],
      body: Buffer.concat(chunks).toString(),
    })
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', `${Buffer.byteLength(text)}`])
    response.end(text)
  })
}

const listener = createServer((request, response) => serve(request, response, request.url ?? '/'))
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
})
afterAll(() => {
  listener.closeAllConnections()
  listener.close()
})

const local = fetchFrom({ serve, drain: async () => undefined })

describe.each<[string, LocalFetch]>([
  ['the global fetch', (input, init) => fetch(input, init)],
  ['the fetch in the process', local],
])('%s', (_, fetchHere) => {
  it('sends what the request has', async () => {
    const answer = await fetchHere(`${origin}/echo?a=b`, jsonPost({ a: 'ä' }))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      method: 'POST',
      host: new URL(origin).host,
      type: 'application/json',
      body: '{"a":"ä"}',
    })
  })

  it('gives no body where there is none', async () => {
    const empty = await fetchHere(`${origin}/empty`)
    expect([empty.status, empty.body, empty.headers.get('relata-test')]).toEqual([204, null, 'a, b'])
    const head = await fetchHere(`${origin}/echo`, { method: 'HEAD' })
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0)
    expect(await head.text()).toBe('')
  })

  it('rejects where the connection is dropped', async () => {
    await expect(fetchHere(`${origin}/dropped`)).rejects.toThrow(TypeError)
    const half = await fetchHere(`${origin}/half`)
    await expect(half.text()).rejects.toThrow(TypeError)
  })

  it('rejects with the reason of its signal', async () => {
    const given = new AbortController()
    const asked = fetchHere(`${origin}/never`, { signal: given.signal })
    setImmediate(() => given.abort(new Error('enough')))
    await expect(asked).rejects.toThrow('enough')
    await expect(fetchHere(`${origin}/echo`, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/)
  })

  it('gives a large body as fast as it is read', async () => {
    const answer = await fetchHere(`${origin}/large`)
    expect((await answer.text()).length).toBe(200 * 65_536)
  })
})

describe('a server elsewhere', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ inMemory: true, databaseUrl: undefined })
    process.env['RELATA_URL'] = server.http
  })
  afterAll(async () => {
    delete process.env['RELATA_URL']
    await closeServers()
    await server.close()
  })

  it('gives each test a world with a port of its own', async () => {
    const [first, second] = [await startRelata(), await startRelata()]
    const add = async () =>
      first.fetch('/v1.0/termStore/groups', {
        method: 'POST',
        headers: { authorization: `Bearer ${await first.token()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ displayName: 'There' }),
      })
    expect(new URL(first.url).port).not.toBe(new URL(second.url).port)
    expect((await add()).status).toBe(201)
    expect((await add()).status).toBe(409)
    const seen = await second.client().api('/termStore/groups').get()
    expect(JSON.stringify(seen)).not.toContain('There')
    const copy = await first.fork({ port: 0 })
    expect(JSON.stringify(await copy.client().api('/termStore/groups').get())).toContain('There')
    await Promise.all([first, second, copy].map((relata) => relata.close()))
    await expect(first.clock.show()).rejects.toThrow()
  })

  it('gets what is for Microsoft’s hosts, and nothing goes to others', async () => {
    const relata = await startRelata()
    const headers = { authorization: `Bearer ${await relata.token()}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ displayName: 'By a fixed address' })
    const made = await relata.fetch('https://graph.microsoft.com/v1.0/termStore/groups', {
      method: 'POST',
      headers,
      body,
    })
    expect(made.status).toBe(201)
    expect(JSON.stringify(await relata.client().api('/termStore/groups').get())).toContain('By a fixed address')
    await expect(relata.fetch('https://elsewhere.example/v1.0/users')).rejects.toThrow(
      'elsewhere.example is not answered',
    )
    await relata.close()
  })

  it('fills a world with a seed of its own', async () => {
    const seed = { tenants: [{ displayName: 'Litware', defaultDomain: 'litware.example' }] }
    const relata = await startRelata({ seed, clock: '2026-05-01T00:00:00Z' })
    const { value } = (await (await relata.fetch('/_relata/tenants')).json()) as { value: { displayName: string }[] }
    expect(value.map(({ displayName }) => displayName)).toEqual(['Litware'])
    expect((await relata.clock.show()).now).toBe('2026-05-01T00:00:00.000Z')
    await relata.close()
  })

  it('takes what --seed takes: nothing, and several with commas', async () => {
    const tenantsOf = async (seed: string) => {
      const relata = await startRelata({ seed })
      const { value } = (await (await relata.fetch('/_relata/tenants')).json()) as { value: unknown[] }
      await relata.close()
      return value.length
    }
    expect(await tenantsOf('none')).toBe(0)
    expect(await tenantsOf('empty, taxonomy-30k')).toBe(3)
    await expect(tenantsOf('empty,nowhere.yaml')).rejects.toThrow("the seed 'nowhere.yaml': ENOENT")
  })

  it('is named where it does not answer', async () => {
    await expect(startRelata({ url: 'http://127.0.0.1:9' })).rejects.toThrow(/no Relata at http:\/\/127\.0\.0\.1:9/)
  })
})
