/** Expressions over rows in plain JavaScript, slowly: what the SQL must agree with. Null is OData's null. */
import { fold } from '#base/text/fold.ts'
import type { Prop } from '#edm/props.ts'
import type { Expr } from '#edm/query.ts'

type Row = Readonly<Record<string, unknown>>
type Props = Readonly<Record<string, Prop>>
type Truth = boolean | null

export interface World {
  readonly row: Row
  readonly props: Readonly<Record<string, Prop>>
  readonly bind: Readonly<Record<string, unknown>>
  /** Lambda variable → its element, and the properties of the element. */
  readonly variables: Readonly<
    Record<string, { readonly value: unknown; readonly props: Readonly<Record<string, Prop>> }>
  >
  /** Rows of each type, for links. */
  readonly tables?: Readonly<Record<string, { readonly rows: readonly Row[]; readonly props: Props }>>
}

const tableOf = ({ tables }: World, type: string) => {
  const table = tables?.[type]
  if (table === undefined) throw new Error(`no rows of ${type}`)
  return table
}

const withVariable = (world: World, name: string, value: unknown, props: Props): World => ({
  ...world,
  variables: { ...world.variables, [name]: { value, props } },
})

/** The row a link leads to, in the world of what is asked of it. */
const linkedWorld = (expr: Expr & { op: 'through' }, world: World): World | undefined => {
  const { rows, props } = tableOf(world, expr.type)
  const id = memberValue(world, expr.of, [expr.key])
  const row = rows.find((entry) => entry['id'] === id)
  if (row === undefined) return undefined
  const inner = withVariable(world, expr.as, row, props)
  return expr.within === undefined || truth(expr.within, inner) === true ? inner : undefined
}

const rowsWithin = (expr: Expr & { op: 'some' | 'every' | 'rows' }, world: World): World[] => {
  const { rows, props } = tableOf(world, expr.type)
  return rows
    .map((row) => withVariable(world, expr.as, row, props))
    .filter((inner) => truth(expr.within, inner) === true)
}

const elementsOf = (expr: Expr & { op: 'any' | 'all' | 'size' }, world: World): World[] => {
  const list = memberValue(world, expr.of, expr.over) as unknown[] | null
  const prop = propOf(world, expr.of, expr.over)
  const props = typeof prop?.type === 'object' && prop.type.kind === 'complex' ? prop.type.props : {}
  return (list ?? []).map((value) => withVariable(world, expr.variable ?? '', value, props))
}

const propOf = (world: World, of: string, path: readonly string[]): Prop | undefined => {
  let props: Readonly<Record<string, Prop>> = of === 'it' ? world.props : (world.variables[of]?.props ?? {})
  let prop: Prop | undefined
  for (const name of path) {
    prop = props[name]
    props = typeof prop?.type === 'object' && prop.type.kind === 'complex' ? prop.type.props : {}
  }
  return prop
}

const isFolded = (expr: Expr, world: World): boolean => {
  if (expr.op === 'through')
    return isFolded(expr.value, withVariable(world, expr.as, null, tableOf(world, expr.type).props))
  if (expr.op === 'member') return propOf(world, expr.of, expr.path)?.fold === true
  if (expr.op !== 'call') return false
  if (['tolower', 'toupper', 'trim', 'concat'].includes(expr.name)) return expr.args.some((arg) => isFolded(arg, world))
  return expr.name === 'substring' && expr.args[0] !== undefined && isFolded(expr.args[0], world)
}

const memberValue = (world: World, of: string, path: readonly string[]): unknown => {
  let value: unknown = of === 'it' ? world.row : world.variables[of]?.value
  for (const name of path) value = (value as Row | null | undefined)?.[name] ?? null
  return value ?? null
}

const folding = (value: unknown, folded: boolean): unknown =>
  folded && typeof value === 'string' ? fold(value) : value

const resultOf = (expr: Expr, world: World, folded: boolean): unknown => {
  switch (expr.op) {
    case 'const':
      return folding(expr.value, folded)
    case 'param':
      return folding(world.bind[expr.name] ?? null, folded)
    case 'member':
      return folding(memberValue(world, expr.of, expr.path), folded)
    case 'size': {
      if (memberValue(world, expr.of, expr.over) === null) return null
      const { where } = expr
      return elementsOf(expr, world).filter((inner) => where === undefined || truth(where, inner) === true).length
    }
    case 'through': {
      const inner = linkedWorld(expr, world)
      return inner === undefined ? null : resultOf(expr.value, inner, folded)
    }
    case 'rows':
      return rowsWithin(expr, world).length
    case 'call':
      return call(expr, world, folded)
    default:
      return truth(expr, world)
  }
}

/** Null where there is no result. */
const sums: Readonly<Record<string, (a: number, b: number) => number | null>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  divby: (a, b) => (b === 0 ? null : a / b),
  mod: (a, b) => (b === 0 ? null : a % b),
  wholediv: (a, b) => (b === 0 ? null : Math.trunc(a / b)),
  wholemod: (a, b) => (b === 0 ? null : a % b),
}

const call = (expr: Expr & { op: 'call' }, world: World, outer: boolean): unknown => {
  const makesText = ['tolower', 'toupper', 'trim', 'concat', 'substring', 'date', 'time'].includes(expr.name)
  const folded = makesText ? outer : expr.args.some((arg) => isFolded(arg, world))
  const args = expr.args.map((arg) => resultOf(arg, world, folded))
  if (args.includes(null)) return null
  const [a, b, c] = args as [string, string, number]
  const n = Number(b)
  if (Object.hasOwn(sums, expr.name)) return sums[expr.name]?.(Number(a), n) ?? null
  switch (expr.name) {
    case 'shift':
      return new Date(Date.parse(a) + Math.round(n * 1000)).toISOString()
    case 'between':
      return (Date.parse(a) - Date.parse(b)) / 1000
    case 'date':
      return a.slice(0, 10)
    case 'time':
      return a.slice(11, 23)
    case 'totaloffsetminutes':
      return 0
    case 'fractionalseconds':
      return new Date(a).getUTCMilliseconds() / 1000
    case 'minus':
      return -Number(a)
    case 'floor':
      return Math.floor(Number(a))
    case 'ceiling':
      return Math.ceil(Number(a))
    case 'round':
      return Math.sign(Number(a)) * Math.round(Math.abs(Number(a)))
    case 'contains':
      return a.includes(b)
    case 'startswith':
      return a.startsWith(b)
    case 'endswith':
      return a.endsWith(b)
    case 'tolower':
      return folded ? a : a.toLowerCase()
    case 'toupper':
      return folded ? a : a.toUpperCase()
    case 'trim':
      return a.replace(/^ +| +$/g, '')
    case 'concat':
      return a + b
    case 'substring':
      return c === undefined ? [...a].slice(n).join('') : [...a].slice(n, n + c).join('')
    case 'length':
      return [...a].length
    case 'indexof':
      return a.indexOf(b)
    case 'year':
      return new Date(a).getUTCFullYear()
    case 'month':
      return new Date(a).getUTCMonth() + 1
    case 'day':
      return new Date(a).getUTCDate()
    case 'hour':
      return new Date(a).getUTCHours()
    case 'minute':
      return new Date(a).getUTCMinutes()
    case 'second':
      return new Date(a).getUTCSeconds()
    default:
      throw new Error(`no ${expr.name}`)
  }
}

const rank = (expr: Expr, other: Expr, world: World, value: unknown): unknown => {
  for (const side of [expr, other]) {
    if (side.op !== 'member') continue
    const type = propOf(world, side.of, side.path)?.type
    if (typeof type === 'object' && type.kind === 'enum')
      return type.members.find(({ name }) => name === value)?.value ?? null
  }
  return value
}

const compare = (op: 'lt' | 'le' | 'gt' | 'ge', a: unknown, b: unknown): boolean => {
  if (a === null || b === null) return false
  const [x, y] = [a as string, b as string]
  return op === 'lt' ? x < y : op === 'le' ? x <= y : op === 'gt' ? x > y : x >= y
}

const plain = (value: unknown): unknown => (typeof value === 'boolean' ? Number(value) : value)

export const truth = (expr: Expr, world: World): Truth => {
  switch (expr.op) {
    case 'and': {
      const parts = expr.args.map((arg) => truth(arg, world))
      return parts.includes(false) ? false : parts.includes(null) ? null : true
    }
    case 'or': {
      const parts = expr.args.map((arg) => truth(arg, world))
      return parts.includes(true) ? true : parts.includes(null) ? null : false
    }
    case 'not': {
      const part = truth(expr.arg, world)
      return part === null ? null : !part
    }
    case 'in':
      return expr.list.some((entry) => truth({ op: 'eq', left: expr.left, right: entry }, world) === true)
    case 'some':
    case 'every':
    case 'any':
    case 'all': {
      const list = 'over' in expr ? elementsOf(expr, world) : rowsWithin(expr, world)
      const { where } = expr
      const holds = (inner: World) => where === undefined || truth(where, inner) === true
      return expr.op === 'any' || expr.op === 'some' ? list.some(holds) : list.every(holds)
    }
    case 'eq':
    case 'ne':
    case 'same':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge': {
      const folded = isFolded(expr.left, world) || isFolded(expr.right, world)
      const a = plain(resultOf(expr.left, world, folded))
      const b = plain(resultOf(expr.right, world, folded))
      if (expr.op === 'ne') return a !== b
      if (expr.op === 'eq' || expr.op === 'same') return a === b
      return compare(expr.op, rank(expr.left, expr.right, world, a), rank(expr.right, expr.left, world, b))
    }
    default: {
      const value = resultOf(expr, world, false)
      return value === null ? null : value === true
    }
  }
}
