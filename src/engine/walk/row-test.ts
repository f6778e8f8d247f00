/**
 * Scopes that say no more of a row than which of its keys equal what: tested on a row at hand they cost no statement. A
 * write reads the rows on its way as a whole anyway.
 */
import { keptBy } from '#base/kept-by.ts'
import type { EntityType, Scope } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Model } from '#edm/model.ts'
import type { Bind } from '#edm/ports.ts'
import { all, constant, type Expr } from '#edm/query.ts'
import { filterOf } from '../plans/plans.ts'

export type RowTest = (row: AnyRow, bind: Bind) => boolean

type Term = (row: AnyRow, bind: Bind) => unknown

/** Ids and links, whole numbers, and texts not compared folded: they are equal here where the database says so. */
function isExact(model: Model, type: EntityType, key: string): boolean {
  const view = model.view(type.name)
  if (key === 'id') return true
  const prop = view.props.get(key.toLowerCase())?.prop
  if (prop !== undefined)
    return prop.collection !== true && (prop.type === 'Edm.Int32' || (prop.type === 'Edm.String' && prop.fold !== true))
  const nav = key.endsWith('Id') ? view.navs.get(key.slice(0, -2).toLowerCase())?.nav : undefined
  return nav !== undefined && !nav.many && nav.stored
}

function termOf(model: Model, type: EntityType, expr: Expr): Term | undefined {
  if (expr.op === 'param') return (_, bind) => bind[expr.name]
  if (expr.op === 'const') return typeof expr.value === 'boolean' ? undefined : () => expr.value
  if (expr.op !== 'member' || expr.of !== 'it' || expr.path.length !== 1) return undefined
  const [key = ''] = expr.path
  return isExact(model, type, key) ? (row) => row[key] ?? null : undefined
}

/** Undefined where it says more. A row that equals nothing known is outside, as null is in the database. */
function testOf(model: Model, type: EntityType, expr: Expr): RowTest | undefined {
  if (expr.op === 'const') return expr.value === true ? () => true : undefined
  if (expr.op === 'and' || expr.op === 'or') {
    const tests = expr.args.map((arg) => testOf(model, type, arg))
    if (!tests.every((test) => test !== undefined)) return undefined
    return expr.op === 'and'
      ? (row, bind) => tests.every((test) => test(row, bind))
      : (row, bind) => tests.some((test) => test(row, bind))
  }
  if (expr.op !== 'eq' && expr.op !== 'same' && expr.op !== 'ne') return undefined
  const [left, right] = [termOf(model, type, expr.left), termOf(model, type, expr.right)]
  if (left === undefined || right === undefined) return undefined
  if (expr.op === 'ne') return (row, bind) => left(row, bind) !== right(row, bind)
  const isSame = expr.op === 'same'
  return (row, bind) => {
    const value = left(row, bind)
    return value === right(row, bind) && (isSame || value !== null)
  }
}

const everything: Scope = { branches: [constant(true)], bind: {} }

function branchesOf({ branches }: Scope, type: EntityType): readonly Expr[] {
  const { filter } = filterOf(type)
  return filter === undefined ? branches : branches.map((branch) => all(branch, filter))
}

/** Tests of a model by scope and type, each made once; undefined where the database has to be asked. */
export const rowTestsOf = keptBy((model: Model) =>
  keptBy((type: EntityType) => {
    const byScope = keptBy((scope: Scope): { readonly test: RowTest | undefined } => {
      const tests = branchesOf(scope, type).map((branch) => testOf(model, type, branch))
      const known = tests.filter((test) => test !== undefined)
      return { test: known.length === tests.length ? (row, bind) => known.some((test) => test(row, bind)) : undefined }
    })
    return (scope = everything) => byScope(scope).test
  }),
)
