/** What the request log keeps of an exchange: nothing of Node's, so that no connection stays in memory for it. */
import { type LoggedRequest, unloggedPath } from '#control/requests/logged.ts'
import type { HttpAnswer } from '../answer.ts'
import type { Exchange } from './exchange.ts'

const probes = new Set(['/alive', '/ready', '/health', '/metrics'])

/** Requests every few seconds, for whoever watches the server: of these nothing is logged. */
export function isProbe(path: string): boolean {
  return probes.has(path)
}

export function isLogged(path: string): boolean {
  return !(probes.has(path) || unloggedPath.test(path))
}

/** `status`: as sent; 0: the client had left. */
export function recorded(
  exchange: Exchange,
  answer: HttpAnswer,
  ownHeaders: readonly string[] | undefined,
  status: number,
  at: Date,
): LoggedRequest {
  const { method, path, target, headers, sentBody, ids, actor, remote, note, trail, began } = exchange
  return {
    at,
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
    ms: performance.now() - began,
    answer,
    ownHeaders,
  }
}
