/** Parses the settings of external issuers. What is unsafe is refused in safety.ts. */
import { isObject, type Json } from '#base/json.ts'
import {
  type ClaimNames,
  type ClaimRule,
  type OperatorRule,
  type OutsideIssuer,
  type PageSignIn,
  usualClaims,
} from './outside-issuer.ts'
import { checkSafety } from './safety.ts'

const members = [
  ...[
    'issuer',
    'discovery',
    'audience',
    'type',
    'tenant',
    'claims',
    'verified',
    'immutable',
    'application',
    'operator',
    'pages',
  ],
  ...['cacheSeconds', 'cooldownSeconds'],
]

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

function ruleOf(value: unknown, name: string): ClaimRule {
  if (!isObject(value) || Object.keys(value).some((key) => key !== 'claim' && key !== 'value'))
    throw new Error(`'${name}' must be an object such as {"claim": "roles", "value": "Relata.Operator"}`)
  const claim = textOf(value['claim'], `${name}.claim`)
  return value['value'] === undefined ? { claim } : { claim, value: textOf(value['value'], `${name}.value`) }
}

function operatorOf(value: unknown): OperatorRule {
  const { tenant, ...others } = isObject(value) ? value : {}
  const rule = ruleOf(isObject(value) ? others : value, 'operator')
  return {
    ...rule,
    value: textOf(rule.value, 'operator.value'),
    ...(tenant === undefined ? {} : { tenant: textOf(tenant, 'operator.tenant') }),
  }
}

function pagesOf(value: unknown): PageSignIn {
  const names = ['clientId', 'scopes', 'name']
  if (!isObject(value) || Object.keys(value).some((key) => !names.includes(key)))
    throw new Error('\'pages\' must be an object such as {"clientId": "…", "scopes": ["api://relata/.default"]}')
  return {
    clientId: textOf(value['clientId'], 'pages.clientId'),
    scopes: textsOf(value['scopes'], 'pages.scopes'),
    ...(value['name'] === undefined ? {} : { name: textOf(value['name'], 'pages.name') }),
  }
}

function typeOf(value: unknown): 'at+jwt' {
  if (value === 'at+jwt') return value
  throw new Error(`'type' must be "at+jwt", or left out`)
}

function immutableOf(value: unknown): { readonly immutable?: true } {
  if (value === true) return { immutable: true }
  if (value === false) return {}
  throw new Error("'immutable' must be true or false")
}

function issuerOf(entry: Json): OutsideIssuer {
  const stray = Object.keys(entry).find((name) => !members.includes(name))
  if (stray !== undefined) throw new Error(`'${stray}' is not one of ${members.join(', ')}`)
  const { issuer, discovery, type, tenant, verified, immutable, application, operator, pages } = entry
  return {
    issuer: checkAddress(issuer, 'issuer'),
    ...(discovery === undefined ? {} : { discovery: checkAddress(discovery, 'discovery') }),
    audiences: textsOf(entry['audience'], 'audience'),
    ...(type === undefined ? {} : { type: typeOf(type) }),
    ...(tenant === undefined ? {} : { tenant: textOf(tenant, 'tenant') }),
    claims: claimsOf(entry['claims']),
    ...(verified === undefined ? {} : { verified: textOf(verified, 'verified') }),
    ...(immutable === undefined ? {} : immutableOf(immutable)),
    ...(application === undefined ? {} : { application: ruleOf(application, 'application') }),
    ...(operator === undefined ? {} : { operator: operatorOf(operator) }),
    ...(pages === undefined ? {} : { pages: pagesOf(pages) }),
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
    checkSafety(one)
    if (seen.has(one.issuer)) throw new Error(`names '${one.issuer}' twice`)
    seen.add(one.issuer)
    return one
  })
}
