/** Lists that are behind: rows are left out of an answer that was read. */
import { isObject } from '#base/json.ts'
import type { PlainResponse } from '#engine/request.ts'

/** The rows of an answer that is a list, with its other members; undefined: it is none. */
function listIn({ status, headers, body }: PlainResponse) {
  if (status !== 200 || body === undefined || headers['Content-Type']?.startsWith('application/json') !== true)
    return undefined
  const whole: unknown = JSON.parse(body)
  if (!isObject(whole) || !Array.isArray(whole['value'])) return undefined
  return { whole, rows: whole['value'] as readonly unknown[] }
}

function withRows(answer: PlainResponse, whole: object, rows: readonly unknown[], left: number): PlainResponse {
  const count = (whole as { '@odata.count'?: unknown })['@odata.count']
  const shown = typeof count === 'number' ? { '@odata.count': Math.max(0, count - left) } : {}
  return { ...answer, body: JSON.stringify({ ...whole, ...shown, value: rows }) }
}

/** The list without any rows and without further pages; undefined: the answer is no list. */
export function emptied(answer: PlainResponse): PlainResponse | undefined {
  const list = listIn(answer)
  if (list === undefined) return undefined
  const { '@odata.nextLink': _, ...whole } = list.whole
  const count = typeof whole['@odata.count'] === 'number' ? whole['@odata.count'] : 0
  return withRows(answer, whole, [], count)
}

/** The list without rows that are too fresh; undefined: the answer is no list, or has none of them. */
export function withoutFresh(answer: PlainResponse, isFresh: (id: string) => boolean): PlainResponse | undefined {
  const list = listIn(answer)
  if (list === undefined) return undefined
  const kept = list.rows.filter((row) => !(isObject(row) && typeof row['id'] === 'string' && isFresh(row['id'])))
  const left = list.rows.length - kept.length
  return left === 0 ? undefined : withRows(answer, list.whole, kept, left)
}
