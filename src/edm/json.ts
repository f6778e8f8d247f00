/** Values → JSON text in wire order: the members of a complex value in the order its type declares them. */
import { quotedText } from '#base/json.ts'
import type { ComplexType, Prop } from './define.ts'
import { type Level, saidType, typeNote } from './levels.ts'
import { lateMembers, sentinel } from './rewritten.ts'
import { instantOut } from './types.ts'

const inOrder = (
  type: ComplexType,
  value: Readonly<Record<string, unknown>>,
  masked: boolean,
  level: Level | undefined,
): Record<string, unknown> => {
  const said = saidType(type, level)
  const ordered: Record<string, unknown> = said === undefined ? {} : { '@odata.type': said }
  for (const name in type.props) {
    const prop = type.props[name]
    if (prop === undefined || value[name] === undefined) continue
    const note = level === 'full' ? typeNote(prop) : undefined
    if (note !== undefined) ordered[`${name}@odata.type`] = note
    ordered[name] = plain(prop, value[name], masked, level)
  }
  return ordered
}

const plainSingle = (prop: Prop, value: unknown, masked: boolean, level: Level | undefined): unknown => {
  if (value === null) return null
  if (typeof prop.type === 'object') {
    if (prop.type.kind === 'complex')
      return inOrder(prop.type, value as Readonly<Record<string, unknown>>, masked, level)
    return masked && lateMembers(prop.type).includes(value as string) ? sentinel : value
  }
  return prop.type === 'Edm.DateTimeOffset' ? instantOut(value as string) : value
}

const plain = (prop: Prop, value: unknown, masked: boolean, level: Level | undefined): unknown =>
  Array.isArray(value)
    ? value.map((entry) => plainSingle(prop, entry, masked, level))
    : plainSingle(prop, value, masked, level)

/** JSON text of one property value; undefined counts as null. `masked`: late enum members show as the sentinel. */
export const jsonOf = (prop: Prop, value: unknown, masked = false, level?: Level): string => {
  // Most collections are empty.
  if (Array.isArray(value) && value.length === 0) return '[]'
  const wire = plain(prop, value ?? null, masked, level)
  return typeof wire === 'string' ? quotedText(wire) : JSON.stringify(wire)
}
