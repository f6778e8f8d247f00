/** `relata gdap report`: what a partner looks for in all its relationships, as a table (events.md §7.6). */
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import type { RoleFinder } from '../catalogue.ts'
import { csvText } from '../csv/table.ts'
import { plainInstant } from '../input/tool-files.ts'
import { managedParts } from '../names.ts'
import { type MeantGroup, meantGroups } from '../plan/group-rules.ts'
import type { BulkPlan } from '../plan/plan-file.ts'
import { type BulkState, type FoundRelationship, groupFinder, isLive, isReserved } from '../state.ts'
import { lengthOf, millisOfDay, type WantedGdap } from '../wanted.ts'

export interface ReportTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface ReportFacts {
  readonly state: BulkState
  readonly finder: RoleFinder
  /** Of `expiring`. */
  readonly withinDays: number
  /** What an invitation's address begins with. */
  readonly invitations: string
  /** Undefined: there is no directory. */
  readonly wanted: WantedGdap | undefined
  /** Of the directory. */
  readonly plan: BulkPlan | undefined
}

const common = ['CustomerTenantId', 'CustomerName', 'RelationshipId', 'DisplayName']

function commonCells({ customerId, customerName, id, displayName }: FoundRelationship): string[] {
  return [customerId ?? '', customerName, id, displayName]
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

export function dateCell(instant: string | null): string {
  return instant === null || instant === '' ? '' : plainInstant(instant)
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / millisOfDay
}

export function extensionCell(autoExtend: string | null): string {
  return lengthOf(autoExtend) === 0 ? 'PT0S' : (autoExtend ?? 'PT0S')
}

export function rolesCell(roles: readonly string[], finder: RoleFinder): string {
  return roles.map((id) => finder.nameOf(id)).join('; ')
}

function activeIn({ relationships }: BulkState): FoundRelationship[] {
  return relationships.filter(({ status }) => status === 'active')
}

function expiring({ state, finder, withinDays }: ReportFacts): ReportTable {
  const rows = activeIn(state)
    .filter(({ endDateTime }) => endDateTime !== null && daysBetween(state.now, endDateTime) <= withinDays)
    .toSorted((a, b) => ((a.endDateTime ?? '') < (b.endDateTime ?? '') ? -1 : 1))
    .map((one) => [
      ...commonCells(one),
      one.status,
      dateCell(one.endDateTime),
      String(Math.max(0, Math.ceil(daysBetween(state.now, one.endDateTime ?? state.now)))),
      extensionCell(one.autoExtend),
      rolesCell(one.roles, finder),
      yesNo(one.roles.includes(globalAdministrator)),
    ])
  const own = ['Status', 'EndDateTime', 'DaysLeft', 'AutoExtend', 'Roles', 'HasGlobalAdministrator']
  return { columns: [...common, ...own], rows }
}

/** The groups that the directory wants for a relationship; undefined: it is not managed here. */
function meantFor({ wanted, state }: ReportFacts): (found: FoundRelationship) => readonly MeantGroup[] | undefined {
  if (wanted === undefined) return () => undefined
  const directory = { finder: groupFinder(state.groups), news: wanted.groups }
  const known = new Map([...wanted.templates].map(([name, one]) => [name, meantGroups(one, directory).groups]))
  return ({ displayName }) => known.get(managedParts(displayName, wanted.settings.prefix)?.template ?? '')
}

function mappings(facts: ReportFacts): ReportTable {
  const { state, finder } = facts
  const groups = groupFinder(state.groups)
  const meant = meantFor(facts)
  const rows = activeIn(state).flatMap((one) => {
    const wanted = meant(one)
    const found = one.assignments.filter(isLive).map(({ id, groupId, roles }) => {
      const group = groups.byId(groupId)
      const isNamed = wanted?.some((entry) => entry.id === groupId)
      const state = group === undefined ? 'stale' : isReserved(group.name) ? 'reserved' : 'valid'
      const proposal = state === 'valid' ? (isNamed === false ? 'unassign' : '') : 'unassign'
      return [...commonCells(one), id, groupId, group?.name ?? '', state, rolesCell(roles, finder), proposal]
    })
    const missing = (wanted ?? [])
      .filter((entry) => !one.assignments.some((own) => own.groupId === entry.id && isLive(own)))
      .map((entry) => {
        const proposal = entry.isRepaired === true ? 'repair-group' : 'assign'
        return [
          ...commonCells(one),
          ...['', entry.id ?? '', entry.name ?? '', 'missing', rolesCell(entry.roles, finder), proposal],
        ]
      })
    return [...found, ...missing]
  })
  return { columns: [...common, 'AssignmentId', 'GroupId', 'GroupName', 'State', 'Roles', 'Proposal'], rows }
}

const inForce = new Set(['created', 'approvalPending', 'approved', 'activating', 'active'])

function globalAdmin({ state }: ReportFacts): ReportTable {
  const groups = groupFinder(state.groups)
  const rows = state.relationships
    .filter(({ status, roles }) => inForce.has(status) && roles.includes(globalAdministrator))
    .map((one) => {
      const holders = one.assignments.filter((own) => isLive(own) && own.roles.includes(globalAdministrator))
      const names = holders.map(({ groupId }) => groups.byId(groupId)?.name ?? groupId).join('; ')
      return [...commonCells(one), one.status, dateCell(one.endDateTime), 'yes', names]
    })
  return { columns: [...common, 'Status', 'EndDateTime', 'AutoExtendBlocked', 'AssignedGroups'], rows }
}

/** Roles that are not known to be for partners: those that the catalogue does not have among them. */
function roles({ state, finder }: ReportFacts): ReportTable {
  const rows = state.relationships
    .filter(({ status }) => inForce.has(status))
    .flatMap((one) =>
      one.roles.flatMap((id) => {
        const role = finder.byId(id)
        if (role?.gdap === 'yes' && (role.state ?? 'current') === 'current') return []
        const [gdap, known] = [
          role?.gdap ?? 'unknown',
          role === undefined ? 'notInCatalogue' : (role.state ?? 'current'),
        ]
        return [[...commonCells(one), id, role?.name ?? '', gdap, known, role?.firstSeen ?? '', finder.asOf]]
      }),
    )
  const own = ['RoleDefinitionId', 'RoleName', 'Gdap', 'State', 'FirstSeen', 'CatalogueAsOf']
  return { columns: [...common, ...own], rows }
}

function drift({ state, wanted, plan, finder }: ReportFacts): ReportTable {
  const byName = new Map(state.relationships.map((one) => [one.displayName.toLowerCase(), one]))
  const absent = new Set(
    (wanted?.customers ?? []).flatMap(({ isAbsent, customerId, template }) =>
      isAbsent ? [`${customerId} ${template}`] : [],
    ),
  )
  const expectedOf = (customer: string, template: string): string =>
    absent.has(`${customer} ${template}`) ? 'nothing' : rolesCell(wanted?.templates.get(template)?.roles ?? [], finder)
  const rows = (plan?.lines ?? [])
    .filter(({ found }) => found !== 'none')
    .map(({ key, customer, customerName, template, text }) => {
      const found = byName.get(key.toLowerCase())
      const expected = expectedOf(customer, template)
      const is = found === undefined ? 'nothing' : `${found.status}: ${rolesCell(found.roles, finder)}`
      return [customer, customerName || (found?.customerName ?? ''), found?.id ?? '', key, template, expected, is, text]
    })
  const refused = (plan?.problems ?? []).map(({ code, customer, customerName, template, text }) => [
    ...[customer, customerName, '', '', template],
    ...[expectedOf(customer, template), '', `${code}: ${text}`],
  ])
  return { columns: [...common, 'Template', 'Expected', 'Found', 'Action'], rows: [...rows, ...refused] }
}

const lapseDays = 90

function pending({ state, invitations }: ReportFacts): ReportTable {
  const rows = state.relationships
    .filter(({ status }) => status === 'approvalPending')
    .map((one) => {
      // A relationship that waits was last changed when it was locked.
      const locked = one.lastModifiedDateTime || one.createdDateTime
      const lapses = new Date(Date.parse(locked) + lapseDays * millisOfDay).toISOString()
      const days = String(Math.floor(daysBetween(locked, state.now)))
      const instants = [dateCell(one.createdDateTime), dateCell(locked), days, dateCell(lapses)]
      return [...commonCells(one), ...instants, `${invitations}${one.id}`]
    })
  const own = ['CreatedDateTime', 'LockedDateTime', 'DaysWaiting', 'LapsesOn', 'InvitationUrl']
  return { columns: [...common, ...own], rows }
}

export const reports = { expiring, mappings, 'global-admin': globalAdmin, roles, drift, pending } as const
export type ReportName = keyof typeof reports

export function isReport(name: string): name is ReportName {
  return Object.hasOwn(reports, name)
}

/** These name groups. */
export const reportsOfGroups: ReadonlySet<string> = new Set(['mappings', 'global-admin'])

/** These compare with a directory. */
export const reportsOfDirectory: ReadonlySet<string> = new Set(['drift'])

export function reportCsv({ columns, rows }: ReportTable): string {
  return csvText(columns, rows)
}
