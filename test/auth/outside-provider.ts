/** A second OpenID Connect server, a real one (oidc-provider), on a port of its own: its keys rotate, and it can be out. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

export const audience = 'https://relata.example'

const redirect = 'http://127.0.0.1/signed-in'

/** How the tokens of a provider look, where it plays another one. */
export interface ProviderShape {
  /** Path of the issuer; the provider adds its own host. */
  readonly path: string
  /** The one client of the provider; the audience of its ID tokens. */
  readonly clientId: string
  readonly algorithm: 'RS256' | 'ES256'
  /** The claims of an access token. `made`: what the provider would write. `login`: of the person; undefined: the client's own. */
  access(made: Claims, login: string | undefined): Claims
  /** Claims of an ID token beside the provider's own. */
  id(login: string): Claims
}

export type Claims = Readonly<Record<string, unknown>>

/** Both tokens of one sign-in. */
export interface SignedIn {
  readonly access: string
  readonly id: string
}

export interface OutsideProvider {
  readonly issuer: string
  /** Signs any claims with the provider's key: what a broken or a lying provider would say. */
  sign(claims: Claims, header?: Claims): Promise<string>
  /** The public half of its present key. */
  publicKey(): JWK
  /** What a person gets who signs in by the provider's own pages. */
  signIn(login: string, claims?: Claims, options?: { readonly nonce?: string }): Promise<SignedIn>
  /** An access token of its client, with claims of ours beside those it makes itself. */
  token(claims?: Readonly<Record<string, unknown>>, options?: { readonly audience?: string }): Promise<string>
  /** The same for a person, who signs in by the provider's own pages. */
  tokenOfPerson(login: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
  /** Signs with a new key from now on; the old one is no longer published. */
  rotate(): Promise<void>
  /** Requests to each address so far. */
  readonly asked: ReadonlyMap<string, number>
  /** Nobody answers until it is back. */
  out(): Promise<void>
  back(): Promise<void>
  close(): Promise<void>
}

const makeKey = async (kid: string, alg: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' }
}

const plain: ProviderShape = {
  path: '',
  clientId: 'partner-app',
  algorithm: 'ES256',
  access: (made) => made,
  id: () => ({}),
}

/** The names of all claims that a shape may put into an ID token; the provider leaves out what it does not know. */
const idClaims = ['oid', 'tid', 'roles', 'name', 'preferred_username', 'email', 'email_verified', 'typ', 'azp', 'ver']

export const startOutsideProvider = async (shape: ProviderShape = plain): Promise<OutsideProvider> => {
  const { path, clientId, algorithm } = shape
  const mount = path.replace(/\/$/, '')
  const asked = new Map<string, number>()
  let handle: ReturnType<Provider['callback']> | undefined
  let server: Server
  let port = 0
  let keys = 0
  let key: JWK = {}
  let claims: Readonly<Record<string, unknown>> = {}

  const listen = async (): Promise<void> => {
    server = createServer((request, response) => {
      const whole = request.url ?? ''
      const below = whole.startsWith(`${mount}/`) ? whole.slice(mount.length) : whole
      asked.set(below, (asked.get(below) ?? 0) + 1)
      // As frameworks say where a part of them is mounted.
      Object.assign(request, { originalUrl: whole, url: below })
      void handle?.(request, response)
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  await listen()
  const base = `http://127.0.0.1:${port}${mount}`
  const issuer = `http://127.0.0.1:${port}${path}`

  const rotate = async (): Promise<void> => {
    keys += 1
    key = await makeKey(`key-${keys}`, algorithm)
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: clientId,
          client_secret: 'outside-secret',
          grant_types: ['client_credentials', 'authorization_code'],
          redirect_uris: [redirect],
          response_types: ['code'],
          application_type: 'native',
          id_token_signed_response_alg: algorithm,
        },
      ],
      jwks: { keys: [key] },
      findAccount: (_context: unknown, accountId: string) => ({
        accountId,
        claims: () => ({ sub: accountId, ...shape.id(accountId), ...claims }),
      }),
      claims: { openid: ['sub', ...idClaims] },
      conformIdTokenClaims: false,
      formats: {
        customizers: {
          jwt: (_context, token, made) => {
            if (shape === plain) return
            const { accountId } = token as { accountId?: string }
            made.payload = { ...shape.access({ ...made.payload }, accountId), ...claims }
            made.header = { typ: 'JWT' }
          },
        },
      },
      ttl: { AccessToken: 3600, ClientCredentials: 600, Grant: 3600, IdToken: 3600, Interaction: 3600, Session: 3600 },
      scopes: ['TermStore.Read.All', 'TermStore.ReadWrite.All'],
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context: unknown, resource: string) => ({
            audience: resource,
            scope: 'TermStore.Read.All TermStore.ReadWrite.All',
            accessTokenFormat: 'jwt' as const,
            jwt: { sign: { alg: algorithm } },
          }),
        },
      },
      extraTokenClaims: () => (shape === plain ? { ...claims } : {}),
    })
    handle = provider.callback()
  }
  await rotate()

  const redeem = async (form: Record<string, string>): Promise<SignedIn> => {
    const answer = await fetch(`${base}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:outside-secret`).toString('base64')}` },
      body: new URLSearchParams(form),
    })
    const json = (await answer.json()) as { access_token?: string; id_token?: string }
    if (json.access_token === undefined) throw new Error(JSON.stringify(json))
    return { access: json.access_token, id: json.id_token ?? '' }
  }

  /** Follows redirects as a browser would, and fills in the two forms it meets. */
  const follow = async (address: string, login: string): Promise<string> => {
    const cookies = new Map<string, string>()
    let next = new URL(address)
    let form: Record<string, string> | undefined
    for (let step = 0; step < 12; step += 1) {
      const answer: Response = await fetch(next, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
      })
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        cookies.set(name, value)
      }
      const location = answer.headers.get('location')
      if (location === null) {
        const prompt = (await answer.text()).includes('name="login"') ? 'login' : 'consent'
        form = prompt === 'login' ? { prompt, login, password: 'any' } : { prompt }
        continue
      }
      form = undefined
      next = new URL(location, next)
      if (next.href.startsWith(redirect)) return next.searchParams.get('code') ?? next.search
    }
    throw new Error('the sign-in leads nowhere')
  }

  const scope = 'TermStore.Read.All'
  const signIn = async (login: string, more: Claims = {}, options: { readonly nonce?: string } = {}) => {
    claims = more
    const verifier = randomBytes(32).toString('base64url')
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirect,
      scope: `openid ${scope}`,
      resource: audience,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...options,
    })
    const code = await follow(`${base}/auth?${query}`, login)
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier }
    return redeem({ ...form, resource: audience })
  }
  return {
    issuer,
    asked,
    rotate,
    out: stop,
    back: listen,
    close: stop,
    sign: async (said, header = {}) =>
      new SignJWT({ ...said })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: key.kid ?? '', ...header })
        .sign(await importJWK(key, algorithm)),
    publicKey: () => {
      const { d: _, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...published } = key
      return published
    },
    token: async (more = {}, options = {}) => {
      claims = more
      const form = { grant_type: 'client_credentials', resource: options.audience ?? audience, scope }
      return (await redeem(form)).access
    },
    signIn,
    tokenOfPerson: async (login, more = {}) => (await signIn(login, more)).access,
  }
}
