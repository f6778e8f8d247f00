/**
 * Says claim by claim what a token means here, for `POST /_relata/issuers/check`. Each step is the one of the verification; the
 * verdict itself is the verification's own. Steps after a failed one go on with what the token says, unproven.
 */
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose'
import type { Actor } from '#edm/ports.ts'
import type { Directory } from '../directory/directory.ts'
import { Barred, faultOfType, Unfit } from '../verify/access-token.ts'
import { isOfApplication } from './outside-actor.ts'
import { algorithms, type NamedIssuer, type OutsideIssuers } from './outside-issuers.ts'
import { Unreachable } from './outside-keys.ts'

export interface TokenFinding {
  /** Claims `aud`, `exp`…, members of the header as `header.kid`, and what follows from them: `signature`, `tenant`, `actor`. */
  readonly name: string
  readonly value?: unknown
  readonly passed: boolean
  readonly text: string
}

export interface ExplainParts {
  readonly issuers: OutsideIssuers
  readonly now: () => Date
  readonly toleranceSeconds: number
  /** The sign-in name of a user that is in the directory. */
  readonly nameOf: (tenantId: string, userId: string) => Promise<string | undefined>
  /** As the directory says it. */
  readonly isOfEarlierTenant: NonNullable<Directory['isOfEarlierTenant']>
}

type Members = Readonly<Record<string, unknown>>

function finding(name: string, value: unknown, passed: boolean, text: string): TokenFinding {
  return { name, ...(value === undefined ? {} : { value }), passed, text }
}

interface Decoded {
  readonly header: Members
  readonly claims: JWTPayload
}

function decoded(token: string): Decoded | undefined {
  try {
    return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) }
  } catch {
    return undefined
  }
}

/** What an administrator of Entra most often has not done yet. */
function hintFor({ iss, aud }: JWTPayload): string {
  if (aud === 'https://graph.microsoft.com' || aud === '00000003-0000-0000-c000-000000000000')
    return ' It is a token for Microsoft Graph: let the client ask for the scopes of an API of your own.'
  return typeof iss === 'string' && iss.startsWith('https://sts.windows.net/')
    ? ' It is a token of version 1 of Entra: set requestedAccessTokenVersion to 2 in the manifest, or configure this issuer.'
    : ''
}

function ofIssuer({ settings }: OutsideIssuers, claims: JWTPayload, found: NamedIssuer | undefined): TokenFinding {
  if (found !== undefined)
    return finding('iss', claims.iss, true, `It is the configured issuer ${found.settings.issuer}.`)
  const configured = settings.map(({ issuer }) => issuer).join(', ') || 'none'
  const text = `No configured issuer has this name, or its tenant is not here. Configured: ${configured}.${hintFor(claims)}`
  return finding('iss', claims.iss, false, text)
}

async function ofSignature(token: string, header: Members, { keys, iss }: NamedIssuer): Promise<TokenFinding> {
  const { alg, kid } = header
  if (typeof alg !== 'string' || !algorithms.includes(alg))
    return finding('header.alg', alg, false, `Only these algorithms are accepted: ${algorithms.join(', ')}.`)
  try {
    await compactVerify(token, keys.find, { algorithms: [...algorithms] })
    return finding('signature', kid, true, 'It is signed with a key of the issuer.')
  } catch (error) {
    if (error instanceof Unreachable) {
      const { error: why = 'it could not be reached a moment ago' } = await keys.state()
      return finding('signature', kid, false, `The issuer ${iss} cannot be reached: ${why}.`)
    }
    if (error instanceof errors.JWKSNoMatchingKey)
      return finding(
        'signature',
        kid,
        false,
        'The issuer has no such key. GET /_relata/issuers lists those that are known.',
      )
    if (error instanceof errors.JOSEError)
      return finding('signature', kid, false, 'The signature is not one of the key that it names.')
    throw error
  }
}

function ofAudience({ aud }: JWTPayload, { settings }: NamedIssuer): TokenFinding {
  const given: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const passed = settings.audiences.some((audience) => given.includes(audience))
  const wanted = settings.audiences.join(', ')
  return finding('aud', aud, passed, passed ? `One of ${wanted}.` : `It is for others. Configured: ${wanted}.`)
}

function ofTimes({ exp, nbf }: JWTPayload, { now, toleranceSeconds }: ExplainParts): TokenFinding[] {
  const seconds = Math.floor(now().getTime() / 1000)
  const shown = (instant: number) => new Date(instant * 1000).toISOString()
  const isInstant = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < 8.64e12
  const isAlive = isInstant(exp) && exp > seconds - toleranceSeconds
  const expiry = isInstant(exp)
    ? `${isAlive ? 'It expires' : 'It expired'} at ${shown(exp)}.`
    : 'It does not say when it expires.'
  if (nbf === undefined) return [finding('exp', exp, isAlive, expiry)]
  const isValid = isInstant(nbf) && nbf <= seconds + toleranceSeconds
  const start = isInstant(nbf) ? `It is valid from ${shown(nbf)}.` : 'It is not an instant.'
  return [finding('exp', exp, isAlive, expiry), finding('nbf', nbf, isValid, start)]
}

/** Nothing where it is new enough. */
function ofIssue({ isOfEarlierTenant }: ExplainParts, { iat, nbf }: JWTPayload, tenantId: string): TokenFinding[] {
  return isOfEarlierTenant(tenantId, iat ?? nbf)
    ? [finding('iat', iat, false, 'It was issued before its tenant was added to this server: sign in again.')]
    : []
}

async function ofActor(
  parts: ExplainParts,
  issuer: NamedIssuer,
  claims: JWTPayload,
  tenantId: string,
): Promise<TokenFinding[]> {
  let actor: Actor
  try {
    actor = await issuer.actorOf(claims, tenantId)
  } catch (error) {
    if (error instanceof Unfit || error instanceof Barred) return [finding('actor', undefined, false, error.message)]
    throw error
  }
  const { userId, appId, permissions, isOperator } = actor
  const list = [...permissions].sort().join(', ') || 'none'
  const name = userId === undefined ? undefined : await parts.nameOf(tenantId, userId)
  const person =
    name === undefined
      ? 'A person whom the directory of the tenant does not have, by id or by sign-in name: without roles and groups.'
      : `A person of the directory: ${name}.`
  const { operator } = issuer.settings
  return [
    isOfApplication(claims, issuer.settings)
      ? finding('actor', appId, true, 'An application, without a person.')
      : finding('actor', userId, true, person),
    finding('permissions', [...permissions].sort(), true, `It may use the permissions: ${list}.`),
    ...(operator === undefined
      ? []
      : [
          finding(
            'operator',
            isOperator === true,
            true,
            isOperator === true
              ? `An operator: '${operator.claim}' has '${operator.value}'.`
              : `No operator: '${operator.claim}' does not have '${operator.value}'${operator.tenant === undefined ? '' : `, or its tenant is not ${operator.tenant}`}.`,
          ),
        ]),
  ]
}

/** `isOurs`: the built-in issuer has accepted it. Never throws for what the token says. */
export async function explainToken(
  parts: ExplainParts,
  token: string,
  isOurs: boolean,
): Promise<readonly TokenFinding[]> {
  const read = decoded(token)
  if (read === undefined) return [finding('token', undefined, false, 'It is not a JSON Web Token in three parts.')]
  const { header, claims } = read
  const issuer = typeof claims.iss === 'string' ? await parts.issuers.named(claims.iss) : undefined
  if (issuer === undefined && isOurs) return [finding('iss', claims.iss, true, 'It is a token of the built-in issuer.')]
  const named = ofIssuer(parts.issuers, claims, issuer)
  if (issuer === undefined) return [named]
  const fault = faultOfType(header, claims, issuer.settings.type)
  const tenantId = await issuer.tenantOf(claims)
  return [
    named,
    await ofSignature(token, header, issuer),
    ofAudience(claims, issuer),
    ...ofTimes(claims, parts),
    finding('header.typ', header['typ'], fault === undefined, fault ?? 'It may be an access token.'),
    tenantId === undefined
      ? finding(
          'tenant',
          undefined,
          false,
          "No tenant here has the id or domain that the setting 'tenant' or its claim says.",
        )
      : finding('tenant', tenantId, true, 'A tenant of this server.'),
    ...(tenantId === undefined ? [] : ofIssue(parts, claims, tenantId)),
    ...(tenantId === undefined ? [] : await ofActor(parts, issuer, claims, tenantId)),
  ]
}
