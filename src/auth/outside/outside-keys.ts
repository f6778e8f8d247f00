/** The keys of an external issuer: found by OpenID Connect Discovery, cached, and fetched again when they rotate. */
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '#base/clock.ts'
import { isObject } from '#base/json.ts'
import type { OutsideIssuer } from './outside-issuer.ts'
import { isSafeAddress } from './outside-settings.ts'

/** The issuer cannot be reached, so the token cannot be verified. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

const timeoutMs = 5000

/** `issuer`: the name with its tenant filled in, which a `discovery` of its own may contain as well. */
function configurationAddress({ issuer: template, discovery }: OutsideIssuer, issuer: string): string {
  if (discovery === undefined) return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const [head = '', tail = ''] = template.split('{tenantid}')
  return discovery.replaceAll('{tenantid}', issuer.slice(head.length, issuer.length - tail.length))
}

/** Throws every failure. The document has to be that of this issuer (Discovery 1.0 §4.3). */
async function discover(address: string, issuer: string): Promise<string> {
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  if (answer.status !== 200) throw new Error(`${address} answers ${answer.status}`)
  const found: unknown = await answer.json()
  const { issuer: named, jwks_uri: keys } = isObject(found) ? found : {}
  if (named !== issuer) throw new Error(`${address} is the document of '${String(named)}', not of '${issuer}'`)
  if (typeof keys !== 'string' || !isSafeAddress(keys)) throw new Error(`${address} has no jwks_uri to trust`)
  return keys
}

/** Faults of the token; all other errors are failures to get the keys. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}

interface Known {
  readonly address: string
  readonly find: ReturnType<typeof createRemoteJWKSet>
  readonly untilMs: number
}

/** What is known of an issuer at this moment. */
export interface IssuerState {
  /** With its tenant filled in. */
  readonly issuer: string
  readonly reachable: boolean
  /** Why it is not reachable. */
  readonly error?: string
  /** Address of its keys. */
  readonly jwksUri?: string
  /** When they were fetched last. */
  readonly keysDateTime?: string
  readonly keys: readonly { readonly kid?: string; readonly kty?: string; readonly alg?: string }[]
}

export interface IssuerKeys {
  /** Throws `Unreachable` when the keys cannot be fetched. */
  readonly find: JWTVerifyGetKey
  /** Asks the issuer where nothing is cached, as a token would. */
  state(): Promise<IssuerState>
}

/** `fetch failed` alone says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, cause } = error
  return cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message
}

/**
 * `issuer`: the name with its tenant filled in. The discovery document is cached; an unknown key makes the keys be fetched
 * again, at most once per cooldown.
 */
export function outsideKeys(
  settings: OutsideIssuer,
  issuer: string,
  parts: { readonly clock: Clock; readonly tell: (text: string, cause: unknown) => void },
): IssuerKeys {
  const { clock, tell } = parts
  const cooldownMs = settings.cooldownSeconds * 1000
  const cacheMs = settings.cacheSeconds * 1000
  let known: Known | undefined
  let fetchedAt: Date | undefined
  let looking: Promise<Known> | undefined
  let failedMs = Number.NEGATIVE_INFINITY

  const look = async (): Promise<Known> => {
    const address = await discover(configurationAddress(settings, issuer), issuer)
    const untilMs = clock.now().getTime() + cacheMs
    if (known?.address === address) return { ...known, untilMs }
    const options = {
      ...{ cacheMaxAge: cacheMs, cooldownDuration: cooldownMs, timeoutDuration: timeoutMs },
      [customFetch]: async (url: string, init: RequestInit): Promise<Response> => {
        const response = await fetch(url, init)
        if (response.ok) fetchedAt = clock.now()
        return response
      },
    }
    return { address, find: createRemoteJWKSet(new URL(address), options), untilMs }
  }

  const current = async (): Promise<Known> => {
    const nowMs = clock.now().getTime()
    if (known !== undefined && nowMs < known.untilMs) return known
    if (nowMs - failedMs < cooldownMs) throw new Error('it could not be reached a moment ago')
    looking ??= look()
      .catch((error: unknown) => {
        failedMs = nowMs
        throw error
      })
      .finally(() => {
        looking = undefined
      })
    known = await looking
    return known
  }

  return {
    find: async (header, token) => {
      try {
        const { find } = await current()
        return await find(header, token)
      } catch (error) {
        if (isOfToken(error)) throw error
        tell(`the issuer ${issuer} cannot be reached`, error)
        throw new Unreachable(issuer, { cause: error })
      }
    },
    state: async () => {
      try {
        const { address, find } = await current()
        if (!find.fresh) await find.reload()
        const keys = find.jwks()?.keys ?? []
        const shown = keys.map(({ kid, kty, alg }) => ({
          ...(kid === undefined ? {} : { kid }),
          ...(kty === undefined ? {} : { kty }),
          ...(alg === undefined ? {} : { alg }),
        }))
        const fetched = fetchedAt === undefined ? {} : { keysDateTime: fetchedAt.toISOString() }
        return { issuer, reachable: true, jwksUri: address, ...fetched, keys: shown }
      } catch (error) {
        return { issuer, reachable: false, error: reasonOf(error), keys: [] }
      }
    },
  }
}
