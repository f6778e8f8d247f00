/** Values → JSON text in wire order: the members of a complex value in the order its type declares them. */
import type { ComplexType, Prop } from './define.ts'
import { instantOut } from './types.ts'

const inOrder = (type: ComplexType, value: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const ordered: Record<string, unknown> = {}
  for (const [name, prop] of Object.entries(type.props)) {
    if (value[name] !== undefined) ordered[name] = plain(prop, value[name])
  }
  return ordered
}

const plainSingle = (prop: Prop, value: unknown): unknown => {
  if (value === null) return null
  if (typeof prop.type === 'object' && prop.type.kind === 'complex') {
    return inOrder(prop.type, value as Readonly<Record<string, unknown>>)
  }
  return prop.type === 'Edm.DateTimeOffset' ? instantOut(value as string) : value
}

const plain = (prop: Prop, value: unknown): unknown =>
  Array.isArray(value) ? value.map((entry) => plainSingle(prop, entry)) : plainSingle(prop, value)

/** JSON text of one property value; undefined counts as null. */
export const jsonOf = (prop: Prop, value: unknown): string => JSON.stringify(plain(prop, value ?? null))
