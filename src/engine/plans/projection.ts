/** What is read of a row: the members of its text, and the row keys that later steps and headers need. */
import type { EntityType } from '#edm/define.ts'
import { derivedOf, kindKey, type Model, tagKey } from '#edm/model.ts'
import type { Shape } from '#edm/query.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { annotationsOf, castsOf, derivedMembers, linksOf, propMembers, type Wording } from './members.ts'

export interface Projection {
  /** Equal keys mean equal shapes for one type. */
  readonly key: string
  readonly shape: Shape
  readonly carry: readonly string[]
}

export interface Projections {
  /** Only what the next step of a path needs. */
  bare(type: EntityType): Projection
  projection(model: Model, type: EntityType, options: ReadOptions): Projection
}

/** Projections that are kept; at the limit they are made again. */
const most = 2_000

/** The kinds of rows that show a property without being asked for it; undefined: all. */
function shownIn(model: Model, type: EntityType, name: string): readonly string[] | undefined {
  const kinds = derivedOf(model, type)
  const shown = kinds.filter(({ asked = [] }) => !asked.includes(name))
  return shown.length === kinds.length ? undefined : shown.map((kind) => kind.name)
}

/** Members of an answer: the defaults, or those named, always in the model's order. */
function shapeOf(model: Model, type: EntityType, options: ReadOptions, wording: Wording): Shape {
  const { select } = options
  const named = new Set(select.names)
  const all = select.default || select.star
  const own = [...model.view(type.name).props.values()].flatMap((entry) => {
    const { name, prop } = entry
    const { kinds: cast, trim } = castsOf(select, entry)
    const shown = shownIn(model, type, name)
    const isDefault = all && (prop.returned ?? 'default') === 'default'
    if (named.has(name) || (isDefault && shown === undefined))
      return propMembers(entry, wording, undefined, select.trims.get(name))
    const kinds = isDefault ? [...new Set([...(shown ?? []), ...cast])] : cast
    return kinds.length === 0 ? [] : propMembers(entry, wording, kinds, trim)
  })
  return [
    ...annotationsOf(model, type, wording.level),
    ...own,
    ...derivedMembers(model, type, { ...select, named }, wording),
    ...linksOf(model, type, wording, (name) => select.default || select.links.includes(name)),
  ]
}

/** Without the values of rows whose kinds are hidden; ids are always shown. */
function hiding(shape: Shape, { limits }: ReadOptions): Shape {
  const { hidden = [] } = limits ?? {}
  if (hidden.length === 0) return shape
  return shape.map((entry) => (entry.kind === 'prop' && entry.name !== 'id' ? { ...entry, hidden } : entry))
}

/** The key of the options, and of what the caller may not read. */
export function limitedKey({ key, limits }: ReadOptions): string {
  return limits === undefined ? key : `${key}|without ${limits.key}`
}

/** Row keys that expansions start from, and the entity tag for headers. */
function carryOf(model: Model, type: EntityType, { expand }: ReadOptions): readonly string[] {
  return [
    ...(expand.length > 0 ? (type.carry ?? []) : []),
    // A link that is stored in the row is followed from its column, whether the type carries it or not.
    ...expand.flatMap(({ name, nav, on }) => (on === undefined && !nav.many && nav.stored ? [`${name}Id`] : [])),
    ...expand.flatMap(({ on }) => (on === undefined ? [] : [kindKey, ...(model.view(on).type.carry ?? [])])),
    ...(type.tag === undefined ? [] : [tagKey]),
  ]
}

export function projectionsOf(wording: Wording): Projections {
  const bares = new Map<string, Projection>()
  const known = new Map<string, Projection>()
  return {
    bare: (type) => {
      const found = bares.get(type.name) ?? { key: 'bare', shape: [], carry: type.carry ?? [] }
      bares.set(type.name, found)
      return found
    },
    projection: (model, type, options) => {
      const key = `${model.version}|${type.name}|${limitedKey(options)}`
      const found = known.get(key)
      if (found !== undefined) return found
      if (known.size >= most) known.clear()
      const shape = hiding(shapeOf(model, type, options, wording), options)
      const made = { key, shape, carry: carryOf(model, type, options) }
      known.set(key, made)
      return made
    },
  }
}
