/** Sends what a witness sent to a fresh server, and compares the answers with those that the witness got. */
import { Agent, request as send } from 'node:https'
import { gzipSync } from 'node:zlib'
import { wellKnown } from '#app/seed/seed-data.ts'
import { assertionAs, type ClientCertificate } from './assertions.ts'
import { recordedHost } from './canonical.ts'
import { Bindings, Mismatch } from './matching.ts'
import { claimsOf } from './recorder.ts'
import { type Exchange, lastingHeaders, type Recording } from './recording.ts'

export interface FreshAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface FreshRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface ReplayFacts {
  readonly certificate: ClientCertificate
  readonly send: (request: FreshRequest) => Promise<FreshAnswer>
}

/** Over TLS, as the addresses in answers begin with what the client used. */
export const senderTo = (origin: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const port = Number(new URL(origin).port)
  const sendOne = ({ method, url, headers, body }: FreshRequest): Promise<FreshAnswer> =>
    new Promise((resolve, reject) => {
      const bytes = headers['content-encoding'] === 'gzip' ? gzipSync(body ?? '') : Buffer.from(body ?? '')
      const length = body === undefined ? {} : { 'content-length': String(bytes.length) }
      // What it is compressed with does not matter; that it can be read does.
      const { 'accept-encoding': _, ...rest } = headers
      const options = { agent, host: '127.0.0.1', port, servername: 'localhost', method, path: url }
      const sending = send({ ...options, headers: { ...rest, ...length } }, async (answer) => {
        answer.setEncoding('utf8')
        let text = ''
        for await (const chunk of answer) text += chunk
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text })
      })
      sending.on('error', reject).end(body === undefined ? undefined : bytes)
    })
  return { send: sendOne, close: () => agent.destroy() }
}

const isJson = (type: unknown) => String(type).includes('json')

const replayOne = async ({ request, response }: Exchange, bindings: Bindings, facts: ReplayFacts, at: string) => {
  const put = (text: string): string => {
    const whole = bindings.put(text).replaceAll('{secret}', wellKnown.secret)
    return whole.replaceAll(/\{assertion-\d+\}/g, (name) =>
      encodeURIComponent(assertionAs(request.assertions?.[name], facts.certificate)),
    )
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, put(value)]))
  const fresh = await facts.send({
    method: request.method,
    url: put(request.url),
    headers: { host: request.host ?? recordedHost, ...headers },
    body: request.body === undefined ? undefined : put(request.body),
  })
  if (fresh.status !== response.status)
    throw new Mismatch(`${at}: ${fresh.status} instead of ${response.status}: ${fresh.text.slice(0, 600)}`)
  const { body } = response
  if (body === undefined) bindings.matchText('', fresh.text, `${at} body`)
  else if (isJson(fresh.headers['content-type'])) bindings.match(body, JSON.parse(fresh.text), `${at} body`)
  else bindings.match(body, fresh.text, `${at} body`)
  for (const [token, claims] of Object.entries(response.claims ?? {}))
    bindings.match(claims, claimsOf(bindings.get(token) ?? ''), `${at} claims of ${token}`)
  // `vary` and the coding belong to the compression, which was not asked for.
  const { 'content-encoding': _, ...rest } = fresh.headers
  bindings.match(response.headers, lastingHeaders(rest), `${at} headers`)
}

/** Throws `Mismatch` at the first answer that differs. */
export const replay = async ({ exchanges }: Recording, facts: ReplayFacts): Promise<void> => {
  const bindings = new Bindings()
  for (const [index, exchange] of exchanges.entries()) {
    const { method, url } = exchange.request
    await replayOne(exchange, bindings, facts, `${index + 1}. ${exchange.step ?? ''} ${method} ${url}`)
  }
}
