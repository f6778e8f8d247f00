/** Checks the agenda: there is an entry for each transition that is due at some time, and no entry without effect. */
import type { EntityType } from '#edm/define.ts'
import { agendaEntry } from '../../common.ts'
import { type CheckedTenant, fromBackup, rowsIn } from '../../finding.ts'
import { next as nextOfAssignment } from '../rules/assignment/assignment-states.ts'
import { waitFor } from '../rules/latency.ts'
import { next as nextOfOperation } from '../rules/operation/operation-states.ts'
import { addDays } from '../rules/relationship/duration.ts'
import { endedStatuses, next, pendingDays, retentionDays } from '../rules/relationship/lifecycle.ts'
import { next as nextOfRequest } from '../rules/request/request-states.ts'
import type { GdapSettings, Interference } from '../rules/settings.ts'
import type { Transition } from '../rules/state-machine.ts'
import { assignment, operation, request } from '../types.ts'
import type { RelationshipFacts } from './relationships.ts'

type Machine = Interference['machine']
type NextStep = (status: never, event: 'proceed') => Transition | undefined

interface Entry {
  readonly kind: string
  readonly subject: string
  readonly due: string
}

const machines: readonly (readonly [Exclude<Machine, 'relationship'>, EntityType, NextStep])[] = [
  ['assignment', assignment, nextOfAssignment],
  ['operation', operation, nextOfOperation],
  ['request', request, nextOfRequest],
]
const endKinds = ['gdap.end', 'gdap.reminder30', 'gdap.reminder7', 'gdap.reminder1']

/** Kind and instant of the entries that the dates of a relationship call for. */
function datesOf(row: RelationshipFacts): readonly (readonly [kind: string, due: string])[] {
  const { status, endDateTime, lockedDateTime } = row
  if (status === 'active' && endDateTime !== null) return [['gdap.end', endDateTime]]
  if (status === 'approvalPending' && lockedDateTime !== null)
    return [['gdap.lapse', addDays(lockedDateTime, pendingDays)]]
  if (endedStatuses.includes(status) && endDateTime !== null)
    return [['gdap.cleanUp', addDays(endDateTime, retentionDays)]]
  return []
}

/** Whether an entry of the kind would still change the relationship. */
function isWaitedFor(kind: string, row: RelationshipFacts): boolean {
  if (endKinds.includes(kind)) return row.status === 'active'
  if (kind === 'gdap.lapse') return row.status === 'approvalPending'
  if (kind === 'gdap.cleanUp') return endedStatuses.includes(row.status)
  return next(row.status, 'proceed') !== undefined
}

async function readEntries(tenant: CheckedTenant): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>()
  for await (const row of rowsIn(tenant, agendaEntry, ['kind', 'subject', 'dueDateTime'])) {
    const entry = { kind: row['kind'] as string, subject: row['subject'] as string, due: row['dueDateTime'] as string }
    entries.set(`${entry.kind} ${entry.subject}`, entry)
  }
  return entries
}

/** Rows below relationships, of one state machine: id → whether an entry must exist for it. */
async function readWaiting(
  tenant: CheckedTenant,
  settings: GdapSettings,
  rows: ReadonlyMap<string, RelationshipFacts>,
  [machine, type, nextStep]: (typeof machines)[number],
): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>()
  const container = type === assignment ? ['accessContainer'] : []
  for await (const row of rowsIn(tenant, type, ['status', 'relationshipId', ...container])) {
    const owner = rows.get(row['relationshipId'] as string)
    const step = nextStep(row['status'] as never, 'proceed')
    const groupId = (row['accessContainer'] as { accessContainerId?: string } | undefined)?.accessContainerId ?? ''
    const named = { relationshipId: owner?.id ?? '', displayName: owner?.displayName ?? '', groupId }
    found.set(row.id, step !== undefined && waitFor(settings, machine, step, named) !== undefined)
  }
  return found
}

interface Known {
  readonly settings: GdapSettings
  /** Kinds of entries that the rules of some type act on. */
  readonly kinds: ReadonlySet<string>
  readonly rows: ReadonlyMap<string, RelationshipFacts>
  readonly entries: ReadonlyMap<string, Entry>
  /** For each kind of entry, the rows below relationships that `readWaiting` found. */
  readonly waiting: ReadonlyMap<string, ReadonlyMap<string, boolean>>
}

/** Why the entry has no effect; undefined if it has one. */
function idleOf({ kinds, waiting, rows }: Known, { kind, subject }: Entry): string | undefined {
  if (!kinds.has(kind)) return 'nothing of that kind is known'
  // Of another workload, which checks it.
  if (!kind.startsWith('gdap.')) return undefined
  const below = waiting.get(kind)
  if (below !== undefined) return below.has(subject) ? undefined : 'what it is for is not there'
  const row = rows.get(subject)
  if (row === undefined) return 'what it is for is not there'
  return isWaitedFor(kind, row) ? undefined : `its relationship is ${row.status} and does not wait for it`
}

/** Kinds of the entries that a relationship lacks, with their instant where it is known. */
function missingFor({ settings, entries }: Known, row: RelationshipFacts): (readonly [string, string?])[] {
  const missing: (readonly [string, string?])[] = datesOf(row).filter(
    ([kind, due]) => entries.get(`${kind} ${row.id}`)?.due !== due,
  )
  const step = next(row.status, 'proceed')
  const named = { relationshipId: row.id, displayName: row.displayName }
  if (step === undefined || waitFor(settings, 'relationship', step, named) === undefined) return missing
  const isSet = ['gdap.relationship', 'gdap.follow'].some((kind) => entries.has(`${kind} ${row.id}`))
  return isSet ? missing : [...missing, ['gdap.relationship']]
}

export async function checkAgenda(
  tenant: CheckedTenant,
  settings: GdapSettings,
  kinds: ReadonlySet<string>,
  rows: ReadonlyMap<string, RelationshipFacts>,
): Promise<void> {
  const entries = await readEntries(tenant)
  const waiting = new Map<string, ReadonlyMap<string, boolean>>()
  for (const machine of machines) waiting.set(`gdap.${machine[0]}`, await readWaiting(tenant, settings, rows, machine))
  const known: Known = { settings, kinds, rows, entries, waiting }

  const tellMissing = (at: string, kind: string, due?: string): void => {
    const when = due === undefined ? '' : ` at ${due}`
    tenant.report('agenda-missing', at, `there is no due entry '${kind}'${when} for it`, fromBackup)
  }
  for (const entry of entries.values()) {
    const idle = idleOf(known, entry)
    const at = `due entry ${entry.kind}|${entry.subject}`
    if (idle !== undefined) tenant.report('agenda-stale', at, idle, 'delete the entry: it does nothing')
  }
  for (const [kind, below] of waiting) {
    const name = kind.slice('gdap.'.length)
    for (const [id, isDue] of below) if (isDue && !entries.has(`${kind} ${id}`)) tellMissing(`${name} ${id}`, kind)
  }
  for (const row of rows.values()) {
    for (const [kind, due] of missingFor(known, row)) tellMissing(`relationship ${row.id}`, kind, due)
  }
}
