/**
 * How much work an expression is for one row, by what it multiplies to and not by the length of its text: a test within
 * `any` is done for each element or linked row, and functions repeat or lengthen what they are given. What is too much is
 * refused before it is compiled.
 */
import { AppError } from '#base/errors.ts'
import type { Expr } from '#edm/query.ts'

/** Comparisons for each row, for all expressions of a query together. */
const mostWork = 20_000
/** Values that a text may be put together of. */
const mostLength = 64
/** Elements of a collection and rows of a link that are counted with. */
const elements = 8
const rows = 16

/** Functions whose SQL has its arguments several times. */
const repeats: Readonly<Record<string, number>> = { endswith: 3, startswith: 2, mod: 2 }
/** Functions whose text is as long as their first argument. */
const keepsLength: ReadonlySet<string> = new Set(['tolower', 'toupper', 'trim', 'substring'])

interface Measure {
  /** In comparisons. */
  readonly work: number
  /** Length of the value, in values of a row; of an expression without a value, that of the longest in it. */
  readonly length: number
}

function sum(own: number, parts: readonly Measure[]): Measure {
  return {
    work: parts.reduce((total, { work }) => total + work, own),
    length: Math.max(1, ...parts.map(({ length }) => length)),
  }
}

function each(times: number, where: Expr | undefined): Measure {
  const { work, length } = where === undefined ? { work: 0, length: 1 } : measure(where)
  return { work: 2 + times * work, length }
}

function measureCall({ name, args }: Expr & { op: 'call' }): Measure {
  const parts = args.map(measure)
  const read = parts.reduce((total, { length }) => total + length, 0)
  const work = read + (repeats[name] ?? 1) * sum(0, parts).work
  if (name === 'concat') return { work, length: read }
  if (keepsLength.has(name)) return { work, length: parts[0]?.length ?? 1 }
  return { work, length: Math.max(1, ...parts.map(({ length }) => length)) }
}

function measure(expr: Expr): Measure {
  switch (expr.op) {
    case 'const':
    case 'param':
    case 'member':
    case 'isKind':
    case 'linked':
    case 'listed':
    case 'reached':
    case 'search':
      return { work: 0, length: 1 }
    case 'and':
    case 'or':
      return sum(0, expr.args.map(measure))
    case 'not':
      return measure(expr.arg)
    case 'in':
      return sum(1 + expr.list.length / 8, [measure(expr.left)])
    case 'call':
      return measureCall(expr)
    case 'any':
    case 'all':
    case 'size':
      return each(elements, expr.where)
    case 'some':
    case 'every':
    case 'rows':
      return each(rows, expr.where)
    case 'through':
      return sum(2, [measure(expr.value)])
    case 'when':
      return sum(1, [measure(expr.test), measure(expr.value)])
    default:
      return sum(1, [measure(expr.left), measure(expr.right)])
  }
}

/** Adds the work of the expression to that of the query. Throws `invalid` where it is too much. */
export function countWork(counts: { work: number }, expr: Expr, target: string): void {
  const { work, length } = measure(expr)
  counts.work += work
  if (length > mostLength)
    throw new AppError(
      'invalid',
      `The expression in '${target}' puts a text together of ${length} values, and ${mostLength} are allowed. Use fewer calls of 'concat'.`,
      { target, check: 'option.work' },
    )
  if (counts.work <= mostWork) return
  throw new AppError(
    'invalid',
    `The expression in '${target}' would take ${Math.ceil(counts.work)} comparisons for each row, and ${mostWork} are allowed. Use fewer lambdas and functions, or nest them less deeply.`,
    { target, check: 'option.work' },
  )
}
