/** What the request log keeps of an exchange: nothing of Node's, so that no connection stays in memory for it. */
import type { Clock } from '#base/clock.ts'
import { type LoggedRequest, unloggedPath } from '#control/requests/logged.ts'
import type { HttpAnswer } from '../answer.ts'
import type { Exchange } from './exchange.ts'

const probes = new Set(['/alive', '/ready', '/health', '/metrics'])

/** Requests every few seconds, for whoever watches the server: of these nothing is logged. */
export function isProbe(path: string): boolean {
  return probes.has(path)
}

const longestProbe = Math.max(...[...probes].map(({ length }) => length))
const underscore = 95

/** Looks at the beginning first: to look a long path up costs as much as all else that is kept of a request. */
export function isLogged(path: string): boolean {
  if (path.charCodeAt(1) === underscore) return !unloggedPath.test(path)
  return path.length > longestProbe || !probes.has(path)
}

/** How long a time that was read is gone on from, by the clock that durations are measured with. */
const readEveryMillis = 20

/** The time by a clock, of which reading it costs more than to measure how long ago it was read. */
export function timesBy(clock: Clock): (measured: number) => number {
  let readAt = Number.NEGATIVE_INFINITY
  let time = 0
  return (measured) => {
    if (measured - readAt > readEveryMillis) {
      readAt = measured
      time = clock.now().getTime()
    }
    return time + (measured - readAt)
  }
}

/** `status`: as sent; 0: the client had left. */
export function recorded(
  exchange: Exchange,
  answer: HttpAnswer,
  ownHeaders: readonly string[] | undefined,
  status: number,
  timeAt: (measured: number) => number,
): LoggedRequest {
  const { method, path, target, headers, sentBody, ids, actor, remote, note, trail, began } = exchange
  const ended = performance.now()
  return {
    at: timeAt(ended),
    method,
    path,
    query: target?.query ?? '',
    headers,
    body: sentBody,
    requestId: ids.requestId,
    clientRequestId: ids.clientRequestId,
    actor,
    remote,
    note,
    trail,
    status,
    ms: ended - began,
    answer,
    ownHeaders,
  }
}
