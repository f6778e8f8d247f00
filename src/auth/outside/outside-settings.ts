/** Settings of external issuers: whose tokens are accepted, for which tenant, and which claim means what. */
import { isObject, type Json } from '#base/json.ts'

/** Names of claims, of which the first present one counts; `a.b` also stands for the member `b` of the claim `a`. */
export interface ClaimNames {
  readonly tenant: readonly string[]
  readonly user: readonly string[]
  readonly app: readonly string[]
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  /** Only shown and logged; nothing is decided by it. */
  readonly name: readonly string[]
}

/** Who may manage the tenants of a registry: whose claim is this text, or a list with it. */
export interface OperatorRule {
  readonly claim: string
  readonly value: string
}

export interface OutsideIssuer {
  /** As in `iss`; `{tenantid}` stands for the GUID of a known tenant. */
  readonly issuer: string
  /** Address of its discovery document; absent: the standard one below the issuer. */
  readonly discovery?: string
  readonly audiences: readonly string[]
  /** Id or domain of the tenant of all its tokens; absent: a claim says so. */
  readonly tenant?: string
  readonly claims: ClaimNames
  /** Absent: nobody with its tokens is an operator. */
  readonly operator?: OperatorRule
  /** How long its keys and verdicts on tokens are cached. */
  readonly cacheSeconds: number
  /** How long it is not asked again after an answer or a failure. */
  readonly cooldownSeconds: number
}

export const usualClaims: ClaimNames = {
  tenant: ['tid'],
  user: ['oid', 'sub'],
  app: ['appid', 'azp', 'client_id'],
  scopes: ['scp', 'scope'],
  roles: ['roles'],
  name: ['preferred_username', 'upn', 'unique_name', 'app_displayname'],
}

const members = ['issuer', 'discovery', 'audience', 'tenant', 'claims', 'operator', 'cacheSeconds', 'cooldownSeconds']

export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

/** Keys have to come over TLS, or from this machine. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}

function checkAddress(value: unknown, name: string): string {
  if (typeof value === 'string' && isSafeAddress(value.replaceAll('{tenantid}', 'common'))) return value
  throw new Error(`'${name}' must be an https address, or http on this machine`)
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new Error(`'${name}' must be a text that is not empty`)
}

function textsOf(value: unknown, name: string): readonly string[] {
  const list = (Array.isArray(value) ? value : [value]).map((one) => textOf(one, name))
  if (list.length === 0) throw new Error(`'${name}' must name at least one`)
  return list
}

function secondsOf(value: unknown, name: string, usual: number): number {
  if (value === undefined) return usual
  if (typeof value === 'number' && value >= 0 && value <= 86_400) return value
  throw new Error(`'${name}' must be seconds from 0 to 86400`)
}

function claimsOf(value: unknown): ClaimNames {
  if (value === undefined) return usualClaims
  if (!isObject(value)) throw new Error("'claims' must be an object of names")
  const stray = Object.keys(value).find((name) => !Object.hasOwn(usualClaims, name))
  if (stray !== undefined)
    throw new Error(`'claims' has '${stray}', which is not one of ${Object.keys(usualClaims).join(', ')}`)
  const given = Object.entries(value).map(([name, names]) => [name, textsOf(names, `claims.${name}`)])
  return { ...usualClaims, ...Object.fromEntries(given) }
}

function operatorOf(value: unknown): OperatorRule {
  if (!isObject(value) || Object.keys(value).some((name) => name !== 'claim' && name !== 'value'))
    throw new Error(`'operator' must be an object such as {"claim": "roles", "value": "Relata.Operator"}`)
  return { claim: textOf(value['claim'], 'operator.claim'), value: textOf(value['value'], 'operator.value') }
}

function issuerOf(entry: Json): OutsideIssuer {
  const stray = Object.keys(entry).find((name) => !members.includes(name))
  if (stray !== undefined) throw new Error(`'${stray}' is not one of ${members.join(', ')}`)
  return {
    issuer: checkAddress(entry['issuer'], 'issuer'),
    ...(entry['discovery'] === undefined ? {} : { discovery: checkAddress(entry['discovery'], 'discovery') }),
    audiences: textsOf(entry['audience'], 'audience'),
    ...(entry['tenant'] === undefined ? {} : { tenant: textOf(entry['tenant'], 'tenant') }),
    claims: claimsOf(entry['claims']),
    ...(entry['operator'] === undefined ? {} : { operator: operatorOf(entry['operator']) }),
    cacheSeconds: secondsOf(entry['cacheSeconds'], 'cacheSeconds', 600),
    cooldownSeconds: secondsOf(entry['cooldownSeconds'], 'cooldownSeconds', 30),
  }
}

/** Parses a list of issuers, or one, from JSON. Throws an `Error` that says what is wrong with it. */
export function parseOutsideIssuers(text: string): readonly OutsideIssuer[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error('is not JSON', { cause })
  }
  const entries = Array.isArray(value) ? value : [value]
  const seen = new Set<string>()
  return entries.map((entry) => {
    if (!isObject(entry)) throw new Error('is not a list of objects')
    const one = issuerOf(entry)
    if (seen.has(one.issuer)) throw new Error(`names '${one.issuer}' twice`)
    seen.add(one.issuer)
    return one
  })
}
