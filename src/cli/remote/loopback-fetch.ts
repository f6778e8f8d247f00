/**
 * Requests to a server on this machine, whose certificate commands need not trust: the peer is this machine, and what a
 * program here could pretend to be over HTTPS, it could over HTTP as well. Other hosts are asked by the usual `fetch`.
 */
import { Agent, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import { Readable } from 'node:stream'

export interface SentRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string | undefined
  /** One of many: its connection is kept for the next one. */
  readonly isOneOfMany?: boolean
}

const ownHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/** No TLS was spoken, so nothing of the request has been sent. */
class NoTls extends Error {
  override readonly name = 'NoTls'
}

const empty = new Set([204, 205, 304])

let agents: { readonly plain: Agent; readonly secure: SecureAgent } | undefined

/** Connections that are kept; idle ones do not keep the process. */
function keptAgent(isTls: boolean): Agent {
  agents ??= { plain: new Agent({ keepAlive: true }), secure: new SecureAgent({ keepAlive: true }) }
  return isTls ? agents.secure : agents.plain
}

/** The server has closed a connection that was kept, before it read the request. */
class Closed extends Error {
  override readonly name = 'Closed'
}

function ask(url: URL, { method, headers, body, isOneOfMany = false }: SentRequest): Promise<Response> {
  return new Promise((resolve, reject) => {
    const isTls = url.protocol === 'https:'
    const agent = isOneOfMany ? keptAgent(isTls) : false
    let isSecure = false
    const send = isTls ? requestHttps : requestHttp
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
    const request = send(url, { method, headers: { ...headers, ...length }, agent, rejectUnauthorized: false })
    request
      .on('socket', (socket) => {
        // A connection that was kept is known to speak TLS, and `reusedSocket` tells it.
        if (!request.reusedSocket)
          socket.once('secureConnect', () => {
            isSecure = true
          })
      })
      .on('response', (answer) => {
        const status = answer.statusCode ?? 500
        const lines = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
          value === undefined ? [] : [[name, String(value)]],
        )
        const bytes = Readable.toWeb(answer) as ReadableStream<Uint8Array>
        if (empty.has(status)) answer.resume()
        resolve(new Response(empty.has(status) ? null : bytes, { status, headers: lines }))
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket) {
          reject(error.code === 'ECONNRESET' ? new Closed(error.message, { cause: error }) : error)
          return
        }
        const isRefusal = error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND'
        reject(isTls && !isSecure && !isRefusal ? new NoTls(error.message, { cause: error }) : error)
      })
      .end(body)
  })
}

/** Throws the error of the connection where nobody answers. A server that was started with --http-only is asked again without TLS. */
export async function fetchFrom(address: string, request: SentRequest): Promise<Response> {
  const url = new URL(address)
  if (!ownHosts.has(url.hostname)) {
    const { body, isOneOfMany: _, ...others } = request
    return fetch(url, { ...others, redirect: 'manual', ...(body === undefined ? {} : { body: Buffer.from(body) }) })
  }
  try {
    return await ask(url, request)
  } catch (error) {
    if (error instanceof Closed) return fetchFrom(address, { ...request, isOneOfMany: false })
    if (!(error instanceof NoTls)) throw error
    return ask(new URL(`http:${address.slice('https:'.length)}`), request)
  }
}
