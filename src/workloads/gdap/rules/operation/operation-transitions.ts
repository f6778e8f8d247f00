/** Creates operations and makes their transitions: gdap.md §3.5. */
import { invariant } from '#base/errors.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { operation } from '../../types.ts'
import { record } from '../audit/audit-record.ts'
import { scheduleStep } from '../latency.ts'
import type { GdapSettings } from '../settings.ts'
import { namedOf, type OperationRow, operationsOf, type RelationshipRow, subjectOf } from '../typed-rows.ts'
import { isOpen, next, type OperationEvent } from './operation-states.ts'

export type OperationType = 'delegatedAdminAccessAssignmentUpdate' | 'delegatedAdminRelationshipUpdate'

function schedule(settings: GdapSettings, context: WriteContext, owner: RelationshipRow, row: OperationRow) {
  return scheduleStep(settings, context, 'operation', {
    step: next(row.status, 'proceed'),
    id: row.id,
    named: namedOf(owner),
  })
}

export async function hasOpen(tx: ReadTx, relationshipId: string, targetId: string): Promise<boolean> {
  return (await operationsOf(tx, relationshipId)).some((row) => row.targetId === targetId && isOpen(row.status))
}

/** `data`: the target as a client will read it after the change, `id` included. */
export async function startOperation(
  settings: GdapSettings,
  context: WriteContext,
  owner: RelationshipRow,
  facts: { readonly operationType: OperationType; readonly data: Readonly<Record<string, unknown>> & { id: string } },
): Promise<string> {
  const { tx, ids, now } = context
  const step = next(null, 'create')
  invariant(step !== undefined, 'operations begin')
  const row = {
    id: ids.mint(),
    operationType: facts.operationType,
    data: JSON.stringify(facts.data),
    status: 'notStarted',
    targetId: facts.data.id,
    createdDateTime: now,
    lastModifiedDateTime: now,
    relationshipId: owner.id,
  } as const
  await tx.insert(operation, row)
  const after = { operationType: row.operationType, status: row.status, data: row.data }
  await record(context, subjectOf('operation', row.id, owner), { step, before: {}, after })
  await schedule(settings, context, owner, row)
  return row.id
}

/** With `settings`, the next transition of the service is put on the agenda. */
export async function moveOperation(
  settings: GdapSettings | undefined,
  context: WriteContext,
  facts: { readonly owner: RelationshipRow; readonly row: OperationRow; readonly event: OperationEvent },
): Promise<void> {
  const { owner, row, event } = facts
  const step = next(row.status, event)
  invariant(step !== undefined && step.to !== null, `no step ${event} from ${row.status}`)
  const patch = { status: step.to, lastModifiedDateTime: context.now }
  await context.tx.update(operation, row.id, patch)
  await record(context, subjectOf('operation', row.id, owner), {
    step,
    before: { status: row.status },
    after: { status: step.to },
  })
  if (settings !== undefined) await schedule(settings, context, owner, { ...row, ...patch })
}

/** Operations that are open when the relationship ends fail. */
export async function failOperations(context: WriteContext, owner: RelationshipRow): Promise<void> {
  for (const row of await operationsOf(context.tx, owner.id)) {
    if (!isOpen(row.status)) continue
    await context.agenda.drop('gdap.operation', row.id)
    await moveOperation(undefined, context, { owner, row, event: 'fail' })
  }
}
