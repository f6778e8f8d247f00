/**
 * Whole answers to listings, kept while nothing of the tenant has changed. Everything a listing says follows from
 * the tenant's rows, the address and the actor, so an answer of the same edition is the answer.
 */
import type { Actor, Store } from '#edm/ports.ts'
import type { PlainRequest, PlainResponse } from './request.ts'

export interface Remembered {
  take(request: PlainRequest, actor: Actor): PlainResponse | undefined
  /** `edition`: the tenant's, asked before anything was read. */
  keep(request: PlainRequest, actor: Actor, edition: number, answer: PlainResponse): void
}

/** Characters of all answers together; most are one byte each. */
const mostKept = 16 * 1024 * 1024
const mostOfOne = 256 * 1024

export const rememberedOn = (store: Store): Remembered => {
  const known = new Map<string, { readonly edition: number; readonly answer: PlainResponse }>()
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
      return found !== undefined && found.edition === store.edition(actor.tenantId) ? found.answer : undefined
    },
    keep: (request, actor, edition, answer) => {
      const size = answer.body?.length ?? 0
      if (size > mostOfOne) return
      const key = keyOf(request, actor)
      kept += size - (known.get(key)?.answer.body?.length ?? 0)
      if (kept > mostKept) {
        known.clear()
        kept = size
      }
      known.set(key, { edition, answer })
    },
  }
}
