/**
 * Links that a query follows: those it expands, and those in its filters and orders. Each asks for what a read through it
 * asks for, or a filter would reveal what a read refuses.
 */
import type { EntityType, Nav } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import type { LinkName } from '#edm/query.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { authorize, guardedBy } from './authorize.ts'
import type { Caller } from './caller.ts'

const following: ReadonlySet<unknown> = new Set(['through', 'some', 'every', 'rows'])

/** A step of an expression to other rows: the link, and the type its rows are narrowed to. */
interface Followed {
  readonly type: string
  readonly link?: LinkName
}

/** Expression trees live as long as their plans, so each is searched once. */
const known = new WeakMap<object, readonly Followed[]>()

function linksIn(expr: object): readonly Followed[] {
  const found = known.get(expr)
  if (found !== undefined) return found
  const own = 'op' in expr && following.has(expr.op) ? [expr as unknown as Followed] : []
  const parts = Object.values(expr).filter((part) => typeof part === 'object' && part !== null)
  const links = [...own, ...parts.flatMap(linksIn)]
  known.set(expr, links)
  return links
}

function navOf(model: Model, { link }: Followed): Nav | undefined {
  return link && model.view(link.from).navs.get(link.name.toLowerCase())?.nav
}

function checkLinks(model: Model, caller: Caller, expr: object): void {
  for (const followed of linksIn(expr)) {
    const nav = navOf(model, followed)
    const { type } = model.view(followed.type)
    authorize(caller, guardedBy(type, nav), nav?.many === false ? 'get' : 'list')
  }
}

/** The type that the link an expression follows is declared to lead to, however its rows are narrowed. */
export function declaredAt(model: Model, followed: Followed): EntityType {
  return model.view(navOf(model, followed)?.target ?? followed.type).type
}

function linksOf({ filter, order }: ReadOptions): readonly Followed[] {
  return [...(filter === undefined ? [] : [filter]), ...order.map(({ by }) => by)].flatMap(linksIn)
}

/** The types whose rows decide, besides the own ones, which rows are listed or in which order. */
export function typesReached(model: Model, options: ReadOptions): readonly EntityType[] {
  return linksOf(options).map((followed) => declaredAt(model, followed))
}

export function reachesOthers(options: ReadOptions): boolean {
  return linksOf(options).length > 0
}

/** Refuses a link the caller may not read through. */
export function checkReach(model: Model, caller: Caller, options: ReadOptions): void {
  if (options.filter !== undefined) checkLinks(model, caller, options.filter)
  for (const { by } of options.order) checkLinks(model, caller, by)
  for (const { nav, cast, options: nested } of options.expand) {
    const target: EntityType = model.view(cast ?? nav.target).type
    authorize(caller, guardedBy(target, nav), nav.many ? 'list' : 'get')
    checkReach(model, caller, nested)
  }
}
