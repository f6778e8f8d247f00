/** A whole server for the sign-in tests, its time held still, and short ways through its flows. */
import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt, type JWTPayload } from 'jose'
import { defaultConfig } from '#app/config.ts'
import { openParts, type Parts } from '#app/parts.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Delegations } from '#auth/directory/directory.ts'
import { createAuthority } from '#auth/issuer/authority.ts'
import { type Keys, loadKeys } from '#auth/issuer/keys.ts'
import { createVerify } from '#auth/verify/verify.ts'
import { fixedClock } from '#base/clock.ts'
import { randomIds } from '#base/ids.ts'
import { startServer } from '#http/server.ts'

export const graph = 'https://graph.microsoft.com'
export const people = {
  admin: `${wellKnown.contoso.slice(0, 8)}-05e7-4000-8000-000000000001`,
  tara: `${wellKnown.contoso.slice(0, 8)}-05e7-4000-8000-000000000002`,
  hugo: `${wellKnown.contoso.slice(0, 8)}-05e7-4000-8000-000000000003`,
  fabrikamAdmin: `${wellKnown.fabrikam.slice(0, 8)}-05e7-4000-8000-000000000001`,
} as const

export interface SignInServer {
  readonly origin: string
  readonly parts: Parts
  readonly keys: Keys
  readonly clock: ReturnType<typeof fixedClock>
  readonly logged: string[]
  close(): Promise<void>
}

export interface Settings {
  readonly delegations?: Delegations
  readonly password?: string
  readonly limits?: Parameters<typeof createAuthority>[0]['limits']
}

/** The real parts around a clock that tests move; what would be logged is collected. */
export const startSignIn = async ({ delegations, password, limits }: Settings = {}): Promise<SignInServer> => {
  const clock = fixedClock(new Date('2026-11-23T10:00:00Z'))
  const parts = await openParts({ ...defaultConfig, database: undefined }, clock, randomIds)
  const keys = loadKeys(undefined, clock)
  const logged: string[] = []
  const { directory } = parts
  const server = await startServer({
    handle: parts.handle,
    verify: createVerify({ directory, keys, clock }),
    authority: createAuthority({
      directory,
      keys,
      clock,
      ...(delegations === undefined ? {} : { delegations }),
      ...(password === undefined ? {} : { password }),
      ...(limits === undefined ? {} : { limits }),
    }),
    clock,
    ids: randomIds,
    about: {},
    origins: 'local',
    onRequest: (entry) => logged.push(JSON.stringify(entry)),
    onFault: (error) => logged.push(String(error)),
    port: 0,
    hosts: ['127.0.0.1'],
  })
  return {
    origin: `http://127.0.0.1:${server.port}`,
    parts,
    keys,
    clock,
    logged,
    close: async () => {
      await server.close()
      await parts.close()
    },
  }
}

export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
export type Body = any

export const claimsOf = (token: unknown): JWTPayload => decodeJwt(String(token))

export const post = async (
  { origin }: { readonly origin: string },
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: Body; headers: Headers }> => {
  const answer = await fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(form), headers })
  return { status: answer.status, body: JSON.parse(await answer.text()), headers: answer.headers }
}

export const redirectUri = 'http://localhost:4999/redirect'

/** Usual parameters of an authorization request of the public client. */
export const asked = (more: Readonly<Record<string, string>> = {}): URLSearchParams =>
  new URLSearchParams({
    client_id: wellKnown.publicClient,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: `openid profile offline_access ${graph}/Sites.Read.All`,
    state: 'the state',
    ...more,
  })

const hidden = (page: string, name: string): string => {
  const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
  return found.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
}

export interface Visit {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Of the redirect to the client. */
  readonly answer: URLSearchParams
}

const visitOf = async (answer: Response): Promise<Visit> => {
  const location = answer.headers.get('location') ?? ''
  const at = location.search(/[?#]/)
  return {
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
    answer: new URLSearchParams(at < 0 ? '' : location.slice(at + 1)),
  }
}

export const visit = async (
  { origin }: { readonly origin: string },
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Visit> => visitOf(await fetch(`${origin}${path}`, { redirect: 'manual', headers }))

/** What a person does on the page: one button or one field. */
export const choose = async (
  server: { readonly origin: string },
  page: Visit,
  choice: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Visit> => {
  const action = /<form method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? ''
  const names = ['request', 'version', 'token', 'user_code'].filter((name) =>
    page.text.includes(`name="${name}" value`),
  )
  const form = Object.fromEntries(names.map((name) => [name, hidden(page.text, name)]))
  return visitOf(
    await fetch(`${server.origin}${action}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: server.origin, ...headers },
      body: new URLSearchParams({ ...form, ...choice }),
    }),
  )
}

export const accountOf = (tenantId: string, userId: string) => ({ account: `${tenantId} ${userId}` })
export const tara = accountOf(wellKnown.contoso, people.tara)

/** From the authorization request to the code. */
export const codeFor = async (
  server: { readonly origin: string },
  parameters: URLSearchParams = asked(),
  {
    tenant = 'contoso.example',
    account = tara,
    version = '/v2.0',
  }: { readonly tenant?: string; readonly account?: { readonly account: string }; readonly version?: string } = {},
): Promise<string> => {
  const page = await visit(server, `/${tenant}/oauth2${version}/authorize?${parameters}`)
  const done = await choose(server, page, account)
  const code = done.answer.get('code')
  if (code === null) throw new Error(`no code: ${done.status} ${done.answer} ${done.text}`)
  return code
}
