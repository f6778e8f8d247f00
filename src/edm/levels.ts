/**
 * How much control information an answer has: OData JSON 4.01 §3.1. Minimal is the default and costs nothing; the
 * other levels are other shapes of the same query.
 */
import type { ComplexType, Prop } from './props.ts'

export type Level = 'none' | 'minimal' | 'full'

/**
 * Markers around the id of a row, in the place of its address, which only the request knows. JSON text has these
 * characters in escaped form only, so nothing else can look like a marker.
 */
export const marks = { open: '\u0001', close: '\u0002' } as const

/** The `@odata.type` of a complex value; undefined: it has none. */
export function saidType({ typed, name }: ComplexType, level: Level = 'minimal'): string | undefined {
  if (level === 'none') return undefined
  if (typed === true) return name
  return level === 'full' ? `#${name}` : undefined
}

/** The type of a value that JSON does not show by itself, for `<name>@odata.type`; a complex value has it inside. */
export function typeNote({ type, collection }: Prop): string | undefined {
  const name = typeof type === 'string' ? type.replace(/^Edm\./, '') : type.name
  if (collection === true) return `#Collection(${name})`
  if (name === 'String' || name === 'Boolean' || name === 'Double') return undefined
  return typeof type === 'object' && type.kind === 'complex' ? undefined : `#${name}`
}
