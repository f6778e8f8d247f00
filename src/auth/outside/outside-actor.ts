/** Maps the claims of an external issuer's token to an actor. A permission may have the URI of a resource in front. */
import type { JWTPayload } from 'jose'
import { guidOf } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import type { Actor } from '#edm/ports.ts'
import { shownName } from '../shown-name.ts'
import type { OutsideIssuer } from './outside-settings.ts'

/** Names of claims may contain dots, so the whole name is looked up first. */
function memberOf(claims: unknown, name: string): unknown {
  if (!isObject(claims)) return undefined
  if (Object.hasOwn(claims, name)) return claims[name]
  const dot = name.indexOf('.')
  const holder = name.slice(0, dot)
  return dot > 0 && Object.hasOwn(claims, holder) ? memberOf(claims[holder], name.slice(dot + 1)) : undefined
}

function firstOf(claims: JWTPayload, names: readonly string[]): unknown {
  return names.map((name) => memberOf(claims, name)).find((value) => value !== undefined && value !== null)
}

export function claimText(claims: JWTPayload, names: readonly string[]): string | undefined {
  const value = firstOf(claims, names)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `api://relata/TermStore.Read.All` → `TermStore.Read.All`. */
function bareName(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1)
}

function claimNames(claims: JWTPayload, names: readonly string[]): string[] {
  const value = firstOf(claims, names)
  const list = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []
  return list.filter((one): one is string => typeof one === 'string' && one !== '').map(bareName)
}

/**
 * Whether it is an app-only token: Entra says so in `idtyp` where that is configured, and else by roles without scopes;
 * RFC 9068 §2.2 by the client as subject.
 */
function isOfApplication(claims: JWTPayload, appId: string | undefined, names: OutsideIssuer['claims']): boolean {
  if (claims['idtyp'] !== undefined) return claims['idtyp'] === 'app'
  if (claimText(claims, names.user) === undefined || (claims.sub !== undefined && claims.sub === appId)) return true
  return firstOf(claims, names.scopes) === undefined && firstOf(claims, names.roles) !== undefined
}

function isOperator(claims: JWTPayload, { operator }: Pick<OutsideIssuer, 'operator'>): boolean {
  if (operator === undefined) return false
  const value = memberOf(claims, operator.claim)
  return value === operator.value || (Array.isArray(value) && value.includes(operator.value))
}

/** Asks only what the claims mean; whether the token is good is known before. */
export function outsideActor(
  claims: JWTPayload,
  tenantId: string,
  settings: Pick<OutsideIssuer, 'claims' | 'operator'>,
): Actor {
  const { claims: names } = settings
  const app = claimText(claims, names.app)
  const user = claimText(claims, names.user)
  const isApp = isOfApplication(claims, app, names)
  const scopes = claimNames(claims, names.scopes)
  return {
    kind: isApp ? 'app' : 'user',
    tenantId,
    ...(app === undefined ? {} : { appId: app }),
    ...(isApp || user === undefined ? {} : { userId: guidOf(user) ?? user }),
    permissions: new Set(isApp ? [...claimNames(claims, names.roles), ...scopes] : scopes),
    ...shownName(claimText(claims, names.name)),
    ...(isOperator(claims, settings) ? { isOperator: true as const } : {}),
  }
}
