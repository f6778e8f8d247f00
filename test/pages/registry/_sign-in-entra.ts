/**
 * Entra's sign-in as pages of a registry see it: the addresses of login.microsoftonline.com, answered within the browser,
 * and an address on this machine where the registry finds the keys.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { BrowserContext, Route } from 'playwright-core'

export const clientId = '11111111-aaaa-4000-8000-000000000001'
export const scope = 'api://relata/.default'
const audience = 'api://relata'
const host = 'https://login.microsoftonline.com'

export interface EntraPerson {
  readonly tenantId: string
  readonly userId: string
  readonly name: string
  readonly userName: string
}

export interface EntraSignIn {
  /** Settings of the registry. */
  readonly issuer: Readonly<Record<string, unknown>>
  /** What was asked of the token endpoint, in its order. */
  readonly grants: string[]
  /** Of access tokens that are given from now on: seconds from now at which they end, for the server and for the page. */
  lifetime: { readonly token: number; readonly told: number }
  /** Whether refresh tokens are still taken. */
  isOpen: boolean
  /** Answers in this browser; the pages are at this origin. */
  attach(context: BrowserContext, origin: string): Promise<void>
  close(): Promise<void>
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const form = `<!doctype html><html lang="en"><title>Sign in</title><h1>Pick an account</h1>
<form method="post"><button>Continue</button></form></html>`

export async function startEntraSignIn(person: EntraPerson, permissions: readonly string[]): Promise<EntraSignIn> {
  const { tenantId, userId, name, userName } = person
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'entra-1', use: 'sig' }
  const iss = `${host}/${tenantId}/v2.0`
  const keys = createServer((request, response) => {
    const found = request.url?.includes('openid-configuration')
      ? { issuer: iss, jwks_uri: `${address}/keys` }
      : { keys: [jwk] }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(found))
  })
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`

  const signed = (claims: Readonly<Record<string, unknown>>, seconds: number): Promise<string> =>
    new SignJWT({ ...claims, tid: tenantId, oid: userId, sub: userId, name, preferred_username: userName, ver: '2.0' })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: 'entra-1' })
      .setIssuer(iss)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(privateKey)

  /** What the next code stands for. */
  let nonce = ''
  const sign: EntraSignIn = {
    issuer: {
      issuer: `${host}/{tenantid}/v2.0`,
      discovery: `${address}/{tenantid}/v2.0/.well-known/openid-configuration`,
      audience,
      operator: { claim: 'roles', value: 'Relata.Operator', tenant: tenantId },
      pages: { clientId, scopes: [scope], name: 'Contoso at Entra' },
    },
    grants: [],
    lifetime: { token: 3600, told: 3600 },
    isOpen: true,
    attach: async (context, origin) => {
      await context.route(`${host}/**`, (route) => answer(route, origin))
    },
    close: async () => {
      keys.closeAllConnections()
      await new Promise((resolve) => keys.close(resolve))
    },
  }

  const tokens = async (sent: URLSearchParams): Promise<{ status: number; body: unknown }> => {
    const grant = sent.get('grant_type') ?? ''
    sign.grants.push(grant)
    const isRight = sent.get('client_id') === clientId && (grant !== 'authorization_code' || sent.has('code_verifier'))
    if (!isRight || (grant === 'refresh_token' && !sign.isOpen))
      return {
        status: 400,
        body: { error: 'invalid_grant', error_description: 'AADSTS70008: it is over', suberror: '' },
      }
    const { token, told } = sign.lifetime
    const claims = { aud: audience, azp: clientId, scp: permissions.join(' '), roles: ['Relata.Operator'] }
    const body = {
      token_type: 'Bearer',
      scope,
      expires_in: told,
      ext_expires_in: told,
      access_token: await signed(claims, token),
      id_token: await signed({ aud: clientId, nonce }, 3600),
      refresh_token: `refresh-${sign.grants.length}`,
      client_info: base64({ uid: userId, utid: tenantId }),
    }
    return { status: 200, body }
  }

  const answer = async (route: Route, origin: string): Promise<void> => {
    const request = route.request()
    const { pathname, searchParams } = new URL(request.url())
    const json = (status: number, body: unknown): Promise<void> =>
      route.fulfill({
        status,
        contentType: 'application/json',
        headers: { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Headers': '*' },
        body: JSON.stringify(body),
      })
    if (pathname.endsWith('/openid-configuration'))
      return json(200, {
        issuer: `${host}/{tenantid}/v2.0`,
        authorization_endpoint: `${host}/organizations/oauth2/v2.0/authorize`,
        token_endpoint: `${host}/organizations/oauth2/v2.0/token`,
        end_session_endpoint: `${host}/organizations/oauth2/v2.0/logout`,
        jwks_uri: `${host}/organizations/discovery/v2.0/keys`,
      })
    if (pathname.endsWith('/discovery/instance'))
      return json(200, {
        tenant_discovery_endpoint: `${host}/organizations/v2.0/.well-known/openid-configuration`,
        metadata: [],
      })
    if (pathname.endsWith('/token')) {
      const { status, body } = await tokens(new URLSearchParams(request.postData() ?? ''))
      return json(status, body)
    }
    if (pathname.endsWith('/authorize') && request.method() === 'GET') {
      nonce = searchParams.get('nonce') ?? ''
      return route.fulfill({ contentType: 'text/html', body: form })
    }
    if (pathname.endsWith('/authorize')) {
      const back = new URLSearchParams({
        code: 'a-code',
        client_info: base64({ uid: userId, utid: tenantId }),
        state: searchParams.get('state') ?? '',
      })
      return route.fulfill({ status: 302, headers: { Location: `${searchParams.get('redirect_uri')}#${back}` } })
    }
    return route.fulfill({ status: 404, body: `nothing at ${pathname}` })
  }
  return sign
}
