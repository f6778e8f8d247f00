/**
 * The statement behind `Store.rowBelow`: it reads a row and checks the rows above it. Statement texts are cached, because
 * many addresses share one.
 */
import type { BoundQuery } from '#edm/ports.ts'
import { get, type Statement, type StatementText, textOf } from '../rows/statement.ts'
import type { SqlValue } from '../values.ts'
import { type PreparedRows, type Ready, textIn } from './prepared.ts'
import { valuesOf } from './sql.ts'

/** Limit of cached texts; the engine has few plans. */
const most = 1_000

/**
 * A statement that gives the row of `last` if each query of `above` finds a row. `place`: the index of the parameter `key`
 * among the values.
 */
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
