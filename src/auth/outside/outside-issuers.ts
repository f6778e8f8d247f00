/** Verifies tokens of external issuers. Fails closed: a token that cannot be verified is refused. */
import { decodeJwt, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#base/clock.ts'
import { guidOf } from '#base/ids.ts'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import { Barred, checkType } from '../verify/access-token.ts'
import { claimText, type OutsideActor, outsideActor } from './outside-actor.ts'
import { consumersTenant, type OutsideIssuer } from './outside-issuer.ts'
import { type IssuerKeys, type IssuerState, outsideKeys } from './outside-keys.ts'

export interface OutsideToken {
  readonly actor: Actor
  /** In seconds; undefined: the token does not say when it was issued. */
  readonly issuedAt: number | undefined
  /** Until when the verdict is valid. */
  readonly untilMs: number
}

/** A configured issuer, and what is known of it under the names by which it was asked for. */
export interface IssuerReport {
  readonly settings: OutsideIssuer
  readonly names: readonly IssuerState[]
}

/** The issuer that a token names. */
export interface NamedIssuer {
  readonly settings: OutsideIssuer
  readonly iss: string
  readonly keys: IssuerKeys
  /** Id of the tenant of the claims; undefined: an unknown tenant, or another than the issuer's name says. */
  tenantOf(claims: JWTPayload): Promise<string | undefined>
  /** Who the claims mean in that tenant, as known here. Throws `Unfit`, `Barred`. */
  actorOf(claims: JWTPayload, tenantId: string): Promise<Actor>
}

export interface OutsideIssuers {
  readonly settings: readonly OutsideIssuer[]
  /** Verifies tokens of configured issuers; undefined: the token names none of them. */
  find(token: string): (() => Promise<OutsideToken | undefined>) | undefined
  /** The configured issuer of that name. Keys are asked for only of tenants that are here. */
  named(iss: string): Promise<NamedIssuer | undefined>
  report(): Promise<readonly IssuerReport[]>
}

export type UserKey = { readonly id: string } | { readonly userPrincipalName: string }

export interface KnownUser {
  readonly id: string
  readonly enabled: boolean
}

export interface OutsideParts {
  readonly issuers: readonly OutsideIssuer[]
  readonly directory: Directory
  readonly clock: Clock
  readonly toleranceSeconds: number
  readonly tell: (text: string, cause: unknown) => void
  /** The user of the directory with this id or sign-in name. */
  readonly findUser?: (tenantId: string, who: UserKey) => Promise<KnownUser | undefined>
}

/** Asymmetric ones only: with a symmetric one, whoever can verify a token can make one. */
export const algorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
const placeholder = '{tenantid}'

/** The part of `iss` that stands for a tenant: empty for an issuer without one; undefined: not this issuer. */
function tenantIn(issuer: string, iss: string): string | undefined {
  const [head = '', tail] = issuer.split(placeholder)
  if (tail === undefined) return issuer === iss ? '' : undefined
  if (!iss.startsWith(head) || !iss.endsWith(tail)) return undefined
  const named = iss.slice(head.length, iss.length - tail.length)
  // In one spelling only: each would otherwise fetch keys of its own.
  return guidOf(named) === named && named !== consumersTenant ? named : undefined
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

/**
 * Relata identifies users by id, many issuers by name. Throws `Barred` for a disabled account; while the verdict is cached, the
 * account is asked for again by app/adapters/accounts.ts.
 */
async function knownActor({ findUser }: OutsideParts, { actor, isName }: OutsideActor): Promise<Actor> {
  const { userId, tenantId } = actor
  if (userId === undefined || findUser === undefined) return actor
  const found =
    (await findUser(tenantId, { id: userId })) ??
    (isName ? await findUser(tenantId, { userPrincipalName: userId }) : undefined)
  if (found?.enabled === false) throw new Barred('The account of its user is disabled.')
  return found === undefined ? actor : { ...actor, userId: found.id }
}

/** The settings for this issuer, and the part of its name that stands for a tenant. */
function settingsFor(
  issuers: readonly OutsideIssuer[],
  iss: string,
): { readonly settings: OutsideIssuer; readonly named: string } | undefined {
  for (const settings of issuers) {
    const named = tenantIn(settings.issuer, iss)
    if (named !== undefined) return { settings, named }
  }
  return undefined
}

/** Administrators of every tenant of a shared issuer give roles: only the word of the operators' own tenant counts. */
async function withOperator(actor: Actor, { operator }: OutsideIssuer, directory: Directory): Promise<Actor> {
  if (actor.isOperator !== true || operator?.tenant === undefined) return actor
  if ((await directory.findTenant(operator.tenant))?.id === actor.tenantId) return actor
  const { isOperator: _, ...others } = actor
  return others
}

export function createOutsideIssuers(parts: OutsideParts): OutsideIssuers {
  const { issuers, directory, clock, toleranceSeconds } = parts
  const keys = new Map<string, IssuerKeys>()
  const keysOf = (settings: OutsideIssuer, iss: string): IssuerKeys => {
    const known = keys.get(iss) ?? outsideKeys(settings, iss, parts)
    keys.set(iss, known)
    return known
  }

  const issuerOf = async (settings: OutsideIssuer, iss: string, named: string): Promise<NamedIssuer | undefined> => {
    // Before anything is fetched, because the tenant is part of the address.
    if (named !== '' && (await directory.findTenant(named)) === undefined) return undefined
    return {
      settings,
      iss,
      keys: keysOf(settings, iss),
      tenantOf: async (claims) => {
        const wanted = settings.tenant ?? (named === '' ? claimText(claims, settings.claims.tenant) : named)
        return wanted === undefined ? undefined : (await directory.findTenant(wanted))?.id
      },
      actorOf: async (claims, tenantId) =>
        withOperator(await knownActor(parts, outsideActor(claims, tenantId, settings)), settings, directory),
    }
  }

  /** Throws jose's errors for an invalid token, `Unfit` for one that is none of ours, `Unreachable` when it cannot be verified. */
  const examine = async (
    settings: OutsideIssuer,
    token: string,
    iss: string,
    named: string,
  ): Promise<OutsideToken | undefined> => {
    const issuer = await issuerOf(settings, iss, named)
    if (issuer === undefined) return undefined
    const { payload, protectedHeader } = await jwtVerify(token, issuer.keys.find, {
      algorithms: [...algorithms],
      issuer: iss,
      audience: [...settings.audiences],
      clockTolerance: toleranceSeconds,
      currentDate: clock.now(),
      requiredClaims: ['exp'],
    })
    checkType(protectedHeader, payload, settings.type)
    const tenantId = await issuer.tenantOf(payload)
    if (tenantId === undefined) return undefined
    const expiryMs = ((payload.exp ?? 0) + toleranceSeconds) * 1000
    return {
      actor: await issuer.actorOf(payload, tenantId),
      issuedAt: payload.iat ?? payload.nbf,
      untilMs: Math.min(expiryMs, clock.now().getTime() + settings.cacheSeconds * 1000),
    }
  }

  return {
    settings: issuers,
    find(token) {
      if (issuers.length === 0) return undefined
      const iss = issuerIn(token)
      const found = iss === undefined ? undefined : settingsFor(issuers, iss)
      return iss === undefined || found === undefined
        ? undefined
        : () => examine(found.settings, token, iss, found.named)
    },
    named: async (iss) => {
      const found = settingsFor(issuers, iss)
      return found && issuerOf(found.settings, iss, found.named)
    },
    report: () =>
      Promise.all(
        issuers.map(async (settings) => {
          const { issuer } = settings
          const asked = [...keys.keys()].filter((iss) => settingsFor(issuers, iss)?.settings === settings)
          const names = asked.length > 0 || issuer.includes(placeholder) ? asked : [issuer]
          return { settings, names: await Promise.all(names.map((iss) => keysOf(settings, iss).state())) }
        }),
      ),
  }
}
