/**
 * A receiver of notifications for a test, on a port of this machine: it answers what the test says, keeps what it got, and
 * checks signatures (verify.ts). Handshakes are answered, and not kept as requests.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { loadCertificates } from '#app/trust/certificates.ts'
import { systemClock } from '#base/clock.ts'
import { trustHere } from '../https-fetch.ts'
import type { ByRequest, ReceivedRequest, Receiver, ReceiverOptions, Relata } from '../relata.ts'
import { verifiedForm } from './verify.ts'
import { Arrivals } from './waiting.ts'

/** Less than what Vitest gives a test, which would end before it is said what was missing. */
const usualTimeout = 4_000

function chosen<T>(given: ByRequest<T> | undefined, number: number, usual: T): T {
  if (given === undefined) return usual
  return typeof given === 'function' ? (given as (number: number) => T)(number) : given
}

/** Graph's (events.md §3.4) and that of CloudEvents; undefined: it is none. */
function handshakeIn({
  method,
  url = '',
  headers,
}: IncomingMessage): { type?: string; body: string; origin?: string } | undefined {
  const token = new URL(url, 'http://localhost').searchParams.get('validationToken')
  if (method === 'POST' && token !== null) return { type: 'text/plain', body: token }
  const origin = headers['webhook-request-origin']
  return method === 'OPTIONS' && typeof origin === 'string' ? { body: '', origin } : undefined
}

function answerHandshake(
  response: ServerResponse,
  { type, body, origin }: NonNullable<ReturnType<typeof handshakeIn>>,
): void {
  if (type !== undefined) response.setHeader('Content-Type', type)
  if (origin !== undefined) response.setHeader('WebHook-Allowed-Origin', origin).setHeader('WebHook-Allowed-Rate', '*')
  response.writeHead(200).end(body)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}

function listening(received: Arrivals<ReceivedRequest>, options: ReceiverOptions): RequestListener {
  let count = 0
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const handshake = handshakeIn(request)
    if (handshake !== undefined && options.handshake !== false) return answerHandshake(response, handshake)
    const bytes = await bytesOf(request)
    if (handshake !== undefined) return void response.writeHead(404).end()
    count += 1
    const number = count
    const status = chosen(options.status, number, 202)
    const text = bytes.toString('utf8')
    const { method = '', url: path = '' } = request
    const facts = { number, method, path, headers: headersOf(request), bytes, text, body: jsonIn(text), status }
    await wait(chosen(options.delay, number, 0))
    response.writeHead(status, chosen(options.headers, number, {})).end()
    received.add(facts)
  }
  // Who has left gets no answer.
  return (request, response) => void take(request, response).catch(() => response.destroy())
}

async function pairOf({ tls, location = '.relata' }: ReceiverOptions) {
  if (tls === undefined || tls === false) return undefined
  if (tls !== true) return tls
  const made = await loadCertificates({ location, inMemory: true, host: '127.0.0.1', now: systemClock.now() })
  trustHere(made.ca)
  return made
}

export async function receiverOn(fetchThere: Relata['fetch'], options: ReceiverOptions): Promise<Receiver> {
  const received = new Arrivals<ReceivedRequest>()
  const listener = listening(received, options)
  const pair = await pairOf(options)
  const server = pair === undefined ? createServer(listener) : createSecureServer(pair, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    received.end(new Error('the receiver was closed'))
    if (!server.listening) return
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
  return {
    url: `http${pair === undefined ? '' : 's'}://127.0.0.1:${port}/`,
    requests: received.all,
    next: ({ timeout = usualTimeout } = {}) =>
      received.next(
        () => true,
        timeout,
        (ms) => `no request within ${ms} ms; there were ${received.all.length} before`,
      ),
    verify: (request, { secret = options.secret, ...more } = {}) =>
      verifiedForm(request, { ...more, ...(secret === undefined ? {} : { secret }) }, (address) => fetchThere(address)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
