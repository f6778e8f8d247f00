/** Requests to a running server, and its refusals as errors that people read. */
import { isObject } from '#base/json.ts'
import { fetchFrom } from './loopback-fetch.ts'
import type { Target } from './target.ts'

/** The server answered, and refused. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface CallWish {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  /** Sent as JSON; bytes as they are. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

function causeOf(error: unknown): string {
  const { code, cause, message } = error as {
    code?: string
    cause?: { code?: string; message?: string }
    message?: string
  }
  return code ?? cause?.code ?? cause?.message ?? message ?? String(error)
}

/** Throws where nobody answers. */
export async function send({ origin, world }: Target, wish: CallWish): Promise<Response> {
  const { method = 'GET', path, body, headers } = wish
  const isFile = body instanceof Uint8Array
  const type = body === undefined ? {} : { 'Content-Type': isFile ? 'application/octet-stream' : 'application/json' }
  const whole = { ...type, ...(world === undefined ? {} : { 'relata-world': world }), ...headers }
  const sent = body === undefined || isFile ? body : JSON.stringify(body)
  try {
    return await fetchFrom(`${origin}${path}`, { method, headers: whole, body: sent })
  } catch (error) {
    throw new Error(
      `no server answers at ${origin} (${causeOf(error)})\ntip: relata start starts one, and --url names another`,
      { cause: error },
    )
  }
}

/** What went wrong, from the body of Graph's form. */
function refusalOf(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as { error?: { message?: unknown; target?: unknown; details?: unknown } }
    const { message, target: of, details } = value.error ?? {}
    const list = Array.isArray(details) ? details : []
    const lines = list.flatMap((one: unknown) => {
      if (!isObject(one)) return []
      const { target, message: said } = one as { target?: unknown; message?: unknown }
      return typeof said === 'string' ? [typeof target === 'string' ? `${target}: ${said}` : said] : []
    })
    if (lines.length > 1) return lines.join('\n')
    if (typeof message !== 'string') return undefined
    // Of a member deep in a document, and of a value alone, the message may say too little.
    const isBare = typeof of === 'string' && (of.includes('/') || (/^['\d-]/.test(message) && !message.includes(of)))
    return isBare ? `${of}: ${message}` : message
  } catch {
    return undefined
  }
}

/** Throws `ServerRefusal` for anything but a 2xx. */
export async function need(target: Target, wish: CallWish): Promise<Response> {
  const answer = await send(target, wish)
  if (answer.ok) return answer
  const said = refusalOf(await answer.text())
  const what = `${wish.method ?? 'GET'} ${wish.path.split('?')[0]}`
  // It goes on with a list of what is served.
  if (answer.status === 404 && said?.startsWith('Nothing is served at this address') === true)
    throw new ServerRefusal(
      404,
      `the server at ${target.origin} has no ${what}: it is a registry, or of another version`,
    )
  if (said !== undefined) throw new ServerRefusal(answer.status, said)
  throw new ServerRefusal(answer.status, `the server at ${target.origin} answered ${answer.status} to ${what}`)
}

/** The body as JSON; undefined: there is none. */
export async function call<T = unknown>(target: Target, wish: CallWish): Promise<T> {
  const answer = await need(target, wish)
  const text = await answer.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}
