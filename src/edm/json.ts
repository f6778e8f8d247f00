/** Values → JSON text in wire order: the members of a complex value in the order its type declares them. */
import type { ComplexType, Prop } from './define.ts'
import { lateMembers, sentinel } from './rewritten.ts'
import { instantOut } from './types.ts'

const inOrder = (
  type: ComplexType,
  value: Readonly<Record<string, unknown>>,
  masked: boolean,
): Record<string, unknown> => {
  const ordered: Record<string, unknown> = type.typed === true ? { '@odata.type': type.name } : {}
  for (const [name, prop] of Object.entries(type.props)) {
    if (value[name] !== undefined) ordered[name] = plain(prop, value[name], masked)
  }
  return ordered
}

const plainSingle = (prop: Prop, value: unknown, masked: boolean): unknown => {
  if (value === null) return null
  if (typeof prop.type === 'object') {
    if (prop.type.kind === 'complex') return inOrder(prop.type, value as Readonly<Record<string, unknown>>, masked)
    return masked && lateMembers(prop.type).includes(value as string) ? sentinel : value
  }
  return prop.type === 'Edm.DateTimeOffset' ? instantOut(value as string) : value
}

const plain = (prop: Prop, value: unknown, masked: boolean): unknown =>
  Array.isArray(value) ? value.map((entry) => plainSingle(prop, entry, masked)) : plainSingle(prop, value, masked)

/** JSON text of one property value; undefined counts as null. `masked`: late enum members show as the sentinel. */
export const jsonOf = (prop: Prop, value: unknown, masked = false): string =>
  JSON.stringify(plain(prop, value ?? null, masked))
