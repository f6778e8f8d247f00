/**
 * Where a request comes from and how its client addressed the server: from the connection and the Host header, or from
 * `X-Forwarded-…` where the peer is a trusted proxy. RFC 7239's `Forwarded` is not read: a proxy that overwrites one
 * notation and passes on the other would let clients choose.
 */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { AppError } from '#base/errors.ts'
import type { RequestTarget } from '../target.ts'
import { hostOf, hostsOf, type KnowsHost, plainAddress } from './hosts.ts'

export interface NetworkParts {
  /** Absent: loopback names and this machine's addresses only. */
  readonly knowsHost?: KnowsHost
  /** IP addresses and ranges, as `10.0.0.0/8`. */
  readonly trustedProxy?: readonly string[]
  /** Scheme, host and port that clients use; absent: what each request says. */
  readonly publicUrl?: string
}

export type TlsEnd = 'here' | 'proxy' | 'none'

export interface ClientReader {
  /**
   * Scheme, host and port for links. Throws `AppError`: `invalid` where Host is missing or malformed, `misdirected` for
   * a host that is not this server's.
   */
  originOf(request: IncomingMessage, target: RequestTarget | undefined): string
  /** The client's IP address. */
  remoteOf(request: IncomingMessage): string | undefined
  /** Who ends the TLS of the client: this server, a trusted proxy, or nobody. */
  tlsEndOf(request: IncomingMessage): TlsEnd
  /** Whether the request comes from a program of this machine, as far as the connection tells. */
  isLoopback(request: IncomingMessage): boolean
}

const hostForm = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
/** Probes of load balancers name the machine by whatever address they know; they learn nothing but whether it is up. */
const probes = new Set(['/alive', '/ready'])

function isProbe(path: string | undefined): boolean {
  return path !== undefined && probes.has(path)
}

type Scheme = 'http' | 'https'

/** For HTTP/1.0 clients without a Host header: the local address of the connection. */
function localHost({ socket }: IncomingMessage): string {
  const address = plainAddress(socket.localAddress ?? '127.0.0.1')
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort}`
}

function isSecure({ socket }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true
}

/** Of an IP address; `isIP` would compile two large regular expressions, a twentieth of a start. */
function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** Whether an IP address is in one of the ranges. What is no address is in none. */
export function rangesOf(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = familyOf(address)
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return (address) => list.check(address, familyOf(address))
}

const isLoopbackAddress = rangesOf(['127.0.0.0/8', '::1'])

function headerText({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** The entry of the nearest proxy: the ones before it may be the client's invention. */
function lastOf(list: string | undefined): string | undefined {
  return list?.split(',').at(-1)?.trim() || undefined
}

/** Entries may have ports: `203.0.113.7:4711`, `[2001:db8::1]:4711`. */
function addressIn(entry: string): string | undefined {
  const text = entry.trim()
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? []
  const address = plainAddress(bracketed ?? text.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1'))
  return isIP(address) === 0 ? undefined : address
}

/** The last address in the list that is no trusted proxy's; `peer` where the list does not lead further. */
function forwardedFor(peer: string, list: string | undefined, isTrusted: (address: string) => boolean): string {
  let client = peer
  for (const entry of (list ?? '').split(',').toReversed()) {
    const address = addressIn(entry)
    if (address === undefined) return client
    client = address
    if (!isTrusted(address)) return client
  }
  return client
}

/** By what a trusted proxy says of its client, or by the address clients use; undefined: neither is known. */
function proxiedEnd(request: IncomingMessage, publicUrl: string | undefined): TlsEnd | undefined {
  const scheme = lastOf(headerText(request, 'x-forwarded-proto'))?.toLowerCase() ?? publicUrl?.split(':', 1)[0]
  if (scheme === undefined) return undefined
  return scheme === 'https' ? 'proxy' : 'none'
}

/** Headers that proxies, tunnels and content delivery networks add; programs of this machine have no reason to. */
const throughProxy: ReadonlySet<string> = new Set([
  ...[
    'forwarded',
    'via',
    'x-real-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'x-original-forwarded-for',
    'x-original-host',
  ],
  ...[
    'cf-connecting-ip',
    'cf-connecting-ipv6',
    'cf-ray',
    'cdn-loop',
    'true-client-ip',
    'fastly-client-ip',
    'fly-client-ip',
  ],
  ...['x-azure-clientip', 'x-arr-log-id', 'x-appengine-user-ip', 'x-envoy-external-address', 'x-amzn-trace-id'],
])

function isHandedOn({ headers }: IncomingMessage): boolean {
  return Object.keys(headers).some((name) => throughProxy.has(name) || name.startsWith('x-forwarded-'))
}

export function clientReader(parts: NetworkParts): ClientReader {
  const { knowsHost = hostsOf([]), trustedProxy = [], publicUrl } = parts
  const isTrusted = trustedProxy.length === 0 ? undefined : rangesOf(trustedProxy)
  const peerOf = ({ socket }: IncomingMessage): string | undefined =>
    socket.remoteAddress === undefined ? undefined : plainAddress(socket.remoteAddress)
  const isProxied = (request: IncomingMessage): boolean => {
    const peer = isTrusted === undefined ? undefined : peerOf(request)
    return peer !== undefined && isTrusted?.(peer) === true
  }

  const check = (request: IncomingMessage, authority: string, path: string | undefined): void => {
    if (!hostForm.test(authority))
      throw new AppError('invalid', 'The Host header is not a host name with an optional port.', { target: 'Host' })
    const host = hostOf(authority)
    if (knowsHost(host, request.socket.localAddress)) return
    if (isIP(host) !== 0 && isProbe(path)) return
    throw new AppError(
      'misdirected',
      `This server does not answer for the host '${host}'. If it should, start it with --allowed-host ${host} (RELATA_ALLOWED_HOST).`,
      { target: 'Host', check: 'host.unknown' },
    )
  }

  /** What a trusted proxy says of the client's own request; scheme and host as they arrived where it says nothing. */
  const forwarded = (request: IncomingMessage, path: string | undefined): { scheme?: string; host?: string } => {
    if (!isProxied(request)) return {}
    const proto = lastOf(headerText(request, 'x-forwarded-proto'))?.toLowerCase()
    const host = lastOf(headerText(request, 'x-forwarded-host'))
    if (host !== undefined) check(request, host, path)
    return {
      ...(proto === 'https' || proto === 'http' ? { scheme: proto } : {}),
      ...(host === undefined ? {} : { host }),
    }
  }

  const checkedOrigin = (request: IncomingMessage, arrived: Scheme, target: RequestTarget | undefined): string => {
    const { host } = request.headers
    if (host === undefined && request.httpVersion !== '1.0')
      throw new AppError('invalid', 'The request has no Host header.', { target: 'Host' })
    // RFC 9112 §3.2.2: a target in absolute form says whom the request is for; RFC 9110 §7.4: 421 for what is not ours.
    for (const named of [host, target?.authority]) if (named !== undefined) check(request, named, target?.path)
    const outer = forwarded(request, target?.path)
    if (publicUrl !== undefined) return publicUrl
    const authority = outer.host ?? target?.authority ?? host ?? localHost(request)
    return `${outer.scheme ?? arrived}://${authority}`
  }

  /** The last valid host of each scheme: most clients use one. */
  const seen: Partial<Record<Scheme, { readonly host: string; readonly origin: string }>> = {}
  const isRepeatable = (request: IncomingMessage, target: RequestTarget | undefined): boolean =>
    target?.authority === undefined && !isProxied(request)

  return {
    originOf: (request, target) => {
      const scheme = isSecure(request) ? 'https' : 'http'
      const known = seen[scheme]
      const { host } = request.headers
      if (known !== undefined && host === known.host && isRepeatable(request, target)) return known.origin
      const origin = checkedOrigin(request, scheme, target)
      // What is let through for a probe is not for others.
      if (host !== undefined && isRepeatable(request, target) && !isProbe(target?.path)) seen[scheme] = { host, origin }
      return origin
    },
    tlsEndOf: (request) =>
      (isProxied(request) ? proxiedEnd(request, publicUrl) : undefined) ?? (isSecure(request) ? 'here' : 'none'),
    remoteOf: (request) => {
      const peer = peerOf(request)
      if (peer === undefined || isTrusted === undefined || !isTrusted(peer)) return peer
      return forwardedFor(peer, headerText(request, 'x-forwarded-for'), isTrusted)
    },
    // With a proxy in front every client may seem to be of this machine: then nobody counts as such.
    isLoopback: (request) => {
      if (isTrusted !== undefined || isHandedOn(request)) return false
      const peer = peerOf(request)
      return peer !== undefined && isLoopbackAddress(peer)
    },
  }
}
