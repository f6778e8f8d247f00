/** Rules for faults about the addresses of the issuer, which answers in OAuth's form. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { startTestServer, type TestServer, tokenFor } from '../_support/server.ts'
import { faultsOf } from './kit.ts'

let server: TestServer
let faults: ReturnType<typeof faultsOf>

beforeAll(async () => {
  server = await startTestServer()
  faults = faultsOf(server)
})
afterEach(() => faults.clear())
afterAll(() => server.close())

const token = (tenant: string = wellKnown.contoso, client: string = wellKnown.daemon) =>
  fetch(`${server.http}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: client,
      client_secret: wellKnown.secret,
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
    }),
  })

it('answers as the issuer does, where the path of a rule is its own', async () => {
  const id = await faults.add({
    where: { path: '/*/oauth2/v2.0/token' },
    what: { status: 429, retryAfter: 3 },
    times: 1,
  })
  const answer = await token()
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('relata-fault')]).toEqual([429, '3', id])
  expect(await answer.json()).toMatchObject({
    error: 'temporarily_unavailable',
    error_codes: [90055],
    error_description: expect.stringContaining('AADSTS90055'),
    trace_id: answer.headers.get('request-id'),
  })
  expect((await token()).status).toBe(200)
})

it('leaves sign-in alone where a rule has no path', async () => {
  await faults.add({ what: { status: 503 } })
  expect((await token()).status).toBe(200)
})

it('knows the tenant of the address and the application of the form', async () => {
  await faults.add({ where: { path: '/**', tenant: wellKnown.fabrikam }, what: { status: 503 } })
  expect([(await token()).status, (await token(wellKnown.fabrikam)).status]).toEqual([200, 503])
  await faults.clear()
  await faults.add({ where: { path: '/**', client: wellKnown.daemon }, what: { status: 503 } })
  expect([(await token()).status, (await token(wellKnown.contoso, wellKnown.reader)).status]).toEqual([503, 200])
})

it('can fail as a grant does, and break the connection', async () => {
  await faults.add({
    where: { path: '/**/token' },
    what: { status: 400, code: 'invalid_grant', message: 'Expired.' },
    times: 1,
  })
  expect(await (await token()).json()).toMatchObject({ error: 'invalid_grant' })
  await faults.add({ where: { path: '/**/token' }, what: { drop: true }, times: 1 })
  await expect(token()).rejects.toThrow('fetch failed')
  expect((await token()).status).toBe(200)
})

it('may keep the answer of a token that was issued', async () => {
  await faults.add({ where: { path: '/**/token' }, what: { status: 504 }, after: 'commit', times: 1 })
  expect((await token()).status).toBe(504)
  await expect(tokenFor(server.http, wellKnown.contoso, wellKnown.daemon)).resolves.toEqual(expect.any(String))
})
