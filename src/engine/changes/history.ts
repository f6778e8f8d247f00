/** Writes the record of changes, in the transaction of each (exchange.md §10.1). */
import type { Model } from '#edm/model.ts'
import type { Actor, Tx } from '#edm/ports.ts'
import type { RequestFacts, WriteNotes } from '#edm/records/reading.ts'
import { changeId, leftMark, reachId, recordedRow, recordReach } from '#edm/records/recording.ts'
import type { RecordedRow } from './recorder.ts'

/** What is known of a write besides its rows. */
export interface WriteOrigin {
  /** Such as create, update, delete, or the name of the action. */
  readonly verb: string
  readonly now: string
  readonly actor: Actor
  readonly request?: RequestFacts | undefined
  readonly notes?: WriteNotes | undefined
}

export interface HistoryFacts {
  /** Whether people are named. */
  readonly people: boolean
}

export interface History {
  /** Reads what `keep` needs, for before the first write: reads after writes wait for them. */
  prepare(tx: Tx): Promise<unknown>
  /** Records the rows. Returns the number of the write; undefined: it has changed nothing. */
  keep(tx: Tx, rows: readonly RecordedRow[], origin: WriteOrigin): Promise<number | undefined>
}

function originOf({ actor, request, notes }: WriteOrigin, { people }: HistoryFacts): string {
  const { kind, userId, appId, name = null } = actor
  const isUser = kind === 'user'
  const id = (isUser ? userId : appId) ?? null
  const by = isUser ? { kind, ...(people ? { id, name } : {}), ...(appId ? { app: appId } : {}) } : { kind, id, name }
  // `binned` may be taken away later: what a deletion was asked for stays.
  const [type, subject] = notes?.binned?.split(' ') ?? []
  const target = type === undefined ? undefined : { type, id: subject }
  return JSON.stringify({ by, requestId: request?.requestId, importId: notes?.importId, target })
}

/** The row that holds the row: the set of a term or a relation, else the row itself. */
function withinOf({ type, id, row }: RecordedRow): string {
  const key = type.recorded?.within
  return (key === undefined ? undefined : (row[key] as string | undefined)) ?? id
}

/** The row that held it before, where it went from one to another. */
function leftOf({ type, before }: RecordedRow): string | undefined {
  const key = type.recorded?.within
  return key === undefined ? undefined : (before[key] as string | undefined)
}

/** The next number, taken. The row is in the cache of writes, so that it costs one small statement. */
async function takeNumber(tx: Tx, now: string): Promise<number> {
  const reach = await tx.get(recordReach, reachId)
  if (reach === undefined) {
    await tx.insert(recordReach, { id: reachId, newest: 1, sinceDateTime: now })
    return 1
  }
  await tx.add(recordReach, reachId, { newest: 1 })
  return reach.newest + 1
}

function headOf(origin: WriteOrigin, facts: HistoryFacts, count: number) {
  const { verb, now, request, notes } = origin
  return {
    changedDateTime: now,
    verb: notes?.verb ?? verb,
    origin: originOf(origin, facts),
    batchId: request?.batchId ?? notes?.importId ?? null,
    undoes: notes?.undoes ?? null,
    binned: notes?.binned ?? null,
    count,
  }
}

/** Undefined: no type is recorded. */
export function historyOn(models: readonly Model[], facts: HistoryFacts): History | undefined {
  if (!models.some(({ entities }) => entities.some(({ name }) => name === recordedRow.name))) return undefined
  return {
    prepare: (tx) => tx.get(recordReach, reachId),
    async keep(tx, rows, origin) {
      if (rows.length === 0) return undefined
      const sequence = await takeNumber(tx, origin.now)
      const marks = rows.filter((row) => row.action === 'update' && leftOf(row) !== undefined)
      const count = rows.length + marks.length
      for (const [place, row] of rows.entries()) {
        const { type, id, action, before, after } = row
        await tx.insert(recordedRow, {
          id: changeId(sequence, place),
          type: type.name,
          subject: id,
          within: withinOf(row),
          before: action === 'create' ? null : JSON.stringify(before),
          after: action === 'update' ? JSON.stringify(after) : null,
          ...(place > 0 ? undefined : headOf(origin, facts, count)),
        })
      }
      // What a set loses to another one is found with that set too.
      for (const [at, row] of marks.entries())
        await tx.insert(recordedRow, {
          id: changeId(sequence, rows.length + at),
          type: row.type.name,
          subject: row.id,
          within: leftOf(row) as string,
          after: leftMark,
        })
      return sequence
    },
  }
}
