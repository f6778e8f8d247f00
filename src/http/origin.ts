/** The address the client used, from the Host header: scheme, host and port. */
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { AppError } from '#base/errors.ts'

const hostForm = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** For HTTP/1.0 clients without a Host header: the local address of the connection. */
function localHost({ socket }: IncomingMessage): string {
  const address = socket.localAddress ?? '127.0.0.1'
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort}`
}

export function isSecure({ socket }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true
}

/** Caches the last valid host name of each scheme: most clients use one. */
export function originReader() {
  const seen: Partial<Record<'http' | 'https', { readonly host: string; readonly origin: string }>> = {}
  return (request: IncomingMessage): string => {
    const { host } = request.headers
    const scheme = isSecure(request) ? 'https' : 'http'
    const known = seen[scheme]
    if (known !== undefined && host === known.host) return known.origin
    if (host === undefined && request.httpVersion !== '1.0')
      throw new AppError('invalid', 'The request has no Host header.', { target: 'Host' })
    if (host !== undefined && !hostForm.test(host))
      throw new AppError('invalid', 'The Host header is not a host name with an optional port.', { target: 'Host' })
    const origin = `${scheme}://${host ?? localHost(request)}`
    if (host !== undefined) seen[scheme] = { host, origin }
    return origin
  }
}
