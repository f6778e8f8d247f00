/**
 * Links to rows of several kinds, some of which the caller may not read: those rows are shown with their type and id
 * alone, and filters and orders take their values as null (gdap.md §7.6). The model says of which types this holds
 * (`limited`).
 */
import type { EntityType } from '#edm/define.ts'
import { derivedOf, type Model } from '#edm/model.ts'
import { all, type Expr } from '#edm/query.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'
import { mayRead } from './authorize.ts'
import type { Caller } from './caller.ts'
import { declaredAt, typesReached } from './reach.ts'

type Kinds = readonly string[]

/** Kinds of rows at the end of a link to the type that the caller may not read. */
type UnreadKinds = (declared: EntityType) => Kinds

function unreadBy(model: Model, caller: Caller): UnreadKinds {
  return (declared) =>
    declared.limited === true
      ? derivedOf(model, declared).flatMap((kind) => (mayRead(caller, kind) ? [] : [kind.name]))
      : []
}

/** The value is null, or the collection empty, in rows of the kinds. */
function emptyIn(kinds: Kinds, expr: Expr & { readonly of: string }): Expr {
  const isHidden: Expr = { op: 'isKind', of: expr.of, kinds }
  const isShown: Expr = { op: 'not', arg: isHidden }
  if (expr.op === 'any') return all(isShown, expr)
  return expr.op === 'all' ? { op: 'or', args: [isHidden, expr] } : { op: 'when', test: isShown, value: expr }
}

/** Name of the property that the expression itself is about. */
function propertyIn(expr: Expr): string | undefined {
  return expr.op === 'member' ? expr.path[0] : 'over' in expr ? expr.over[0] : undefined
}

/** `called`: what rows are called → the kinds among them whose values are to be taken as null. */
function limitedExpression(model: Model, unread: UnreadKinds, expr: Expr, called: ReadonlyMap<string, Kinds>): Expr {
  const inside = 'as' in expr ? new Map(called).set(expr.as, unread(declaredAt(model, expr))) : called
  const again = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(again)
    const isExpr = typeof part === 'object' && part !== null && 'op' in part
    return isExpr ? limitedExpression(model, unread, part as Expr, inside) : part
  }
  const made = Object.fromEntries(Object.entries(expr).map(([key, part]) => [key, again(part)])) as Expr
  const name = propertyIn(made)
  if (name === undefined || name === 'id' || !('of' in made) || made.of === undefined) return made
  const kinds = (called.get(made.of) ?? []).filter((kind) => model.view(kind).props.has(name.toLowerCase()))
  return kinds.length === 0 ? made : emptyIn(kinds, { ...made, of: made.of })
}

function limitedRows(model: Model, unread: UnreadKinds, options: ReadOptions, declared: EntityType): ReadOptions {
  const hidden = unread(declared)
  const reached = typesReached(model, options).flatMap(unread)
  const expand = options.expand.map((one) => {
    const nested = limitedRows(model, unread, one.options, model.view(one.nav.target).type)
    return nested === one.options ? one : { ...one, options: nested }
  })
  if (hidden.length === 0 && reached.length === 0)
    return expand.every((one, at) => one === options.expand[at]) ? options : { ...options, expand }
  const rewrite = (expr: Expr) => limitedExpression(model, unread, expr, new Map([['it', hidden]]))
  return {
    ...options,
    expand,
    filter: options.filter && rewrite(options.filter),
    order: options.order.map(({ by, descending }) => ({ by: rewrite(by), descending })),
    limits: { hidden, key: [...new Set([...hidden, ...reached])].join() },
  }
}

/** The options with which only what the caller may read is shown and compared. Where refusals are passed over, that is all. */
export function limitedTo(
  model: Model,
  caller: Caller,
  options: ReadOptions,
  { steps, call }: ResolvedPath,
): ReadOptions {
  const last = steps.at(-1)
  const entry = last?.nav ?? last?.root
  if (caller.pass !== undefined || call !== undefined || entry === undefined) return options
  return limitedRows(model, unreadBy(model, caller), options, model.view(entry.target).type)
}
