/** Headers that belong to one request only, not to the answer, which may be cached and sent to others. */
import { explained, type PlainRequest } from '#engine/request.ts'
import type { TlsEnd } from './admission/client.ts'
import { type HttpAnswer, isRefusal } from './answer.ts'
import { isWorthZipping } from './compress.ts'
import type { Cors } from './cors.ts'
import type { RequestTarget } from './target.ts'

export interface OwnHeadersParts {
  /** Refusals carry the name of the check in a header. */
  readonly explain?: boolean
  /**
   * Whose TLS answers tell browsers to use TLS only (RFC 6797, 7.2): that of trusted proxies, or this server's as well.
   * Absent: nobody's.
   */
  readonly strictTransport?: 'proxy' | 'all'
}

export interface HeadedRequest {
  readonly target: RequestTarget | undefined
  readonly headers: PlainRequest['headers']
  readonly tlsEnd: TlsEnd
}

/** Names and values alternate; undefined: none, as for most requests. */
export type OwnHeaders = (request: HeadedRequest, answer: HttpAnswer) => string[] | undefined

const strictTransport = ['Strict-Transport-Security', 'max-age=31536000'] as const

function variedBy(isLong: boolean, isCall: boolean): string {
  return [isLong ? 'Accept-Encoding' : [], isCall ? 'Origin' : []].flat().join(', ')
}

function explanationOf(answer: HttpAnswer): string | undefined {
  return isRefusal(answer.status) ? explained(answer) : undefined
}

export function ownHeadersOf(
  parts: OwnHeadersParts,
  cors: Cors,
  isOpen: (target: RequestTarget) => boolean,
): OwnHeaders {
  const wished = ({ target, headers }: HeadedRequest, answer: HttpAnswer): string[] | undefined => {
    const isLong = isWorthZipping(answer.body)
    const isCall = headers['origin'] !== undefined && target !== undefined && isOpen(target)
    const explanation = parts.explain === true ? explanationOf(answer) : undefined
    // The answer to a preflight is complete.
    if (!(isLong || isCall || explanation !== undefined) || answer.headers['Access-Control-Allow-Origin'] !== undefined)
      return undefined
    const list: string[] = []
    if (explanation !== undefined) list.push('relata-explain', explanation)
    if (isCall) list.push(...(cors.headersFor(headers) ?? []))
    if (isLong || isCall) list.push('Vary', variedBy(isLong, isCall))
    return list
  }
  const told = parts.strictTransport
  if (told === undefined) return wished
  return (request, answer) => {
    const list = wished(request, answer)
    const end = request.tlsEnd
    if (end === 'none' || (end === 'here' && told === 'proxy')) return list
    return list === undefined ? [...strictTransport] : [...list, ...strictTransport]
  }
}
