/**
 * The HTTP server: Node's own, with limits. It passes requests to serve.ts and answers only what Node's parser refuses,
 * because every error needs Graph's envelope. Why no framework: docs/adr/0006, of which this part still holds.
 */
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Framing, framed, framedText, framings, send } from './answer.ts'
import { listen } from './listen.ts'
import { onePort, type TlsFacts } from './one-port.ts'
import { RequestServer, type ServeParts, type Serving } from './serve.ts'

export interface Timeouts {
  /** Until the first byte, and for a TLS handshake. */
  readonly firstByteMs: number
  readonly headersMs: number
  /** For a whole request with its body. */
  readonly requestMs: number
  readonly keepAliveMs: number
  /** How long a stopping server waits for running requests. */
  readonly stopMs: number
}

export interface ServerParts extends ServeParts {
  /** 0 selects a free one. */
  readonly port: number
  /** Addresses to bind; those after the first are left out where the machine lacks them. */
  readonly hosts: readonly [string, ...string[]]
  /** Absent: HTTP only. */
  readonly tls?: TlsFacts
  /** Beside TLS, plain HTTP is refused. */
  readonly tlsOnly?: boolean
  readonly connectionsMost?: number
  readonly timeouts?: Partial<Timeouts>
}

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

const usualTimeouts: Timeouts = {
  firstByteMs: 10_000,
  headersMs: 20_000,
  requestMs: 60_000,
  // Longer than the idle timeout of common client pools, so that the client closes first and no request is lost.
  keepAliveMs: 72_000,
  // With the time for closing connections and the database it makes the five seconds that docs/operations.md promises.
  stopMs: 4_000,
}

/** Of one process; an open connection over TLS takes about 40 KB. */
const usualConnectionsMost = 2000

const headerLimitBytes = 32 * 1024

interface ParseError extends Error {
  readonly code?: string
  readonly rawPacket?: unknown
  readonly bytesParsed?: number
}

const requestLine = /^[!-~]+ [!-~]+ HTTP\/1\.[01]\r?\n/

/** Whether the refused line has the form of a request line, so that its method is what is wrong. */
function isRequestLine({ rawPacket, bytesParsed = 0 }: ParseError): boolean {
  if (!Buffer.isBuffer(rawPacket)) return false
  const text = rawPacket.toString('latin1')
  return requestLine.test(text.slice(text.lastIndexOf('\n', bytesParsed - 1) + 1))
}

function framingOf(error: ParseError): Framing {
  const { code } = error
  if (code === 'HPE_HEADER_OVERFLOW') return framings.headers
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return framings.timeout
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return framings.extensions
  if (code === 'HPE_INVALID_VERSION') return framings.version
  return code === 'HPE_INVALID_METHOD' && isRequestLine(error) ? framings.method : framings.badRequest
}

/** Node's own handler reads the same private member to see whether an answer has begun. */
function answering(socket: Socket): boolean {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage?.headersSent === true
}

/** Requests that Node's parser refuses are answered on the bare socket. */
function refuser({ ids, clock, rowClock = clock }: ServeParts) {
  const refused = new WeakSet<Socket>()
  return (error: ParseError, socket: Socket): void => {
    // The rest of a refused request arrives here again in pieces; it is discarded.
    if (refused.has(socket)) return
    if (error.code === 'ECONNRESET' || !socket.writable || answering(socket)) {
      socket.destroy()
      return
    }
    refused.add(socket)
    const requestId = ids.mint()
    socket.end(framedText(framingOf(error), { requestId, clientRequestId: requestId }, rowClock.now(), clock))
    // A client that is still sending would get a reset before it reads the answer.
    setTimeout(() => socket.destroy(), 1000).unref()
  }
}

function createNodeServer(handler: RequestListener, timeouts: Timeouts): Server {
  return createServer(
    {
      maxHeaderSize: headerLimitBytes,
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: Math.max(100, Math.min(5000, timeouts.headersMs / 2)),
      // Relata answers this itself, in Graph's envelope.
      requireHostHeader: false,
      // Two Host headers become one that is no host, and two tokens one that is no token; Node would keep the first.
      joinDuplicateHeaders: true,
      noDelay: true,
    },
    handler,
  )
}

/** `requests`: who answers; absent: one made of the parts. */
export async function startServer(
  parts: ServerParts,
  requests: Serving = new RequestServer(parts),
): Promise<HttpServer> {
  const timeouts: Timeouts = { ...usualTimeouts, ...parts.timeouts }
  const server = createNodeServer(
    (request, response) => requests.serve(request, response, request.url ?? '/'),
    timeouts,
  )
  // The size is limited instead: past a count Node would silently drop headers, Authorization among them.
  server.maxHeadersCount = 0
  server.on('checkContinue', (request, response: ServerResponse) =>
    requests.serve(request, response, request.url ?? '/'),
  )
  server.on('clientError', refuser(parts))
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const requestId = parts.ids.mint()
    const pair = { requestId, clientRequestId: requestId }
    send(response, framed(framings.expectation, pair, (parts.rowClock ?? parts.clock).now()), pair, true)
  })
  const port = onePort(server, {
    tls: parts.tls,
    waitMs: timeouts.firstByteMs,
    isTlsOnly: parts.tlsOnly === true,
    connectionsMost: parts.connectionsMost ?? usualConnectionsMost,
  })
  const listening = await listen(server, parts.port, parts.hosts, port.accept)

  return {
    port: listening.port,
    async close() {
      const stopped = listening.stop()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeouts.stopMs)
      })
      await Promise.race([requests.drain(), late])
      clearTimeout(timer)
      port.end()
      await stopped
    },
  }
}
