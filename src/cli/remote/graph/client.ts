/** Requests to Microsoft Graph with a bearer token: pages, batches of 20, and waiting where Graph asks for it. */
import { setTimeout as wait } from 'node:timers/promises'
import { fetchFrom } from '../loopback-fetch.ts'

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the version. */
  readonly path: string
  readonly body?: unknown
}

export interface GraphAnswer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what Graph answers has many shapes
  readonly body: any
}

export interface PostAnswer extends GraphAnswer {
  /** Of `Retry-After`. */
  readonly seconds: number | undefined
  readonly requestId: string | undefined
}

export interface GraphTermsClient {
  /** One POST, answered as it is: nothing is thrown or sent again. */
  post(path: string, body: unknown): Promise<PostAnswer>
  /** Throws where the answer is no success. */
  get(path: string): Promise<GraphAnswer['body']>
  /** All members of a collection. */
  list(path: string): Promise<GraphAnswer['body'][]>
  /** Answers in the order of the requests. */
  all(requests: readonly GraphRequest[]): Promise<GraphAnswer[]>
}

const mostInBatch = 20
const mostTries = 5

function told({ status, body }: GraphAnswer, { method, path }: GraphRequest): Error {
  return new Error(`${method} ${path}: ${status} ${body?.error?.message ?? ''}`)
}

/** Undefined where the header is absent or holds a date. */
function secondsOf(answer: Response): number | undefined {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

/** JSON; an answer of something between that is none says so in its status. */
function bodyIn(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * `root`: the address of the version, such as https://graph.microsoft.com/v1.0. `token`: asked for with each request, as it may
 * have to be renewed. `more`: headers of each request.
 */
export function graphClient(
  root: string,
  token: () => Promise<string>,
  more: Readonly<Record<string, string>> = {},
): GraphTermsClient {
  const sendOnce = async (method: string, url: string, body: unknown): Promise<Response> => {
    const headers = {
      ...more,
      Authorization: `Bearer ${await token()}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    }
    const sent = body === undefined ? undefined : JSON.stringify(body)
    return fetchFrom(url, { method, headers, body: sent, isOneOfMany: true }).catch((cause: unknown) => {
      const { code, message } = (cause as { cause?: NodeJS.ErrnoException }).cause ?? (cause as NodeJS.ErrnoException)
      throw new Error(`${new URL(url).origin} does not answer (${code ?? message})`, { cause })
    })
  }
  const send = async (method: string, url: string, body?: unknown): Promise<GraphAnswer> => {
    for (let tries = 1; ; tries++) {
      const answer = await sendOnce(method, url, body)
      const text = await answer.text()
      const isBusy = answer.status === 429 || answer.status === 503
      if (!isBusy || tries === mostTries) return { status: answer.status, body: bodyIn(text) }
      await wait(1000 * (secondsOf(answer) ?? tries))
    }
  }
  const need = async (path: string): Promise<GraphAnswer['body']> => {
    const answer = await send('GET', path.startsWith('http') ? path : `${root}${path}`)
    if (answer.status >= 300) throw told(answer, { method: 'GET', path })
    return answer.body
  }
  const batch = async (requests: readonly GraphRequest[]): Promise<GraphAnswer[]> => {
    const items = requests.map(({ method, path: url, body }, at) => ({
      id: String(at),
      method,
      url,
      ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
    }))
    const answer = await send('POST', `${root}/$batch`, { requests: items })
    if (answer.status >= 300) throw told(answer, { method: 'POST', path: '/$batch' })
    const responses: { id: string; status: number; body?: unknown }[] = answer.body.responses
    return items.map(({ id }) => {
      const found = responses.find((one) => one.id === id)
      return { status: found?.status ?? 500, body: found?.body }
    })
  }
  const all = async (requests: readonly GraphRequest[]): Promise<GraphAnswer[]> => {
    const answers: GraphAnswer[] = []
    for (let at = 0; at < requests.length; at += mostInBatch) {
      const some = requests.slice(at, at + mostInBatch)
      const got = await batch(some)
      // What was too much at once is sent again by itself.
      for (const [place, one] of got.entries()) {
        const request = some[place] as GraphRequest
        answers.push(one.status === 429 ? await send(request.method, `${root}${request.path}`, request.body) : one)
      }
    }
    return answers
  }
  const list = async (path: string): Promise<GraphAnswer['body'][]> => {
    const found: GraphAnswer['body'][] = []
    for (let next: string | undefined = path; next !== undefined; ) {
      const page: GraphAnswer['body'] = await need(next)
      found.push(...page.value)
      next = page['@odata.nextLink']
    }
    return found
  }
  const post: GraphTermsClient['post'] = async (path, body) => {
    const answer = await sendOnce('POST', `${root}${path}`, body)
    const requestId = answer.headers.get('request-id') ?? undefined
    return { status: answer.status, body: bodyIn(await answer.text()), seconds: secondsOf(answer), requestId }
  }
  return { get: need, list, all, post }
}
