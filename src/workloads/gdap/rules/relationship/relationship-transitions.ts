/** Takes a relationship along its table: row, records, agenda, customers and what is below it, in one transaction. */
import { invariant } from '#base/errors.ts'
import type { PatchOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { removeWhole } from '../../../remove-whole.ts'
import { relationship } from '../../types.ts'
import { endAssignments } from '../assignment/assignment-transitions.ts'
import { type Initiator, record } from '../audit-record.ts'
import { waitFor } from '../latency.ts'
import { failOperations } from '../operation/operation-transitions.ts'
import type { GdapSettings } from '../settings.ts'
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

/** One step: what the row becomes, written down but not yet stored. */
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

/** What the service does by itself from here on, as far as it takes no time. */
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
    row = await takeStep(context, row, step, {})
    last = step
  }
}

/** Agenda and rows below, after steps that led from one status to another. */
async function settleAround(
  settings: GdapSettings | undefined,
  context: WriteContext,
  before: RelationshipRow,
  after: RelationshipRow,
): Promise<void> {
  const has = (list: readonly RelationshipStatus[], { status }: RelationshipRow) => list.includes(status)
  // At its end nothing of it is left on the agenda: this is what has come due last.
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

/** Goes on from a row as it has just become, stores it, and sees to what depends on it. */
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
  // The last step decides: it may end what the first one began.
  const step = last ?? begun.step
  for (const { kind, due } of step === undefined ? [] : duesAfter(step, after, context.now)) {
    await context.agenda.set({ kind: `gdap.${kind}`, subject: id, due })
  }
  return after
}

/**
 * Makes the event happen and everything that follows from it at once. The event must be possible in the row's status:
 * callers refuse it before. Without settings what follows is left to the agenda, where it is due at once.
 * Returns the row as it stands afterwards.
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

/** Lets the service go on with a row that waits for it. */
export function followRelationship(settings: GdapSettings, context: WriteContext, row: RelationshipRow) {
  return finish(settings, context, row, { row, step: undefined })
}

/** Takes a step that ends in nothing: the rows go, with all below. */
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
