/**
 * What leaves the log and its chain by age (events.md §9.4): records up to a checkpoint, which is made where it is missing, and
 * links up to one. What a place that the log is sent to has not taken stays a week longer.
 */
import { instantOf } from '#base/clock.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import { all, constant, type Expr, member, param } from '#edm/query.ts'
import { changeOf, hasChange } from '#workloads/audit/records.ts'
import { auditChain, auditCheckpoint, auditLink, auditSink, chainId, linkId } from '#workloads/audit/types.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'

export interface AuditRetentionFacts {
  readonly store: Store
  /** Days that records are kept. */
  readonly days: number
  /** Of the rows. */
  readonly now: () => Date
  /** Names of the places that the log is sent to. */
  readonly sinks: readonly string[]
  /** Resolves when there is a checkpoint of all that is committed. */
  readonly checkpoint: (tenantId: string) => Promise<unknown>
}

/** As retention takes it (engine/time/retention.ts). */
export interface AuditPruning {
  readonly kind: string
  isDue(tx: ReadTx): Promise<boolean>
  ready?(tenantId: string): Promise<void>
  prune(tx: Tx): Promise<number>
}

const day = 86_400_000
const sinkDays = 7
const recordsAtOnce = 100
const linksAtOnce = 1_000

function instantBefore(now: Date, days: number): string {
  return instantOf(new Date(Math.max(now.getTime() - days * day, Date.parse('0001-01-01T00:00:00.000Z'))))
}

/** The newest link that every place has. */
async function sentToAll(tx: ReadTx, sinks: readonly string[]): Promise<number> {
  let least = Number.MAX_SAFE_INTEGER
  for (const name of sinks) least = Math.min(least, (await tx.get(auditSink, name))?.sent ?? 0)
  return least
}

/** Whether a change of the taxonomy has to stay, though it is old: a place has not taken its record, and has a week for it. */
export async function holdsChange(tx: ReadTx, sinks: readonly string[], change: number): Promise<boolean> {
  for (const name of sinks) if (change > ((await tx.get(auditSink, name))?.change ?? 0)) return true
  return false
}

export { sinkDays }

function ofRecords({ store, days, now, sinks, checkpoint }: AuditRetentionFacts): AuditPruning {
  const old: Expr = { op: 'lt', left: member('activityDateTime'), right: param('limit instant') }
  const query = (branch: Expr) =>
    store.prepare({
      type: directoryAudit,
      branches: [branch],
      order: [{ by: member('activityDateTime'), descending: false }],
      limit: true,
      shape: [],
      carry: ['chained'],
    })
  const oldest = query(old)
  const chained = query(all(old, { op: 'le', left: member('chained'), right: param('most') }))
  const removable = async (tx: ReadTx, limit: number): Promise<string[]> => {
    const checked = (await tx.get(auditChain, chainId))?.checkpoint ?? 0
    const find = async (after: number, most: number) =>
      (await tx.query(chained, { limit, most, 'limit instant': instantBefore(now(), after) })).map(({ row }) => row.id)
    const sent = Math.min(checked, await sentToAll(tx, sinks))
    const first = await find(days, sent)
    return first.length > 0 || sent === checked ? first : find(days + sinkDays, checked)
  }
  return {
    kind: 'directoryAudit',
    // Whatever is old, whether it may go or not: until there is a checkpoint nobody knows.
    isDue: async (tx) => {
      const rows = await tx.query(oldest, { limit: 1, 'limit instant': instantBefore(now(), days) })
      if (rows.length === 0) return false
      const checked = (await tx.get(auditChain, chainId))?.checkpoint ?? 0
      const at = rows[0]?.row['chained']
      return typeof at !== 'number' || at > checked || (await removable(tx, 1)).length > 0
    },
    ready: async (tenantId) => {
      const isMissing = await store.read(tenantId, async (tx) => {
        const checked = (await tx.get(auditChain, chainId))?.checkpoint ?? 0
        const bind = { limit: recordsAtOnce, 'limit instant': instantBefore(now(), days) }
        return (await tx.query(oldest, bind)).some(
          ({ row }) => !(((row['chained'] as number | null) ?? Infinity) <= checked),
        )
      })
      if (isMissing) await checkpoint(tenantId)
    },
    prune: async (tx) => {
      const ids = await removable(tx, recordsAtOnce)
      for (const id of ids) await tx.remove(directoryAudit, id)
      return ids.length
    },
  }
}

/** The oldest checkpoint that is ahead of what went, where all records up to it are gone. */
function goneOn({ store, days, now, sinks }: AuditRetentionFacts): (tx: ReadTx) => Promise<string | undefined> {
  const common = { limit: true, shape: [], carry: [] } as const
  const next = store.prepare({
    ...common,
    type: auditCheckpoint,
    branches: [{ op: 'gt', left: member('id'), right: param('after id') }],
    order: [{ by: member('id'), descending: false }],
  })
  const stored = store.prepare({
    ...common,
    type: directoryAudit,
    branches: [{ op: 'le', left: member('chained'), right: param('most') }],
    order: [],
  })
  const drawn = store.prepare({
    ...common,
    type: auditLink,
    branches: [
      all(
        { op: 'le', left: member('id'), right: param('most id') },
        { op: 'eq', left: member('source'), right: constant('taxonomy') },
      ),
    ],
    order: [{ by: member('id'), descending: true }],
    carry: ['recordId'],
  })
  return async (tx) => {
    const state = await tx.get(auditChain, chainId)
    if (state === undefined) return undefined
    const id = (await tx.query(next, { 'after id': linkId(state.forgotten), limit: 1 }))[0]?.row.id
    if (id === undefined) return undefined
    if ((await tx.query(stored, { most: Number(id), limit: 1 })).length > 0) return undefined
    const newest = (await tx.query(drawn, { 'most id': id, limit: 1 }))[0]?.row['recordId']
    if (typeof newest === 'string' && (await hasChange(tx, changeOf(newest)))) return undefined
    if (Number(id) <= (await sentToAll(tx, sinks))) return id
    const happened = (await tx.get(auditLink, id))?.activityDateTime ?? ''
    return happened < instantBefore(now(), days + sinkDays) ? id : undefined
  }
}

/** Links up to a checkpoint; the checkpoint stays, and the kept ones go on from it. */
function ofLinks(facts: AuditRetentionFacts): AuditPruning {
  const gone = goneOn(facts)
  const upTo = (type: typeof auditLink | typeof auditCheckpoint, op: 'le' | 'lt') =>
    facts.store.prepare({
      type,
      branches: [{ op, left: member('id'), right: param('most id') }],
      order: [{ by: member('id'), descending: false }],
      limit: true,
      shape: [],
      carry: ['link'],
    })
  const links = upTo(auditLink, 'le')
  const earlier = upTo(auditCheckpoint, 'lt')
  return {
    kind: 'auditLink',
    isDue: async (tx) => (await gone(tx)) !== undefined,
    prune: async (tx) => {
      const id = await gone(tx)
      if (id === undefined) return 0
      const rows = (await tx.query(links, { 'most id': id, limit: linksAtOnce })).map(({ row }) => row)
      for (const row of rows) await tx.remove(auditLink, row.id)
      const last = rows.at(-1)
      if (last !== undefined)
        await tx.update(auditChain, chainId, { forgotten: Number(last.id), forgottenLink: String(last['link']) })
      if (rows.length < linksAtOnce)
        for (const { row } of await tx.query(earlier, { 'most id': id, limit: linksAtOnce }))
          await tx.remove(auditCheckpoint, row.id)
      return rows.length
    },
  }
}

export function auditPrunings(facts: AuditRetentionFacts): readonly AuditPruning[] {
  return [ofRecords(facts), ofLinks(facts)]
}
