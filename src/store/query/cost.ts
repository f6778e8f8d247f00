/**
 * Which queries can be costly, judged by their shape when they are prepared. Only a query with a condition, a search or an
 * order of a request is judged: those of the model follow indexes.
 *
 * - A row by its id costs nothing, unless the condition looks at rows of other tables for it.
 * - A row with given values of a unique index is one. Other values that an index finds may be those of all rows: a set can
 *   have all terms.
 * - Rows that an index of elements finds are counted before they are read, up to a limit, which costs little where they are
 *   few.
 * - A page in the order of an index without a condition is as long as the page.
 * - For everything else, each row of the table may have to be looked at. The condition says how much is done for each row,
 *   and where it looks at linked rows, each of these may be one of a whole table: then the tables multiply.
 */
import type { Expr } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { Cost } from '../rows/statement.ts'
import type { Layout, TableFacts } from '../schema/layout.ts'

/** Steps of work: comparing two values is one. */
const steps = { value: 0.2, comparison: 1, call: 2, element: 4, link: 2, word: 16 } as const
/** Rows that an index of elements finds, where they are few. */
const found = 100

interface Work {
  readonly weight: number
  readonly tables: readonly string[]
}

function deepest(works: readonly Work[]): readonly string[] {
  return works.reduce<readonly string[]>((most, { tables }) => (tables.length > most.length ? tables : most), [])
}

function together(own: number, works: readonly Work[]): Work {
  return { weight: works.reduce((sum, { weight }) => sum + weight, own), tables: deepest(works) }
}

function timesEach(times: number, { weight, tables }: Work): Work {
  return { weight: weight * times, tables }
}

/** What is done for each row to evaluate the expression. */
function workOf(expr: Expr, layout: Layout): Work {
  const of = (part: Expr): Work => workOf(part, layout)
  switch (expr.op) {
    case 'const':
    case 'param':
    case 'member':
    case 'isKind':
      return { weight: steps.value, tables: [] }
    case 'and':
    case 'or':
      return together(0, expr.args.map(of))
    case 'not':
      return of(expr.arg)
    case 'in':
      return together(steps.comparison, [of(expr.left)])
    case 'call':
      return together(steps.call, expr.args.map(of))
    case 'any':
    case 'all':
    case 'size':
      return expr.where === undefined
        ? { weight: steps.comparison, tables: [] }
        : together(steps.link, [timesEach(steps.element, of(expr.where))])
    case 'through':
      return together(steps.link, [of(expr.value)])
    case 'when':
      return together(0, [of(expr.test), of(expr.value)])
    case 'some':
    case 'every':
    case 'rows': {
      const { weight, tables } = together(steps.comparison, expr.where === undefined ? [] : [of(expr.where)])
      return { weight, tables: [layout.table(expr.type).name, ...tables] }
    }
    case 'linked':
    case 'reached':
      return { weight: steps.link, tables: [] }
    case 'search':
      return { weight: steps.word * steps.element, tables: [] }
    default:
      return together(steps.comparison, [of(expr.left), of(expr.right)])
  }
}

function conjuncts(expr: Expr): readonly Expr[] {
  return expr.op === 'and' ? expr.args.flatMap(conjuncts) : [expr]
}

function keyOf(expr: Expr): string | undefined {
  return expr.op === 'member' && expr.of === 'it' && expr.path.length === 1 ? expr.path[0] : undefined
}

function isGiven(expr: Expr): boolean {
  return expr.op === 'param' || (expr.op === 'const' && expr.value !== null)
}

/** The row key that has to equal a given value. */
function equalKey(expr: Expr): string | undefined {
  if (expr.op !== 'eq' && expr.op !== 'same') return undefined
  if (isGiven(expr.right)) return keyOf(expr.left)
  return isGiven(expr.left) ? keyOf(expr.right) : undefined
}

/** How many rows the condition of a branch leaves to look at: one, a few, or all of the table. */
function reachOf(parts: readonly Expr[], facts: TableFacts, isFound: boolean): 'one' | 'few' | 'all' {
  const given = new Set(parts.map(equalKey))
  const isUnique = facts.indexes.some(({ keys, unique }) => unique === true && keys.every((key) => given.has(key)))
  if (given.has('id') || isUnique) return 'one'
  return isFound ? 'few' : 'all'
}

/**
 * `isSorted`: the database sorts the rows. `isFound`: an index of elements finds them (`foundQuery`). Undefined: the query
 * is cheap.
 */
export function costOf(
  layout: Layout,
  query: RowQuery,
  { isSorted, isFound }: { readonly isSorted: boolean; readonly isFound: boolean },
): Cost | undefined {
  const { filter, order, asked } = query
  if (asked !== true) return undefined
  const facts = layout.table(query.type.name)
  const work = together(
    0,
    [...(filter === undefined ? [] : [filter]), ...order.map(({ by }) => by)].map((expr) => workOf(expr, layout)),
  )
  if (filter === undefined && !isSorted && query.skip !== true) return undefined
  const reaches = query.branches.map((branch) =>
    reachOf([...conjuncts(branch), ...(filter === undefined ? [] : conjuncts(filter))], facts, isFound),
  )
  if (reaches.includes('all')) return { weight: work.weight + 1, tables: [facts.name, ...work.tables] }
  if (work.tables.length === 0) return undefined
  return { weight: work.weight * (reaches.includes('few') ? found : 1), tables: work.tables }
}
