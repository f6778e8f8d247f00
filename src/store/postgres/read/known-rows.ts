/** A row and the rows on the way to it, asked for in one statement that many requests can share. */
import type { BoundQuery } from '#edm/ports.ts'
import { knownRowOf } from '../../query/prepared.ts'
import { type StatementText, textOf } from '../../rows/statement.ts'
import { boundOf, typedText } from '../typed-text.ts'
import type { Gather } from './gather.ts'

/** Texts that are kept; the plans of the engine are few. */
const most = 1_000

export function knownRowsOn() {
  const texts = new Map<string, StatementText>()
  const once = (text: string): StatementText => {
    const known = texts.get(text)
    if (known !== undefined) return known
    if (texts.size >= most) texts.clear()
    const made = textOf(text)
    texts.set(text, made)
    return made
  }
  return (tenantNo: number, before: readonly BoundQuery[], last: BoundQuery) => {
    const { text, values, place } = knownRowOf(tenantNo, before, last)
    const one = typedText(once(text), values)
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
