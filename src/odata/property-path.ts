/** The end of an address that names a property of a row, a member of its value, or the value alone: OData URL Conventions 4.01 §4.6 to §4.8. */
import { AppError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { Model, NamedProp } from '#edm/model.ts'
import { memberOf, propOf, unknownText } from './names.ts'

export interface PropertyPath {
  /** The property of the row, then members of complex values; never empty. */
  readonly names: readonly string[]
  /** That of the row. */
  readonly first: NamedProp
  readonly last: NamedProp
  /** `value`: ends in `/$value`, the text alone. `count`: ends in `/$count`, the number of elements. */
  readonly as: 'property' | 'value' | 'count'
}

const isComplex = ({ prop }: NamedProp): boolean => typeof prop.type === 'object' && prop.type.kind === 'complex'

const bad = (message: string): AppError => new AppError('invalid', message, { code: 'BadRequest' })

const ending = (last: NamedProp, segment: string): 'value' | 'count' => {
  const name = segment.toLowerCase()
  const isMany = last.prop.collection === true
  if (name === '$value' && !isMany && !isComplex(last)) return 'value'
  if (name === '$count' && isMany) return 'count'
  if (name === '$value') throw bad(`'${last.name}' has no '$value': its value is not a primitive one.`)
  throw bad(`Resource not found for the segment '${segment}'.`)
}

const memberBelow = (at: NamedProp, segment: string): NamedProp => {
  const { type } = at.prop
  if (at.prop.collection === true)
    throw bad(`Nothing follows '${at.name}', a collection: its elements have no address.`)
  if (typeof type === 'string' || type.kind !== 'complex')
    throw bad(`'${segment}' follows '${at.name}', whose value has no members.`)
  const found = memberOf(type, segment)
  if (found === undefined || found.prop.returned === 'never') throw bad(unknownText(segment, type.name))
  return found
}

/** The property that decoded segments name; undefined: the first is no property of the type. Throws for what follows one. */
export const propertyAt = (
  model: Model,
  type: EntityType,
  segments: () => readonly string[],
  name: string,
): PropertyPath | undefined => {
  const own = propOf(model, type, name)
  if (own === undefined || own.prop.returned === 'never') return undefined
  let last = own
  const names = [own.name]
  const rest = segments().slice(1)
  for (const [at, segment] of rest.entries()) {
    if (segment.startsWith('$')) {
      if (at + 1 < rest.length) throw bad(`Nothing follows '${segment}'.`)
      return { names, first: own, last, as: ending(last, segment) }
    }
    last = memberBelow(last, segment)
    names.push(last.name)
  }
  return { names, first: own, last, as: 'property' }
}
