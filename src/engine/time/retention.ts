/**
 * Retention: rows of records that are older than they are kept for are removed, a few in each transaction, in the background.
 * Time is that of the movable clock. Nodes may do it at the same time: each row is removed by one of them, under the lock of
 * its tenant.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { StoreError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Prepared, ReadTx, Store, Tx, WriteHow } from '#edm/ports.ts'
import { constant, type Expr, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'

/** Records of one kind. */
export interface RecordKept {
  readonly type: EntityType
  /** Row key of the instant from which they are kept; an index begins with it. */
  readonly since: string
  readonly days: number
  /** A row key that counts the rows: the row with the highest number stays, so that no number is given twice. */
  readonly number?: string
  /** Row keys that become null in the row that stays. */
  readonly emptied?: readonly string[]
  /** Which rows are meant; absent: all. */
  readonly only?: Expr
  /** What somebody still needs, by `number`. */
  readonly held?: (tx: ReadTx) => Promise<readonly HeldRows[]>
}

/** Rows with a higher number stay, although they are old. */
export interface HeldRows {
  readonly above: number
  /** For so many days at most; absent: until nobody needs them. */
  readonly days?: number
}

/** What is removed when it is old enough. */
export interface Pruning {
  /** For metrics. */
  readonly kind: string
  /** Whether something is older than the instant it is kept for. */
  isDue(tx: ReadTx): Promise<boolean>
  /** Called before the first removal in a tenant, outside of any transaction. */
  ready?(tenantId: string): Promise<void>
  /** Removes a few of the oldest; returns how many. */
  prune(tx: Tx): Promise<number>
}

export interface RetentionFacts {
  readonly store: Store
  readonly clock: Clock
  readonly prunings: readonly Pruning[]
  /** Called after each commit that has removed something. */
  readonly onPruned: (kind: string, count: number) => void
  readonly report: (error: unknown, requestId: string) => void
}

const day = 86_400_000
/** By the movable clock. */
const everyMillis = 3_600_000
/** Of real time: how often it is looked whether an hour of the clock has passed, and the wait after the start. */
const lookMillis = 60_000
const rowsAtOnce = 100

/** The instant, as rows hold it, of so many days before now. */
export function instantBefore(clock: Clock, days: number): string {
  // A clock near its first year has nothing before it.
  const millis = clock.now().getTime() - days * day
  return instantOf(new Date(Math.max(millis, Date.parse('0001-01-01T00:00:00.000Z'))))
}

/** Finds the row that has the highest number; there is none to find where rows have no number. */
function lastOf(store: Store, { type, number }: RecordKept): (tx: ReadTx) => Promise<string | undefined> {
  if (number === undefined) return async () => undefined
  const order = [{ by: member(number), descending: true }]
  const last = store.prepare({ type, branches: [constant(true)], order, limit: true, shape: [], carry: [] })
  return async (tx) => (await tx.query(last, { limit: 1 }))[0]?.row.id
}

export function pruningOf(store: Store, clock: Clock, kept: RecordKept): Pruning {
  const { type, since, days, emptied = [], only, number, held } = kept
  const last = lastOf(store, kept)
  const query: RowQuery = {
    type,
    branches: [{ op: 'lt', left: member(since), right: param('limit instant') }],
    order: [{ by: member(since), descending: false }],
    limit: true,
    shape: [],
    carry: [...emptied, since, ...(number === undefined ? [] : [number])],
    ...(only === undefined ? {} : { filter: only }),
  }
  const oldest: Prepared = store.prepare(query)
  const isFull = (row: AnyRow): boolean => emptied.some((key) => row[key] !== null)
  /** Those to remove, and the one that stays, if something of it has to go. */
  const find = async (tx: ReadTx, limit: number) => {
    const rows = (await tx.query(oldest, { limit, 'limit instant': instantBefore(clock, days) })).map(({ row }) => row)
    const spared = rows.length === 0 ? undefined : await last(tx)
    const holds = (rows.length === 0 ? undefined : await held?.(tx)) ?? []
    const isHeld = (row: AnyRow): boolean =>
      holds.some(
        ({ above, days: most }) =>
          Number(row[number ?? 'id']) > above &&
          (most === undefined || String(row[since]) > instantBefore(clock, most)),
      )
    return {
      old: rows.filter((row) => row.id !== spared && !isHeld(row)),
      kept: rows.find((row) => row.id === spared && isFull(row)),
    }
  }
  return {
    kind: type.name.slice(type.name.lastIndexOf('.') + 1),
    isDue: async (tx) => {
      const { old, kept: rest } = await find(tx, 2)
      return old.length > 0 || rest !== undefined
    },
    prune: async (tx) => {
      const { old, kept: rest } = await find(tx, rowsAtOnce)
      for (const { id } of old) await tx.remove(type, id)
      if (rest !== undefined) await tx.update(type, rest.id, Object.fromEntries(emptied.map((key) => [key, null])))
      return old.length
    },
  }
}

/** Another node is at work in the tenant, or the tenant was removed: neither is a fault. */
function isLeft(error: unknown): boolean {
  return error instanceof StoreError && (error.reason === 'elsewhere' || error.reason === 'tenant')
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

export class Retention {
  readonly #facts: RetentionFacts
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  /** When the last pass began, by the movable clock. */
  #last = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(facts: RetentionFacts) {
    this.#facts = facts
    this.#timer = setInterval(() => {
      this.settle().catch((error: unknown) => {
        if (!this.#isClosed) facts.report(error, 'retention')
      })
    }, lookMillis).unref()
  }

  /** Resolves when nothing is kept that is too old by an hour or more. Rejects where the database cannot be written. */
  async settle(): Promise<void> {
    if (this.#running !== undefined) await this.#running
    const now = this.#facts.clock.now().getTime()
    if (this.#isClosed || Math.abs(now - this.#last) < everyMillis) return
    this.#running = this.#pass().finally(() => {
      this.#running = undefined
    })
    await this.#running
    this.#last = now
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#running?.catch(() => undefined)
  }

  async #pass(): Promise<void> {
    const { store, prunings } = this.#facts
    for (const { id } of await store.tenants())
      for (const pruning of prunings) {
        if (this.#isClosed) return
        await this.#prune(id, pruning)
        await nextTurn()
      }
  }

  async #prune(tenantId: string, pruning: Pruning): Promise<void> {
    const { store, onPruned } = this.#facts
    try {
      if (!(await store.read(tenantId, (tx) => pruning.isDue(tx)))) return
      await pruning.ready?.(tenantId)
      // Whoever begins goes on to the end, and waits for its turn: the others have left the tenant to it.
      const once = (how: WriteHow): Promise<number> => store.write(tenantId, (tx) => pruning.prune(tx), how)
      for (let removed = await once({ ifFree: true }); removed > 0 && !this.#isClosed; removed = await once({})) {
        onPruned(pruning.kind, removed)
        await nextTurn()
      }
    } catch (error) {
      if (!isLeft(error)) throw error
    }
  }
}
