/** The table of docs/control.md: it is the one that the server takes its addresses from, and holds in both modes. */
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '#app/compose.ts'
import { type Config, defaultConfig } from '#app/config.ts'
import { systemClock } from '#base/clock.ts'
import { type Audience, ownAddressAt, ownAddresses } from '#control/addresses.ts'
import { corsFor } from '#http/cors.ts'
import { createRouter } from '#http/route.ts'
import { exchange, rawRequest } from '../_support/listener.ts'
import { pageAt } from '../docs/paste.ts'

const words: Readonly<Record<string, Audience | undefined>> = {
  anyone: 'anyone',
  'this machine': 'control',
  token: 'token',
  '–': undefined,
}

const rows = pageAt('docs/control.md')
  .split('\n')
  .flatMap((line) => {
    const [, template, standIn = '', registry = ''] = /^\| `(\/[^`]*)` \| ([^|]+) \| ([^|]+) \|/.exec(line) ?? []
    return template === undefined
      ? []
      : [{ template, standIn: words[standIn.trim()], registry: words[registry.trim()] }]
  })

/** What is served only where it is switched on, or where Relata makes the certificate. */
const settings: Partial<Config> = { metrics: true }
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address

describe('the table of addresses', () => {
  it('in docs/control.md is the one of the server', () => {
    expect(rows.length).toBeGreaterThan(20)
    expect(rows).toEqual(ownAddresses.map(({ template, standIn, registry }) => ({ template, standIn, registry })))
  })

  it('is found by raw paths in any case, and nothing else is', () => {
    expect(ownAddressAt('/_RELATA/GDAP/x/Approve')?.template).toBe('/_relata/gdap/{id}/approve')
    for (const path of [
      '/_relata',
      '/_relata/',
      '/_relata/x',
      '/_relata/gdap/a/b/approve',
      '/approve',
      '/_relata/clock/x',
    ])
      expect(ownAddressAt(path), path).toBeUndefined()
  })

  it('without a row an address is not served, whatever handler there is', () => {
    const answer = { status: 200, headers: {}, body: 'secret' }
    const router = createRouter(
      {
        handle: async () => answer,
        verify: () => ({ denial: '' }),
        control: { find: () => async () => answer },
        clock: systemClock,
        about: {},
      },
      corsFor('none'),
      () => false,
    )
    const path = '/_relata/new'
    expect(() =>
      router.route({
        method: 'GET',
        target: { path, query: '' },
        headers: {},
        ids: { requestId: '', clientRequestId: '' },
        remote: '127.0.0.1',
        isLoopback: true,
        origin: () => 'http://localhost',
        body: () => undefined,
      } as never),
    ).toThrow(/Nothing is served/)
  })
})

describe.each([
  ['the stand-in', false],
  ['a registry', true],
] as const)('the addresses of %s', (_, registry) => {
  let server: RunningServer
  let port: number
  beforeAll(async () => {
    server = await startServer({
      ...defaultConfig,
      ...settings,
      registry,
      port: 0,
      host: '0.0.0.0',
      inMemory: true,
      silent: true,
      httpOnly: true,
      seed: 'none',
      rateLimit: 'off',
    })
    port = Number(new URL(server.origin).port)
  })
  afterAll(() => server.close())

  const ask = async (path: string, at: string, method = 'GET'): Promise<number> => {
    const id = '11111111-1111-4111-8111-111111111111-11111111-1111-4111-8111-111111111111'
    const text = `${method} ${path.replace('{id}', id)} HTTP/1.1\r\nHost: ${at}\r\nConnection: close\r\n\r\n`
    // Of what never ends, the beginning is enough.
    return (await exchange(port, [text], { at, once: true })).answers[0]?.status ?? 0
  }
  /** There is no certificate of ours over plain HTTP. */
  const absent = new Set(['/_relata/certificate.pem'])
  const audienceOf = (row: (typeof ownAddresses)[number]) => (registry ? row.registry : row.standIn)

  it.each(ownAddresses.filter(({ template }) => !absent.has(template)))('$template, for this machine', async (row) => {
    const statuses = [await ask(row.template, '127.0.0.1')]
    // A form is refused without its own token.
    if (row.isForm !== true) statuses.push(await ask(row.template, '127.0.0.1', 'POST'))
    const audience = audienceOf(row)
    if (audience === undefined) for (const status of statuses) expect(status).toBe(404)
    else if (audience === 'token') expect(statuses).toContain(401)
    else for (const status of statuses) expect([401, 403]).not.toContain(status)
    // There is no invitation of this id, nor a tenant.
    if (audience !== undefined && !row.template.includes('{')) expect(statuses.some((one) => one !== 404)).toBe(true)
  })

  const ofRegistry = registry ? it : undefined
  const ofStandIn = registry ? undefined : it

  ofRegistry?.('that need a token ask for it before the body, whatever its length', async () => {
    const rows = ownAddresses.filter((row) => audienceOf(row) === 'token')
    expect(rows.length).toBeGreaterThan(3)
    for (const { template } of rows)
      for (const method of ['POST', 'PATCH', 'DELETE'])
        for (const length of [3_900_000, 30_000_000])
          for (const more of [[], ['Authorization: Bearer a.b.c'], ['Expect: 100-continue']]) {
            const line = `${method} ${template.replace('{id}', 'x')}`
            const begun = rawRequest(
              line,
              [`Content-Length: ${length}`, 'Content-Type: application/json', ...more],
              '{',
            )
            // The rest of the body never comes.
            const { answers } = await exchange(port, [begun], { waitMs: 2000, once: true })
            expect([line, length, answers[0]?.status]).toEqual([line, length, expect.toBeOneOf([401, 405])])
          }
  })

  ofStandIn?.('of the issuer take no more than a form has', async () => {
    const statusOf = async (path: string, headers: readonly string[], body: string) => {
      const begun = rawRequest(`POST ${path}`, ['Content-Type: application/x-www-form-urlencoded', ...headers], body)
      return (await exchange(port, [begun], { waitMs: 2000, once: true })).answers[0]?.status
    }
    const id = '11111111-1111-4111-8111-111111111111'
    for (const path of [
      ...['token', 'devicecode', 'authorize', 'logout'].map((one) => `/common/oauth2/v2.0/${one}`),
      '/common/oauth2/token',
      '/devicelogin',
      `/approve/${id}-${id}`,
    ]) {
      expect([path, await statusOf(path, ['Content-Length: 3900000'], 'a')]).toEqual([path, 413])
      const chunk = `${(140_000).toString(16)}\r\n${'a'.repeat(140_000)}\r\n0\r\n\r\n`
      expect([path, await statusOf(path, ['Transfer-Encoding: chunked'], chunk)]).toEqual([path, 413])
      expect([path, await statusOf(path, ['Content-Length: 2'], 'a=')]).not.toEqual([path, 413])
    }
  })

  it('are listed in the 404 of any other, and no more', async () => {
    const text = 'GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
    const [answer] = (await exchange(port, [text])).answers
    const [, listed = ''] = /Served here: ([^"]*)\./.exec(String(answer?.body)) ?? []
    const served = ownAddresses.filter((row) => audienceOf(row) !== undefined && !absent.has(row.template))
    expect(listed.split(', ').filter((path) => ownAddressAt(path) !== undefined)).toEqual(
      served.map(({ template }) => template).filter((template) => template !== '/'),
    )
  })

  it.runIf(outside !== undefined).each(ownAddresses.filter(({ template }) => !absent.has(template)))(
    '$template, for others',
    async (row) => {
      const statuses = [await ask(row.template, outside as string), await ask(row.template, outside as string, 'POST')]
      const audience = audienceOf(row)
      if (audience === 'control') expect(statuses).toEqual([403, 403])
      else if (audience === 'token') expect(statuses).toContain(401)
      else if (audience === undefined) expect(statuses).toEqual([404, 404])
      else for (const status of statuses) expect([401, 403]).not.toContain(status)
    },
  )
})
