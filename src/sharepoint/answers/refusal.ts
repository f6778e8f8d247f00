/** Refusals in the shape of the endpoint: `{"error": {"code", "message"}}` (exchange.md §13.6). */
import { isObject } from '#base/json.ts'
import type { RestAnswer } from '../request.ts'

/** Codes that the endpoint has, whatever Graph says more finely. */
const codes: Readonly<Record<number, string>> = {
  400: 'invalidRequest',
  403: 'accessDenied',
  404: 'itemNotFound',
}

function shown(value: unknown): unknown {
  const error = isObject(value) ? value['error'] : undefined
  if (!isObject(error)) return value
  const { code, message, target, details } = error
  return {
    code,
    message,
    ...(target === undefined ? {} : { target }),
    ...(details === undefined ? {} : { details }),
  }
}

/** The answer with Graph's envelope made the endpoint's. What says more of the refusal beside the body stays. */
export function refusalOf<A extends RestAnswer>(answer: A): A {
  const { status, body, headers } = answer
  if (status < 400 || body === undefined || body === '') return answer
  const error = shown(JSON.parse(body))
  const code = codes[status]
  const named = isObject(error) && code !== undefined ? { ...error, code } : error
  return {
    ...answer,
    headers: { ...headers, 'Content-Type': 'application/json;charset=utf-8', 'OData-Version': '4.0' },
    body: JSON.stringify({ error: named }),
  }
}
