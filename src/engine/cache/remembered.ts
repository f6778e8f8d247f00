/**
 * Whole answers to listings, kept while nothing of the tenant has changed. Everything a listing says follows from
 * the tenant's rows, the address and the actor, so an answer of the same edition is the answer.
 */
import type { Actor, Store } from '#edm/ports.ts'
import type { PlainRequest, PlainResponse } from '../request.ts'

export interface Remembered {
  take(request: PlainRequest, actor: Actor): PlainResponse | undefined
  /** `edition`: the tenant's, asked before anything was read. */
  keep(request: PlainRequest, actor: Actor, edition: number, answer: PlainResponse): void
}

interface Known {
  readonly edition: number
  /** Absent: asked for once so far. */
  readonly answer?: PlainResponse
}

/** Characters of all answers and their addresses together; most are one byte each. */
const mostKept = 16 * 1024 * 1024
const mostOfOne = 256 * 1024

export function rememberedOn(store: Store): Remembered {
  const known = new Map<string, Known>()
  const numbers = new WeakMap<Actor, number>()
  let kept = 0
  let lastNumber = 0
  const keyOf = ({ origin, version, path, query }: PlainRequest, actor: Actor): string => {
    let number = numbers.get(actor)
    if (number === undefined) {
      lastNumber += 1
      number = lastNumber
      numbers.set(actor, number)
    }
    return `${number} ${origin}/${version}${path}?${query}`
  }
  return {
    take: (request, actor) => {
      const found = known.get(keyOf(request, actor))
      if (found?.answer === undefined) return undefined
      return found.edition === store.edition(actor.tenantId) ? found.answer : undefined
    },
    // Most of what is asked for once never is again, and text that is kept costs more than it did to read it.
    keep: (request, actor, edition, answer) => {
      const size = answer.body?.length ?? 0
      if (size > mostOfOne) return
      const key = keyOf(request, actor)
      const before = known.get(key)
      kept += before === undefined ? key.length : size - (before.answer?.body?.length ?? 0)
      if (kept > mostKept) {
        known.clear()
        kept = key.length + size
      }
      known.set(key, before === undefined ? { edition } : { edition, answer })
    },
  }
}
