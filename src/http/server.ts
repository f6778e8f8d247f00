/**
 * The HTTP server: Node's own, with limits. It carries requests to serve.ts and words nothing but what Node's
 * parser refuses, since every answer must wear Graph's envelope. Why no framework: docs/adr/0006.
 */
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Framing, framed, framedText, framings, send } from './answer.ts'
import { listen } from './listen.ts'
import { onePort, type TlsFacts } from './one-port.ts'
import { RequestServer, type ServeParts } from './serve.ts'

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
  /** 0 takes a free one. */
  readonly port: number
  /** Addresses to bind; those after the first are left out where the machine does not have them. */
  readonly hosts: readonly [string, ...string[]]
  /** Absent: HTTP only. */
  readonly tls?: TlsFacts
  readonly timeouts?: Partial<Timeouts>
}

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

const usualTimeouts: Timeouts = {
  firstByteMs: 10_000,
  headersMs: 20_000,
  requestMs: 120_000,
  // Longer than the idle time of the usual client pools, so that they close first and no request is lost.
  keepAliveMs: 72_000,
  stopMs: 10_000,
}

const headerLimitBytes = 32 * 1024

interface ParseError extends Error {
  readonly code?: string
  readonly rawPacket?: unknown
  readonly bytesParsed?: number
}

const requestLine = /^[!-~]+ [!-~]+ HTTP\/1\.[01]\r?\n/

/** Whether the line that was refused has the form of a request line, so that its method is what was wrong with it. */
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

/** Node's own handler asks the same private member whether an answer is under way already. */
function answering(socket: Socket): boolean {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage?.headersSent === true
}

/** What Node's parser refuses is answered on the bare socket. */
function refuser({ ids, clock }: ServeParts) {
  const refused = new WeakSet<Socket>()
  return (error: ParseError, socket: Socket): void => {
    // The rest of a refused request arrives here again, piece by piece; it is read and dropped.
    if (refused.has(socket)) return
    if (error.code === 'ECONNRESET' || !socket.writable || answering(socket)) {
      socket.destroy()
      return
    }
    refused.add(socket)
    const requestId = ids.mint()
    socket.end(framedText(framingOf(error), { requestId, clientRequestId: requestId }, clock))
    // A client still sending would be reset before it has read why; it gets a moment.
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
      // We say so ourselves, in the envelope.
      requireHostHeader: false,
      noDelay: true,
    },
    handler,
  )
}

export async function startServer(parts: ServerParts): Promise<HttpServer> {
  const timeouts: Timeouts = { ...usualTimeouts, ...parts.timeouts }
  const requests = new RequestServer(parts)
  const server = createNodeServer(
    (request, response) => requests.serve(request, response, request.url ?? '/'),
    timeouts,
  )
  // Their size is limited; past a number Node would drop the rest without a word, a token among them.
  server.maxHeadersCount = 0
  server.on('clientError', refuser(parts))
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const requestId = parts.ids.mint()
    const pair = { requestId, clientRequestId: requestId }
    send(response, framed(framings.expectation, pair, parts.clock), pair, true)
  })
  const port = onePort(server, parts.tls, timeouts.firstByteMs)
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
