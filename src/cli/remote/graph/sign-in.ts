/**
 * A token for Microsoft Graph by the variables that Azure's tools know: as an application with its secret, or as a person with a
 * code on another device (RFC 8628). Nothing of it is kept in a file.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Environment } from '#app/config.ts'
import { millisOn, systemClock } from '#base/clock.ts'
import { isObject } from '#base/json.ts'
import { fetchFrom } from '../loopback-fetch.ts'

const usualAuthority = 'https://login.microsoftonline.com'
const earlyMillis = 120_000
const now = millisOn(systemClock)

interface Given {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly expires: number
}

interface FormAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

async function postForm(address: string, members: Readonly<Record<string, string>>): Promise<FormAnswer> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const answer = await fetchFrom(address, { method: 'POST', headers, body: new URLSearchParams(members).toString() })
  const value: unknown = await answer.json().catch(() => undefined)
  return { status: answer.status, body: isObject(value) ? value : {} }
}

function givenIn({ status, body }: FormAnswer): Given {
  const { access_token: accessToken, expires_in: seconds, refresh_token: refresh } = body
  if (typeof accessToken !== 'string') {
    const why = body['error_description'] ?? body['error'] ?? `it answered ${status}`
    throw new Error(`the sign-in failed: ${String(why).split('\n')[0]}`)
  }
  const refreshToken = typeof refresh === 'string' ? refresh : undefined
  return { accessToken, refreshToken, expires: now() + Number(seconds ?? 3600) * 1000 }
}

/** Shows the code, and asks until the person has signed in. */
async function byDevice(
  tokenAddress: string,
  client: Readonly<Record<string, string>>,
  pause: (millis: number) => Promise<void>,
): Promise<Given> {
  const begun = await postForm(tokenAddress.replace(/\/token$/, '/devicecode'), client)
  const { device_code: code, message, interval } = begun.body
  if (typeof code !== 'string') return givenIn(begun)
  process.stderr.write(`${String(message)}\n`)
  let seconds = Number(interval ?? 5)
  const grant = { ...client, grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: code }
  for (;;) {
    await pause(seconds * 1000)
    const answer = await postForm(tokenAddress, grant)
    const { error } = answer.body
    if (error === 'slow_down') seconds += 5
    else if (error !== 'authorization_pending') return givenIn(answer)
  }
}

/** Whether the variables name a client. */
export function hasClient(environment: Environment): boolean {
  return Boolean(environment['AZURE_TENANT_ID']) && Boolean(environment['AZURE_CLIENT_ID'])
}

async function waited(millis: number): Promise<void> {
  await wait(millis)
}

/** Of the client that the variables name. `resource`: origin of Graph. `pause`: between two looks at whether somebody has signed in. */
export function signInOf(environment: Environment, resource: string, pause = waited): () => Promise<string> {
  const [tenant = '', id = ''] = [environment['AZURE_TENANT_ID'], environment['AZURE_CLIENT_ID']]
  const secret = environment['AZURE_CLIENT_SECRET'] || undefined
  const authority = (environment['AZURE_AUTHORITY_HOST'] || usualAuthority).replace(/\/+$/, '')
  const address = `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  const graph = resource.startsWith('https://graph.') ? resource : 'https://graph.microsoft.com'
  const client = { client_id: id, scope: `${graph}/.default${secret === undefined ? ' offline_access' : ''}` }
  let given: Promise<Given> | undefined
  const ask = async (before: Given | undefined): Promise<Given> => {
    if (secret !== undefined)
      return givenIn(await postForm(address, { ...client, grant_type: 'client_credentials', client_secret: secret }))
    if (before?.refreshToken === undefined) return byDevice(address, client, pause)
    const renewal = { ...client, grant_type: 'refresh_token', refresh_token: before.refreshToken }
    return givenIn(await postForm(address, renewal))
  }
  return async () => {
    const known = await given
    if (known === undefined || known.expires - earlyMillis < now()) given = ask(known)
    return (await (given as Promise<Given>)).accessToken
  }
}
