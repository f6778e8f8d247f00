/** Maps the claims of an external issuer's token to an actor. A permission may have the URI of a resource in front. */
import type { JWTPayload } from 'jose'
import { guidOf } from '#base/ids.ts'
import { isObject } from '#base/json.ts'
import type { Actor } from '#edm/ports.ts'
import { shownName } from '../shown-name.ts'
import { Unfit } from '../verify/access-token.ts'
import { type ClaimRule, fixedIds, type OutsideIssuer } from './outside-issuer.ts'

/** The settings that say what claims mean. */
export type Meaning = Pick<OutsideIssuer, 'claims' | 'operator' | 'application' | 'verified' | 'immutable'>

/** Names of claims and of clients may contain dots, so the longest name is looked up first. */
function memberOf(claims: unknown, name: string): unknown {
  if (!isObject(claims)) return undefined
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const holder = name.slice(0, end)
    if (!Object.hasOwn(claims, holder)) continue
    const value = end === name.length ? claims[holder] : memberOf(claims[holder], name.slice(end + 1))
    if (value !== undefined) return value
  }
  return undefined
}

/** The first claim of these names that is present. */
export function firstOf(claims: JWTPayload, names: readonly string[]): { name: string; value: unknown } | undefined {
  const present = names.map((name) => ({ name, value: memberOf(claims, name) }))
  return present.find(({ value }) => value !== undefined && value !== null)
}

export function claimText(claims: JWTPayload, names: readonly string[]): string | undefined {
  const value = firstOf(claims, names)?.value
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `api://relata/TermStore.Read.All` → `TermStore.Read.All`. */
function bareName(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1)
}

function claimNames(claims: JWTPayload, names: readonly string[]): string[] {
  const value = firstOf(claims, names)?.value
  const list = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []
  return list.filter((one): one is string => typeof one === 'string' && one !== '').map(bareName)
}

/** The claim is that text, or a list with it; without a value any text will do. */
function fulfils(claims: JWTPayload, { claim, value: wanted }: ClaimRule): boolean {
  const value = memberOf(claims, claim)
  if (wanted === undefined) return typeof value === 'string' && value !== ''
  return value === wanted || (Array.isArray(value) && value.includes(wanted))
}

/** No issuer writes one of these into the token of an application. */
const ofPeople = [
  ...['preferred_username', 'upn', 'unique_name', 'name', 'given_name', 'family_name', 'nickname', 'email'],
  ...['amr', 'auth_time', 'sid', 'login_hint'],
]

/**
 * Whether no person is behind the token. Said by `application` where it is set; else by Entra's `idtyp` where it is
 * configured, by the client as subject (RFC 9068 §2.2), or by one id as `oid` and `sub`, as Entra writes without `idtyp`: the
 * `sub` of a person is a pairwise one. Roles say nothing: people have them as well.
 */
export function isOfApplication(claims: JWTPayload, { application, claims: names }: Meaning): boolean {
  if (application !== undefined) return fulfils(claims, application)
  const { idtyp, sub, oid } = claims
  if (idtyp !== undefined) return idtyp === 'app'
  if (typeof sub !== 'string' || sub === '' || ofPeople.some((name) => claims[name] !== undefined)) return false
  return sub === claimText(claims, names.app) || (sub === oid && firstOf(claims, names.scopes) === undefined)
}

/** `xms_edov` of Entra is a number or a text, too. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1'
}

/** No id or sign-in name is so long or has such characters, and databases refuse some of them. */
function checkText(name: string, value: string): void {
  if (value.length > 320 || /[\p{Cc}\p{Cs}]/u.test(value))
    throw new Unfit(`Its claim '${name}' is not an id or a name.`)
}

/** Throws `Unfit` for a name that the person may have chosen, as the issuer has not verified it. */
function userIn(claims: JWTPayload, { claims: names, verified, immutable }: Meaning): { id: string; isName: boolean } {
  const found = firstOf(claims, names.user)
  const { name = '', value } = found ?? {}
  if (typeof value !== 'string' || value === '')
    throw new Unfit(`It does not say who it is for: no text in ${names.user.map((one) => `'${one}'`).join(' or ')}.`)
  checkText(name, value)
  if (fixedIds.includes(name)) return { id: guidOf(value) ?? value, isName: false }
  if (verified !== undefined && !isTrue(memberOf(claims, verified)))
    throw new Unfit(`Its claim '${name}' does not count, as '${verified}' is not true.`)
  return { id: guidOf(value) ?? value, isName: verified !== undefined || immutable === true }
}

export interface OutsideActor {
  readonly actor: Actor
  /** The user's id is a sign-in name that the issuer answers for, to be looked up. */
  readonly isName: boolean
}

/** Asks only what the claims mean; that the token is genuine is known before. Throws `Unfit`. */
export function outsideActor(claims: JWTPayload, tenantId: string, meaning: Meaning): OutsideActor {
  const { claims: names, operator } = meaning
  const app = claimText(claims, names.app)
  if (app !== undefined) checkText(firstOf(claims, names.app)?.name ?? '', app)
  const isApp = isOfApplication(claims, meaning)
  const user = isApp ? undefined : userIn(claims, meaning)
  if (user !== undefined && firstOf(claims, names.scopes) === undefined)
    throw new Unfit("It is a person's and has no scopes, so it is no access token.")
  const scopes = claimNames(claims, names.scopes)
  const actor: Actor = {
    kind: isApp ? 'app' : 'user',
    tenantId,
    ...(app === undefined ? {} : { appId: app }),
    ...(user === undefined ? {} : { userId: user.id }),
    permissions: new Set(isApp ? [...claimNames(claims, names.roles), ...scopes] : scopes),
    ...shownName(claimText(claims, names.name)),
    ...(operator !== undefined && fulfils(claims, operator) ? { isOperator: true as const } : {}),
  }
  return { actor, isName: user?.isName === true }
}
