/**
 * Answers a `Request` with a `Response` inside the process, without a port. It takes the way of a request from a socket:
 * through serve.ts, with its log, deadlines and limits, and from there through route.ts. Redirects are handed on as they
 * are, and nothing is compressed.
 */
import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex, Writable } from 'node:stream'
import type { Serving } from './serve.ts'

/** As the global `fetch`; rejects with a `TypeError` where the connection would have been dropped. */
export type LocalFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

const loopback = '127.0.0.1'

/** What the request sees of its connection: a program of this machine. */
class LocalConnection extends Duplex {
  readonly remoteAddress = loopback
  readonly localAddress = loopback
  readonly localPort: number
  readonly encrypted: boolean
  readonly bytesRead = 0

  constructor(isEncrypted: boolean, port: string) {
    super({ autoDestroy: false })
    this.encrypted = isEncrypted
    this.localPort = Number(port) || (isEncrypted ? 443 : 80)
  }

  destroySoon(): void {
    this.destroy()
  }

  override _read(): void {
    // Nothing comes from here: the message has its body already.
  }

  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done()
  }
}

const bodiless = new Set([204, 205, 304])

function headersOf(list: readonly string[] | Readonly<Record<string, string>>): Headers {
  const headers = new Headers()
  if (!Array.isArray(list)) return new Headers(list as Readonly<Record<string, string>>)
  for (let at = 0; at + 1 < list.length; at += 2) headers.append(list[at] as string, list[at + 1] as string)
  return headers
}

/** The part of Node's `ServerResponse` that answers are written with. */
class LocalReply extends Writable {
  readonly req: IncomingMessage
  readonly socket: Socket
  statusCode = 200
  shouldKeepAlive = true
  headersSent = false
  readonly #answer: (response: Response) => void
  readonly #drop: (error: Error) => void
  #body: ReadableStreamDefaultController<Uint8Array> | undefined
  /** The reader has enough for the moment: called when it asks for more. */
  #more: (() => void) | undefined

  constructor(request: IncomingMessage, answer: (response: Response) => void, drop: (error: Error) => void) {
    super()
    this.req = request
    this.socket = request.socket
    this.#answer = answer
    this.#drop = drop
  }

  writeHead(status: number, list: readonly string[] | Readonly<Record<string, string>>): this {
    const headers = headersOf(list)
    const isEmpty = bodiless.has(status) || this.req.method === 'HEAD'
    const body = isEmpty ? null : this.#stream()
    this.statusCode = status
    this.headersSent = true
    this.#answer(new Response(body, { status, headers }))
    return this
  }

  writeContinue(): void {
    // The body is here already.
  }

  flushHeaders(): void {
    // They are sent by `writeHead`.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#body === undefined) {
      done()
      return
    }
    this.#body.enqueue(new Uint8Array(chunk))
    if ((this.#body.desiredSize ?? 1) > 0) done()
    else this.#more = done
  }

  override _final(done: () => void): void {
    this.#body?.close()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.headersSent)
      this.#drop(new TypeError('fetch failed', { cause: error ?? new Error('connection dropped') }))
    else if (!this.writableFinished) this.#body?.error(new TypeError('terminated'))
    done(null)
  }

  #stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#body = controller
        },
        pull: () => {
          const more = this.#more
          this.#more = undefined
          more?.()
        },
        cancel: () => {
          this.#body = undefined
          this.destroy()
        },
      },
      { highWaterMark: 16 },
    )
  }
}

function messageOf(request: Request, url: URL, body: Buffer): IncomingMessage {
  const connection = new LocalConnection(url.protocol === 'https:', url.port)
  const message = new IncomingMessage(connection as unknown as Socket)
  message.method = request.method
  message.url = `${url.pathname}${url.search}`
  message.httpVersion = '1.1'
  message.headers = { host: url.host, ...Object.fromEntries(request.headers) }
  delete message.headers['accept-encoding']
  delete message.headers['transfer-encoding']
  delete message.headers['expect']
  if (body.length > 0) {
    message.headers['content-length'] = `${body.length}`
    message.push(body)
  }
  message.push(null)
  message.complete = true
  return message
}

/** Rejects with the reason where the signal is aborted. */
export function fetchFrom(serving: Serving): LocalFetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const { signal } = request
    signal.throwIfAborted()
    const body = Buffer.from(await request.arrayBuffer())
    // Nobody listens to it yet.
    signal.throwIfAborted()
    const url = new URL(request.url)
    return new Promise((resolve, reject) => {
      const message = messageOf(request, url, body)
      const reply = new LocalReply(message, resolve, reject)
      const abort = (): void => {
        reject(signal.reason)
        message.destroy()
        reply.destroy()
      }
      signal.addEventListener('abort', abort, { once: true })
      reply.once('close', () => signal.removeEventListener('abort', abort))
      reply.on('error', () => undefined)
      serving.serve(message, reply as unknown as ServerResponse, message.url ?? '/')
    })
  }
}
