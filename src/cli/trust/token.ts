/** `relata token`: prints an access token of a running server, alone, so that a shell can take it. */
import { call, send } from '../remote/call.ts'
import type { Target } from '../remote/target.ts'

export interface ClientCredentials {
  readonly tenant: string
  readonly app: string
  readonly secret: string
}

function say(token: string): void {
  process.stdout.write(`${token}\n`)
}

/** By a sign-in as an application. */
export async function printToken(target: Target, { tenant, app, secret }: ClientCredentials): Promise<void> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  })
  const path = `/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const answer = await send(target, { method: 'POST', path, body: Buffer.from(form.toString()), headers })
  const text = await answer.text()
  if (answer.status === 404)
    throw new Error(
      `the server at ${target.origin} signs nobody in, as it is a registry; get a token from one of its issuers`,
    )
  const body = JSON.parse(text) as { access_token?: string; error_description?: string }
  if (body.access_token === undefined) throw new Error(body.error_description ?? `the server answered ${answer.status}`)
  say(body.access_token)
}

export interface TokenWish {
  readonly tenant: string
  /** Undefined: the demo data's public client, for a person. */
  readonly app: string | undefined
  /** Id or sign-in name; undefined: the token is the application's. */
  readonly user: string | undefined
  /** Undefined: those that the application has been given. */
  readonly scopes: readonly string[] | undefined
}

/** Without a sign-in, which only a stand-in does. */
export async function printGivenToken(target: Target, { tenant, app, user, scopes }: TokenWish): Promise<void> {
  const body = {
    tenant,
    ...(app === undefined ? {} : { app }),
    ...(user === undefined ? {} : { user }),
    ...(scopes === undefined ? {} : { scopes }),
  }
  const { accessToken } = await call<{ accessToken: string }>(target, { method: 'POST', path: '/_relata/tokens', body })
  say(accessToken)
}
