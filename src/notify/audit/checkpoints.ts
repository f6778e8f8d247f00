/** Checkpoints: signed statements of how far a chain had come, told as events so that others keep them (events.md §9.4). */
import { bucketOf, type Ids } from '#base/ids.ts'
import type { Store, Tx } from '#edm/ports.ts'
import { auditChain, auditCheckpoint, auditLink, chainId, linkId } from '#workloads/audit/types.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { factsText } from '#workloads/events/event-facts.ts'
import { type ChainState, checkpointEvery } from './chain.ts'
import type { CheckpointSigner } from './signing.ts'

export interface Checkpoint {
  readonly tenant: string
  readonly n: number
  readonly link: string
  /** When the first record after the checkpoint before, and the last one, happened. */
  readonly from: string
  readonly to: string
}

export interface CheckpointFacts {
  readonly store: Store
  /** Of ids that are not counted: a checkpoint is made by the real clock. */
  readonly ids: Ids
  readonly signer: CheckpointSigner
  readonly realNow: () => string
  /** Of the rows. */
  readonly now: () => string
}

export const checkpointMillis = 3_600_000
export const checkpointName = 'relata.audit-checkpoint'

/** Whether there is something since the last one, and enough of it or long enough ago. */
export function isCheckpointDue(state: ChainState, realNow: string): boolean {
  const { newest, checkpoint, checkpointDateTime } = state
  if (newest <= checkpoint) return false
  return (
    newest - checkpoint >= checkpointEvery || Date.parse(realNow) - Date.parse(checkpointDateTime) >= checkpointMillis
  )
}

async function told(tx: Tx, { ids, now }: CheckpointFacts, statement: Checkpoint, jws: string): Promise<void> {
  await tx.insert(outboxEvent, {
    id: ids.mint(),
    eventName: checkpointName,
    resourceName: 'AuditLog',
    resourcePath: '/auditLogs/directoryAudits',
    subjectId: statement.tenant,
    changedDateTime: now(),
    orderingKey: 'audit',
    bucket: bucketOf('audit'),
    facts: factsText({ changeType: 'created', entity: 'auditCheckpoint', after: { ...statement, jws } }),
  })
}

/** Makes one of all that is chained, unless there is one. Returns the number of its link. */
export async function makeCheckpoint(facts: CheckpointFacts, tenantId: string): Promise<number> {
  const { store, signer, realNow } = facts
  const seen = await store.read(tenantId, async (tx) => {
    const state = await tx.get(auditChain, chainId)
    if (state === undefined) return undefined
    const first = await tx.get(auditLink, linkId(state.checkpoint + 1))
    const last = await tx.get(auditLink, linkId(state.newest))
    return { state, first, last }
  })
  if (seen === undefined) return 0
  const { state, first, last } = seen
  if (first === undefined || last === undefined) return state.checkpoint
  const { newest: n, link } = state
  const statement = { tenant: tenantId, n, link, from: first.activityDateTime, to: last.activityDateTime }
  const jws = await signer.sign(statement)
  await store.write(tenantId, async (tx) => {
    const now = await tx.get(auditChain, chainId)
    // Another process has made it meanwhile.
    if (now === undefined || now.checkpoint !== state.checkpoint) return
    const createdDateTime = realNow()
    await tx.insert(auditCheckpoint, { id: linkId(n), link, jws, createdDateTime })
    await told(tx, facts, statement, jws)
    await tx.update(auditChain, chainId, { checkpoint: n, checkpointDateTime: createdDateTime })
  })
  return n
}
