/** Type casts in addresses: `…/shapes/ns.circle`, the members of a collection that are of a derived type (OData 4.01 §4.11). */
import type { Can } from '#edm/define.ts'
import { derivedOf, type Model } from '#edm/model.ts'
import type { PathStep } from './path.ts'

/** Members are made through the collection itself. */
const narrowed = ({ list, get, update, delete: remove }: Can): Can => ({
  ...(list === undefined ? {} : { list }),
  ...(get === undefined ? {} : { get }),
  ...(update === undefined ? {} : { update }),
  ...(remove === undefined ? {} : { delete: remove }),
})

/** The step with what looked like its key as a cast; undefined when it is no derived type's name. */
export const castOf = (model: Model, step: PathStep): PathStep | undefined => {
  const { key, target } = step
  if (key === undefined || !key.includes('.')) return undefined
  const name = key.toLowerCase()
  const derived = derivedOf(model, target).find((type) => type.name.toLowerCase() === name)
  return derived && { ...step, target: derived, can: narrowed(step.can), key: undefined, cast: derived.name }
}
