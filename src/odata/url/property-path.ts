/** The end of an address that names a property of a row, a member of its value, or the value alone: OData URL Conventions 4.01 §4.6 to §4.8. */
import type { EntityType } from '#edm/define.ts'
import type { Model, NamedProp } from '#edm/model.ts'
import { memberOf, propOf, unknownText } from '../query/expression/names.ts'
import { pathError, type Segment } from './path-text.ts'

export interface PropertyPath {
  /** The property of the row, then members of complex values; never empty. */
  readonly names: readonly string[]
  /** That of the row. */
  readonly first: NamedProp
  readonly last: NamedProp
  /** `value`: ends in `/$value`, the text alone. `count`: ends in `/$count`, the number of elements. */
  readonly as: 'property' | 'value' | 'count'
}

function isComplex({ prop }: NamedProp): boolean {
  return typeof prop.type === 'object' && prop.type.kind === 'complex'
}

function ending(last: NamedProp, { text, at }: Segment): 'value' | 'count' {
  const name = text.toLowerCase()
  const isMany = last.prop.collection === true
  if (name === '$value' && !isMany && !isComplex(last)) return 'value'
  if (name === '$count' && isMany) return 'count'
  const expected = isMany ? "'$count' or the end" : isComplex(last) ? 'a member or the end' : "'$value' or the end"
  if (name === '$value')
    throw pathError(`'${last.name}' has no '$value': its value is not a primitive one.`, at(), expected)
  throw pathError(`Resource not found for the segment '${text}'.`, at(), expected)
}

function memberBelow(last: NamedProp, { text, at }: Segment): NamedProp {
  const { type } = last.prop
  if (last.prop.collection === true) {
    const message = `Nothing follows '${last.name}', a collection: its elements have no address.`
    throw pathError(message, at(), "'$count' or the end")
  }
  if (typeof type === 'string' || type.kind !== 'complex') {
    throw pathError(`'${text}' follows '${last.name}', whose value has no members.`, at(), "'$value' or the end")
  }
  const found = memberOf(type, text)
  if (found !== undefined && found.prop.returned !== 'never') return found
  throw pathError(unknownText(text, type.name), at(), `a member of '${type.name}'`)
}

/** The property of the name, and what the segments after it lead to; undefined: there is none. Throws for what cannot follow one. */
export function propertyAt(
  model: Model,
  type: EntityType,
  name: string,
  following: () => readonly Segment[],
): PropertyPath | undefined {
  const own = propOf(model, type, name)
  if (own === undefined || own.prop.returned === 'never') return undefined
  let last = own
  const names = [own.name]
  const rest = following()
  for (const [index, segment] of rest.entries()) {
    if (segment.text.startsWith('$')) {
      const next = rest[index + 1]
      if (next !== undefined) throw pathError(`Nothing follows '${segment.text}'.`, next.at(), 'the end')
      return { names, first: own, last, as: ending(last, segment) }
    }
    last = memberBelow(last, segment)
    names.push(last.name)
  }
  return { names, first: own, last, as: 'property' }
}
