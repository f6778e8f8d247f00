/** A limit of requests for each client and tenant: 429 with Retry-After, on in a registry, off in the stand-in (A5). */
import { afterEach, describe, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { type Config, defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { fixedClock } from '#base/clock.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})
const start = async (...settings: Parameters<typeof startTestServer>): Promise<TestServer> => {
  const server = await startTestServer(...settings)
  open.push(server)
  return server
}

const path = '/v1.0/organization?$select=id'
/** Requests in a row with their statuses; more than the burst of ten seconds. */
const burst = async (server: TestServer, count: number, options = {}): Promise<number[]> => {
  const statuses: number[] = []
  for (let at = 0; at < count; at += 1) statuses.push((await server.send('GET', path, undefined, options)).status)
  return statuses
}

describe('a limit of requests', () => {
  it('answers 429 in Graph’s envelope with Retry-After, for that client and tenant only', async () => {
    const server = await start({ rateLimit: 1 })
    await server.token(wellKnown.fabrikam)
    const statuses = await burst(server, 14)
    expect(statuses.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 200))
    expect(statuses.at(-1)).toBe(429)
    const { status, headers, body } = await server.send('GET', path)
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(body.error).toMatchObject({
      code: 'tooManyRequests',
      message: expect.stringContaining('throttled'),
      innerError: { code: 'throttledRequest', 'request-id': headers.get('request-id') },
    })
    // Codes are those of what is asked for: protocol.md §1.5.
    for (const [asked, code] of [
      ['/v1.0/users', 'tooManyRequests'],
      ['/v1.0/nothing', 'tooManyRequests'],
      ['/v1.0/$metadata', 'tooManyRequests'],
      ['/beta/termStore/groups', 'activityLimitReached'],
      ['/v1.0/sites/root/termStore/sets', 'activityLimitReached'],
    ] as const)
      for (const method of ['GET', 'POST']) {
        const answer = await server.send(method, asked, method === 'POST' ? {} : undefined)
        expect([asked, answer.status, answer.body?.error?.code]).toEqual([asked, 429, code])
        expect(answer.body.error.innerError.code).toBe('throttledRequest')
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      }
    // The same application in another tenant has a limit of its own.
    expect((await server.send('GET', path, undefined, { tenant: wellKnown.fabrikam })).status).toBe(200)
    for (const probe of ['/alive', '/ready', '/health'])
      expect((await fetch(`${server.http}${probe}`)).status).toBe(200)
  })

  it('counts those without a token by their address, and each item of a batch', async () => {
    const server = await start({ rateLimit: 2 })
    await server.token()
    const statuses: number[] = []
    for (let at = 0; at < 24; at += 1) statuses.push((await fetch(`${server.http}/v1.0/me`)).status)
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429])
    const requests = Array.from({ length: 20 }, (_, at) => ({ id: `${at}`, method: 'GET', url: '/organization' }))
    await Promise.all(Array.from({ length: 10 }, () => server.send('GET', path)))
    const { status, body } = await server.send('POST', '/v1.0/$batch', { requests })
    expect(status).toBe(200)
    const items = body.responses as { status: number; headers: Record<string, string> }[]
    const refused = items.filter((item) => item.status === 429)
    expect(items.filter((item) => item.status === 200).length + refused.length).toBe(20)
    expect(refused.length).toBeGreaterThanOrEqual(5)
    expect(Number(refused[0]?.headers['Retry-After'])).toBeGreaterThanOrEqual(1)
    expect(refused[0]).toMatchObject({ body: { error: { code: 'tooManyRequests' } } })
  })

  it('is 200 a second in a registry, with ten seconds at once, and can be switched off there', async () => {
    const countWith = async (more: Partial<Config>): Promise<readonly [good: number, refused: number]> => {
      const config = { ...defaultConfig, port: 0, inMemory: true, silent: true, httpOnly: true, ...more }
      // A clock that stands still gives nothing back.
      const server = await startServer(
        { ...config, registry: true, openRegistry: true, auth: 'off', seed: 'none' },
        fixedClock(new Date()),
      )
      const statuses: number[] = []
      for (let at = 0; at < 21; at += 1)
        await Promise.all(
          Array.from({ length: 100 }, async () => statuses.push((await fetch(`${server.origin}/v1.0/me`)).status)),
        )
      await server.close()
      const refused = statuses.filter((status) => status === 429).length
      return [statuses.length - refused, refused]
    }
    expect(await countWith({})).toEqual([2000, 100])
    expect(await countWith({ rateLimit: 'off' })).toEqual([2100, 0])
  }, 60_000)

  it('counts clients behind a trusted proxy by what it says last, and the proxy where it is not trusted', async () => {
    const statusesOf = async (server: TestServer, forwarded: string): Promise<number[]> => {
      const statuses: number[] = []
      for (let at = 0; at < 14; at += 1) {
        const headers = { 'x-forwarded-for': forwarded }
        statuses.push((await fetch(`${server.http}/v1.0/me`, { headers })).status)
      }
      return statuses
    }
    const trusting = await start({ rateLimit: 1, trustedProxy: ['127.0.0.1', '10.0.0.0/8'] })
    expect((await statusesOf(trusting, '203.0.113.7')).at(-1)).toBe(429)
    // Whatever a client puts in front, and through however many proxies of ours.
    expect((await statusesOf(trusting, '198.51.100.1, 203.0.113.7:4711, 10.1.2.3'))[1]).toBe(429)
    expect((await statusesOf(trusting, '203.0.113.8'))[0]).toBe(401)
    expect((await statusesOf(trusting, '[2001:db8::1]:80'))[0]).toBe(401)
    const plain = await start({ rateLimit: 1 })
    expect((await statusesOf(plain, '203.0.113.7')).at(-1)).toBe(429)
    expect((await statusesOf(plain, '203.0.113.8')).at(-1)).toBe(429)
  })

  it('is off in the stand-in', async () => {
    const server = await start()
    await server.token()
    expect(await burst(server, 30)).toEqual(Array.from({ length: 30 }, () => 200))
    expect((await fetch(`${server.http}/_relata/clock`, jsonPost({ freeze: false }))).status).toBe(200)
  })
})
