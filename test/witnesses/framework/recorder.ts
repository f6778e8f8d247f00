/** Turns what went through the proxy into a recording: nothing secret, nothing that the next run changes. */

import { type ClientCertificate, descriptionOf } from './assertions.ts'
import { canonicalOf } from './canonical.ts'
import { isRelation } from './matching.ts'
import { type Exchange, lastingHeaders, type Recording, type ShownStep } from './recording.ts'
import type { RawExchange } from './recording-proxy.ts'

/** Claims that are random, or times: that they are there is what counts. */
const randomClaims = /^(aio|uti|rh|nonce|c_hash|at_hash|jti)$/
const timeClaims = /^(iat|nbf|exp|auth_time)$/

export const claimsOf = (token: string): Record<string, unknown> => {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const shown = ([name, value]: [string, unknown]): [string, unknown] => {
    if (timeClaims.test(name)) return [name, '{number}']
    return [name, randomClaims.test(name) || name.startsWith('xms_') ? '{opaque}' : value]
  }
  return Object.fromEntries(Object.entries(claims).map(shown))
}

/** Relations are listed by ids that are made of others, so their order is another one each time. */
const inLastingOrder = (body: { readonly value?: unknown }): unknown =>
  Array.isArray(body?.value) && body.value.every(isRelation)
    ? { ...body, value: body.value.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
    : body

export interface Recorder {
  /** What was sent and seen until this step was over. */
  step(line: ShownStep, exchanges: readonly RawExchange[]): void
  rest(exchanges: readonly RawExchange[]): void
  end(): Recording
}

export interface RecorderFacts {
  readonly witness: string
  readonly versions: Readonly<Record<string, string>>
  readonly port: number
  readonly since: number
  readonly certificate: ClientCertificate
}

/** Of an hour around now, in seconds or milliseconds: a program printed when something ends. */
const isAboutNow = (value: number): boolean =>
  [1, 1000].some((unit) => Math.abs(value * unit - Date.now()) < 86_400_000)

export const recorderOf = ({ witness, versions, port, since, certificate }: RecorderFacts): Recorder => {
  const canonical = canonicalOf({ port, since })
  const steps: ShownStep[] = []
  const exchanges: Exchange[] = []
  const described = new Set<string>()
  /** For placeholders of a kind that are new in this text. */
  const fresh = (kind: string, of: (value: string) => unknown) => {
    const made: Record<string, unknown> = {}
    for (const [name, value] of canonical.found) {
      if (described.has(name) || !name.startsWith(`{${kind}-`)) continue
      described.add(name)
      made[name] = JSON.parse(canonical.text(JSON.stringify(of(value))))
    }
    return made
  }
  const withAny = <K extends string>(name: K, made: Readonly<Record<string, unknown>>) =>
    Object.keys(made).length === 0 ? {} : ({ [name]: made } as Record<K, typeof made>)
  const headersOf = (headers: RawExchange['headers']) =>
    JSON.parse(canonical.text(JSON.stringify(lastingHeaders(headers))))
  const bodyOf = (text: string, type: string | undefined) =>
    type?.includes('json') === true ? inLastingOrder(JSON.parse(canonical.text(text))) : canonical.text(text)
  const exchangeOf = (raw: RawExchange, step: string | undefined): Exchange => {
    const isOwnHost = raw.host === `localhost:${port}`
    const request = {
      method: raw.method,
      url: canonical.text(raw.url),
      ...(isOwnHost ? {} : { host: raw.host }),
      headers: headersOf(raw.headers),
      ...(raw.body === '' ? {} : { body: canonical.text(raw.body) }),
    }
    const assertions = withAny(
      'assertions',
      fresh('assertion', (value) => descriptionOf(value, certificate)),
    )
    const { 'content-encoding': _, ...answered } = raw.answered
    const response = {
      status: raw.status,
      headers: headersOf(answered),
      ...(raw.answer === '' ? {} : { body: bodyOf(raw.answer, raw.answered['content-type']) }),
    }
    const claims = withAny('claims', fresh('token', claimsOf))
    return {
      ...(step === undefined ? {} : { step }),
      request: { ...request, ...assertions },
      response: { ...response, ...claims },
    }
  }
  const note = (raws: readonly RawExchange[], step?: string): void => {
    for (const raw of raws) exchanges.push(exchangeOf(raw, step))
  }
  return {
    step: ({ step, saw }, raws) => {
      note(raws, step)
      const lasting = JSON.stringify(saw, (_, value) =>
        typeof value === 'number' && isAboutNow(value) ? '{number}' : value,
      )
      steps.push({ step, saw: JSON.parse(canonical.text(lasting ?? 'null')) })
    },
    rest: (raws) => note(raws),
    end: () => ({ witness, versions, steps, exchanges }),
  }
}
