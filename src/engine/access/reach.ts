/**
 * What a query reaches beyond the type it is asked of: rows that are expanded, and rows that filters and orders look
 * at through links. The token must be good for reading each of those types, or a filter would tell what a read refuses.
 */
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { authorize } from './authorize.ts'
import type { Caller } from './caller.ts'

const reaching: ReadonlySet<unknown> = new Set(['through', 'some', 'every', 'rows'])

/** Trees are kept with their plans, so each is walked once. */
const known = new WeakMap<object, ReadonlySet<string>>()

/** Names of the types an expression looks at. What bounds a link (`within`) is the model's own, not the caller's. */
function typesIn(expr: object): ReadonlySet<string> {
  const found = known.get(expr)
  if (found !== undefined) return found
  const types = new Set<string>()
  if ('op' in expr && reaching.has(expr.op) && 'type' in expr) types.add(String(expr.type))
  for (const [name, part] of Object.entries(expr)) {
    if (name === 'within' || typeof part !== 'object' || part === null) continue
    for (const type of typesIn(part)) types.add(type)
  }
  known.set(expr, types)
  return types
}

function checkTypes(model: Model, caller: Caller, expr: object): void {
  for (const name of typesIn(expr)) authorize(caller, model.view(name).type, 'list')
}

/** Whether rows of other types decide which rows are listed, or in which order. */
export function reachesOthers({ filter, order }: ReadOptions): boolean {
  return [...(filter === undefined ? [] : [filter]), ...order.map(({ by }) => by)].some(
    (expr) => typesIn(expr).size > 0,
  )
}

/** Refuses a type the caller may not read. */
export function checkReach(model: Model, caller: Caller, options: ReadOptions): void {
  if (options.filter !== undefined) checkTypes(model, caller, options.filter)
  for (const { by } of options.order) checkTypes(model, caller, by)
  for (const { nav, cast, options: nested } of options.expand) {
    const target: EntityType = model.view(cast ?? nav.target).type
    authorize(caller, target, nav.many ? 'list' : 'get')
    checkReach(model, caller, nested)
  }
}
