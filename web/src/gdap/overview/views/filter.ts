/** What the address says of the list of relationships, as OData. Pure. */
import { literal } from '../../../data/plan.ts'
import { addDays, globalAdministrator } from '../../rules.ts'

export const tiles = ['day', 'week', 'month', 'later', 'waits', 'ended'] as const
export type TileName = (typeof tiles)[number]

/** As in the address; absent: everything. */
export interface ListView {
  readonly tile?: string | undefined
  readonly q?: string | undefined
  /** Statuses, with commas. */
  readonly status?: string | undefined
  readonly extend?: string | undefined
  readonly role?: string | undefined
  readonly groups?: string | undefined
  readonly type?: string | undefined
  /** Column, with `-` in front where it is descending. */
  readonly sort?: string | undefined
  /** The name that somebody gave it. */
  readonly view?: string | undefined
}

export const filterNames = ['tile', 'q', 'status', 'extend', 'role', 'groups', 'type'] as const
export type FilterName = (typeof filterNames)[number]

const daysOfTile: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30 }

/** Names that services of Microsoft begin with. */
export const prefixes = { mlt: 'MLT_', lighthouse: 'LHSetup_' } as const

const isHolding = `accessAssignments/any(a:a/status in ('pending','active'))`
const hasGlobal = `accessDetails/unifiedRoles/any(r:r/roleDefinitionId eq ${literal(globalAdministrator)})`

export function tileFilter(tile: TileName, now: string): string {
  const days = daysOfTile[tile]
  if (days !== undefined) return `status eq 'active' and endDateTime le ${addDays(now, days)}`
  if (tile === 'later') return `status eq 'active' and endDateTime gt ${addDays(now, 30)}`
  if (tile === 'waits') return `status eq 'approvalPending'`
  return `status in ('terminated','expired') and endDateTime ge ${now.slice(0, 4)}-01-01T00:00:00Z`
}

const extendFilters: Readonly<Record<string, string>> = {
  on: `autoExtendDuration ne duration'PT0S'`,
  off: `autoExtendDuration eq duration'PT0S' and not ${hasGlobal}`,
  impossible: hasGlobal,
}

const groupFilters: Readonly<Record<string, string>> = {
  none: `not ${isHolding}`,
  some: isHolding,
  failed: `accessAssignments/any(a:a/status eq 'error')`,
}

const typeFilters: Readonly<Record<string, string>> = {
  mlt: `startswith(displayName,${literal(prefixes.mlt)})`,
  lighthouse: `startswith(displayName,${literal(prefixes.lighthouse)})`,
  own: `not (startswith(displayName,${literal(prefixes.mlt)}) or startswith(displayName,${literal(prefixes.lighthouse)}))`,
}

/** Undefined: no filter. */
export function filterOf(view: ListView, now: string): string | undefined {
  const { tile, q = '', status, extend, role, groups, type } = view
  const isTile = (tiles as readonly string[]).includes(tile ?? '')
  const text = q.trim()
  const parts = [
    isTile ? tileFilter(tile as TileName, now) : undefined,
    text === ''
      ? undefined
      : `contains(displayName,${literal(text)}) or contains(customer/displayName,${literal(text)})`,
    status === undefined ? undefined : `status in (${status.split(',').map(literal).join(',')})`,
    extend === undefined ? undefined : extendFilters[extend],
    role === undefined ? undefined : `accessDetails/unifiedRoles/any(r:r/roleDefinitionId eq ${literal(role)})`,
    groups === undefined ? undefined : groupFilters[groups],
    type === undefined ? undefined : typeFilters[type],
  ].filter((part) => part !== undefined)
  if (parts.length === 0) return undefined
  return parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(' and ')
}

const sortPaths: Readonly<Record<string, string>> = {
  customer: 'customer/displayName',
  name: 'displayName',
  status: 'status',
  ends: 'endDateTime',
}

export function orderOf(sort: string | undefined): string {
  const isDescending = sort?.startsWith('-') === true
  const path = sortPaths[(sort ?? '').replace(/^-/, '')] ?? 'customer/displayName'
  return `${path}${isDescending ? ' desc' : ''}`
}

/** Ready views, under the names of the texts. */
export const presets: Readonly<Record<string, ListView>> = {
  all: {},
  active: { status: 'active' },
  waits: { status: 'approvalPending' },
  soon: { tile: 'month' },
  ending: { status: 'expiring,terminationRequested,terminating' },
  ended: { status: 'terminated,expired' },
  drafts: { status: 'created' },
  global: { role: globalAdministrator },
  noGroups: { status: 'active', groups: 'none' },
  failed: { groups: 'failed' },
}

/** Whether both show the same rows. */
export function isSameFilter(a: ListView, b: ListView): boolean {
  return filterNames.every((name) => (a[name] ?? '') === (b[name] ?? ''))
}

/** The preset that the view is; undefined: one of one's own. */
export function presetOf(view: ListView): string | undefined {
  return Object.entries(presets).find(([, preset]) => isSameFilter(preset, view))?.[0]
}
