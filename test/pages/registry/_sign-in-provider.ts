/**
 * An OpenID Connect provider over TLS, as people see one: its pages ask who it is, and it gives tokens for a registry to a
 * public client. The registry under test asks it over HTTP, since it does not know its certificate.
 */
import { createServer as createHttp, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { loadCertificates } from '#app/trust/certificates.ts'
import { systemClock } from '#base/clock.ts'
import { temporaryFolder } from '#store/temporary-folder.ts'

export const audience = 'https://relata.example'
export const clientId = 'relata-pages'

export interface SignInProvider {
  /** As its tokens name it, and as browsers reach it. */
  readonly issuer: string
  readonly discovery: string
  /** The pages may come back to this server. */
  allow(origin: string): void
  close(): Promise<void>
}

const form = (uid: string): string => `<!doctype html><html lang="en"><title>Provider</title><h1>Who are you?</h1>
<form method="post" action="/interaction/${uid}"><label>Login <input name="login"></label><button>Continue</button></form></html>`

const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function bodyOf(request: AsyncIterable<unknown>): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

/** `claims`: of the access tokens of a login. `scopes`: all that it may give. */
export async function startSignInProvider(
  scopes: readonly string[],
  claims: (login: string) => Readonly<Record<string, unknown>>,
): Promise<SignInProvider> {
  const folder = temporaryFolder()
  if (folder === undefined) throw new Error('no folder can be made for the certificates')
  const facts = { location: folder.path, host: '127.0.0.1', now: systemClock.now(), httpOnly: false }
  const { cert, key } = await loadCertificates(facts as unknown as Parameters<typeof loadCertificates>[0])
  let handle: RequestListener = (_, response) => response.writeHead(503).end()
  const overTls = createHttps({ cert, key }, (request, response) => {
    request.headers['x-forwarded-proto'] = 'https'
    request.headers['x-forwarded-host'] = request.headers.host ?? ''
    handle(request, response)
  })
  const plain = createHttp((request, response) => handle(request, response))
  for (const server of [overTls, plain])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const issuer = `https://localhost:${portOf(overTls)}`
  const allow = (origin: string): void => {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: clientId,
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          redirect_uris: [`${origin}/redirect.html`],
          post_logout_redirect_uris: [`${origin}/signed-out`],
        },
      ],
      clientBasedCORS: (_context, from) => from === origin,
      findAccount: (_context, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, name: 'Ada of the provider', preferred_username: 'ada@provider.example' }),
      }),
      claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
      conformIdTokenClaims: false,
      scopes: ['openid', 'profile', 'offline_access', ...scopes],
      pkce: { required: () => true },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      loadExistingGrant: async (context) => {
        const { client, session } = context.oidc
        const grant = new context.oidc.provider.Grant({
          clientId: client?.clientId ?? '',
          accountId: session?.accountId ?? '',
        })
        grant.addOIDCScope(['openid profile offline_access', ...scopes].join(' '))
        grant.addResourceScope(audience, scopes.join(' '))
        await grant.save()
        return grant
      },
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, ask) => {
            context.body = `<!doctype html><html lang="en"><title>Provider</title><h1>Leave?</h1>${ask}
<button form="op.logoutForm" name="logout" value="yes">Yes</button></html>`
          },
        },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => audience,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            audience,
            scope: scopes.join(' '),
            accessTokenFormat: 'jwt' as const,
            jwt: { sign: { alg: 'RS256' as const } },
          }),
        },
      },
      extraTokenClaims: (_context, token) => claims(String((token as { accountId?: string }).accountId)),
      ttl: { AccessToken: 3600, Grant: 3600, IdToken: 3600, Interaction: 3600, Session: 3600, RefreshToken: 3600 },
    })
    provider.proxy = true
    const callback = provider.callback()
    handle = (request, response) => {
      const [, uid] = /^\/interaction\/([\w-]+)/.exec(request.url ?? '') ?? []
      if (uid === undefined) return void callback(request, response)
      if (request.method === 'GET') return void response.writeHead(200, { 'Content-Type': 'text/html' }).end(form(uid))
      return void bodyOf(request).then((body) =>
        provider.interactionFinished(request, response, { login: { accountId: body.get('login') ?? '' } }),
      )
    }
  }
  return {
    issuer,
    discovery: `http://127.0.0.1:${portOf(plain)}/.well-known/openid-configuration`,
    allow,
    close: async () => {
      for (const server of [overTls, plain]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
      folder.remove()
    },
  }
}
