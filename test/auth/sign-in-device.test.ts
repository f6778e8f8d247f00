/** A device without a browser: two codes, a page for one of them, and what a poll is told until somebody has answered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import {
  accountOf,
  type Body,
  choose,
  claimsOf,
  graph,
  people,
  post,
  type SignInServer,
  startSignIn,
  tara,
  type Visit,
  visit,
} from './sign-in-kit.ts'

let server: SignInServer
beforeAll(async () => {
  server = await startSignIn({ limits: { guesses: { burst: 8, perSecond: 0.1 } } })
})
afterAll(() => server.close())

const { contoso, fabrikam, publicClient, webApp, secret } = wellKnown
const scope = `openid offline_access ${graph}/Sites.Read.All`
const pass = (seconds: number) => server.clock.set(new Date(server.clock.now().getTime() + seconds * 1000))
const start = async (tenant = 'contoso.example'): Promise<Body> => {
  const { status, body } = await post(server, `/${tenant}/oauth2/v2.0/devicecode`, { client_id: publicClient, scope })
  expect(status).toBe(200)
  return body
}
const poll = async ({ device_code }: Body, tenant = 'contoso.example', more = {}) => {
  const grant = 'urn:ietf:params:oauth:grant-type:device_code'
  const form = { grant_type: grant, client_id: publicClient, device_code, ...more }
  const { status, body } = await post(server, `/${tenant}/oauth2/v2.0/token`, form)
  return { status, body, refused: [body.error, body.error_codes?.[0]] }
}
const enter = async (user_code: string): Promise<Visit> =>
  choose(server, await visit(server, '/devicelogin'), { user_code })

describe('a device', () => {
  it('gets its codes as Microsoft gives them', async () => {
    expect(await start()).toEqual({
      user_code: expect.stringMatching(/^[B-Z2-9]{9}$/),
      device_code: expect.any(String),
      verification_uri: `${server.origin}/devicelogin`,
      expires_in: 900,
      interval: 5,
      message: expect.stringMatching(/open the page http\S+ and enter the code \S{9} to authenticate/),
    })
  })

  it('is signed in by who enters its code elsewhere, once', async () => {
    const device = await start()
    expect((await poll(device)).refused).toEqual(['authorization_pending', 70016])
    const spelled = `${device.user_code.slice(0, 4).toLowerCase()} ${device.user_code.slice(4)}`
    const page = await enter(spelled)
    expect(page.text).toContain('Relata public client')
    expect(page.text).toContain('another device')
    const done = await choose(server, page, tara)
    expect([done.status, done.text.includes('You have signed in')]).toEqual([200, true])
    pass(5)
    const { status, body } = await poll(device)
    expect(status).toBe(200)
    expect(claimsOf(body.access_token)).toMatchObject({ oid: people.tara, tid: contoso, scp: expect.any(String) })
    expect(body).toMatchObject({ refresh_token: expect.any(String), id_token: expect.any(String) })
    expect((await poll(device)).refused).toEqual(['invalid_grant', 54005])
    expect((await enter(device.user_code)).status).toBe(400)
  })

  it('is told to slow down, and to wait longer from then on', async () => {
    const device = await start()
    expect((await poll(device)).refused[0]).toBe('authorization_pending')
    expect((await poll(device)).refused[0]).toBe('slow_down')
    pass(5)
    expect((await poll(device)).refused[0]).toBe('slow_down')
    pass(15)
    expect((await poll(device)).refused[0]).toBe('authorization_pending')
  })

  it('hears of a refusal, of the end of its time, and of codes that are none', async () => {
    const declined = await start()
    await choose(server, await enter(declined.user_code), { cancel: '1' })
    expect((await poll(declined)).refused).toEqual(['authorization_declined', 65004])
    const late = await start()
    pass(901)
    expect((await poll(late)).refused).toEqual(['expired_token', 70020])
    expect((await enter(late.user_code)).text).toContain('has expired')
    expect((await poll({ device_code: 'nonsense' })).refused).toEqual(['bad_verification_code', 70018])
    const other = { client_id: webApp, client_secret: secret }
    expect((await poll(await start(), 'contoso.example', other)).refused).toEqual(['invalid_grant', 70000])
  })

  it('of `organizations` is for the home of whoever answers', async () => {
    const device = await start('organizations')
    await choose(server, await enter(device.user_code), accountOf(fabrikam, people.fabrikamAdmin))
    const { body } = await poll(device, 'organizations')
    expect(claimsOf(body.access_token)['tid']).toBe(fabrikam)
  })

  it('is not signed in by a stranger to its tenant', async () => {
    const device = await start()
    const refused = await choose(server, await enter(device.user_code), { name: 'admin@fabrikam.example' })
    expect([refused.status, /AADSTS(\d+)/.exec(refused.text)?.[1]]).toEqual([400, '50020'])
    expect((await poll(device)).refused[0]).toBe('authorization_pending')
  })

  it('of version 1 hears of an URL', async () => {
    const form = { client_id: publicClient, resource: graph }
    const { body } = await post(server, '/contoso.example/oauth2/devicecode', form)
    expect(body).toMatchObject({ verification_url: `${server.origin}/devicelogin`, interval: '5', expires_in: '900' })
    await choose(server, await enter(body.user_code), tara)
    const token = { grant_type: 'device_code', client_id: publicClient, resource: graph, code: body.device_code }
    expect((await post(server, '/contoso.example/oauth2/token', token)).body).toMatchObject({ resource: graph })
  })

  it.each([
    [{ scope }, 900144],
    [{ client_id: publicClient }, 900144],
    [{ client_id: 'nobody', scope }, 700016],
  ])('asking with %j is refused', async (form, code) => {
    const { status, body } = await post(server, '/contoso.example/oauth2/v2.0/devicecode', form as never)
    expect([status, body.error_codes]).toEqual([400, [code]])
  })

  it('has no code guessed by trying', async () => {
    const page = await visit(server, '/devicelogin')
    const tried: Visit[] = []
    for (let time = 0; time < 12; time += 1)
      tried.push(await choose(server, page, { user_code: `BBBBBBBB${time % 8}` }))
    expect(tried.map(({ status }) => status)).toContain(400)
    expect([tried.at(-1)?.status, tried.at(-1)?.headers.get('retry-after')]).toEqual([429, '10'])
    expect((await choose(server, page, { user_code: 'X', token: 'forged' })).status).toBe(403)
  })
})
