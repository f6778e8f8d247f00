/**
 * Type casts: which rows of a type the name of another type leaves (OData URL Conventions 4.01 §4.11). They are the same
 * in addresses, in $select, $expand, $filter and $orderby.
 */
import { keptBy } from '#base/kept-by.ts'
import type { Can, EntityType } from '#edm/define.ts'
import { derivedOf, isStored, type Model } from '#edm/model.ts'
import { unaliased } from '#edm/names.ts'
import type { PathStep } from './steps.ts'

export interface Cast {
  /** `same`: all rows. `derived`: those of a derived type. `other`: none, as rows of the type are in another table. */
  readonly is: 'same' | 'derived' | 'other'
  readonly type: EntityType
  /** As context URLs show it; undefined: they need not. */
  readonly name: string | undefined
}

/** A face that is not published stands for a link to its base, of which its rows are only one kind. */
function isStandIn(model: Model, type: EntityType): boolean {
  return type.over !== undefined && !model.isPublished(type)
}

/** Names that every row of the type goes by, in lower case → as the model spells them. */
const ownNames = keptBy((model: Model) =>
  keptBy((type: EntityType): ReadonlyMap<string, string> => {
    const names = isStandIn(model, type) ? [] : [type.name]
    if (typeof type.typed === 'string') names.push(type.typed)
    if (type.over !== undefined && isStandIn(model, type)) names.push(type.over.name)
    for (let up = type.base; up !== undefined && up.abstract !== true; up = up.base) names.push(up.name)
    return new Map(names.map((name) => [name.toLowerCase(), name]))
  }),
)

function isBelow(type: EntityType, base: EntityType): boolean {
  return type.base !== undefined && (type.base === base || isBelow(type.base, base))
}

/**
 * A type of rows in another table that has the type as its base, or for a stand-in shares a base with it: the link may
 * lead to such rows as it is declared, but never does.
 */
function otherNamed(model: Model, type: EntityType, wanted: string): EntityType | undefined {
  const found = model.entities.find((entry) => entry.name.toLowerCase() === wanted)
  if (found === undefined || found === type || !isStored(found) || !model.isPublished(found)) return undefined
  const bases = [type]
  if (isStandIn(model, type))
    for (let up = type.base; up !== undefined && up.abstract !== true; up = up.base) bases.push(up)
  return bases.some((base) => isBelow(found, base)) ? found : undefined
}

/** What a name in any case, by the alias of its namespace or in full, leaves of the rows; undefined: no type for them. */
export function castTo(model: Model, type: EntityType, name: string): Cast | undefined {
  const wanted = unaliased(name).toLowerCase()
  const own = ownNames(model)(type).get(wanted)
  if (own !== undefined) return { is: 'same', type, name: isStandIn(model, type) ? own : undefined }
  const derived = derivedOf(model, type).find((entry) => entry.name.toLowerCase() === wanted)
  if (derived !== undefined && model.isPublished(derived)) return { is: 'derived', type: derived, name: derived.name }
  const other = otherNamed(model, type, wanted)
  return other && { is: 'other', type: other, name: other.name }
}

export function isTypeName(model: Model, name: string): boolean {
  if (!name.includes('.')) return false
  const wanted = unaliased(name).toLowerCase()
  return model.entities.some((type) => type.name.toLowerCase() === wanted)
}

/** Whether every row of the type is of the one named: it, or any of its bases. */
export function isAlways(type: EntityType, name: string): boolean {
  const isIt = type.name.toLowerCase() === unaliased(name).toLowerCase()
  return isIt || (type.base !== undefined && isAlways(type.base, name))
}

/** Names of a type and of all derived from it: the kinds its rows may be of. */
export function kindsOf(model: Model, type: EntityType): readonly string[] {
  return [type.name, ...derivedOf(model, type).map(({ name }) => name)]
}

/** Rows that rules alone make are not made by requests; where there are none, nothing is changed. */
function canOf({ can }: PathStep, { is, type }: Cast): Can {
  if (is === 'other') return { ...(can.list && { list: can.list }), ...(can.get && { get: can.get }) }
  if (type.creatable !== false) return can
  const { create: _, replace: __, ...others } = can
  return others
}

/** The step narrowed to the rows that the cast leaves. */
export function narrowed(step: PathStep, cast: Cast): PathStep {
  const { is, type, name } = cast
  if (is === 'same') return name === undefined ? step : { ...step, cast: name }
  const narrow = { ...step, target: type, can: canOf(step, cast), cast: name ?? type.name }
  return is === 'other' ? { ...narrow, isEmpty: true } : narrow
}
