/** A tenant that is added with the id of one that was removed is another one: nothing that was issued before is good for it. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from '#app/compose.ts'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { parseOutsideIssuers } from '#auth/outside/outside-settings.ts'
import { fixedClock } from '#base/clock.ts'
import { startTestServer } from '../_support/server.ts'
import { audience, startOutsideProvider } from './outside-provider.ts'

const id = '0f3b1c52-0d0a-4c3e-9a55-0000000000bb'
const tenant = {
  id,
  displayName: 'Litware',
  defaultDomain: 'litware.example',
  administrators: ['ada@litware.example'],
  applications: 'well-known' as const,
}

describe('in the stand-in', () => {
  const clock = fixedClock(new Date('2026-11-23T10:00:00Z'))
  let server: Awaited<ReturnType<typeof startServer>>
  let management: ReturnType<typeof server.parts.manageTenants>
  beforeAll(async () => {
    const config = { ...defaultConfig, port: 0, inMemory: true, silent: true, httpOnly: true, passwordGrant: true }
    server = await startServer(config, clock)
    management = server.parts.manageTenants({ note: () => undefined, environment: undefined })
    await management.add([tenant], [''], 'a test')
  })
  afterAll(() => server.close())
  const later = (seconds: number) => clock.set(new Date(clock.now().getTime() + seconds * 1000))

  const grant = async (form: Readonly<Record<string, string>>) => {
    const usual = { client_id: wellKnown.publicClient, scope: 'https://graph.microsoft.com/.default offline_access' }
    const path = `${server.origin}/${id}/oauth2/v2.0/token`
    const answer = await fetch(path, { method: 'POST', body: new URLSearchParams({ ...usual, ...form }) })
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
    return (await answer.json()) as any
  }
  const person = (more: Readonly<Record<string, string>> = {}) =>
    grant({ grant_type: 'password', username: 'ada@litware.example', password: wellKnown.password, ...more })
  /** What the application in the middle gets for a token of a person. */
  const onBehalfOf = (assertion: string) =>
    grant({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: wellKnown.middleTier,
      client_secret: wellKnown.secret,
      scope: 'https://graph.microsoft.com/Sites.Read.All',
      assertion,
    })
  const application = () =>
    grant({
      grant_type: 'client_credentials',
      client_id: wellKnown.daemon,
      client_secret: wellKnown.secret,
      scope: 'https://graph.microsoft.com/.default',
    })
  const status = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${server.origin}/v1.0/organization`, { headers })).status
  }

  it('tokens and grants of the earlier one are refused, new ones are not (F5)', async () => {
    later(60)
    const [one, app] = [await person(), await application()]
    expect([await status(one.access_token), await status(app.access_token)]).toEqual([200, 200])
    const { access_token: between } = await person({ scope: `api://${wellKnown.middleTier}/access_as_user` })
    expect(await onBehalfOf(between)).toMatchObject({ access_token: expect.any(String) })
    const device = await fetch(`${server.origin}/${id}/oauth2/v2.0/devicecode`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: wellKnown.publicClient, scope: 'https://graph.microsoft.com/.default' }),
    })
    const { device_code } = (await device.json()) as { device_code: string }
    const polling = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code }
    expect((await grant(polling)).error).toBe('authorization_pending')
    later(60)
    await management.remove(id, 'Litware', 'a test')
    await management.add([tenant], [''], 'a test')
    expect([await status(one.access_token), await status(app.access_token)]).toEqual([401, 401])
    expect((await grant({ grant_type: 'refresh_token', refresh_token: one.refresh_token })).error).toBe('invalid_grant')
    expect((await onBehalfOf(between)).error).toBe('invalid_grant')
    expect((await grant(polling)).error).not.toBe('authorization_pending')
    const [anew, other] = [await person(), await application()]
    expect([await status(anew.access_token), await status(other.access_token)]).toEqual([200, 200])
    const refreshed = await grant({ grant_type: 'refresh_token', refresh_token: anew.refresh_token })
    expect(await status(refreshed.access_token)).toBe(200)
  })

  it('a moved clock of the rows refuses no sign-in', async () => {
    for (const days of [30, -30]) {
      server.parts.clock.set(new Date(clock.now().getTime() + days * 86_400_000))
      await management.remove(id, 'Litware', 'a test')
      await management.add([tenant], [''], 'a test')
      expect([days, await status((await person()).access_token)]).toEqual([days, 200])
      later(60)
    }
  })
})

it('in a registry, tokens of outside issuers are refused that were issued before it (F5)', async () => {
  const provider = await startOutsideProvider()
  const issuers = parseOutsideIssuers(
    JSON.stringify({ issuer: provider.issuer, audience, operator: { claim: 'roles', value: 'Operator', tenant: id } }),
  )
  const server = await startTestServer({ registry: true, httpOnly: true, seed: 'none', issuers })
  try {
    const { applications: _, ...own } = tenant
    const management = server.parts.manageTenants({ note: () => undefined, environment: undefined })
    await management.add([own], [''], 'a test')
    const claims = decodeJwt(await provider.token({ tid: id, roles: ['Organization.Read.All', 'Operator'] }))
    const now = Math.floor(Date.now() / 1000)
    const ask = async (path: string, token: string) =>
      (await fetch(`${server.http}${path}`, { headers: { authorization: `Bearer ${token}` } })).status
    const before = await provider.sign({ ...claims, iat: now - 600 })
    // As clocks differ, a little before is good enough for the first tenant of the id.
    const recent = await provider.sign({ ...claims, iat: now - 10 })
    const statuses = async (token: string) => [
      await ask('/v1.0/organization', token),
      await ask('/_relata/tenants', token),
    ]
    expect([await statuses(before), await statuses(recent)]).toEqual([
      [401, 401],
      [200, 200],
    ])
    await management.remove(id, 'Litware', 'a test')
    await management.add([own], [''], 'a test')
    expect(await statuses(recent)).toEqual([401, 401])
    const fresh = await provider.sign({ ...claims, iat: Math.ceil(Date.now() / 1000) })
    const answer = await fetch(`${server.http}/_relata/issuers/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${fresh}` },
      body: JSON.stringify({ token: recent }),
    })
    const told = (await answer.json()) as { accepted: boolean; findings: { name: string; passed: boolean }[] }
    expect([told.accepted, told.findings.filter(({ passed }) => !passed)]).toMatchObject([false, [{ name: 'iat' }]])
    expect(await statuses(fresh)).toEqual([200, 200])
  } finally {
    await server.close()
    await provider.close()
  }
})
