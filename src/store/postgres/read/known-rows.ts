/** Ways to rows: a row and what has to be there for it, asked in one statement that many requests can share. */
import type { BoundQuery } from '#edm/ports.ts'
import { wayOf } from '../../query/prepared.ts'
import { type Text, textOf } from '../../sqlite/session.ts'
import { boundOf, finished } from '../statement.ts'
import type { Gather } from './gather.ts'

/** Texts that are kept; the plans of the engine are few. */
const most = 1_000

export function waysOn() {
  const texts = new Map<string, Text>()
  const once = (text: string): Text => {
    const known = texts.get(text)
    if (known !== undefined) return known
    if (texts.size >= most) texts.clear()
    const made = textOf(text)
    texts.set(text, made)
    return made
  }
  return (tenantNo: number, before: readonly BoundQuery[], last: BoundQuery) => {
    const { text, values, place } = wayOf(tenantNo, before, last)
    const one = finished(once(text), values)
    const fixed = boundOf(values)
    // Nulls are part of the text.
    const at = place - values.slice(0, place).filter((value) => value === null).length
    return (add: Gather['add'], id: string): Promise<string | undefined> => {
      const bound = fixed.slice()
      bound[at] = id
      return add(one, bound, 'value') as Promise<string | undefined>
    }
  }
}
