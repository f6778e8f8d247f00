/**
 * Makes the transitions of a relationship: row, audit records, agenda, customers and rows below, in one transaction.
 */
import { invariant } from '#base/errors.ts'
import type { PatchOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { removeWhole } from '../../../remove-whole.ts'
import { relationship } from '../../types.ts'
import { endAssignments } from '../assignment/assignment-transitions.ts'
import { record } from '../audit/audit-record.ts'
import type { Initiator } from '../audit/audit-subject.ts'
import { isHeld, waitFor } from '../latency.ts'
import { failOperations } from '../operation/operation-transitions.ts'
import type { Attempt, GdapSettings } from '../settings.ts'
import { namedOf, type RelationshipRow, subjectOf } from '../typed-rows.ts'
import { syncCustomer } from './customers.ts'
import { addMillis } from './duration.ts'
import {
  type Due,
  duesAfter,
  effectOf,
  endedStatuses,
  listedStatuses,
  next,
  type RelationshipEvent,
  type RelationshipStatus,
  type RelationshipTransition,
} from './lifecycle.ts'

type Patch = PatchOf<typeof relationship>

export interface Move {
  readonly event: RelationshipEvent
  /** Changed together with the status. */
  readonly patch?: Patch
  readonly initiator?: Initiator | undefined
}

const endKinds: readonly Due['kind'][] = ['end', 'reminder30', 'reminder7', 'reminder1']

async function dropAll({ agenda }: WriteContext, id: string, kinds: readonly string[]): Promise<void> {
  for (const kind of kinds) await agenda.drop(`gdap.${kind}`, id)
}

function pick(row: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, row[key]]))
}

/** One transition: returns the row after it, with its audit record written; the row itself is not stored yet. */
async function takeStep(
  context: WriteContext,
  row: RelationshipRow,
  step: RelationshipTransition,
  facts: { readonly patch?: Patch | undefined; readonly initiator?: Initiator | undefined },
): Promise<RelationshipRow> {
  const patch = { ...facts.patch, ...effectOf(step, row, context.now) }
  const after = { ...row, ...patch } as RelationshipRow
  await record(context, subjectOf('relationship', row.id, after), {
    step,
    before: pick(row, Object.keys(patch)),
    after: patch,
    initiator: facts.initiator,
  })
  return after
}

export function attemptOf(row: RelationshipRow): Omit<Attempt, 'now'> {
  return { machine: 'relationship', status: row.status, subject: row.id, ...namedOf(row) }
}

/**
 * Makes the service's next transitions, as far as they take no time; the first that takes some is put on the agenda.
 */
async function followUp(
  settings: GdapSettings,
  context: WriteContext,
  start: RelationshipRow,
): Promise<{ row: RelationshipRow; last: RelationshipTransition | undefined }> {
  let row = start
  let last: RelationshipTransition | undefined
  for (;;) {
    const step = next(row.status, 'proceed')
    if (step === undefined) return { row, last }
    const wait = waitFor(settings, 'relationship', step, namedOf(row))
    if (wait === undefined || wait > 0) {
      if (wait !== undefined) {
        await context.agenda.set({ kind: 'gdap.relationship', subject: row.id, due: addMillis(context.now, wait) })
      }
      return { row, last }
    }
    if (await isHeld(settings, context, attemptOf(row))) return { row, last }
    row = await takeStep(context, row, step, {})
    last = step
  }
}

/** Brings the agenda, the rows below and the list of customers in line with the new status. */
async function settleAround(
  settings: GdapSettings | undefined,
  context: WriteContext,
  before: RelationshipRow,
  after: RelationshipRow,
): Promise<void> {
  const has = (list: readonly RelationshipStatus[], { status }: RelationshipRow) => list.includes(status)
  // When it ends on its end date, the entry for the end has just fired, and none is left to remove.
  const isCutShort = before.status === 'active' && after.status !== 'active' && before.endDateTime !== context.now
  if (isCutShort) await dropAll(context, after.id, endKinds)
  if (before.status === 'approvalPending' && after.status !== before.status) await dropAll(context, after.id, ['lapse'])
  if (has(endedStatuses, after) && !has(endedStatuses, before)) {
    await endAssignments(context, after)
    await failOperations(context, after)
  }
  if (after.customerTenantId !== null && has(listedStatuses, before) !== has(listedStatuses, after)) {
    invariant(settings !== undefined, 'only the service makes a relationship active, or ends an active one')
    await syncCustomer(settings, context, after.customerTenantId)
  }
}

/** Makes the transitions that follow immediately, stores the row, and updates what depends on it. */
async function finish(
  settings: GdapSettings | undefined,
  context: WriteContext,
  before: RelationshipRow,
  begun: { readonly row: RelationshipRow; readonly step: RelationshipTransition | undefined },
): Promise<RelationshipRow> {
  const { row: after, last } =
    settings === undefined ? { row: begun.row, last: undefined } : await followUp(settings, context, begun.row)
  const { id, ...all } = after
  const changed = Object.entries(all).filter(([key, value]) => value !== before[key as keyof RelationshipRow])
  if (changed.length > 0) await context.tx.update(relationship, id, Object.fromEntries(changed) as Patch)
  await settleAround(settings, context, before, after)
  // Only the last transition counts: it may undo what an earlier one would set.
  const step = last ?? begun.step
  for (const { kind, due } of step === undefined ? [] : duesAfter(step, after, context.now)) {
    await context.agenda.set({ kind: `gdap.${kind}`, subject: id, due })
  }
  return after
}

/**
 * Makes the transition of the event and those that follow it immediately. The event must be possible in the row's
 * status: callers refuse it before. Without settings, those that follow are put on the agenda, due now. Returns the row
 * as it is afterwards.
 */
export async function moveRelationship(
  settings: GdapSettings | undefined,
  context: WriteContext,
  before: RelationshipRow,
  move: Move,
): Promise<RelationshipRow> {
  const step = next(before.status, move.event)
  invariant(step !== undefined && step.to !== null, `no step ${move.event} from ${before.status}`)
  const row = await takeStep(context, before, step, move)
  if (settings === undefined && next(step.to, 'proceed') !== undefined) {
    await context.agenda.set({ kind: 'gdap.follow', subject: before.id, due: context.now })
  }
  return finish(settings, context, before, { row, step })
}

/** Makes the service's transitions that follow immediately. */
export function followRelationship(settings: GdapSettings, context: WriteContext, row: RelationshipRow) {
  return finish(settings, context, row, { row, step: undefined })
}

/** Makes a transition that removes the relationship, with all rows below. */
export async function removeRelationship(
  context: WriteContext,
  row: RelationshipRow,
  event: RelationshipEvent,
): Promise<void> {
  const { tx } = context
  const step = next(row.status, event)
  invariant(step !== undefined && step.to === null, `no step ${event} from ${row.status}`)
  await record(context, subjectOf('relationship', row.id, row), { step, before: { status: row.status }, after: {} })
  await dropAll(context, row.id, ['relationship', 'follow', 'lapse', 'cleanUp', ...endKinds])
  await removeWhole(tx, relationship, row.id)
}

/** Ends the relationship because its customer is not there any more, in whatever status it is, also one it is stuck in. */
export async function endForLeftCustomer(
  settings: GdapSettings,
  context: WriteContext,
  row: RelationshipRow,
): Promise<void> {
  const step = next(row.status, 'customerLeft')
  if (step === undefined) return
  if (step.to === null) return removeRelationship(context, row, 'customerLeft')
  await dropAll(context, row.id, ['relationship', 'follow'])
  await moveRelationship(settings, context, row, { event: 'customerLeft' })
}
