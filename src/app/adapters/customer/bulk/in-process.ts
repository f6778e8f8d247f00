/** Adapter: requests to Graph by the server itself, as somebody: what planning and applying GDAP in bulk need of a service. */
import { AppError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import { type BulkReply, batchBody, type GraphPort, repliesIn, secondsIn } from '#bulk/apply/graph-port.ts'
import type { Actor } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'

export interface InProcessFacts {
  readonly handle: Handle
  readonly ids: Ids
  /** Scheme, host and port that addresses in answers have. */
  readonly origin: string
  readonly actor: Actor
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noExplicitAny: what Graph answers has many shapes
  readonly body: any
}

const json = { 'content-type': 'application/json' }
const root = '/v1.0'

/** `path`: below the version, with its query. */
async function ask({ handle, ids, origin, actor }: InProcessFacts, path: string, body?: unknown): Promise<Answer> {
  const [raw = '', ...query] = path.split('?')
  const id = ids.mint()
  const answer = await handle({
    method: body === undefined ? 'GET' : 'POST',
    version: 'v1.0',
    path: raw,
    query: query.join('?'),
    headers: body === undefined ? {} : json,
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    origin,
    requestId: id,
    clientRequestId: id,
    actor,
  })
  return {
    status: answer.status,
    headers: answer.headers,
    body: answer.body === undefined || answer.body === '' ? undefined : JSON.parse(answer.body),
  }
}

/** As the refusal of a request of the caller's own. */
function refusalOf({ status, body }: Answer, path: string): AppError {
  const message = body?.error?.message ?? `${path} answered ${status}`
  const code = body?.error?.code
  const kind = status === 403 ? 'forbidden' : status === 503 ? 'unavailable' : 'conflict'
  return new AppError(kind, String(message), typeof code === 'string' ? { code } : {})
}

export function inProcess(facts: InProcessFacts): GraphPort {
  const list = async (path: string): Promise<BulkReply['body'][]> => {
    const found: BulkReply['body'][] = []
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer: Answer = await ask(facts, next)
      if (answer.status !== 200) throw refusalOf(answer, path)
      found.push(...answer.body.value)
      const link: unknown = answer.body['@odata.nextLink']
      next = typeof link === 'string' ? link.slice(link.indexOf(root) + root.length) : undefined
    }
    return found
  }
  return {
    refers: true,
    list,
    send: async (calls) => {
      const answer = await ask(facts, '/$batch', batchBody(calls))
      if (answer.status === 200) return repliesIn(answer.body, calls.length)
      if (answer.status !== 429 && answer.status !== 503) throw refusalOf(answer, '/$batch')
      const retryAfter = secondsIn(answer.headers['Retry-After'])
      return calls.map(() => ({ status: answer.status, body: answer.body, retryAfter }))
    },
  }
}
