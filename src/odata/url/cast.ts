/** Type casts in addresses: `…/shapes/ns.circle`, the members of a collection that are of a derived type (OData 4.01 §4.11). */
import type { Can, EntityType } from '#edm/define.ts'
import { derivedOf, type Model } from '#edm/model.ts'
import type { PathStep } from './steps.ts'

/** Members are made through the collection itself. */
function narrowed({ list, get, update, delete: remove }: Can): Can {
  return {
    ...(list === undefined ? {} : { list }),
    ...(get === undefined ? {} : { get }),
    ...(update === undefined ? {} : { update }),
    ...(remove === undefined ? {} : { delete: remove }),
  }
}

/** The type of that name, in any case, derived from another. */
export function derivedNamed(model: Model, type: EntityType, name: string): EntityType | undefined {
  const lower = name.toLowerCase()
  return derivedOf(model, type).find((entry) => entry.name.toLowerCase() === lower)
}

/** The step with what looked like its key as a cast; undefined when it is no derived type's name. */
export function castOf(model: Model, step: PathStep): PathStep | undefined {
  const { key, target } = step
  if (key === undefined || !key.includes('.')) return undefined
  const derived = derivedNamed(model, target, key)
  return derived && { ...step, target: derived, can: narrowed(step.can), key: undefined, cast: derived.name }
}
