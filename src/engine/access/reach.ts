/**
 * Types that a query reads besides its own: those it expands, and those its filters and orders follow links to. The
 * caller must be allowed to read each of them, or a filter would reveal what a read refuses.
 */
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { authorize, guardedBy } from './authorize.ts'
import type { Caller } from './caller.ts'

const reaching: ReadonlySet<unknown> = new Set(['through', 'some', 'every', 'rows'])

/** Expression trees live as long as their plans, so each is searched once. */
const known = new WeakMap<object, ReadonlySet<string>>()

/** Names of the types an expression reads. */
function typesIn(expr: object): ReadonlySet<string> {
  const found = known.get(expr)
  if (found !== undefined) return found
  const types = new Set<string>()
  if ('op' in expr && reaching.has(expr.op) && 'type' in expr) types.add(String(expr.type))
  for (const part of Object.values(expr)) {
    if (typeof part !== 'object' || part === null) continue
    for (const type of typesIn(part)) types.add(type)
  }
  known.set(expr, types)
  return types
}

function checkTypes(model: Model, caller: Caller, expr: object): void {
  for (const name of typesIn(expr)) authorize(caller, model.view(name).type, 'list')
}

/** Names of the types whose rows decide, besides the own ones, which rows are listed or in which order. */
export function typesReached({ filter, order }: ReadOptions): readonly string[] {
  const compared = [...(filter === undefined ? [] : [filter]), ...order.map(({ by }) => by)]
  return compared.flatMap((expr) => [...typesIn(expr)])
}

export function reachesOthers(options: ReadOptions): boolean {
  return typesReached(options).length > 0
}

/** Refuses a type the caller may not read. */
export function checkReach(model: Model, caller: Caller, options: ReadOptions): void {
  if (options.filter !== undefined) checkTypes(model, caller, options.filter)
  for (const { by } of options.order) checkTypes(model, caller, by)
  for (const { nav, cast, options: nested } of options.expand) {
    const target: EntityType = model.view(cast ?? nav.target).type
    authorize(caller, guardedBy(target, nav), nav.many ? 'list' : 'get')
    checkReach(model, caller, nested)
  }
}
