/** Calls of control addresses of one world. */
import type { Relata } from './relata.ts'

/** What a server refused, with the code and the message of its answer. */
export class RelataError extends Error {
  override readonly name = 'RelataError'
  readonly status: number
  readonly code: string | undefined

  constructor(what: string, status: number, text: string) {
    const { code, message } = errorIn(text)
    super(`${what}: ${status} ${message ?? text}`)
    this.status = status
    this.code = code
  }
}

function errorIn(text: string): { readonly code?: string; readonly message?: string } {
  try {
    return JSON.parse(text).error ?? {}
  } catch {
    return {}
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each address has a shape of its own
export type ControlCall = (method: string, path: string, body?: unknown) => Promise<any>

/** Resolves with the JSON of the answer, or undefined where it has no body. Rejects with `RelataError`. */
export function controlCalls(fetchThere: Relata['fetch'], origin: string): ControlCall {
  return async (method, path, body) => {
    const answer = await fetchThere(`${origin}${path}`, {
      method,
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new RelataError(`${method} ${path}`, answer.status, text)
    return text === '' ? undefined : JSON.parse(text)
  }
}
