/** Values → JSON text in wire order: the members of a complex value in the order its type declares them. */
import { quotedText } from '#base/json.ts'
import { type Level, saidType, typeNote } from './levels.ts'
import type { ComplexType, Prop } from './props.ts'
import { evolvableMembers, sentinel } from './shown-values.ts'
import { instantOut } from './types.ts'

function complexText(
  type: ComplexType,
  value: Readonly<Record<string, unknown>>,
  masked: boolean,
  level: Level | undefined,
): string {
  const said = saidType(type, level)
  let text = said === undefined ? '' : `"@odata.type":${quotedText(said)}`
  for (const name in type.props) {
    const prop = type.props[name]
    const member = value[name]
    if (prop === undefined || member === undefined) continue
    const note = level === 'full' ? typeNote(prop) : undefined
    if (note !== undefined) text += `${text === '' ? '' : ','}"${name}@odata.type":${quotedText(note)}`
    text += `${text === '' ? '' : ','}"${name}":${jsonOf(prop, member, masked, level)}`
  }
  return `{${text}}`
}

function singleText(prop: Prop, value: unknown, masked: boolean, level: Level | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (typeof prop.type === 'object') {
    if (prop.type.kind === 'complex')
      return complexText(prop.type, value as Readonly<Record<string, unknown>>, masked, level)
    return quotedText(masked && evolvableMembers(prop.type).includes(value as string) ? sentinel : (value as string))
  }
  const wire = prop.type === 'Edm.DateTimeOffset' ? instantOut(value as string) : value
  return typeof wire === 'string' ? quotedText(wire) : JSON.stringify(wire)
}

/** What is shown in place of a value that the caller may not read. */
export function noValue({ collection }: Prop): string {
  return collection === true ? '[]' : 'null'
}

/** JSON text of one property value; undefined counts as null. `masked`: evolvable enum members show as the sentinel. */
export function jsonOf(prop: Prop, value: unknown, masked = false, level?: Level): string {
  if (!Array.isArray(value)) return singleText(prop, value, masked, level)
  let text = ''
  for (const entry of value) text += `${text === '' ? '' : ','}${singleText(prop, entry, masked, level)}`
  return `[${text}]`
}
