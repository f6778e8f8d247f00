/** What a partner wants of its customers: settings, templates, groups and the list of customers (events.md §7.2). */
import { createHash } from 'node:crypto'
import { durationOf, lengthOf as millisOf } from '#base/duration.ts'

export const millisOfDay = 86_400_000

/** Length in milliseconds; 0 for none and for a text that is no duration. */
export function lengthOf(text: string | null): number {
  const found = text === null ? undefined : durationOf(text)
  return found === undefined ? 0 : millisOf(found)
}

export interface BulkSettings {
  /** Marks what is managed here. */
  readonly prefix: string
  /** ISO 8601, in days: `P730D`. */
  readonly duration: string
  /** `P180D`, or `PT0S` for none. */
  readonly autoExtend: string
  /** Whether a relationship is sent to the customer once it is made. */
  readonly lock: boolean
  readonly globalAdministrator: 'refuse' | 'allow'
  /** `allow`: an id that the catalogue does not have is asked for all the same. */
  readonly unknownRole: 'refuse' | 'allow'
  /** What becomes of relationships of these customers that no line of the list names. */
  readonly unmanaged: 'keep' | 'report' | 'terminate'
  /** An active one that ends within so many days, and is not extended by itself, is replaced. */
  readonly renewBeforeDays: number
}

export const usualSettings: BulkSettings = {
  prefix: 'rel',
  duration: 'P730D',
  autoExtend: 'P180D',
  lock: true,
  globalAdministrator: 'refuse',
  unknownRole: 'refuse',
  unmanaged: 'keep',
  renewBeforeDays: 60,
}

/** A group of the partner, by its id, its name, or both: the name then finds it where the id is gone. */
export interface GroupRef {
  readonly id?: string
  readonly name?: string
}

export interface WantedAssignment {
  readonly group: GroupRef
  /** Ids of roles. */
  readonly roles: readonly string[]
}

export interface Template {
  readonly name: string
  /** Ids of roles in lower case. */
  readonly roles: readonly string[]
  /** Null: the template says nothing of groups, and assignments are left alone. */
  readonly assign: readonly WantedAssignment[] | null
  /** As they are written: roles that the catalogue does not have, and roles that partners cannot hold. */
  readonly unknownRoles: readonly string[]
  readonly unfitRoles: readonly string[]
}

/** A group that is made where there is none of its name. */
export interface NewGroup {
  readonly name: string
  readonly assignableToRole: boolean
}

/** One line of the list: a customer and one of its templates. */
export interface CustomerLine {
  readonly line: number
  /** In lower case. */
  readonly customerId: string
  readonly customerName: string
  readonly template: string
  /** Null: as the settings say. */
  readonly duration: string | null
  readonly autoExtend: string | null
  readonly isAbsent: boolean
}

export interface WantedGdap {
  readonly settings: BulkSettings
  readonly templates: ReadonlyMap<string, Template>
  readonly groups: readonly NewGroup[]
  readonly customers: readonly CustomerLine[]
}

/** Whether groups of the partner have to be known. */
export function namesGroups({ templates }: WantedGdap): boolean {
  return [...templates.values()].some(({ assign }) => assign !== null)
}

/** `sha256:…` of what is wanted; the order of lines and where they stand do not matter. */
export function digestOfWanted({ settings, templates, groups, customers }: WantedGdap): string {
  const lines = customers.map(({ line: _, ...facts }) => JSON.stringify(facts)).toSorted()
  const named = [...templates.values()].map((template) => JSON.stringify(template)).toSorted()
  const whole = JSON.stringify([Object.entries(settings).toSorted(), named, groups, lines])
  return `sha256:${createHash('sha256').update(whole).digest('hex')}`
}
