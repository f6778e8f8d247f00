/** Reads the record of changes (exchange.md §10.1): what rules are given of it is in edm/records/reading.ts. */
import { type Clock, instantOf } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Model } from '#edm/model.ts'
import type { ChangeRecord, ReadTx, Store, Tx } from '#edm/ports.ts'
import { all, constant, type Expr, equal, member, param } from '#edm/query.ts'
import type { ChangedMembers, ChangeHead, RecordEntry, RecordOf } from '#edm/records/reading.ts'
import { changeId, leftMark, reachId, recordedRow, recordReach, sequenceOf } from '#edm/records/recording.ts'
import type { RowQuery } from '#edm/row-query.ts'

/** After every id of the record. */
const end = '~'
const rowsAtOnce = 1000
const day = 86_400_000

const entryKeys = ['type', 'subject', 'within', 'before', 'after']
const headKeys = ['changedDateTime', 'verb', 'origin', 'batchId', 'undoes', 'binned', 'count']

const isEarlier: Expr = { op: 'lt', left: member('id'), right: param('before') }
const isLater: Expr = { op: 'gt', left: member('id'), right: param('from') }
const isNoCreation: Expr = { op: 'ne', left: member('before'), right: constant(null) }

function query(where: Expr, carry: readonly string[], descending: boolean): RowQuery {
  return {
    type: recordedRow,
    branches: [where],
    order: [{ by: member('id'), descending }],
    limit: true,
    shape: [],
    carry,
  }
}

function queriesOf(store: Store, types: readonly EntityType[]) {
  const newestFirst = (where: Expr, carry = entryKeys) => store.prepare(query(all(where, isEarlier), carry, true))
  return {
    ofSubject: newestFirst(all(isNoCreation, equal(member('subject'), param('of')))),
    ofHolder: newestFirst(equal(member('within'), param('of'))),
    ofAll: newestFirst(constant(true)),
    binned: newestFirst({ op: 'ne', left: member('binned'), right: constant(null) }, headKeys),
    listed: new Map(types.map((type) => [type.name, store.prepare({ ...query(isLater, [], false), type })] as const)),
    following: store.prepare(query(all(isLater, isEarlier), entryKeys, false)),
    made: store.prepare(
      query(
        all(
          equal(member('within'), param('within')),
          equal(member('subject'), param('of')),
          equal(member('before'), constant(null)),
          equal(member('after'), constant(null)),
          isLater,
        ),
        [],
        false,
      ),
    ),
  }
}

function membersIn(text: unknown): Record<string, unknown> {
  return typeof text === 'string' ? (JSON.parse(text) as Record<string, unknown>) : {}
}

function changedIn(row: AnyRow): ChangedMembers | undefined {
  const { before, after } = row as { before?: string | null; after?: string | null }
  if (after === leftMark) return undefined
  return {
    type: row['type'] as string,
    id: row['subject'] as string,
    within: row['within'] as string,
    action: (before ?? null) === null ? 'create' : (after ?? null) === null ? 'delete' : 'update',
    before: membersIn(before),
    after: membersIn(after),
  }
}

function entryIn(row: AnyRow): RecordEntry {
  return { place: row.id, sequence: sequenceOf(row.id), row: changedIn(row) }
}

function changeIn(row: AnyRow): ChangeHead {
  const { by, requestId = null, importId = null } = membersIn(row['origin']) as Json
  const text = (key: string): string | null => (row[key] as string | null | undefined) ?? null
  return {
    id: sequenceOf(row.id),
    changedDateTime: text('changedDateTime') ?? '',
    verb: text('verb') ?? '',
    by: { id: null, name: null, ...(by as object) } as ChangeHead['by'],
    requestId: requestId as string | null,
    importId: importId as string | null,
    // The column has the import as well, so that its changes are found together.
    batchId: text('batchId') === importId ? null : text('batchId'),
    undoes: text('undoes'),
    binned: text('binned'),
    count: (row['count'] as number | null) ?? 0,
  }
}

function instantAfter(instant: string, days: number): string {
  // A clock near its last year has nothing after it.
  return instantOf(new Date(Math.min(Date.parse(instant) + days * day, Date.parse('9999-12-31T23:59:59.999Z'))))
}

/** The record of a store; each method reads in the transaction that it is given. */
class StoredRecord implements ChangeRecord {
  readonly #queries: ReturnType<typeof queriesOf>
  readonly #clock: Clock
  readonly #binDays: number | undefined

  constructor(queries: ReturnType<typeof queriesOf>, clock: Clock, binDays: number | undefined) {
    this.#queries = queries
    this.#clock = clock
    this.#binDays = binDays
  }

  async reach(tx: ReadTx) {
    const found = await tx.get(recordReach, reachId)
    return {
      newest: found?.newest ?? 0,
      forgotten: found?.forgotten ?? 0,
      sinceDateTime: found?.sinceDateTime ?? undefined,
    }
  }

  async change(tx: ReadTx, id: number): Promise<ChangeHead | undefined> {
    const row = Number.isSafeInteger(id) && id > 0 ? await tx.get(recordedRow, changeId(id)) : undefined
    return row === undefined ? undefined : changeIn(row as AnyRow)
  }

  async #entriesOf(tx: ReadTx, id: number): Promise<RecordEntry[]> {
    const found: RecordEntry[] = []
    const before = changeId(id + 1)
    // Everything from the first row on: an id that begins with the number of the write before comes earlier.
    let from = `${changeId(id - 1)}~`
    for (;;) {
      const some = (await tx.query(this.#queries.following, { from, before, limit: rowsAtOnce })).map(({ row }) => row)
      found.push(...some.map(entryIn))
      const last = some.at(-1)
      if (last === undefined || some.length < rowsAtOnce) return found
      from = last.id
    }
  }

  async rows(tx: ReadTx, id: number): Promise<ChangedMembers[]> {
    return (await this.#entriesOf(tx, id)).flatMap(({ row }) => row ?? [])
  }

  async entries(tx: ReadTx, of: RecordOf, before: string | undefined, limit: number): Promise<RecordEntry[]> {
    const { ofAll, ofHolder, ofSubject } = this.#queries
    const at = { before: before ?? end, limit }
    const isHeld = typeof of === 'object' && 'within' in of
    const found =
      of === 'all'
        ? await tx.query(ofAll, at)
        : await tx.query(isHeld ? ofHolder : ofSubject, { ...at, of: isHeld ? of.within : of.subject })
    return found.map(({ row }) => entryIn(row))
  }

  async following(tx: ReadTx, after: string, limit: number): Promise<RecordEntry[]> {
    const found = await tx.query(this.#queries.following, { from: after, before: end, limit })
    return found.map(({ row }) => entryIn(row))
  }

  async idsOf(tx: ReadTx, type: string, after: string, limit: number): Promise<string[]> {
    const listed = this.#queries.listed.get(type)
    invariant(listed !== undefined, `${type} is recorded`)
    return (await tx.query(listed, { from: after, limit })).map(({ row }) => row.id)
  }

  async madeBy(tx: ReadTx, within: string, subject: string, since = 0): Promise<number | undefined> {
    const bind = { within, of: subject, from: `${changeId(since)}~`, limit: 1 }
    const [first] = await tx.query(this.#queries.made, bind)
    return first === undefined ? undefined : sequenceOf(first.row.id)
  }

  async ofBatch(tx: ReadTx, batchId: string): Promise<number[]> {
    return (await tx.find(recordedRow, { batchId })).map(({ id }) => sequenceOf(id)).toSorted((a, b) => a - b)
  }

  async bin(tx: ReadTx, before: number | undefined, limit: number): Promise<ChangeHead[]> {
    const bind = { before: before === undefined ? end : changeId(before), limit }
    return (await tx.query(this.#queries.binned, bind)).map(({ row }) => changeIn(row))
  }

  async unbin(tx: Tx, id: number, keeps?: readonly string[]): Promise<void> {
    if (keeps !== undefined)
      for (const { place, row } of await this.#entriesOf(tx, id)) {
        if (row?.action !== 'delete') continue
        const kept = Object.entries(row.before).filter(([key]) => keeps.includes(key))
        await tx.update(recordedRow, place, { before: JSON.stringify(Object.fromEntries(kept)) })
      }
    await tx.update(recordedRow, changeId(id), { binned: null })
  }

  binnedUntil(deleted: string): string | undefined {
    return this.#binDays === undefined ? undefined : instantAfter(deleted, this.#binDays)
  }

  isExpired({ changedDateTime }: ChangeHead): boolean {
    const until = this.binnedUntil(changedDateTime)
    return until !== undefined && until <= instantOf(this.#clock.now())
  }

  /** Times rise with numbers, unless the clock was set back: the newest are looked at first. */
  async newestAt(tx: ReadTx, instant: string): Promise<number> {
    const { newest, forgotten } = await this.reach(tx)
    const isBy = async (id: number) => ((await this.change(tx, id))?.changedDateTime ?? end) <= instant
    let step = 1
    let later = newest + 1
    let earlier = newest
    while (earlier > forgotten && !(await isBy(earlier))) {
      later = earlier
      earlier = Math.max(forgotten, earlier - step)
      step *= 2
    }
    while (later - earlier > 1) {
      const middle = Math.floor((earlier + later) / 2)
      if (await isBy(middle)) earlier = middle
      else later = middle
    }
    return earlier
  }
}

/** `binDays`: how long deletions stay in the recycle bin; undefined: for ever. */
export function recordReadsOn(
  store: Store,
  models: readonly Model[],
  clock: Clock,
  binDays: number | undefined,
): ChangeRecord {
  const recorded = models.flatMap(({ entities }) => entities.filter((type) => type.recorded !== undefined))
  return new StoredRecord(queriesOf(store, recorded), clock, binDays)
}
