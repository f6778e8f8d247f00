/** Writes the record of changes, in the transaction of each (exchange.md §10.1). */
import type { AnyRow } from '#edm/infer.ts'
import type { Model } from '#edm/model.ts'
import type { Actor, ReadTx, RequestFacts, Store, Tx } from '#edm/ports.ts'
import { constant, member } from '#edm/query.ts'
import { change } from '#edm/records/recording.ts'
import type { RecordedRow } from './recorder.ts'

/** What is known of a write besides its rows. */
export interface WriteOrigin {
  /** Such as create, update, delete, or the name of the action. */
  readonly verb: string
  readonly now: string
  readonly actor: Actor
  readonly request?: RequestFacts | undefined
  readonly batchId?: string | undefined
  readonly importId?: string | undefined
  readonly undoes?: number | undefined
}

export interface History {
  /** Number of the newest write; 0: nothing is recorded. */
  newest(tx: ReadTx): Promise<number>
  /** Records the rows. Returns the number of the write; undefined: it has changed nothing. */
  keep(tx: Tx, rows: readonly RecordedRow[], origin: WriteOrigin): Promise<number | undefined>
}

const digits = 12
const placeDigits = 7

/** Ids of one write follow each other, and those of later writes follow them. */
export function changeId(sequence: number, place: number): string {
  return `${String(sequence).padStart(digits, '0')}.${String(place).padStart(placeDigits, '0')}`
}

function by({ kind, userId, appId, name }: Actor): string {
  const id = (kind === 'user' ? userId : appId) ?? null
  return JSON.stringify({ kind, id, name: name ?? null, ...(kind === 'user' && appId ? { app: appId } : {}) })
}

/** The row that holds the row: the set of a term or a relation, else the row itself. */
function withinOf({ id, before, after }: RecordedRow, now: AnyRow | undefined): string {
  const setId = after['setId'] ?? before['setId'] ?? now?.['setId']
  return typeof setId === 'string' ? setId : id
}

function jsonOf(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(members)
}

/** Undefined: no type is recorded. */
export function historyOn(store: Store, models: readonly Model[]): History | undefined {
  if (!models.some(({ entities }) => entities.some(({ name }) => name === change.name))) return undefined
  const last = store.prepare({
    type: change,
    branches: [constant(true)],
    order: [{ by: member('id'), descending: true }],
    limit: true,
    shape: [],
    carry: ['sequence'],
  })
  const newest = async (tx: ReadTx): Promise<number> => {
    const [row] = await tx.query(last, { limit: 1 })
    return (row?.row['sequence'] as number | undefined) ?? 0
  }
  return {
    newest,
    async keep(tx, rows, { verb, now, actor, request, batchId, importId, undoes }) {
      if (rows.length === 0) return undefined
      const sequence = (await newest(tx)) + 1
      for (const [place, row] of rows.entries()) {
        const { type, id, action, before, after } = row
        const current = action === 'update' ? ((await tx.get(type, id)) as AnyRow | undefined) : undefined
        await tx.insert(change, {
          id: changeId(sequence, place),
          sequence,
          type: type.name,
          subject: id,
          within: withinOf(row, current),
          action,
          before: action === 'create' ? null : jsonOf(before),
          after: action === 'update' ? jsonOf(after) : null,
          ...(place > 0
            ? {}
            : {
                changedDateTime: now,
                verb,
                by: by(actor),
                requestId: request?.requestId ?? null,
                batchId: batchId ?? null,
                importId: importId ?? null,
                undoes: undoes ?? null,
                count: rows.length,
              }),
        })
      }
      return sequence
    },
  }
}
