/** `Authorization: Bearer …` → who asks, or why not. Texts are those Microsoft Graph's gateway is seen to use. */

import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#base/clock.ts'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from './directory.ts'
import { graphAudience } from './issue.ts'
import type { Keys } from './keys.ts'
import { recentlyUsed } from './recently-used.ts'

export type Verdict =
  | { readonly actor: Actor; readonly denial?: undefined }
  | { readonly actor?: undefined; readonly denial: string }

/** Takes the whole header. Answers at once for a token seen before; never throws for bad input. */
export type Verify = (authorization: string | undefined) => Verdict | Promise<Verdict>

export const denials = {
  empty: 'Access token is empty.',
  malformed: 'CompactToken parsing failed with error code: 80049217',
  expired: 'Lifetime validation failed, the token is expired.',
  early: 'Lifetime validation failed, the token is not yet valid.',
  audience: 'Access token validation failure. Invalid audience.',
  signature: 'Access token validation failure. Invalid signature.',
  issuer: 'Access token validation failure. Invalid issuer.',
} as const

const audiences = [
  graphAudience,
  `${graphAudience}/`,
  // Graph's own application id, which v2 tokens carry instead of its address.
  '00000003-0000-0000-c000-000000000000',
]
const toleranceSeconds = 30
const rememberedMost = 2000

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

/** An app token says so in `idtyp` and has no delegated scopes; everything else speaks for a person. */
const actorOf = (claims: JWTPayload, tenantId: string): Actor => {
  const scopes = text(claims['scp'])
  const kind = scopes !== undefined || claims['idtyp'] !== 'app' ? 'user' : 'app'
  const appId = text(claims['appid']) ?? text(claims['azp'])
  const userId = kind === 'user' ? text(claims['oid']) : undefined
  const permissions =
    kind === 'user' ? (scopes ?? '').split(' ').filter((scope) => scope !== '') : texts(claims['roles'])
  return {
    kind,
    tenantId,
    ...(appId === undefined ? {} : { appId }),
    ...(userId === undefined ? {} : { userId }),
    permissions: new Set(permissions),
  }
}

/** The host is not compared: one server is reached by several names. */
const issuedFor = (issuer: string | undefined, tenantId: string): boolean => {
  if (issuer === undefined || !URL.canParse(issuer)) return false
  return new URL(issuer).pathname.toLowerCase() === `/${tenantId}/v2.0`
}

const denialOf = (error: unknown): string | undefined => {
  if (error instanceof errors.JWTExpired) return denials.expired
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return denials.audience
    return error.claim === 'nbf' ? denials.early : denials.expired
  }
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  )
    return denials.signature
  return error instanceof errors.JOSEError ? denials.malformed : undefined
}

interface Known {
  readonly verdict: Verdict
  readonly untilMs: number
}

export const createVerify = (parts: { directory: Directory; keys: Keys; clock: Clock }): Verify => {
  const { directory, keys, clock } = parts
  const known = recentlyUsed<string, Known>(rememberedMost)
  // A client sends one token again and again; comparing it costs a tenth of hashing it.
  let latest: { readonly header: string; readonly known: Known } | undefined

  const examine = async (token: string, header: string): Promise<Verdict> => {
    const { find } = await keys.current()
    let claims: JWTPayload
    try {
      const verified = await jwtVerify(token, find, {
        algorithms: ['RS256'],
        audience: audiences,
        clockTolerance: toleranceSeconds,
        currentDate: clock.now(),
        requiredClaims: ['exp'],
      })
      claims = verified.payload
    } catch (error) {
      const denial = denialOf(error)
      if (denial === undefined) throw error
      return { denial }
    }
    const tenantId = guidOf(text(claims['tid']) ?? '')
    if (tenantId === undefined || !issuedFor(claims.iss, tenantId)) return { denial: denials.issuer }
    if ((await directory.findTenant(tenantId)) === undefined) return { denial: denials.issuer }
    const verdict: Verdict = { actor: actorOf(claims, tenantId) }
    known.set(header, { verdict, untilMs: ((claims.exp ?? 0) + toleranceSeconds) * 1000 })
    return verdict
  }

  return (authorization) => {
    if (authorization === undefined) return { denial: denials.empty }
    if (authorization !== latest?.header) {
      const found = known.get(authorization)
      latest = found === undefined ? undefined : { header: authorization, known: found }
    }
    const seen = latest?.known
    if (seen !== undefined && clock.now().getTime() < seen.untilMs) return seen.verdict
    const [, token] = /^bearer +(\S.*?) *$/i.exec(authorization) ?? []
    if (token === undefined) return { denial: denials.empty }
    if (token.split('.').length !== 3) return { denial: denials.malformed }
    return examine(token, authorization)
  }
}
