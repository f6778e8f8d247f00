/** Verifies `Authorization: Bearer …`: the actor, or the reason for a denial, in the texts of Microsoft Graph's gateway. */

import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#base/clock.ts'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import { graphAudience } from '../issuer/issue.ts'
import type { Keys } from '../issuer/keys.ts'
import type { OutsideIssuers } from '../outside/outside-issuers.ts'
import { Unreachable } from '../outside/outside-keys.ts'
import { recentlyUsed } from '../recently-used.ts'
import { shownName } from '../shown-name.ts'
import { Barred, checkType, Unfit } from './access-token.ts'

export type Verdict =
  | {
      readonly actor: Actor
      /** When the token was issued, in seconds, if it says so. */
      readonly issuedAt?: number | undefined
      readonly denial?: undefined
      readonly fault?: undefined
      readonly unverifiable?: undefined
      /** Why the token would have been denied if tokens were enforced. */
      readonly unenforcedDenial?: string
      /** No token was accepted: the actor is the default one. */
      readonly isUnproven?: true
    }
  | {
      readonly actor?: undefined
      readonly issuedAt?: undefined
      readonly denial: string
      /** What of the token is at fault, in one word for logs; absent: not the token. */
      readonly fault?: keyof typeof denials
      /** The token cannot be verified at the moment. */
      readonly unverifiable?: true
      readonly unenforcedDenial?: undefined
      readonly isUnproven?: undefined
    }

/** Takes the whole header. Synchronous for a cached token. Never throws for invalid input. */
export type Verify = (authorization: string | undefined) => Verdict | Promise<Verdict>

export const denials = {
  empty: 'Access token is empty.',
  malformed: 'CompactToken parsing failed with error code: 80049217',
  expired: 'Lifetime validation failed, the token is expired.',
  early: 'Lifetime validation failed, the token is not yet valid.',
  audience: 'Access token validation failure. Invalid audience.',
  signature: 'Access token validation failure. Invalid signature.',
  issuer: 'Access token validation failure. Invalid issuer.',
  /** What is wrong with it follows. */
  unfit: 'Access token validation failure. The token is not an access token for this server.',
  barred: 'Access token validation failure.',
  unreachable: 'The issuer of the access token cannot be reached, so the token cannot be judged. Try again.',
} as const

const graphAudiences = [
  graphAudience,
  `${graphAudience}/`,
  // Graph's application id, which v2 tokens have instead of its address.
  '00000003-0000-0000-c000-000000000000',
]
/** How much clocks may differ. */
export const toleranceSeconds = 30
const rememberedMost = 2000

/** Linear in the header: no expression looks for the spaces at its end. */
function tokenIn(authorization: string): string | undefined {
  const scheme = /^bearer +/i.exec(authorization)?.[0]
  return scheme === undefined ? undefined : authorization.slice(scheme.length).trim() || undefined
}

/** Three parts in base64url, as JSON Web Signature writes them; the last one may be empty, and is then no signature. */
function isCompact(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** The tenant somebody comes from who is in this one by delegation (gdap.md §5); undefined for who is at home. */
function homeOf(claims: JWTPayload, tenantId: string): string | undefined {
  const [, home = ''] = /^https:\/\/sts\.windows\.net\/([0-9a-f-]{36})\/?$/i.exec(text(claims['idp']) ?? '') ?? []
  const id = guidOf(home)
  return id === tenantId ? undefined : id
}

/** An app token says so in `idtyp` and has no delegated scopes; all others are a user's. Throws `Unfit`. */
function actorOf(claims: JWTPayload, tenantId: string): Actor {
  const scopes = text(claims['scp'])
  const kind = scopes !== undefined || claims['idtyp'] !== 'app' ? 'user' : 'app'
  if (kind === 'user' && scopes === undefined)
    throw new Unfit("It is a person's and has no scopes, so it is no access token.")
  const appId = text(claims['appid']) ?? text(claims['azp'])
  const userId = kind === 'user' ? text(claims['oid']) : undefined
  const homeTenantId = homeOf(claims, tenantId)
  const roles = texts(claims['wids'])
  const permissions =
    kind === 'user' ? (scopes ?? '').split(' ').filter((scope) => scope !== '') : texts(claims['roles'])
  return {
    kind,
    tenantId,
    ...(appId === undefined ? {} : { appId }),
    ...(userId === undefined ? {} : { userId }),
    permissions: new Set(permissions),
    ...shownName(text(claims[kind === 'user' ? 'upn' : 'app_displayname'])),
    ...(roles.length === 0 && homeTenantId === undefined ? {} : { roles: new Set(roles) }),
    ...(homeTenantId === undefined ? {} : { homeTenantId }),
  }
}

/** The host is not compared, because a server has several names. */
function issuedFor(issuer: string | undefined, tenantId: string): boolean {
  if (issuer === undefined || !URL.canParse(issuer)) return false
  const { pathname } = new URL(issuer)
  return [`/${tenantId}/v2.0`, `/${tenantId}/`].includes(pathname.toLowerCase())
}

function denied(fault: keyof typeof denials, more = ''): Exclude<Verdict, { readonly actor: Actor }> {
  return { denial: denials[fault] + more, fault }
}

function faultOf(error: unknown): keyof typeof denials | undefined {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'audience'
    if (error.claim === 'iss') return 'issuer'
    return error.claim === 'nbf' ? 'early' : 'expired'
  }
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  )
    return 'signature'
  return error instanceof errors.JOSEError ? 'malformed' : undefined
}

interface Known {
  readonly verdict: Verdict
  readonly untilMs: number
}

interface Judged {
  readonly actor: Actor
  readonly issuedAt: number | undefined
  /** How long the verdict is cached. */
  readonly untilMs: number
}

export interface VerifyParts {
  readonly directory: Directory
  /** Of the built-in issuer; undefined: there is none, and only tokens of external ones are accepted. */
  readonly keys: Keys | undefined
  readonly clock: Clock
  /** Whose tokens of the built-in issuer are taken; absent: Graph's. */
  readonly audiences?: readonly string[]
  /** External issuers. */
  readonly outside?: OutsideIssuers
}

export interface Verifier extends Verify {
  /** Judges a token each time anew, and remembers nothing of it. */
  once(token: string): Promise<Verdict>
}

export function createVerify({ directory, keys, clock, audiences = graphAudiences, outside }: VerifyParts): Verifier {
  const known = recentlyUsed<string, Known>(rememberedMost)
  // Clients repeat one token; comparing it costs a tenth of hashing it.
  let latest: { readonly header: string; readonly known: Known } | undefined

  /** For tokens of the built-in issuer; undefined: of another tenant or issuer than the token says. Throws jose's errors. */
  const judge = async (token: string): Promise<Judged | undefined> => {
    if (keys === undefined) return undefined
    const { find } = await keys.current()
    const { payload: claims, protectedHeader } = await jwtVerify(token, find, {
      algorithms: ['RS256'],
      audience: [...audiences],
      clockTolerance: toleranceSeconds,
      currentDate: clock.now(),
      requiredClaims: ['exp'],
    })
    checkType(protectedHeader, claims)
    const tenantId = guidOf(text(claims['tid']) ?? '')
    if (tenantId === undefined || !issuedFor(text(claims.iss), tenantId)) return undefined
    if ((await directory.findTenant(tenantId)) === undefined) return undefined
    const untilMs = ((claims.exp ?? 0) + toleranceSeconds) * 1000
    return { actor: actorOf(claims, tenantId), issuedAt: claims.iat, untilMs }
  }

  /** `header`: where the verdict is cached; undefined: nowhere. */
  const examine = async (token: string, header: string | undefined): Promise<Verdict> => {
    const elsewhere = outside?.find(token)
    try {
      const judged = await (elsewhere === undefined ? judge(token) : elsewhere())
      if (judged === undefined) return denied('issuer')
      const verdict: Verdict = { actor: judged.actor, issuedAt: judged.issuedAt }
      if (header !== undefined) known.set(header, { verdict, untilMs: judged.untilMs })
      return verdict
    } catch (error) {
      if (error instanceof Barred) return denied('barred', ` ${error.message}`)
      if (error instanceof Unfit) return denied('unfit', ` ${error.message}`)
      if (error instanceof Unreachable) return { ...denied('unreachable'), unverifiable: true }
      const fault = faultOf(error)
      if (fault === undefined) throw error
      return denied(fault)
    }
  }

  const verify: Verify = (authorization) => {
    if (authorization === undefined) return denied('empty')
    if (authorization !== latest?.header) {
      const found = known.get(authorization)
      latest = found === undefined ? undefined : { header: authorization, known: found }
    }
    const seen = latest?.known
    if (seen !== undefined && clock.now().getTime() < seen.untilMs) return seen.verdict
    const token = tokenIn(authorization)
    if (token === undefined) return denied('empty')
    return isCompact(token) ? examine(token, authorization) : denied('malformed')
  }
  const once = async (token: string): Promise<Verdict> =>
    isCompact(token) ? examine(token, undefined) : denied('malformed')
  return Object.assign(verify, { once })
}
