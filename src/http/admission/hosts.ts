/**
 * Which hosts requests may be sent to. A page of another site can give its own name the address of this machine (DNS
 * rebinding) and is then of the same origin as this server; only the Host header still tells. An IP address cannot be
 * rebound, so this machine's own addresses are always known.
 */
import { isIP } from 'node:net'

/** `host`: in lower case, without port and brackets. `local`: the address at which the connection arrived. */
export type KnowsHost = (host: string, local: string | undefined) => boolean

/** `[::1]:4365` → `::1`, `Terms.Example.:443` → `terms.example`. */
export function hostOf(authority: string): string {
  const host = authority.toLowerCase().replace(/:\d{1,5}$/, '')
  return host.startsWith('[') ? host.slice(1, -1) : host.replace(/\.$/, '')
}

/** IPv4 addresses as they are, also where a socket for both families shows `::ffff:10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** `names`: host names, IP addresses, and `*.name` for all names one level below. */
export function hostsOf(names: readonly string[]): KnowsHost {
  const exact = new Set(names.map((name) => name.toLowerCase()))
  return (host, local) => {
    if (isLoopbackName(host) || exact.has(host)) return true
    if (isIP(host) !== 0) return local !== undefined && plainAddress(host) === plainAddress(local)
    const dot = host.indexOf('.')
    return dot > 0 && exact.has(`*${host.slice(dot)}`)
  }
}
