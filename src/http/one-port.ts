/**
 * HTTP and HTTPS on one port: the first byte tells a TLS handshake from a request line.
 * Also keeps every open socket, so that the server can close them when it stops.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createServer, type Server as TlsServer } from 'node:tls'

export interface TlsFacts {
  /** PEM. */
  readonly key: string
  readonly cert: string
}

export interface OnePort {
  /** Takes a new connection of any listener. */
  accept(socket: Socket): void
  /** Ends every connection when its data is sent, and destroys those that are still open after `lingerMs`. */
  end(): void
}

/** RFC 8446, 5.1: ContentType handshake. No HTTP method starts with this byte. */
const handshake = 0x16
const lingerMs = 500

function ignore(): void {
  // Nothing to do.
}

function tlsServer(facts: TlsFacts, handshakeTimeout: number): TlsServer {
  return createServer({ ...facts, handshakeTimeout, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] })
}

export interface OnePortFacts {
  readonly tls: TlsFacts | undefined
  /** How long a client may stay silent before its first byte, and how long a handshake may take. */
  readonly waitMs: number
  /** Plain HTTP is refused, with a sentence that says so. */
  readonly isTlsOnly: boolean
  /** One more is closed at once. */
  readonly connectionsMost: number
}

const plainText = 'This port takes TLS only: use https:// and not http://.\n'
/** Whatever token was sent is in the clear already; a redirect would send it again. */
const plainRefusal = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${plainText.length}`,
  'Cache-Control: no-store',
  'X-Content-Type-Options: nosniff',
  'Connection: close',
  '',
  plainText,
].join('\r\n')

/** Whoever still sends would get a reset before the answer: what comes is discarded, for a moment. */
function refusePlain(socket: Socket): void {
  socket.end(plainRefusal)
  socket.resume()
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

/** Hands on so many connections at once. Beyond that, idle ones make room, or the new one is closed. */
function atMost(most: number, makeRoom: () => void, take: (socket: Socket) => void): (socket: Socket) => void {
  let connections = 0
  const admit = (socket: Socket): void => {
    connections += 1
    socket.once('close', () => {
      connections -= 1
    })
    take(socket)
  }
  return (socket) => {
    if (connections < most) {
      admit(socket)
      return
    }
    makeRoom()
    socket.on('error', ignore)
    // Connections that are closed now are counted out after this turn.
    setTimeout(() => {
      if (connections < most) admit(socket)
      else socket.destroy()
    }, 1)
  }
}

/** Puts itself in front of the server's own connection handling. */
export function onePort(server: Server, { tls, waitMs, isTlsOnly, connectionsMost }: OnePortFacts): OnePort {
  const open = new Set<Socket>()
  const speakHttp = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
  server.removeAllListeners('connection')

  const hand = (socket: Socket): void => {
    for (const listener of speakHttp) listener.call(server, socket)
  }
  const keep = (socket: Socket): void => {
    open.add(socket)
    socket.on('error', ignore).once('close', () => open.delete(socket))
  }

  const secure = tls === undefined ? undefined : tlsServer(tls, waitMs)
  secure?.on('secureConnection', (socket) => {
    keep(socket)
    hand(socket)
  })
  secure?.on('tlsClientError', (_error, socket) => socket.destroy())

  const peek = (socket: Socket): void => {
    const leave = (): void => {
      socket.destroy()
    }
    socket.setTimeout(waitMs, leave)
    socket.once('end', leave)
    socket.once('data', (chunk) => {
      socket.setTimeout(0)
      socket.off('timeout', leave).off('end', leave)
      socket.pause()
      socket.unshift(chunk)
      if (chunk[0] === handshake) {
        secure?.emit('connection', socket)
      } else if (isTlsOnly) {
        refusePlain(socket)
      } else {
        hand(socket)
        // The HTTP listener does not resume a socket that was paused explicitly.
        socket.resume()
      }
    })
  }

  const take = (socket: Socket): void => {
    keep(socket)
    if (secure === undefined) hand(socket)
    else peek(socket)
  }
  const accept = atMost(connectionsMost, () => server.closeIdleConnections(), take)
  server.on('connection', accept)

  return {
    accept,
    end() {
      for (const socket of open) socket.destroySoon()
      setTimeout(() => {
        for (const socket of open) socket.destroy()
      }, lingerMs).unref()
    },
  }
}
