/** The keys of an issuer that is not ours: found by OpenID Connect Discovery, kept for a while, asked for anew when they rotate. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '#base/clock.ts'
import { isObject } from '#base/json.ts'
import { isSafeAddress, type OutsideIssuer } from './outside-settings.ts'

/** Nobody can say whether the token is good. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

const timeoutMs = 5000

function configurationAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** Throws whatever goes wrong. The document must be that of this issuer (Discovery 1.0 §4.3). */
async function discover(address: string, issuer: string): Promise<string> {
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  if (answer.status !== 200) throw new Error(`${address} answers ${answer.status}`)
  const found: unknown = await answer.json()
  const { issuer: named, jwks_uri: keys } = isObject(found) ? found : {}
  if (named !== issuer) throw new Error(`${address} is the document of '${String(named)}', not of '${issuer}'`)
  if (typeof keys !== 'string' || !isSafeAddress(keys)) throw new Error(`${address} has no jwks_uri to trust`)
  return keys
}

/** Faults of the token; everything else that happens here is one of the way to the keys. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}

interface Known {
  readonly address: string
  readonly find: JWTVerifyGetKey
  readonly untilMs: number
}

/**
 * `issuer`: the name with its tenant filled in. The way to the keys is found once and again when it is old; a key that is
 * not known has them fetched anew, at most once in the cooldown. Throws `Unreachable` when they cannot be had.
 */
export function outsideKeys(
  settings: OutsideIssuer,
  issuer: string,
  parts: { readonly clock: Clock; readonly tell: (text: string, cause: unknown) => void },
): JWTVerifyGetKey {
  const { clock, tell } = parts
  const cooldownMs = settings.cooldownSeconds * 1000
  const cacheMs = settings.cacheSeconds * 1000
  let known: Known | undefined
  let looking: Promise<Known> | undefined
  let failedMs = Number.NEGATIVE_INFINITY

  const look = async (): Promise<Known> => {
    const address = await discover(settings.discovery ?? configurationAddress(issuer), issuer)
    const untilMs = clock.now().getTime() + cacheMs
    if (known?.address === address) return { ...known, untilMs }
    const options = { cacheMaxAge: cacheMs, cooldownDuration: cooldownMs, timeoutDuration: timeoutMs }
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

  return async (header, token) => {
    try {
      const { find } = await current()
      return await find(header, token)
    } catch (error) {
      if (isOfToken(error)) throw error
      tell(`the issuer ${issuer} cannot be reached`, error)
      throw new Unreachable(issuer, { cause: error })
    }
  }
}
