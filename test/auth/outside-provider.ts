/** A second OpenID Connect server, a real one (oidc-provider), on a port of its own: its keys rotate, and it can be out. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'

export const audience = 'https://relata.example'

const redirect = 'http://127.0.0.1/signed-in'

export interface OutsideProvider {
  readonly issuer: string
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

const makeKey = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' }
}

export const startOutsideProvider = async (): Promise<OutsideProvider> => {
  const asked = new Map<string, number>()
  let handle: ReturnType<Provider['callback']> | undefined
  let server: Server
  let port = 0
  let keys = 0
  let claims: Readonly<Record<string, unknown>> = {}

  const listen = async (): Promise<void> => {
    server = createServer((request, response) => {
      const path = request.url ?? ''
      asked.set(path, (asked.get(path) ?? 0) + 1)
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
  const issuer = `http://127.0.0.1:${port}`

  const rotate = async (): Promise<void> => {
    keys += 1
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'partner-app',
          client_secret: 'outside-secret',
          grant_types: ['client_credentials', 'authorization_code'],
          redirect_uris: [redirect],
          response_types: ['code'],
          application_type: 'native',
          id_token_signed_response_alg: 'ES256',
        },
      ],
      jwks: { keys: [await makeKey(`key-${keys}`)] },
      findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
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
            jwt: { sign: { alg: 'ES256' as const } },
          }),
        },
      },
      extraTokenClaims: () => ({ ...claims }),
    })
    handle = provider.callback()
  }
  await rotate()

  const redeem = async (form: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('partner-app:outside-secret').toString('base64')}` },
      body: new URLSearchParams(form),
    })
    const json = (await answer.json()) as { access_token?: string }
    if (json.access_token === undefined) throw new Error(JSON.stringify(json))
    return json.access_token
  }

  /** Follows redirects as a browser would, and fills in the two forms it meets. */
  const signIn = async (address: string, login: string): Promise<string> => {
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
  return {
    issuer,
    asked,
    rotate,
    out: stop,
    back: listen,
    close: stop,
    token: (more = {}, options = {}) => {
      claims = more
      return redeem({ grant_type: 'client_credentials', resource: options.audience ?? audience, scope })
    },
    tokenOfPerson: async (login, more = {}) => {
      claims = more
      const verifier = randomBytes(32).toString('base64url')
      const query = new URLSearchParams({
        client_id: 'partner-app',
        response_type: 'code',
        redirect_uri: redirect,
        scope: `openid ${scope}`,
        resource: audience,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      const code = await signIn(`${issuer}/auth?${query}`, login)
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier }
      return redeem({ ...form, resource: audience })
    },
  }
}
