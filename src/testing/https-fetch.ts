/** `fetch` that trusts one more authority: Node's own can be told so by an environment variable only, before it starts. */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { Readable } from 'node:stream'
import tls, { rootCertificates } from 'node:tls'

const bodiless = new Set([204, 205, 304])

function responseOf(message: IncomingMessage, method: string): Response {
  const { statusCode: status = 0, statusMessage: statusText = '' } = message
  const headers = new Headers()
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2)
    headers.append(message.rawHeaders[at] as string, message.rawHeaders[at + 1] as string)
  if (bodiless.has(status) || method === 'HEAD') {
    message.resume()
    return new Response(null, { status, statusText, headers })
  }
  return new Response(Readable.toWeb(message) as unknown as ReadableStream, { status, statusText, headers })
}

type Opened = (message: IncomingMessage) => void

/** `ca`: PEM. Redirects are handed on as they are, as in the process. */
export function fetchTrusting(
  ca: string | undefined,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  const secure = new SecureAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) })
  const plain = new HttpAgent({ keepAlive: true })
  const open = (url: URL, request: Request, opened: Opened): ClientRequest => {
    const headers = Object.fromEntries(request.headers)
    const options = { method: request.method, headers, signal: request.signal }
    return url.protocol === 'https:'
      ? secureRequest(url, { ...options, agent: secure }, opened)
      : plainRequest(url, { ...options, agent: plain }, opened)
  }
  return async (input, init) => {
    const request = new Request(input, init)
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
    return new Promise((resolve, reject) => {
      const sent = open(new URL(request.url), request, (message) => resolve(responseOf(message, request.method)))
      sent.on('error', (cause) =>
        reject(request.signal.aborted ? request.signal.reason : new TypeError('fetch failed', { cause })),
      )
      sent.end(body)
    })
  }
}

const trusted = new Set<string>()

/** For every client of this process. Node can do so since 22.19 and 24.5; before it is left to an environment variable. */
export function trustHere(ca: string | undefined): void {
  if (ca === undefined || trusted.has(ca) || typeof tls.setDefaultCACertificates !== 'function') return
  trusted.add(ca)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca])
}
