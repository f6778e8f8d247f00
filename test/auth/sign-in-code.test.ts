/** The authorization code flow as clients meet it: what is asked, what comes back, and every way it is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import {
  accountOf,
  asked,
  type Body,
  choose,
  claimsOf,
  codeFor,
  graph,
  people,
  pkce,
  post,
  redirectUri,
  type SignInServer,
  startSignIn,
  tara,
  visit,
} from './sign-in-kit.ts'

let server: SignInServer
beforeAll(async () => {
  server = await startSignIn()
})
afterAll(() => server.close())

const { contoso, fabrikam, publicClient, webApp, secret } = wellKnown
const tokenPath = '/contoso.example/oauth2/v2.0/token'
const authorizePath = '/contoso.example/oauth2/v2.0/authorize'
const redeem = (code: string, more: Record<string, string> = {}, path = tokenPath) =>
  post(server, path, {
    grant_type: 'authorization_code',
    client_id: publicClient,
    redirect_uri: redirectUri,
    code,
    ...more,
  })
const refused = ({ status, body }: { status: number; body: Body }) => [status, body.error, body.error_codes?.[0]]
const shown = (text: string) => /AADSTS(\d+)/.exec(text)?.[1]

describe('a code', () => {
  it('becomes tokens that speak for the person who was chosen', async () => {
    const { verifier, challenge } = pkce()
    const parameters = asked({ nonce: 'n-1', code_challenge: challenge, code_challenge_method: 'S256' })
    const code = await codeFor(server, parameters)
    const { status, body } = await redeem(code, { code_verifier: verifier, client_info: '1' })
    expect(status).toBe(200)
    expect(body).toEqual({
      token_type: 'Bearer',
      scope: `openid profile ${graph}/Sites.Read.All`,
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      client_info: expect.any(String),
    })
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: graph,
      iss: `${server.origin}/${contoso}/v2.0`,
      app_displayname: 'Relata public client',
      appid: publicClient,
      appidacr: '0',
      idtyp: 'user',
      oid: people.tara,
      scp: 'Sites.Read.All openid profile',
      tid: contoso,
      upn: 'tara@contoso.example',
      ver: '1.0',
      wids: [],
      groups: expect.arrayContaining([expect.any(String)]),
    })
    expect(claimsOf(body.id_token)).toMatchObject({
      aud: publicClient,
      iss: `${server.origin}/${contoso}/v2.0`,
      nonce: 'n-1',
      oid: people.tara,
      tid: contoso,
      name: 'Tara Technician',
      preferred_username: 'tara@contoso.example',
      ver: '2.0',
    })
    expect(claimsOf(body.id_token).sub).not.toBe(claimsOf(body.access_token).sub)
    expect(JSON.parse(Buffer.from(body.client_info, 'base64url').toString())).toEqual({
      uid: people.tara,
      utid: contoso,
    })
    const answer = await fetch(`${server.origin}/v1.0/termStore`, {
      headers: { authorization: `Bearer ${body.access_token}` },
    })
    expect([200, 403]).toContain(answer.status)
  })

  it('names the directory roles of an administrator', async () => {
    const code = await codeFor(server, asked(), { account: accountOf(contoso, people.admin) })
    const { body } = await redeem(code)
    expect(claimsOf(body.access_token)['wids']).toEqual(['62e90394-69f5-4237-9190-012177145e10'])
  })

  it('of `common` is for the home of whoever was chosen', async () => {
    const account = accountOf(fabrikam, people.fabrikamAdmin)
    const code = await codeFor(server, asked(), { tenant: 'common', account })
    const { body } = await redeem(code, {}, '/common/oauth2/v2.0/token')
    expect(claimsOf(body.access_token)['tid']).toBe(fabrikam)
    const other = await codeFor(server, asked(), { tenant: 'organizations', account })
    expect(refused(await redeem(other))).toEqual([400, 'invalid_grant', 700005])
  })

  it('asks for the secret where the redirect URI is a web application’s', async () => {
    const web = { client_id: webApp, redirect_uri: 'http://localhost:3000/callback' }
    const code = await codeFor(server, asked(web))
    expect(refused(await redeem(code, web))).toEqual([401, 'invalid_client', 7000218])
    expect(refused(await redeem(code, { ...web, client_secret: 'x' }))).toEqual([401, 'invalid_client', 7000215])
    const { status, body } = await redeem(code, { ...web, client_secret: secret })
    expect([status, claimsOf(body.access_token)['appidacr']]).toEqual([200, '1'])
  })

  it('takes no secret where there can be none', async () => {
    expect(refused(await redeem(await codeFor(server), { client_secret: secret }))).toEqual([
      401,
      'invalid_client',
      700025,
    ])
  })

  it('serves once, and the second time ends what the first one brought', async () => {
    const code = await codeFor(server)
    const { body } = await redeem(code)
    expect(refused(await redeem(code))).toEqual([400, 'invalid_grant', 54005])
    const again = { grant_type: 'refresh_token', client_id: publicClient, refresh_token: body.refresh_token }
    expect(refused(await post(server, tokenPath, again))).toEqual([400, 'invalid_grant', 50173])
  })

  it('is bound to client, redirect URI and verifier', async () => {
    const { verifier, challenge } = pkce()
    const code = await codeFor(server, asked({ code_challenge: challenge, code_challenge_method: 'S256' }))
    expect(refused(await redeem(code))).toEqual([400, 'invalid_grant', 50148])
    expect(refused(await redeem(code, { code_verifier: pkce().verifier }))).toEqual([400, 'invalid_grant', 501481])
    const good = { code_verifier: verifier }
    expect(refused(await redeem(code, { ...good, redirect_uri: 'http://localhost:1/other' }))).toEqual([
      400,
      'invalid_grant',
      500112,
    ])
    const other = { ...good, client_id: webApp, client_secret: secret }
    expect(refused(await redeem(code, other))).toEqual([400, 'invalid_grant', 70000])
    expect((await redeem(code, good)).status).toBe(200)
  })

  it('is told apart from one that is too old, and from nonsense', async () => {
    const code = await codeFor(server)
    server.clock.set(new Date(server.clock.now().getTime() + 601_000))
    expect(refused(await redeem(code))).toEqual([400, 'invalid_grant', 70008])
    expect(refused(await redeem('nonsense'))).toEqual([400, 'invalid_grant', 9002313])
  })

  it('of a page is redeemed by the page, with PKCE', async () => {
    const { verifier, challenge } = pkce()
    const spa = { redirect_uri: 'http://localhost:5173/spa', code_challenge: challenge, code_challenge_method: 'S256' }
    const without = await visit(server, `${authorizePath}?${asked({ redirect_uri: spa.redirect_uri })}`)
    expect(without.answer.get('error_description')).toContain('AADSTS9002325')
    const code = await codeFor(server, asked(spa))
    const form = { redirect_uri: spa.redirect_uri, code_verifier: verifier }
    expect(refused(await redeem(code, form))).toEqual([400, 'invalid_request', 9002327])
    const origin = { origin: 'http://localhost:5173' }
    const { status, headers } = await post(
      server,
      tokenPath,
      { grant_type: 'authorization_code', client_id: publicClient, code, ...form },
      origin,
    )
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, origin.origin])
    const native = await codeFor(server)
    const crossed = {
      grant_type: 'authorization_code',
      client_id: publicClient,
      code: native,
      redirect_uri: redirectUri,
    }
    expect(refused(await post(server, tokenPath, crossed, origin))).toEqual([400, 'invalid_request', 9002326])
  })
})

describe('a refresh token', () => {
  const refresh = (token: string, more: Record<string, string> = {}, path = tokenPath) =>
    post(server, path, { grant_type: 'refresh_token', client_id: publicClient, refresh_token: token, ...more })

  it('is replaced each time, and coming again later ends them all', async () => {
    const first = (await redeem(await codeFor(server))).body.refresh_token
    const second = (await refresh(first)).body
    expect(claimsOf(second.access_token)['oid']).toBe(people.tara)
    expect(second.refresh_token).not.toBe(first)
    expect((await refresh(first)).status).toBe(200)
    server.clock.set(new Date(server.clock.now().getTime() + 61_000))
    expect(refused(await refresh(first))).toEqual([400, 'invalid_grant', 50173])
    expect(refused(await refresh(second.refresh_token))).toEqual([400, 'invalid_grant', 50173])
  })

  it('brings other scopes of the application, and none that it was not granted', async () => {
    const token = (await redeem(await codeFor(server))).body.refresh_token
    const wider = await refresh(token, { scope: 'User.Read.All' })
    expect(wider.body.scope).toBe('User.Read.All')
    expect(claimsOf(wider.body.access_token)['scp']).toContain('User.Read.All')
    const strange = await refresh(token, { scope: `${graph}/Mail.Send` })
    expect(refused(strange)).toEqual([400, 'invalid_grant', 65001])
    expect(strange.body.suberror).toBe('consent_required')
  })

  it('is of one client, and expires', async () => {
    const token = (await redeem(await codeFor(server))).body.refresh_token
    expect(refused(await refresh(token, { client_id: webApp, client_secret: secret }))).toEqual([
      400,
      'invalid_grant',
      70000,
    ])
    expect(refused(await refresh('nonsense'))).toEqual([400, 'invalid_grant', 9002313])
    server.clock.set(new Date(server.clock.now().getTime() + 91 * 86_400_000))
    expect(refused(await refresh(token))).toEqual([400, 'invalid_grant', 700082])
  })

  it('of a page ends a day after the page signed in, however often it was replaced', async () => {
    const spa = { redirect_uri: 'http://localhost:5173/spa' }
    const { verifier, challenge } = pkce()
    const parameters = asked({ ...spa, code_challenge: challenge, code_challenge_method: 'S256' })
    const form = { grant_type: 'authorization_code', client_id: publicClient, code_verifier: verifier, ...spa }
    const origin = { origin: 'http://localhost:5173' }
    const first = await post(server, tokenPath, { ...form, code: await codeFor(server, parameters) }, origin)
    const again = (refresh_token: string) =>
      post(server, tokenPath, { grant_type: 'refresh_token', client_id: publicClient, refresh_token }, origin)
    const pass = (hours: number) => server.clock.set(new Date(server.clock.now().getTime() + hours * 3_600_000))
    pass(20)
    const second = await again(first.body.refresh_token)
    expect(second.status).toBe(200)
    pass(5)
    expect(refused(await again(second.body.refresh_token))).toEqual([400, 'invalid_grant', 700084])
  })

  it('is not used up by who cannot prove to be its client', async () => {
    const web = { client_id: webApp, redirect_uri: 'http://localhost:3000/callback' }
    const code = await codeFor(server, asked(web))
    const token = (await redeem(code, { ...web, client_secret: secret })).body.refresh_token
    expect(refused(await refresh(token, { client_id: webApp }))).toEqual([401, 'invalid_client', 7000218])
    server.clock.set(new Date(server.clock.now().getTime() + 61_000))
    expect((await refresh(token, { client_id: webApp, client_secret: secret })).status).toBe(200)
  })

  it('is not given to who did not ask to stay signed in', async () => {
    const { body } = await redeem(await codeFor(server, asked({ scope: 'User.Read.All' })))
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'scope', 'token_type'])
  })

  it('ends with the account', async () => {
    const { directory } = server.parts
    const hugo = accountOf(contoso, people.hugo)
    const token = (await redeem(await codeFor(server, asked(), { account: hugo }))).body.refresh_token
    const daemon = await post(server, tokenPath, {
      grant_type: 'client_credentials',
      client_id: wellKnown.daemon,
      client_secret: secret,
      scope: `${graph}/.default`,
    })
    const patch = (accountEnabled: boolean) =>
      fetch(`${server.origin}/v1.0/users/${people.hugo}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${daemon.body.access_token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ accountEnabled }),
      })
    expect((await patch(false)).status).toBe(204)
    expect((await directory.findPerson(contoso, people.hugo))?.enabled).toBe(false)
    expect(refused(await refresh(token))).toEqual([400, 'invalid_grant', 50057])
    await patch(true)
    expect((await refresh(token)).status).toBe(200)
  })
})

describe('version 1', () => {
  it('has its own addresses, words and tokens', async () => {
    const parameters = asked({ resource: graph, nonce: 'one' })
    parameters.delete('scope')
    const code = await codeFor(server, parameters, { version: '' })
    const path = '/contoso.example/oauth2/token'
    const { status, body } = await redeem(code, { resource: graph }, path)
    expect(status).toBe(200)
    expect(body).toMatchObject({ expires_in: '3599', expires_on: expect.stringMatching(/^\d+$/), resource: graph })
    expect(claimsOf(body.id_token)).toMatchObject({
      iss: `${server.origin}/${contoso}/`,
      ver: '1.0',
      upn: 'tara@contoso.example',
      nonce: 'one',
    })
    expect(String(claimsOf(body.access_token)['scp'])).toContain('Sites.ReadWrite.All')
    const app = { grant_type: 'client_credentials', client_id: wellKnown.daemon, client_secret: secret }
    const granted = await post(server, path, { ...app, resource: graph })
    expect(granted.body).toMatchObject({ expires_in: '3599', resource: graph })
    expect(claimsOf(granted.body.access_token)).toMatchObject({ aud: graph, idtyp: 'app' })
    expect(refused(await post(server, path, app))).toEqual([400, 'invalid_request', 900144])
    expect(refused(await post(server, path, { ...app, resource: 'https://nobody.example' }))).toEqual([
      400,
      'invalid_resource',
      500011,
    ])
  })
})

describe('the authorization endpoint', () => {
  const ask = (more: Record<string, string>, tenant = 'contoso.example') =>
    visit(server, `/${tenant}/oauth2/v2.0/authorize?${asked(more)}`)

  it.each([
    ['an unknown tenant', {}, 'nowhere.example', '90002'],
    ['an unknown client', { client_id: '00000000-0000-4000-8000-000000000000' }, undefined, '700016'],
    ['no client', { client_id: '' }, undefined, '900144'],
    ['a redirect URI that is not the client’s', { redirect_uri: 'https://evil.example/' }, undefined, '50011'],
    [
      'a redirect URI that only begins like one',
      { redirect_uri: 'http://localhost/redirect/more' },
      undefined,
      '50011',
    ],
    ['a redirect URI that is none', { redirect_uri: 'javascript:alert(1)' }, undefined, '50011'],
    ['a redirect URI with a line break', { redirect_uri: 'http://localhost/re\r\ndirect' }, undefined, '50011'],
    [
      'a redirect URI of another host',
      { redirect_uri: 'http://localhost:80@evil.example/redirect' },
      undefined,
      '50011',
    ],
    ['a redirect URI with a fragment', { redirect_uri: 'http://localhost/redirect#x' }, undefined, '50011'],
    ['a redirect URI with a query', { redirect_uri: 'http://localhost/redirect?x' }, undefined, '50011'],
    ['a redirect URI in disguise', { redirect_uri: 'http://localhost/a/../redirect' }, undefined, '50011'],
    ['no redirect URI where there are several', { redirect_uri: '' }, undefined, '900144'],
  ])('shows %s to the person', async (_, more, tenant, code) => {
    const { status, text, headers } = await ask(more, tenant)
    expect([status, shown(text), headers.get('location')]).toEqual([400, code, null])
    expect(headers.get('content-type')).toContain('text/html')
  })

  it.each([
    ['no response type', { response_type: '' }, 'invalid_request', 900144],
    ['a token from here', { response_type: 'token' }, 'unsupported_response_type', 700051],
    ['an id token where it is off', { response_type: 'id_token', nonce: 'n' }, 'unsupported_response_type', 700054],
    ['a type nobody knows', { response_type: 'password' }, 'unsupported_response_type', 70005],
    ['no scope', { scope: '' }, 'invalid_request', 900144],
    ['a scope without consent', { scope: 'Mail.Send' }, 'consent_required', 65001],
    ['a scope that is none', { scope: 'not/a scope' }, 'invalid_scope', 70011],
    ['two resources', { scope: 'https://a.example/x https://b.example/y' }, 'invalid_request', 28000],
    ['an unknown resource', { scope: 'https://a.example/x' }, 'invalid_resource', 500011],
    ['a wish it does not know', { prompt: 'maybe' }, 'invalid_request', 90023],
    ['a short challenge', { code_challenge: 'x', code_challenge_method: 'S256' }, 'invalid_request', 501491],
    [
      'another challenge method',
      { code_challenge: 'x'.repeat(43), code_challenge_method: 'S512' },
      'invalid_request',
      50149,
    ],
    ['an unknown way to answer', { response_mode: 'carrier_pigeon' }, 'invalid_request', 70007],
    ['silence without a session', { prompt: 'none' }, 'login_required', 50058],
  ])('tells the client of %s', async (_, more, error, code) => {
    const page = await ask(more)
    const done = page.status === 200 ? await choose(server, page, tara) : page
    expect([done.status, done.answer.get('error'), done.answer.get('state')]).toEqual([302, error, 'the state'])
    expect(done.answer.get('error_description')).toMatch(new RegExp(`^AADSTS${code}: .* Timestamp: `))
    expect(done.answer.get('error_uri')).toBe(`${server.origin}/error?code=${code}`)
  })

  it('answers by query, fragment or form, with an id token beside the code where that is on', async () => {
    const fragment = await choose(server, await ask({ response_mode: 'fragment' }), tara)
    expect(fragment.headers.get('location')).toMatch(/^http:\/\/localhost:4999\/redirect#code=/)
    const web = { client_id: webApp, response_type: 'code id_token', nonce: 'both', response_mode: 'form_post' }
    const form = await choose(server, await ask(web), tara)
    expect(form.status).toBe(200)
    expect(form.text).toContain('<form method="post" action="http://localhost:4999/redirect">')
    const idToken = /name="id_token" value="([^"]+)"/.exec(form.text)?.[1]
    expect(claimsOf(idToken)).toMatchObject({ nonce: 'both', c_hash: expect.any(String), oid: people.tara })
    expect(form.text).toMatch(/name="state" value="the state"/)
  })

  it('gives an id token alone, in the fragment', async () => {
    const web = {
      client_id: webApp,
      response_type: 'id_token',
      nonce: 'alone',
      scope: 'openid email',
      client_info: '1',
    }
    const { headers, answer } = await choose(server, await ask(web), tara)
    expect(headers.get('location')).toContain('/redirect#id_token=')
    expect(claimsOf(answer.get('id_token'))).toMatchObject({
      nonce: 'alone',
      email: 'tara@contoso.example',
      aud: webApp,
    })
    expect([answer.get('code'), typeof answer.get('client_info')]).toEqual([null, 'string'])
    const bare = await ask({ client_id: webApp, response_type: 'id_token' })
    expect(bare.answer.get('error_description')).toContain('AADSTS900144')
  })

  it('takes its parameters by POST too', async () => {
    const answer = await fetch(`${server.origin}${authorizePath}`, { method: 'POST', body: asked() })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Choose an account')
  })

  it('is left by Cancel', async () => {
    const { answer } = await choose(server, await ask({}), { cancel: '1' })
    expect([answer.get('error'), answer.get('state')]).toEqual(['access_denied', 'the state'])
  })

  it('finds an account by its name, and says when it is not there', async () => {
    const page = await ask({}, 'common')
    expect((await choose(server, page, { name: 'tara@contoso.example' })).answer.get('code')).not.toBeNull()
    const unknown = await choose(server, page, { name: 'nobody@contoso.example' })
    expect([unknown.status, shown(unknown.text)]).toEqual([400, '50034'])
    for (const account of ['x y', `contoso.example ${people.tara}x`, 'contoso.example', ''])
      expect((await choose(server, page, { account })).status, account).toBe(400)
    const stranger = await choose(server, await ask({}), { name: 'admin@fabrikam.example' })
    expect([stranger.status, shown(stranger.text)]).toEqual([400, '50020'])
  })

  it('keeps out who is not assigned', async () => {
    const register = await fetch(`${server.origin}/_relata/applications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        tenantId: 'contoso.example',
        id: '7e570000-0000-4000-8000-000000000001',
        displayName: 'For Hugo only',
        nativeRedirectUris: ['http://localhost/redirect'],
        delegatedScopes: ['Sites.Read.All'],
        assignedTo: [people.hugo],
      }),
    })
    expect(register.status).toBe(200)
    const page = await ask({ client_id: '7e570000-0000-4000-8000-000000000001' })
    expect(page.text).toContain('For Hugo only')
    const { status, text } = await choose(server, page, tara)
    expect([status, shown(text)]).toEqual([400, '50105'])
    const hugo = await choose(server, page, accountOf(contoso, people.hugo))
    expect(hugo.answer.get('code')).not.toBeNull()
  })
})

describe('a session', () => {
  const cookieOf = ({ headers }: { headers: Headers }) => (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const signIn = async () => {
    const done = await choose(server, await visit(server, `${authorizePath}?${asked()}`), tara)
    expect(done.headers.get('set-cookie')).toMatch(/^relata-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    return { cookie: cookieOf(done) }
  }

  it('lets a person through, silently where that is asked for', async () => {
    const cookie = await signIn()
    for (const more of [{}, { prompt: 'none' }, { login_hint: 'tara@contoso.example' }])
      expect((await visit(server, `${authorizePath}?${asked(more)}`, cookie)).answer.get('code')).not.toBeNull()
    for (const more of [{ prompt: 'select_account' }, { prompt: 'login' }, { login_hint: 'hugo@contoso.example' }])
      expect((await visit(server, `${authorizePath}?${asked(more)}`, cookie)).text).toContain('Choose an account')
    const hinted = { prompt: 'none', login_hint: 'hugo@contoso.example' }
    expect((await visit(server, `${authorizePath}?${asked(hinted)}`, cookie)).answer.get('error')).toBe(
      'login_required',
    )
  })

  it('shows the page where its account is not wanted', async () => {
    const cookie = await signIn()
    const elsewhere = await visit(server, `/fabrikam.example/oauth2/v2.0/authorize?${asked()}`, cookie)
    expect(elsewhere.text).toContain('Choose an account')
    const silent = await visit(server, `/fabrikam.example/oauth2/v2.0/authorize?${asked({ prompt: 'none' })}`, cookie)
    expect(silent.answer.get('error')).toBe('access_denied')
  })

  it('ends by signing out, which leads back to registered addresses only', async () => {
    const cookie = await signIn()
    const leave = (more: Record<string, string>) =>
      visit(server, `/contoso.example/oauth2/v2.0/logout?${new URLSearchParams(more)}`, cookie)
    const known = { client_id: publicClient, post_logout_redirect_uri: redirectUri, state: 's&1' }
    const back = await leave(known)
    expect([back.status, back.headers.get('location')]).toEqual([302, `${redirectUri}?state=s%261`])
    expect(back.headers.get('set-cookie')).toContain('Max-Age=0')
    for (const more of [
      { ...known, post_logout_redirect_uri: 'https://evil.example/' },
      { post_logout_redirect_uri: redirectUri },
    ]) {
      const stays = await leave(more as Record<string, string>)
      expect([stays.status, stays.headers.get('location')]).toEqual([200, null])
    }
    const after = await visit(server, `${authorizePath}?${asked({ prompt: 'none' })}`, cookie)
    expect(after.answer.get('error')).toBe('login_required')
  })
})

describe('the page', () => {
  it('is not taken from elsewhere', async () => {
    const page = await visit(server, `${authorizePath}?${asked()}`)
    expect((await choose(server, page, tara, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await choose(server, page, { ...tara, token: 'forged' })).status).toBe(403)
    const other = `${asked({ redirect_uri: 'http://localhost:1/callback' })}`
    expect((await choose(server, page, { ...tara, request: other })).status).toBe(403)
  })

  it('may not be framed, kept or called by other pages', async () => {
    const { headers } = await visit(server, `${authorizePath}?${asked()}`, { origin: 'http://localhost:1' })
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).toContain("form-action 'self' http://localhost:4999")
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  it('escapes what it is given', async () => {
    const hint = '"><script>alert(1)</script>'
    const { text } = await visit(server, `${authorizePath}?${asked({ login_hint: hint, state: hint })}`)
    expect(text).not.toContain('<script>')
  })
})
