/** A row and the rows above it, asked for in one statement: its text is kept, as many addresses share it. */
import type { BoundQuery } from '#edm/ports.ts'
import { get, type Statement, type StatementText, textOf } from '../rows/statement.ts'
import type { SqlValue } from '../values.ts'
import { type PreparedRows, type Ready, textIn } from './prepared.ts'
import { valuesOf } from './sql.ts'

/** Texts that are kept; the plans of the engine are few. */
const most = 1_000

/** The text of the row of `last`, while each query of `above` finds a row; `place`: that of its `key` among the values. */
export function knownRowOf(tenantNo: number, above: readonly BoundQuery[], last: BoundQuery) {
  const usual = ({ prepared }: BoundQuery): Ready => (prepared as PreparedRows).usual
  const valuesIn = (query: BoundQuery): SqlValue[] => valuesOf(usual(query).slots, tenantNo, query.bind)
  const tests = above.map((query) => `exists (select 1 from (${usual(query).text}) as w)`)
  const where = tests.length === 0 ? '' : ` where ${tests.join(' and ')}`
  return {
    text: `select q."c0" from (${usual(last).text}) as q${where}`,
    values: [...valuesIn({ ...last, bind: { ...last.bind, key: '' } }), ...above.flatMap(valuesIn)],
    place: usual(last).slots.findIndex((slot) => slot.from === 'bind' && slot.name === 'key'),
  }
}

export function knownRows() {
  const texts = new Map<string, StatementText>()
  const once = (text: string): StatementText => {
    const known = texts.get(text)
    if (known !== undefined) return known
    if (texts.size >= most) texts.clear()
    const made = textOf(text)
    texts.set(text, made)
    return made
  }
  return (tenantNo: number, above: readonly BoundQuery[], last: BoundQuery) => {
    const { text, values, place } = knownRowOf(tenantNo, above, last)
    const shared = once(text)
    return (id: string): Statement<string | undefined> => {
      const bound = values.slice()
      bound[place] = id
      return get(shared, bound, textIn)
    }
  }
}
