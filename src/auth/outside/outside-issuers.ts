/** Verifies tokens of external issuers. Fails closed: a token that cannot be verified is refused. */
import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Clock } from '#base/clock.ts'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import { checkType } from '../verify/access-token.ts'
import { claimText, type OutsideActor, outsideActor } from './outside-actor.ts'
import type { OutsideIssuer } from './outside-issuer.ts'
import { outsideKeys } from './outside-keys.ts'

export interface OutsideToken {
  readonly actor: Actor
  /** Until when the verdict is valid. */
  readonly untilMs: number
}

export interface OutsideIssuers {
  /** Verifies tokens of configured issuers; undefined: the token names none of them. */
  find(token: string): (() => Promise<OutsideToken | undefined>) | undefined
}

export interface OutsideParts {
  readonly issuers: readonly OutsideIssuer[]
  readonly directory: Directory
  readonly clock: Clock
  readonly toleranceSeconds: number
  readonly tell: (text: string, cause: unknown) => void
  /** Id of the user with this sign-in name. */
  readonly findUser?: ((tenantId: string, name: string) => Promise<string | undefined>) | undefined
}

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const placeholder = '{tenantid}'

/** The part of `iss` that stands for a tenant: empty for an issuer without one; undefined: not this issuer. */
function tenantIn(issuer: string, iss: string): string | undefined {
  const [head = '', tail] = issuer.split(placeholder)
  if (tail === undefined) return issuer === iss ? '' : undefined
  if (!iss.startsWith(head) || !iss.endsWith(tail)) return undefined
  const named = iss.slice(head.length, iss.length - tail.length)
  // In one spelling only: each would otherwise fetch keys of its own.
  return guidOf(named) === named ? named : undefined
}

/** The issuer that the token names, unverified. The claims of a token may be of any type. */
function issuerIn(token: string): string | undefined {
  try {
    const { iss } = decodeJwt<{ iss?: unknown }>(token)
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}

export function createOutsideIssuers(parts: OutsideParts): OutsideIssuers {
  const { issuers, directory, clock, toleranceSeconds } = parts
  const keys = new Map<string, JWTVerifyGetKey>()
  const keysOf = (settings: OutsideIssuer, iss: string): JWTVerifyGetKey => {
    const known = keys.get(iss) ?? outsideKeys(settings, iss, parts)
    keys.set(iss, known)
    return known
  }

  /** Id of the tenant of the claims; undefined: an unknown tenant, or another than the issuer's name says. */
  const tenantOf = async (settings: OutsideIssuer, claims: JWTPayload, named: string): Promise<string | undefined> => {
    const wanted = settings.tenant ?? (named === '' ? claimText(claims, settings.claims.tenant) : named)
    return wanted === undefined ? undefined : (await directory.findTenant(wanted))?.id
  }

  /** Relata identifies users by id, many issuers by name. */
  const known = async ({ actor, isName }: OutsideActor): Promise<Actor> => {
    const { userId, tenantId } = actor
    const id = userId !== undefined && isName ? await parts.findUser?.(tenantId, userId) : undefined
    return id === undefined ? actor : { ...actor, userId: id }
  }

  /** Throws jose's errors for an invalid token, `Unfit` for one that is none of ours, `Unreachable` when it cannot be verified. */
  const examine = async (
    settings: OutsideIssuer,
    token: string,
    iss: string,
    named: string,
  ): Promise<OutsideToken | undefined> => {
    // Before anything is fetched, because the tenant is part of the address.
    if (named !== '' && (await directory.findTenant(named)) === undefined) return undefined
    const { payload, protectedHeader } = await jwtVerify(token, keysOf(settings, iss), {
      algorithms,
      issuer: iss,
      audience: [...settings.audiences],
      clockTolerance: toleranceSeconds,
      currentDate: clock.now(),
      requiredClaims: ['exp'],
    })
    checkType(protectedHeader, payload, settings.type)
    const tenantId = await tenantOf(settings, payload, named)
    if (tenantId === undefined) return undefined
    const expiryMs = ((payload.exp ?? 0) + toleranceSeconds) * 1000
    return {
      actor: await known(outsideActor(payload, tenantId, settings)),
      untilMs: Math.min(expiryMs, clock.now().getTime() + settings.cacheSeconds * 1000),
    }
  }

  return {
    find(token) {
      if (issuers.length === 0) return undefined
      const iss = issuerIn(token)
      if (iss === undefined) return undefined
      for (const settings of issuers) {
        const named = tenantIn(settings.issuer, iss)
        if (named !== undefined) return () => examine(settings, token, iss, named)
      }
      return undefined
    },
  }
}
