/** A request as it is being written: what is filled in, what is wrong with it, and the body that comes of it. Pure. */
import { type RelationshipRow, roleIdsOf, rolesBody } from '../api.ts'
import { globalAdministrator } from '../rules.ts'

export interface Draft {
  readonly roles: readonly string[]
  readonly name: string
  /** As typed: days, an ISO 8601 duration or a date. */
  readonly duration: string
  readonly extends: boolean
  readonly isForAnyone: boolean
  /** Tenant id of the customer; empty as long as none is chosen. */
  readonly tenantId: string
}

export type FieldName = 'roles' | 'name' | 'duration' | 'extends' | 'customer'

const longestName = 50
const longestDays = 730
const dayMs = 86_400_000

export const emptyDraft: Draft = {
  roles: [],
  name: '',
  duration: '730',
  extends: true,
  isForAnyone: false,
  tenantId: '',
}

/** Days of what was typed; undefined where it is nothing of the kind. A date counts from today. */
export function daysOf(text: string, now: Date): number | undefined {
  const typed = text.trim()
  if (/^\d+$/.test(typed)) return Number(typed)
  const date = /^\d{4}-\d{2}-\d{2}$/.exec(typed)
  if (date !== null) {
    const end = Date.parse(`${typed}T00:00:00Z`)
    const today = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00Z`)
    return Number.isNaN(end) ? undefined : Math.round((end - today) / dayMs)
  }
  const parts = /^P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/i.exec(typed)
  if (parts === null) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  // As the server counts: twelve months are a year, what is left of them has 30 days each.
  return (years + Math.floor(months / 12)) * 365 + (months % 12) * 30 + weeks * 7 + days
}

export function isDaysAllowed(days: number | undefined): days is number {
  return days !== undefined && days >= 1 && days <= longestDays
}

export type Fault = 'nameMissing' | 'nameLong' | 'nameChars' | 'durationBad' | 'rolesMissing' | 'tenantMissing'

/** By field, what is wrong before anything is sent. */
export function faultsOf(draft: Draft, now: Date): Partial<Record<FieldName, Fault>> {
  const name = draft.name.trim()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const hasBadCharacters = /[<>\u0000-\u001f\u007f]/.test(name)
  return {
    ...(draft.roles.length === 0 ? { roles: 'rolesMissing' as const } : {}),
    ...(name === '' ? { name: 'nameMissing' as const } : {}),
    ...(name.length > longestName ? { name: 'nameLong' as const } : {}),
    ...(hasBadCharacters ? { name: 'nameChars' as const } : {}),
    ...(isDaysAllowed(daysOf(draft.duration, now)) ? {} : { duration: 'durationBad' as const }),
    ...(draft.isForAnyone || draft.tenantId !== '' ? {} : { customer: 'tenantMissing' as const }),
  }
}

export function bodyOf(draft: Draft, now: Date) {
  const canExtend = !draft.roles.includes(globalAdministrator)
  return {
    displayName: draft.name.trim(),
    duration: `P${daysOf(draft.duration, now) ?? 0}D`,
    autoExtendDuration: draft.extends && canExtend ? 'P180D' : 'PT0S',
    ...(draft.isForAnyone ? {} : { customer: { tenantId: draft.tenantId } }),
    accessDetails: rolesBody(draft.roles),
  }
}

/** Roles and terms of another one; its name and customer only where it is the draft itself that is edited. */
export function draftLike(row: RelationshipRow, isSame: boolean): Draft {
  const tenantId = row.customer?.tenantId ?? ''
  return {
    roles: roleIdsOf(row),
    name: isSame ? (row.displayName ?? '') : '',
    duration: (row.duration ?? '').replace(/^P(\d+)D$/, '$1'),
    extends: row.autoExtendDuration !== 'PT0S',
    isForAnyone: isSame && tenantId === '',
    tenantId,
  }
}

/** Where a detail of a refusal belongs: `accessDetails/unifiedRoles` → roles. */
export function fieldOf(target: string | undefined): FieldName | undefined {
  if (target === undefined) return undefined
  if (target.startsWith('accessDetails')) return 'roles'
  if (target.startsWith('customer')) return 'customer'
  return ({ displayName: 'name', duration: 'duration', autoExtendDuration: 'extends' } as const)[target]
}
