/**
 * Whether an address may be called (events.md §6.8). `checkAddress` judges what is written, when a target is registered and
 * before each request; `mayConnect` judges what a name leads to, before each connection.
 */
import type { BlockList } from 'node:net'
import { AppError } from '#base/errors.ts'
import { isIn, isLoopback, isNetwork, isPublic, networksOf } from './networks.ts'
import type { AddressPolicy } from './policy.ts'

const longest = 2_048

/** The value of `lastError` of a delivery that was refused for its address. */
export const notAllowed = 'addressNotAllowed'

interface Allowed {
  readonly networks: BlockList
  readonly names: readonly string[]
}

const allowedBy = new WeakMap<AddressPolicy, Allowed>()

function allowedIn(policy: AddressPolicy): Allowed {
  const known = allowedBy.get(policy)
  if (known !== undefined) return known
  const networks = networksOf(policy.allow.filter(isNetwork))
  const names = policy.allow.filter((text) => !isNetwork(text)).map((text) => text.toLowerCase())
  const made = { networks, names }
  allowedBy.set(policy, made)
  return made
}

/** As names are compared: without the brackets of an IPv6 address, and without the dot of the root. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

function isAllowedName(policy: AddressPolicy, host: string): boolean {
  return allowedIn(policy).names.some((name) =>
    name.startsWith('*.') ? host.endsWith(name.slice(1)) && host.length > name.length - 1 : host === name,
  )
}

function isAllowedAddress(policy: AddressPolicy, address: string): boolean {
  return isIn(allowedIn(policy).networks, address)
}

/** Of no public name. */
function isInnerName(host: string): boolean {
  return host === 'localhost' || !host.includes('.') || /\.(localhost|internal|local)$/.test(host)
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

/** Undefined: it may be called. */
function faultOfHost(url: URL, policy: AddressPolicy): string | undefined {
  const host = hostOf(url)
  if (isAllowedName(policy, host)) return undefined
  const isLiteral = isNetwork(host)
  if (isLiteral && isAllowedAddress(policy, host)) return undefined
  if (!policy.isRegistry) {
    const isHere = isLiteral ? isLoopback(host) : isLocalName(host)
    return url.protocol === 'https:' || isHere ? undefined : 'http is only for addresses of this machine; use https'
  }
  if (isLiteral) return isPublic(host) ? undefined : `${host} is not a public address; --delivery-allow would allow it`
  return isInnerName(host) ? `${host} is not a public name; --delivery-allow would allow it` : undefined
}

function faultOf(url: URL, policy: AddressPolicy): string | undefined {
  const { protocol, username, password, href, port } = url
  if (protocol !== 'https:' && (policy.isRegistry || protocol !== 'http:')) return 'only https is called'
  if (username !== '' || password !== '') return 'it has a user name or a password'
  if (href.includes('#')) return 'it has a fragment'
  if (policy.isRegistry && port !== '' && !policy.ports.includes(Number(port)))
    return `port ${port} is neither 443 nor named by --delivery-ports`
  return faultOfHost(url, policy)
}

/**
 * The parsed address. Names are not resolved here. `target`: the member that gave it. Throws `invalid`, whose code is
 * `invalidRequest`.
 */
export function checkAddress(url: string, policy: AddressPolicy, target: string): URL {
  const refuse = (why: string): AppError =>
    new AppError('invalid', `'${target}' is not an address that may be called: ${why}.`, {
      target,
      check: 'events.address',
      spec: 'events.md §6.8',
    })
  if (url.length > longest) throw refuse(`it is longer than ${longest} characters`)
  // URL drops what surrounds an address and breaks inside it; what is stored is sent as it was given.
  const parsed = /^[\x21-\x7e]+$/.test(url) && URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined) throw refuse('it is not an absolute URL in ASCII')
  const fault = faultOf(parsed, policy)
  if (fault !== undefined) throw refuse(fault)
  return parsed
}

export interface Resolved {
  /** As in the URL, without brackets. */
  readonly host: string
  readonly isSecure: boolean
  readonly addresses: readonly string[]
}

/** Whether each of the addresses that a host has may be connected to. */
export function mayConnect({ host, isSecure, addresses }: Resolved, policy: AddressPolicy): boolean {
  if (addresses.length === 0) return false
  if (isAllowedName(policy, host.replace(/\.$/, '').toLowerCase())) return true
  return addresses.every((address) => {
    if (isAllowedAddress(policy, address)) return true
    if (policy.isRegistry) return isPublic(address)
    return isSecure || isLoopback(address)
  })
}
