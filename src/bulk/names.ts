/** Names of relationships that are managed here. The name is the key of what is wanted, on Graph as well (events.md §7.2). */
import { createHash } from 'node:crypto'

/** What of a relationship's name says for which customer it is: 8 characters. */
export function customerMark(customerId: string): string {
  return createHash('sha256').update(customerId.toLowerCase()).digest('hex').slice(0, 8)
}

/** The name without its generation: the same for all generations of one customer and template. */
export function managedStem(prefix: string, template: string, customerId: string): string {
  return `${prefix}_${template}_${customerMark(customerId)}`
}

export function managedName(stem: string, generation: number): string {
  return `${stem}_${generation}`
}

export interface ManagedParts {
  readonly stem: string
  readonly template: string
  readonly generation: number
}

const form = /^([A-Za-z0-9-]{1,8})_([a-z0-9-]{1,24})_([0-9a-f]{8})_([1-9]\d{0,6})$/

/** Undefined: the name is not of the form of managed ones with this prefix. Services compare names without regard to case. */
export function managedParts(name: string, prefix: string): ManagedParts | undefined {
  const found = form.exec(name.toLowerCase())
  if (found === null || found[1] !== prefix.toLowerCase()) return undefined
  const [, , template = '', mark = '', generation = ''] = found
  return { stem: `${prefix}_${template}_${mark}`, template, generation: Number(generation) }
}
