/** `relata token`: signs in to a running server as an application and prints the access token alone. */
import { type Config, originFor } from '#app/config.ts'

export interface ClientCredentials {
  readonly tenant: string
  readonly app: string
  readonly secret: string
}

export async function printToken(config: Config, { tenant, app, secret }: ClientCredentials): Promise<void> {
  // The port serves HTTP as well, so no certificate has to be trusted for this.
  const origin = originFor({ ...config, httpOnly: true }, config.port)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  })
  const address = `${origin}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  const answer = await fetch(address, { method: 'POST', body: form }).catch((error: Error) => {
    throw new Error(
      `no server answers at ${origin}; is it running? (${(error.cause as Error | undefined)?.message ?? error.message})`,
    )
  })
  if (answer.status === 404)
    throw new Error(`the server at ${origin} signs nobody in, as it is a registry; get a token from one of its issuers`)
  const body = (await answer.json()) as { access_token?: string; error_description?: string }
  if (body.access_token === undefined) throw new Error(body.error_description ?? `the server answered ${answer.status}`)
  process.stdout.write(`${body.access_token}\n`)
}
