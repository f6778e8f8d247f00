/** The parts of the chain over the log, put together: what audit-log.ts loads. */
import { randomUUID } from 'node:crypto'
import { type Clock, instantOf, type MovableClock } from '#base/clock.ts'
import { randomIds } from '#base/ids.ts'
import type { ReadTx, SharedTexts, Store } from '#edm/ports.ts'
import type { Pruning } from '#engine/time/retention.ts'
import { chainStateIn } from '#notify/audit/chain.ts'
import { type ExportRange, exportLines } from '#notify/audit/export.ts'
import { leaseOwner, SinkFollower } from '#notify/audit/follower.ts'
import { ChainKeeper } from '#notify/audit/keeper.ts'
import { auditPrunings, holdsChange } from '#notify/audit/retention.ts'
import { type CheckpointKey, checkpointSigner } from '#notify/audit/signing.ts'
import type { Sink } from '#notify/sinks/sink.ts'
import { type SinkWish, sinkOf } from '#notify/sinks/sink-setting.ts'
import { chainReadingOn } from '#workloads/audit/reading.ts'
import { auditRecordsOn } from '#workloads/audit/records.ts'
import { auditCheckpoint, auditSink, linkId } from '#workloads/audit/types.ts'
import { ownVersion } from '../../version.ts'

export interface AuditLogFacts {
  readonly store: Store
  /** Of the rows. */
  readonly clock: MovableClock
  /** The system's. */
  readonly base: Clock
  /** Where the key is kept; undefined: in memory. */
  readonly texts: SharedTexts | undefined
  readonly hasTaxonomy: boolean
  /** Several processes may write the same rows. */
  readonly isShared: boolean
  /** Nothing happens by itself, so that equal runs stay equal. */
  readonly isQuiet: boolean
  /** Days that records are kept; undefined: for ever. */
  readonly days: number | undefined
  readonly sinks: readonly SinkWish[]
  readonly onChained: ((count: number) => void) | undefined
  readonly onSunk: ((kind: string, outcome: string, count: number) => void) | undefined
  readonly warn: (text: string) => void
  readonly report: (error: unknown) => void
}

export interface AuditStatus {
  readonly tenant: string
  readonly newest: { readonly n: number; readonly link: string }
  /** The link that the kept ones go on from. */
  readonly start: { readonly n: number; readonly link: string }
  readonly checkpoint: { readonly n: number; readonly dateTime: string; readonly jws: string } | null
  readonly sinks: readonly Readonly<Record<string, unknown>>[]
}

export interface AuditWork {
  wake(tenantId: string): void
  readonly prunings: readonly Pruning[]
  holdsChange(tx: ReadTx, change: number): Promise<boolean>
  lines(tenantId: string, range: ExportRange): AsyncGenerator<string>
  status(tenantId: string): Promise<AuditStatus>
  settle(tenantId: string): Promise<void>
  keys(): Promise<readonly CheckpointKey[]>
  close(): Promise<void>
}

/** How long a stop waits for a place that is being sent to, in milliseconds. */
const closeMillis = 1_000

function kindOf(name: string): string {
  return name.slice(0, name.search(/[:+]/))
}

/** The places, each with what follows the chain for it. The version is known a moment later. */
async function followersOf(facts: AuditLogFacts, reading: ReturnType<typeof chainReadingOn>): Promise<SinkFollower[]> {
  const { store, base, isShared, sinks, warn, report, onSunk } = facts
  const realNow = () => base.now()
  const version = await ownVersion()
  const owner = leaseOwner(randomUUID())
  const made: Sink[] = sinks.map((wish) => sinkOf(wish, { version, environment: process.env, now: realNow, warn }))
  return made.map(
    (sink) =>
      new SinkFollower({
        store,
        reading,
        sink,
        owner,
        // On a file others may have come that were not foreseen.
        isShared: async () => isShared || (await store.processes.isShared?.()) === true,
        realNow,
        onSent: (name, outcome, count) => onSunk?.(kindOf(name), outcome, count),
        note: warn,
        report,
      }),
  )
}

async function statusOf({ store, base, sinks }: AuditLogFacts, tenantId: string): Promise<AuditStatus> {
  return store.read(tenantId, async (tx) => {
    const state = await chainStateIn(tx, tenantId, instantOf(base.now()))
    const checkpoint = await tx.get(auditCheckpoint, linkId(state.checkpoint))
    const shown: Record<string, unknown>[] = []
    for (const { name } of sinks) {
      const row = await tx.get(auditSink, name)
      const sent = row?.sent ?? 0
      shown.push({
        name,
        sent,
        waiting: state.newest - sent,
        missed: row?.missed ?? 0,
        sentDateTime: row?.sentDateTime ?? null,
        failingDateTime: row?.failingDateTime ?? null,
        lastError: row?.lastError ?? null,
      })
    }
    return {
      tenant: tenantId,
      newest: { n: state.newest, link: state.link },
      start: { n: state.forgotten, link: state.forgottenLink },
      checkpoint:
        checkpoint === undefined
          ? null
          : { n: state.checkpoint, dateTime: checkpoint.createdDateTime, jws: checkpoint.jws },
      sinks: shown,
    }
  })
}

export function auditWorkOn(facts: AuditLogFacts): AuditWork {
  const { store, clock, base, texts, hasTaxonomy, isShared, isQuiet, days, report, onChained } = facts
  const records = auditRecordsOn(store)
  const reading = chainReadingOn(store, records)
  const signer = checkpointSigner(texts)
  const realNow = () => instantOf(base.now())
  const sinks = facts.sinks.map(({ name }) => name)
  let followers: readonly SinkFollower[] = []
  const opening = (sinks.length === 0 || isQuiet ? Promise.resolve([]) : followersOf(facts, reading)).then(
    async (made) => {
      followers = made
      if (made.length === 0) return
      for (const { id } of await store.tenants()) for (const follower of made) follower.wake(id)
    },
  )
  opening.catch(report)
  const keeper = new ChainKeeper({
    store,
    records,
    hasTaxonomy,
    realNow,
    ids: randomIds,
    signer,
    now: () => instantOf(clock.now()),
    isShared,
    isQuiet,
    onChained: (tenantId, added) => {
      onChained?.(added)
      for (const follower of followers) follower.wake(tenantId)
    },
    report,
  })
  const exporting = { store, reading, signer, realNow, settle: (tenantId: string) => keeper.settle(tenantId) }
  return {
    wake: (tenantId) => keeper.wake(tenantId),
    prunings:
      days === undefined
        ? []
        : auditPrunings({
            store,
            days,
            now: () => clock.now(),
            sinks,
            checkpoint: (tenantId) => keeper.checkpoint(tenantId),
          }),
    holdsChange: (tx, change) => holdsChange(tx, sinks, change),
    lines: (tenantId, range) => exportLines(exporting, tenantId, range),
    settle: (tenantId) => keeper.settle(tenantId),
    keys: async () => [await signer.key()],
    status: (tenantId) => statusOf(facts, tenantId),
    close: async () => {
      await opening.catch(() => undefined)
      const closing = Promise.all(followers.map((follower) => follower.close()))
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, closeMillis).unref()
      })
      await Promise.race([closing, late])
      await keeper.close()
    },
  }
}
