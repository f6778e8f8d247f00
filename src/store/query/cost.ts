/**
 * Which queries can be costly, judged by their shape when they are prepared. Only a query with a condition, a search or an
 * order of a request is judged: those of the model follow indexes.
 *
 * - A row by its id costs nothing, unless the condition looks at rows of other tables for it.
 * - A row with given values of a unique index is one. Other values that an index finds may be those of all rows: a set can
 *   have all terms.
 * - Rows that an index of elements finds are counted before they are read, up to a limit, which costs little where they are
 *   few. This holds only where little else is tested for each of them: a test of the elements of 2,000 rows takes long.
 * - A page in the order of an index without a condition is as long as the page.
 * - For everything else, each row of the table may have to be looked at. The condition says how much is done for each row,
 *   and where it looks at linked rows, each of these may be one of a whole table: then the tables multiply.
 * - A list may be long: what is tested for each element is kept apart, as the lists are measured when the query runs.
 */
import type { Expr } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { Cost, ElementList, ElementTest } from '../rows/statement.ts'
import type { Layout, TableFacts } from '../schema/layout.ts'
import { stepsOf } from './drawn.ts'

/** Steps of work: comparing two values is one. */
const steps = { value: 0.2, comparison: 1, call: 2, element: 4, link: 2, word: 16 } as const
/** Steps for each row that an index finds, beside its lookup: for a page of them, a few milliseconds. */
const mostForFound = 50
/** Steps for each element that an index finds. */
const mostForElement = 20
/** Bytes that an element has at least, as JSON text: a value, and an object. */
const bytesOf = { value: 4, object: 24 } as const

interface Work {
  readonly weight: number
  readonly tables: readonly string[]
  readonly tests: readonly ElementTest[]
}

/** What a variable stands for: a row, or an element of a list. */
type Source = { readonly facts: TableFacts } | { readonly list: ElementList }
type Sources = ReadonlyMap<string, Source>

const nothing: Work = { weight: 0, tables: [], tests: [] }

function deepest(works: readonly Work[]): readonly string[] {
  return works.reduce<readonly string[]>((most, { tables }) => (tables.length > most.length ? tables : most), [])
}

function together(own: number, works: readonly Work[]): Work {
  return {
    weight: works.reduce((sum, { weight }) => sum + weight, own),
    tables: deepest(works),
    tests: works.flatMap(({ tests }) => tests),
  }
}

function listOf({ name, find }: TableFacts, key: string | undefined): ElementList | undefined {
  const field = key === undefined ? undefined : find(key)
  if (field === undefined) return undefined
  const isObject = typeof field.prop?.type === 'object' && field.prop.type.kind === 'complex'
  return { table: name, column: field.column, bytes: isObject ? bytesOf.object : bytesOf.value }
}

/** What it takes to make a value of a drawn row. */
function drawnSteps(source: Source | undefined, key: string | undefined): number {
  const value = source === undefined || 'list' in source ? undefined : source.facts.type.drawn?.values[key ?? '']
  return value === undefined ? 0 : stepsOf(value)
}

/** A test of each element of a list, and what is tested within it. */
function workOfLambda(expr: Expr & { op: 'any' | 'all' | 'size' }, layout: Layout, sources: Sources): Work {
  const { where, of, over, variable } = expr
  if (where === undefined) return { ...nothing, weight: steps.comparison }
  const source = sources.get(of)
  // A list within an element is part of the same text.
  const list = source === undefined || 'list' in source ? source?.list : listOf(source.facts, over[0])
  const inner = list === undefined ? sources : new Map(sources).set(variable ?? '', { list })
  const { weight, tables, tests } = workOf(where, layout, inner)
  const own = list === undefined ? [] : [{ weight: steps.element + weight, lists: [list] }]
  const within = list === undefined ? tests : tests.map((test) => ({ ...test, lists: [list, ...test.lists] }))
  const drawn = drawnSteps(source, over[0])
  return { weight: steps.link + steps.element * weight + drawn, tables, tests: [...own, ...within] }
}

/** What is done for each row to evaluate the expression. */
function workOf(expr: Expr, layout: Layout, sources: Sources): Work {
  const of = (part: Expr): Work => workOf(part, layout, sources)
  const ofRow = (type: string, as: string, part: Expr): Work =>
    workOf(part, layout, new Map(sources).set(as, { facts: layout.table(type) }))
  switch (expr.op) {
    case 'member':
      return { ...nothing, weight: steps.value + drawnSteps(sources.get(expr.of), expr.path[0]) }
    case 'const':
    case 'param':
    case 'isKind':
      return { ...nothing, weight: steps.value }
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
      return workOfLambda(expr, layout, sources)
    case 'through':
      return together(steps.link, [ofRow(expr.type, expr.as, expr.value)])
    case 'when':
      return together(0, [of(expr.test), of(expr.value)])
    case 'some':
    case 'every':
    case 'rows': {
      const parts = expr.where === undefined ? [] : [ofRow(expr.type, expr.as, expr.where)]
      const work = together(steps.comparison, parts)
      return { ...work, tables: [layout.table(expr.type).name, ...work.tables] }
    }
    case 'listed':
    case 'linked':
    case 'reached':
      return { ...nothing, weight: steps.link }
    case 'search': {
      const it = sources.get('it')
      const list = it !== undefined && 'facts' in it ? listOf(it.facts, expr.member) : undefined
      const tests = list === undefined ? [] : [{ weight: steps.word, lists: [list] }]
      return { weight: steps.word * steps.element, tables: [], tests }
    }
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
 * Whether what an index of elements finds is cheap to read: it is looked up by a simple condition, and what is tested
 * beside it is little and looks into no other list and no other row.
 */
function isLight(lookup: Expr, parts: readonly Expr[], work: (exprs: readonly Expr[]) => Work): boolean {
  const rest = work(parts.filter((part) => part !== lookup))
  const where = lookup.op === 'any' ? lookup.where : undefined
  const within = where === undefined ? nothing : work([where])
  const isPlain = rest.tests.length === 0 && rest.tables.length === 0
  return isPlain && rest.weight <= mostForFound && within.weight <= mostForElement
}

/**
 * `isSorted`: the database sorts the rows. `lookups`: the conditions by which an index of elements finds the rows of each
 * branch (`foundQuery`), if it does. Undefined: the query is cheap.
 */
export function costOf(
  layout: Layout,
  query: RowQuery,
  { isSorted, lookups = [] }: { readonly isSorted: boolean; readonly lookups?: readonly Expr[] | undefined },
): Cost | undefined {
  const { filter, order, asked } = query
  const facts = layout.table(query.type.name)
  const drawn = query.drawn === true ? facts.type.drawn : undefined
  // Of the record of changes there are more rows as a rule, so that it stands for both.
  const own = drawn === undefined ? facts.name : layout.table(drawn.from).name
  // A page of drawn rows is made, not only read: where it takes long, it is read elsewhere the next time.
  const ofPage = drawn === undefined || query.limit !== true ? undefined : { weight: 0, tables: [own], tests: [] }
  if (asked !== true) return ofPage
  const sources: Sources = new Map([['it', { facts }]])
  const workOfAll = (exprs: readonly Expr[]): Work =>
    together(
      0,
      exprs.map((expr) => workOf(expr, layout, sources)),
    )
  const filters = filter === undefined ? [] : conjuncts(filter)
  const keys = order.map(({ by }) => by)
  const { weight, tables, tests } = workOfAll([...filters, ...keys])
  if (filter === undefined && !isSorted && query.skip !== true) return ofPage
  const reaches = query.branches.map((branch, at) => {
    const lookup = lookups[at]
    const isFound = lookup !== undefined && isLight(lookup, [...filters, ...keys], workOfAll)
    return reachOf([...conjuncts(branch), ...filters], facts, isFound)
  })
  if (reaches.includes('all')) return { weight: weight + 1, tables: [own, ...tables], tests }
  // In one row, tests within each other can still be many.
  const nested = tests.filter(({ lists }) => lists.length > 1)
  if (tables.length === 0 && nested.length === 0) return undefined
  return { weight, tables, tests }
}
