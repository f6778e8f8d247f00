/**
 * Query shapes → prepared queries. Each is compiled once; the key of a plan is the link that is read, the scope and the
 * shape of the query options, whose literals are bound as parameters.
 */
import type { EntityType, Nav, Scope } from '#edm/define.ts'
import type { Level } from '#edm/levels.ts'
import type { Prepared, QueryKind, Store } from '#edm/ports.ts'
import { all, constant, type Expr, equal, member, type OrderKey, param, same } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import type { Naming } from './members.ts'
import { limitedKey, type Projection, type Projections, projectionsOf } from './projection.ts'

export interface Plans extends Projections {
  /** Plans for answers of another metadata level. */
  at(level: Level): Plans
  /** One member by `key`, among the rows of the first scope. */
  member(owner: Nav | object, type: EntityType, scope: Scope | undefined, projection: Projection): Prepared
  /** The same without its text, and only while each row key in `keys` has the value bound as `was <key>`. */
  still(owner: Nav | object, type: EntityType, scope: Scope | undefined, keys: readonly string[]): Prepared
  /** One row by `key`, wherever it is. */
  byId(type: EntityType, projection: Projection): Prepared
  /** Any one row of the type. */
  only(type: EntityType): Prepared
  list<K extends 'rows' | 'text'>(
    owner: object,
    type: EntityType,
    scopeName: string,
    scope: Scope,
    options: ReadOptions,
    projection: Projection,
    as: K,
  ): Prepared<K>
  /** The rows of `list` whose ids are in the list bound as `leading`, in no order; or those whose ids are not. */
  leading(
    owner: object,
    type: EntityType,
    scopeName: string,
    scope: Scope,
    options: ReadOptions,
    projection: Projection,
    part: 'listed' | 'first others' | 'more others',
  ): Prepared
  /** The rows of `list` with the id bound as `key`: one or none. */
  among(
    owner: object,
    type: EntityType,
    scopeName: string,
    scope: Scope,
    options: ReadOptions,
    projection: Projection,
  ): Prepared
  count(owner: object, type: EntityType, scopeName: string, scope: Scope, options: ReadOptions): Prepared<'count'>
}

/** Plans that are kept; at the limit they are made again. */
const most = 2_000

/** The scope of a collection that shows all rows of its type. */
export const everything: Scope = { branches: [constant(true)], bind: {} }

/** Rows whose guard key is null or equals the value bound as `visible`. */
function visible(type: EntityType): Expr | undefined {
  return type.visibleIn === undefined
    ? undefined
    : {
        op: 'or',
        args: [same(member(type.visibleIn.key), constant(null)), equal(member(type.visibleIn.key), param('visible'))],
      }
}

export function filterOf(type: EntityType, options?: ReadOptions): { filter?: Expr } {
  const parts = [
    visible(type),
    options?.filter,
    options?.search === true && type.searched !== undefined
      ? ({ op: 'search', member: type.searched, text: param('search') } as const)
      : undefined,
  ].filter((part) => part !== undefined)
  const [first] = parts
  if (first === undefined) return {}
  return { filter: parts.length === 1 ? first : all(...parts) }
}

function orderOf(type: EntityType, options: ReadOptions): readonly OrderKey[] {
  if (options.order.length > 0) return options.order
  const { order = [], backwards = false } = type
  return [...order, ...(backwards ? ['id'] : [])].map((key) => ({ by: member(key), descending: backwards }))
}

const isListed: Expr = { op: 'listed', list: 'leading' }

const hasKey = equal(member('id'), param('key'))

/** Whether a request has a say in what is looked for, not only in what is shown. */
function isAsked({ filter, search, order, skip }: ReadOptions): boolean {
  return filter !== undefined || search || order.length > 0 || skip !== undefined
}

/** The rows of a scope with the id bound as `key`, and of which all of `more` is true. */
function keyedIn(type: EntityType, { branches }: Scope, options?: ReadOptions, more: readonly Expr[] = []) {
  return {
    type,
    branches: branches.map((branch) => all(branch, hasKey, ...more)),
    ...filterOf(type, options),
    asked: options !== undefined && isAsked(options),
    order: [],
  }
}

/** The page of a listing. */
function pageOf(
  type: EntityType,
  { branches, drawn = false }: Scope,
  options: ReadOptions,
  { shape, carry }: Projection,
): RowQuery {
  return {
    type,
    branches,
    drawn,
    ...filterOf(type, options),
    asked: isAsked(options),
    order: orderOf(type, options),
    after: options.skiptoken !== undefined,
    skip: options.skip !== undefined,
    limit: true,
    shape,
    carry,
  }
}

const nothing = { shape: [], carry: [] } as const

/** Keeps the prepared query of each key; the first use of a key prepares it. */
function planCache() {
  const plans = new Map<string, Prepared<QueryKind>>()
  return <K extends QueryKind>(key: string, make: () => Prepared<K>): Prepared<K> => {
    const known = plans.get(key)
    if (known !== undefined) return known as Prepared<K>
    if (plans.size >= most) plans.clear()
    const made = make()
    plans.set(key, made)
    return made
  }
}

/** Numbers the owners of scopes, since their names are not unique. */
function numbering() {
  const numbers = new WeakMap<object, number>()
  let last = 0
  return (owner: object): number => {
    const known = numbers.get(owner)
    if (known !== undefined) return known
    last += 1
    numbers.set(owner, last)
    return last
  }
}

export function plansOf(store: Store, naming: Naming = 'masked', level: Level = 'minimal'): Plans {
  const others = new Map<Level, Plans>()
  const once = planCache()
  const numberOf = numbering()
  const made: Plans = {
    ...projectionsOf({ naming, level }),
    at: (other) => {
      if (other === level) return made
      const plans = others.get(other) ?? plansOf(store, naming, other)
      others.set(other, plans)
      return plans
    },
    member: (owner, type, scope = everything, { key, shape, carry }) =>
      once(`m${numberOf(owner)}|${type.name}|${key}`, () => store.prepare({ ...keyedIn(type, scope), shape, carry })),
    still: (owner, type, scope = everything, keys) =>
      once(`s${numberOf(owner)}|${type.name}|${keys.join()}`, () => {
        const held = keys.map((key) => same(member(key), param(`was ${key}`)))
        return store.prepare({ ...keyedIn(type, scope, undefined, held), ...nothing })
      }),
    byId: (type, { key, shape, carry }) =>
      once(`i${type.name}|${key}`, () =>
        store.prepare({ type, branches: [hasKey], drawn: type.drawn !== undefined, order: [], shape, carry }),
      ),
    only: (type) =>
      once(`o${type.name}`, () =>
        store.prepare({ type, branches: [constant(true)], order: [], limit: true, shape: [], carry: type.carry ?? [] }),
      ),
    list: (owner, type, scopeName, scope, options, projection, as) => {
      const after = options.skiptoken !== undefined
      const skip = options.skip !== undefined
      return once(`l${as}${numberOf(owner)}|${scopeName}|${projection.key}|${after}|${skip}`, () =>
        store.prepare(pageOf(type, scope, options, projection), as),
      )
    },
    leading: (owner, type, scopeName, { branches, bind }, options, projection, part) =>
      once(`f${numberOf(owner)}|${scopeName}|${projection.key}|${part}`, () => {
        const { shape, carry } = projection
        if (part !== 'listed') {
          const scope = { bind, branches: branches.map((branch) => all(branch, { op: 'not', arg: isListed })) }
          return store.prepare({ ...pageOf(type, scope, options, projection), after: part === 'more others' })
        }
        // One branch, so that each id is looked up once.
        const listed = all(isListed, { op: 'or', args: branches })
        const asked = { ...filterOf(type, options), asked: isAsked(options) }
        return store.prepare({ type, branches: [listed], ...asked, order: [], shape, carry })
      }),
    among: (owner, type, scopeName, scope, options, { key, shape, carry }) =>
      once(`a${numberOf(owner)}|${scopeName}|${key}`, () =>
        store.prepare({ ...keyedIn(type, scope, options), shape, carry }),
      ),
    count: (owner, type, scopeName, { branches, drawn = false }, options) =>
      once(`c${numberOf(owner)}|${scopeName}|${type.name}|${limitedKey(options)}`, () =>
        store.prepare(
          { type, branches, drawn, ...filterOf(type, options), asked: isAsked(options), order: [], ...nothing },
          'count',
        ),
      ),
  }
  return made
}
