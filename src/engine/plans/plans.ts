/**
 * Query shapes → prepared queries, each compiled once: a plan is found again by the link it reads,
 * the scope chosen and the shape of the options (literals lifted out).
 */
import type { EntityType, Nav, Scope } from '#edm/define.ts'
import type { Level } from '#edm/levels.ts'
import { kindKey, type Model, tagKey } from '#edm/model.ts'
import type { Prepared, Store } from '#edm/ports.ts'
import { all, constant, type Expr, equal, member, type OrderKey, param, type Shape, same } from '#edm/query.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { annotationsOf, derivedMembers, linksOf, type Naming, propMembers, type Wording } from './members.ts'

/** What is wanted of the rows found: their text, and the row keys that lead further. */
export interface Wanted {
  /** Equal keys mean equal shapes for one type. */
  readonly key: string
  readonly shape: Shape
  readonly carry: readonly string[]
}

export interface Plans {
  /** The same for answers of another level; its plans are its own. */
  at(level: Level): Plans
  /** Only what the next step needs. */
  bare(type: EntityType): Wanted
  wanted(model: Model, type: EntityType, options: ReadOptions): Wanted
  /** One member by `key`, among the rows of the first scope. */
  member(owner: Nav | object, type: EntityType, scope: Scope | undefined, wanted: Wanted): Prepared
  /** The same by its id only, while the row holds what is bound for each of `keys`, as `was` and the key. */
  still(owner: Nav | object, type: EntityType, scope: Scope | undefined, keys: readonly string[]): Prepared
  /** One row by `key`, wherever it is. */
  byId(type: EntityType, wanted: Wanted): Prepared
  /** Any one row of the type. */
  only(type: EntityType): Prepared
  list(
    owner: object,
    type: EntityType,
    scopeName: string,
    scope: Scope,
    options: ReadOptions,
    wanted: Wanted,
    as: 'rows' | 'text',
  ): Prepared
  /** The rows of `list` with the id bound as `key`: one or none. */
  among(
    owner: object,
    type: EntityType,
    scopeName: string,
    scope: Scope,
    options: ReadOptions,
    wanted: Wanted,
  ): Prepared
  count(owner: object, type: EntityType, scopeName: string, scope: Scope, options: ReadOptions): Prepared
}

const maxPlans = 2_000

/** Members of an answer: the defaults, or those named, always in the model's order. */
function shapeOf(model: Model, type: EntityType, options: ReadOptions, wording: Wording): Shape {
  const { select } = options
  const named = new Set(select.names)
  const own = [...model.view(type.name).props.values()]
    .filter(
      ({ name, prop }) =>
        ((select.default || select.star) && (prop.returned ?? 'default') === 'default') || named.has(name),
    )
    .flatMap((entry) => propMembers(entry, wording, undefined, select.trims.get(entry.name)))
  return [
    ...annotationsOf(model, type, wording.level),
    ...own,
    ...derivedMembers(model, type, select.default || select.star, wording),
    ...linksOf(model, type, wording, (name) => select.default || select.links.includes(name)),
  ]
}

/** Rows whose guard key is null, or the bound one. */
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
  return options.order.length > 0
    ? options.order
    : (type.order ?? []).map((key) => ({ by: member(key), descending: false }))
}

/** What expansions start from, and the tag that headers are about. */
function carryOf(model: Model, type: EntityType, { expand }: ReadOptions): readonly string[] {
  return [
    ...(expand.length > 0 ? (type.carry ?? []) : []),
    ...expand.flatMap(({ on }) => (on === undefined ? [] : [kindKey, ...(model.view(on).type.carry ?? [])])),
    ...(type.tag === undefined ? [] : [tagKey]),
  ]
}

export function plansOf(store: Store, naming: Naming = 'masked', level: Level = 'minimal'): Plans {
  const others = new Map<Level, Plans>()
  const plans = new Map<string, Prepared>()
  const numbers = new WeakMap<object, number>()
  const bares = new Map<string, Wanted>()
  const wants = new Map<string, Wanted>()
  let last = 0

  const numberOf = (owner: object): number => {
    let number = numbers.get(owner)
    if (number === undefined) {
      last += 1
      number = last
      numbers.set(owner, number)
    }
    return number
  }

  const once = (key: string, make: () => Prepared): Prepared => {
    const known = plans.get(key)
    if (known !== undefined) return known
    if (plans.size >= maxPlans) plans.clear()
    const made = make()
    plans.set(key, made)
    return made
  }

  const everything: Scope = { branches: [constant(true)], bind: {} }

  const bareOf = (type: EntityType): Wanted => {
    const known = bares.get(type.name) ?? { key: 'bare', shape: [], carry: type.carry ?? [] }
    bares.set(type.name, known)
    return known
  }

  const made: Plans = {
    at: (other) => {
      if (other === level) return made
      const plans = others.get(other) ?? plansOf(store, naming, other)
      others.set(other, plans)
      return plans
    },
    bare: bareOf,
    wanted: (model, type, options) => {
      const key = `${model.version}|${type.name}|${options.key}`
      const known = wants.get(key)
      if (known !== undefined) return known
      if (wants.size >= maxPlans) wants.clear()
      const made: Wanted = {
        key,
        shape: shapeOf(model, type, options, { naming, level }),
        carry: carryOf(model, type, options),
      }
      wants.set(key, made)
      return made
    },
    member: (owner, type, scope = everything, wanted) =>
      once(`m${numberOf(owner)}|${type.name}|${wanted.key}`, () =>
        store.prepare({
          type,
          branches: scope.branches.map((branch) => all(branch, equal(member('id'), param('key')))),
          ...filterOf(type),
          order: [],
          shape: wanted.shape,
          carry: wanted.carry,
        }),
      ),
    still: (owner, type, scope = everything, keys) =>
      once(`s${numberOf(owner)}|${type.name}|${keys.join()}`, () => {
        const held = keys.map((key) => same(member(key), param(`was ${key}`)))
        return store.prepare({
          type,
          branches: scope.branches.map((branch) => all(branch, equal(member('id'), param('key')), ...held)),
          ...filterOf(type),
          order: [],
          shape: [],
          carry: [],
        })
      }),
    byId: (type, wanted) =>
      once(`i${type.name}|${wanted.key}`, () =>
        store.prepare({
          type,
          branches: [equal(member('id'), param('key'))],
          order: [],
          shape: wanted.shape,
          carry: wanted.carry,
        }),
      ),
    only: (type) =>
      once(`o${type.name}`, () =>
        store.prepare({ type, branches: [constant(true)], order: [], limit: true, shape: [], carry: type.carry ?? [] }),
      ),
    list: (owner, type, scopeName, scope, options, wanted, as) => {
      const after = options.skiptoken !== undefined
      const skip = options.skip !== undefined
      const make = as === 'text' ? store.prepareText : store.prepare
      return once(`l${as}${numberOf(owner)}|${scopeName}|${wanted.key}|${after}|${skip}`, () =>
        make({
          type,
          branches: scope.branches,
          ...filterOf(type, options),
          order: orderOf(type, options),
          after,
          skip,
          limit: true,
          shape: wanted.shape,
          carry: wanted.carry,
        }),
      )
    },
    among: (owner, type, scopeName, scope, options, wanted) =>
      once(`a${numberOf(owner)}|${scopeName}|${wanted.key}`, () =>
        store.prepare({
          type,
          branches: scope.branches.map((branch) => all(branch, equal(member('id'), param('key')))),
          ...filterOf(type, options),
          order: [],
          shape: wanted.shape,
          carry: wanted.carry,
        }),
      ),
    count: (owner, type, scopeName, scope, options) =>
      once(`c${numberOf(owner)}|${scopeName}|${type.name}|${options.key}`, () =>
        store.prepareCount({
          type,
          branches: scope.branches,
          ...filterOf(type, options),
          order: [],
          shape: [],
          carry: [],
        }),
      ),
  }
  return made
}
