/** `relata.undo`: takes a write back, or all writes of a batch or an import, where nothing later stands against it (exchange.md §10.3). */
import { AppError, invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { ChangeRecord, Located, Tx, WriteContext } from '#edm/ports.ts'
import type { ChangedMembers, ChangeHead } from '#edm/records/reading.ts'
import { Rewind, type RewoundRow, sameValue } from '#edm/records/rewind.ts'
import { mergedTerm } from '../../own-types.ts'
import { group, relation, set, term } from '../../types.ts'
import { findMany } from '../places/find-many.ts'
import { invalid } from '../refusals.ts'
import type { TermStoreSettings } from '../settings.ts'
import { changeToBe, changeValue, recordIn } from './change-value.ts'
import { tidyOrders } from './orders.ts'
import { type RewoundRows, rewoundRows, typeNamed } from './rewound-rows.ts'
import { RecordSight } from './seen.ts'
import { needRolesFor, writeRows } from './write-rows.ts'

const spec = 'exchange.md §10.3'

function noChange(asked: string): AppError {
  return new AppError('notFound', `Change ${asked} not found. It may be older than changes are kept.`, {
    code: 'itemNotFound',
    target: 'changeId',
    spec,
  })
}

/** The writes that `changeId` names: one by its number, those of a batch or an import by its id. Oldest first. */
async function namedBy(tx: Tx, record: ChangeRecord, asked: string): Promise<ChangeHead[]> {
  const batchId = guidOf(asked)
  if (batchId === undefined && !/^[1-9]\d{0,14}$/.test(asked))
    throw invalid(`'${asked}' is neither the number of a change nor the id of a batch or an import.`, 'changeId')
  const ids = batchId === undefined ? [Number(asked)] : await record.ofBatch(tx, batchId)
  const found: ChangeHead[] = []
  for (const id of ids) {
    const change = await record.change(tx, id)
    if (change !== undefined) found.push(change)
  }
  if (found.length === 0) throw noChange(asked)
  return found
}

const mostLooked = 20

/** Whether a row was another one, but for what is derived and who changed it last. */
function isOther(type: string, one: ChangedMembers['before'], other: ChangedMembers['before']): boolean {
  const ignored = [...(typeNamed(type)?.derived ?? []), 'lastModifiedDateTime', 'lastModifiedBy']
  return Object.keys(one).some((key) => !ignored.includes(key) && !sameValue(one[key], other[key]))
}

/** Later writes that stand against taking a row back. */
class Later {
  readonly #tx: Tx
  readonly #record: ChangeRecord
  readonly #own: ReadonlySet<number>
  #looked = 0
  readonly #found = new Set<number>()
  /** Rows that stand against it though no write is recorded for them. */
  unrecorded = false

  constructor(tx: Tx, record: ChangeRecord, own: ReadonlySet<number>) {
    this.#tx = tx
    this.#record = record
    this.#own = own
  }

  #note(id: number): void {
    if (!this.#own.has(id)) this.#found.add(id)
  }

  /** Writes after `since` that changed one of the members, or the whole row. */
  async touched({ id, within, action, after }: ChangedMembers, since: number): Promise<void> {
    if (this.#hasEnough()) return
    const before = this.#found.size
    for (const { sequence, row } of await this.#record.entries(this.#tx, { subject: id }, undefined, 100)) {
      if (sequence <= since || row === undefined) continue
      const isSame =
        action !== 'update' || row.action !== 'update' || Object.keys(after).some((key) => key in row.after)
      if (isSame) this.#note(sequence)
    }
    if (action === 'delete') {
      const made = await this.#record.madeBy(this.#tx, within, id, since)
      if (made !== undefined) this.#note(made)
    }
    if (this.#found.size === before) this.unrecorded = true
  }

  /** The write after `since` that put a row where it is in the way. */
  async hangs({ within, id }: Dependant, since: number): Promise<void> {
    if (this.#hasEnough()) return
    const [last] = await this.#record.entries(this.#tx, { subject: id }, undefined, 1)
    if (last !== undefined && last.sequence > since) return this.#note(last.sequence)
    const made = await this.#record.madeBy(this.#tx, within, id, since)
    if (made !== undefined) this.#note(made)
    else this.unrecorded = true
  }

  /**
   * A later write by which the row went once more, and not as it had been: it was back in between, and changed. Later writes
   * of which one takes back the other do not count.
   */
  async goneAgain({ type, id, before }: ChangedMembers, since: number): Promise<void> {
    const takenBack = new Set<number>()
    for (const { sequence, row } of await this.#record.entries(this.#tx, { subject: id }, undefined, mostLooked)) {
      if (sequence <= since) return
      // The id of a merged term is that of the row which says so.
      if (takenBack.has(sequence) || (row !== undefined && row.type !== type)) continue
      const undoes = Number((await this.#record.change(this.#tx, sequence))?.undoes ?? Number.NaN)
      if (undoes > since) takenBack.add(undoes)
      else if (row?.action === 'delete') {
        if (isOther(type, before, row.before)) this.#note(sequence)
        return
      }
    }
  }

  /** The write by which a row went last. */
  async left(id: string): Promise<void> {
    const [last] = await this.#record.entries(this.#tx, { subject: id }, undefined, 1)
    if (last === undefined) this.unrecorded = true
    else this.#note(last.sequence)
  }

  /** Merges after `since` into a term that goes. Ids that stood for it before outlive it, as they outlive its deletion. */
  async merged(row: AnyRow, since: number): Promise<void> {
    // A term for which no id stands has had none merged into it, or all of that was taken back.
    if (((row['mergedTermIds'] ?? []) as readonly string[]).length === 0) return
    const merges: number[] = []
    let first = row['mergedTermIds']
    for (let before: string | undefined; ; ) {
      const some = await this.#record.entries(this.#tx, { subject: row.id }, before, 100)
      for (const { sequence, row: changed } of some)
        if (sequence > since && changed !== undefined && 'mergedTermIds' in changed.after) {
          merges.push(sequence)
          first = changed.before['mergedTermIds']
        }
      const last = some.at(-1)
      if (last === undefined || last.sequence <= since) break
      before = last.place
    }
    if (!sameValue(first, row['mergedTermIds'])) for (const id of merges) this.#note(id)
  }

  /** Of many rows that stand against it, some tell enough: to find what made a row, all in its set are passed. */
  #hasEnough(): boolean {
    this.#looked += 1
    return this.#looked > mostLooked && !this.isEmpty
  }

  get isEmpty(): boolean {
    return this.#found.size === 0 && !this.unrecorded
  }

  async refusal(): Promise<AppError> {
    const later: unknown[] = []
    for (const id of [...this.#found].sort((a, b) => a - b)) {
      const change = await this.#record.change(this.#tx, id)
      if (change !== undefined)
        later.push({ id: String(id), verb: change.verb, by: change.by, at: change.changedDateTime })
    }
    const which = later.length === 0 ? 'something that is not in the record stands' : 'later changes stand'
    return new AppError('conflict', `The change cannot be taken back: ${which} against it.`, {
      code: 'conflict',
      target: 'changeId',
      more: { later },
      spec,
    })
  }
}

interface Dependant {
  readonly within: string
  readonly id: string
}

/** Rows of today that would hang on rows which go: what is below them, or leads to them. */
async function dependants(tx: Tx, removed: readonly RewoundRow[]): Promise<Dependant[]> {
  const idsOf = (type: { readonly name: string }) => removed.filter((row) => row.type === type.name).map(({ id }) => id)
  const held = (rows: readonly { id: string; setId: string }[]) =>
    rows.map((row) => ({ within: row.setId, id: row.id }))
  const found: Dependant[] = []
  for (const id of idsOf(group))
    found.push(...(await tx.find(set, { parentGroupId: id })).map((row) => ({ within: row.id, id: row.id })))
  for (const id of idsOf(set))
    found.push(...held(await tx.find(term, { setId: id })), ...held(await tx.find(relation, { setId: id })))
  const terms = idsOf(term)
  found.push(...held(await findMany(tx, term, terms, (parentId) => ({ parentId }))))
  found.push(...held(await findMany(tx, relation, terms, (fromTermId) => ({ fromTermId }))))
  found.push(...held(await findMany(tx, relation, terms, (toTermId) => ({ toTermId }))))
  return [...new Map(found.map((one) => [one.id, one])).values()]
}

/** Notes what hangs on rows that are removed, unless it goes as well, or hung on them when they were made. */
async function noteDependants(tx: Tx, rows: RewoundRows, later: Later, since: number): Promise<void> {
  const gone = new Set(rows.removed.map(({ id }) => id))
  const moved = new Map(rows.changed.map(({ row, patch }) => [row.id, patch]))
  for (const row of rows.removed)
    if (row.type === term.name && row.now !== undefined) await later.merged(row.now, since)
  for (const other of await dependants(tx, rows.removed)) {
    const patch = moved.get(other.id)
    const isFreed = patch !== undefined && ('parentId' in patch || 'setId' in patch || 'parentGroupId' in patch)
    if (!gone.has(other.id) && !isFreed) await later.hangs(other, since)
  }
}

/** A term that came back and was merged since is gone as it was then, but its id stands for another. */
async function noteMerged(tx: Tx, rows: RewoundRows, later: Later): Promise<void> {
  const freed = new Set(rows.removed.filter(({ type }) => type === mergedTerm.name).map(({ id }) => id))
  for (const { type, id } of rows.added)
    if (type === term.name && !freed.has(id) && (await tx.get(mergedTerm, id)) !== undefined) await later.left(id)
}

/** The row whose return takes the write out of the recycle bin, and for creations the one that goes there. */
function topOf(rows: RewoundRows): string | undefined {
  const gone = new Set(rows.removed.map(({ id }) => id))
  const isTop = ({ now }: (typeof rows.removed)[number]): boolean => {
    const above = [now?.['parentId'], now?.['fromTermId'], now?.['setId'], now?.['parentGroupId']]
    return !above.some((id) => typeof id === 'string' && gone.has(id))
  }
  const top = rows.removed.find((row) => row.type !== mergedTerm.name && isTop(row))
  return top === undefined ? undefined : `${top.type} ${top.id}`
}

export interface UndoFacts {
  readonly at: Located
  readonly changeId: string
}

/** How many rows are asked for together. */
const readAtOnce = 400

/** Those of many changes, so that few round trips are made for them. */
async function rowsOf(tx: Tx, changed: readonly ChangedMembers[]): Promise<ReadonlyMap<string, AnyRow | undefined>> {
  const found = new Map<string, AnyRow | undefined>()
  const wanted = [...new Map(changed.map(({ type, id }) => [`${type} ${id}`, { type, id }]))]
  for (let at = 0; at < wanted.length; at += readAtOnce)
    await Promise.all(
      wanted.slice(at, at + readAtOnce).map(async ([key, { type, id }]) => {
        const declared = typeNamed(type)
        if (declared !== undefined) found.set(key, (await tx.get(declared, id)) as AnyRow | undefined)
      }),
    )
  return found
}

/** Rewinds the writes, and throws 409 with the later ones that stand against it. */
async function takenBack(tx: Tx, record: ChangeRecord, changes: readonly ChangeHead[]): Promise<RewoundRows> {
  const later = new Later(tx, record, new Set(changes.map(({ id }) => id)))
  const changed = await Promise.all(
    changes.toReversed().map(async ({ id }) => ({ id, rows: await record.rows(tx, id) })),
  )
  const now = await rowsOf(
    tx,
    changed.flatMap(({ rows }) => rows),
  )
  const rewind = new Rewind(async (type, id) => now.get(`${type} ${id}`))
  for (const { id, rows } of changed) {
    const gone: ChangedMembers[] = []
    for (const row of rows.toReversed())
      if (!(await rewind.takeBack(row))) await later.touched(row, id)
      else if (row.action === 'delete') gone.push(row)
    for (let at = 0; at < gone.length; at += readAtOnce)
      await Promise.all(gone.slice(at, at + readAtOnce).map((row) => later.goneAgain(row, id)))
  }
  const rows = rewoundRows(rewind.rows.values())
  await noteDependants(tx, rows, later, changes[0]?.id ?? 0)
  await noteMerged(tx, rows, later)
  if (!later.isEmpty) throw await later.refusal()
  return rows
}

export async function undo(settings: TermStoreSettings, context: WriteContext, facts: UndoFacts): Promise<unknown> {
  const { tx, notes } = context
  const record = recordIn(context)
  invariant(notes !== undefined, 'a write that is recorded has notes')
  const changes = await namedBy(tx, record, facts.changeId)
  for (const { id } of changes) await needRolesFor(settings, context, await record.rows(tx, id))
  const rows = await takenBack(tx, record, changes)
  await new RecordSight(tx, record, facts.at).check(rows)
  await writeRows(settings, context, { ...rows, since: changes[0]?.changedDateTime ?? context.now })
  await tidyOrders(tx, rows)
  notes.undoes = facts.changeId.toLowerCase()
  // What it brings back is no longer in the recycle bin.
  for (const { id, binned } of changes) if (binned !== null) await record.unbin(tx, id)
  const top = topOf(rows)
  if (top !== undefined && changes.some(({ verb }) => verb !== 'undo')) notes.binned = top
  const count = rows.added.length + rows.changed.length + rows.removed.length
  return changeValue({ ...(await changeToBe(context, record)), undoes: notes.undoes, count }, [])
}
