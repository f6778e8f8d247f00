/**
 * Which rows of tracked types have changed, and in which order. Each changed row has one entry, written in the
 * transaction of its last change. Old entries are removed; one entry more holds the number up to which they were.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { holderOf, type Model } from '#edm/model.ts'
import type { Prepared, ReadTx, Store, Tx } from '#edm/ports.ts'
import { all, constant, equal, member, param } from '#edm/query.ts'
import { changeEntry, isTracked } from '#edm/records/tracking.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { instantBefore, type Pruning } from '../time/retention.ts'

export interface RowChange {
  /** Id of the row. */
  readonly subject: string
  readonly sequence: number
  readonly isRemoved: boolean
}

export interface ChangeLog {
  /** The same store, whose writes record what they change. */
  readonly store: Store
  /** Number of the newest change in the tenant; 0: nothing ever changed. */
  newest(tx: ReadTx): Promise<number>
  /** Number up to which changes are forgotten. */
  horizon(tx: ReadTx): Promise<number>
  /** Removes what is forgotten, a little at a time. */
  readonly pruning: Pruning
  /** Changes of the type's rows after a number, in order. */
  after(tx: ReadTx, type: EntityType, sequence: number, most: number): Promise<RowChange[]>
}

/** Unless the engine is told: in Graph a delta link is valid for at least a week (protocol.md §1.15). */
const usualDays = 30
/** Entries that one write removes at most. */
const mostForgotten = 16
const mostPruned = 100

const horizonId = 'horizon'

function queriesOf(store: Store): { newest: Prepared; following: Prepared; oldest: Prepared } {
  const carry = ['subject', 'sequence', 'isRemoved', 'changedDateTime']
  const query: RowQuery = { type: changeEntry, branches: [], order: [], limit: true, shape: [], carry }
  const bySequence = (descending: boolean) => [{ by: member('sequence'), descending }]
  const isLater = { op: 'gt', left: member('sequence'), right: param('since') } as const
  return {
    newest: store.prepare({ ...query, branches: [constant(true)], order: bySequence(true) }),
    following: store.prepare({
      ...query,
      branches: [all(equal(member('type'), param('type')), isLater)],
      order: bySequence(false),
    }),
    oldest: store.prepare({
      ...query,
      branches: [{ op: 'ne', left: member('type'), right: constant('') }],
      order: bySequence(false),
    }),
  }
}

interface Touched {
  readonly type: string
  readonly subject: string
  readonly isRemoved: boolean
}

/** The transaction, recording each write of a tracked row. The last write of a row counts. */
function noting(tx: Tx, touched: Map<string, Touched>): Tx {
  const note = (type: EntityType, subject: string, isRemoved = false): void => {
    if (!isTracked(type)) return
    const { name } = holderOf(type)
    const id = `${name}|${subject}`
    touched.delete(id)
    touched.set(id, { type: name, subject, isRemoved })
  }
  return {
    get: (type, id) => tx.get(type, id),
    find: (type, where, limit) => tx.find(type, where, limit),
    has: (type, where) => tx.has(type, where),
    findByElement: (type, prop, anyOf, limit) => tx.findByElement(type, prop, anyOf, limit),
    countEach: (type, where, key, values) => tx.countEach(type, where, key, values),
    findByWord: (type, prop, search) => tx.findByWord(type, prop, search),
    query: (query, bind) => tx.query(query, bind),
    pipeline: tx.pipeline,
    insert: async (type, draft, tenantId) => {
      const row = await tx.insert(type, draft, tenantId)
      // The changes of another tenant are not followed from here.
      if (tenantId === undefined) note(type, (row as AnyRow).id)
      return row
    },
    update: async (type, id, patch) => {
      await tx.update(type, id, patch)
      note(type, id)
    },
    add: async (type, id, amounts) => {
      await tx.add(type, id, amounts)
      note(type, id)
    },
    remove: async (type, id) => {
      await tx.remove(type, id)
      note(type, id, true)
    },
  }
}

async function put(tx: Tx, id: string, entry: Omit<AnyRow, 'id'>): Promise<void> {
  if ((await tx.get(changeEntry, id)) === undefined) await tx.insert(changeEntry, { id, ...entry } as never)
  else await tx.update(changeEntry, id, entry as never)
}

/** Undefined: no model has tracked types. */
export function changesOn(
  store: Store,
  clock: Clock,
  models: readonly Model[],
  days = usualDays,
): ChangeLog | undefined {
  if (!models.some(({ entities }) => entities.some(({ name }) => name === changeEntry.name))) return undefined
  const { newest, following, oldest } = queriesOf(store)

  const newestIn = async (tx: ReadTx): Promise<number> => {
    const [last] = await tx.query(newest, { limit: 1 })
    return (last?.row['sequence'] as number | undefined) ?? 0
  }

  const horizonIn = async (tx: ReadTx): Promise<number> => (await tx.get(changeEntry, horizonId))?.sequence ?? 0

  const oldIn = async (tx: ReadTx, most: number) => {
    const limit = instantBefore(clock, days)
    const rows = (await tx.query(oldest, { limit: most })).map(({ row }) => row)
    // In the order of changes, which is that of time unless the clock was set back.
    return rows.filter((row) => (row['changedDateTime'] as string) < limit)
  }

  const forget = async (tx: Tx, most = mostForgotten): Promise<number> => {
    const old = await oldIn(tx, most)
    const last = old.at(-1)
    if (last === undefined) return 0
    for (const { id } of old) await tx.remove(changeEntry, id)
    // Where the clock was set back, what is forgotten later may be of an earlier change.
    const sequence = Math.max(await horizonIn(tx), last['sequence'] as number)
    const changedDateTime = instantOf(clock.now())
    await put(tx, horizonId, { type: '', subject: '', sequence, isRemoved: false, changedDateTime })
    return old.length
  }

  const keep = async (tx: Tx, touched: ReadonlyMap<string, Touched>): Promise<void> => {
    const changedDateTime = instantOf(clock.now())
    let sequence = await newestIn(tx)
    for (const [id, { type, subject, isRemoved }] of touched) {
      sequence += 1
      await put(tx, id, { type, subject, sequence, isRemoved, changedDateTime })
    }
    await forget(tx)
  }

  return {
    store: {
      ...store,
      write: (tenantId, work, how) => {
        const noted = async (tx: Tx) => {
          const touched = new Map<string, Touched>()
          const value = await work(noting(tx, touched))
          if (touched.size > 0) await keep(tx, touched)
          return value
        }
        return store.write(tenantId, noted, how)
      },
    },
    newest: newestIn,
    pruning: {
      kind: 'changeEntry',
      isDue: async (tx) => (await oldIn(tx, 1)).length > 0,
      prune: (tx) => forget(tx, mostPruned),
    },
    horizon: horizonIn,
    after: async (tx, type, since, most) => {
      const rows = await tx.query(following, { type: holderOf(type).name, since, limit: most })
      return rows.map(({ row }) => ({
        subject: row['subject'] as string,
        sequence: row['sequence'] as number,
        isRemoved: Boolean(row['isRemoved']),
      }))
    },
  }
}
