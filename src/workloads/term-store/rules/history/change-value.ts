/** Changes as answers show them: the complex type `relata.change`. */
import { AppError } from '#base/errors.ts'
import { localName } from '#edm/define.ts'
import type { ChangeRecord, ReadContext, WriteContext } from '#edm/ports.ts'
import type { ChangedMembers, ChangeHead } from '#edm/records/reading.ts'
import { typeNamed } from './rewound-rows.ts'

/** Throws where the server keeps no record. */
export function recordIn({ record }: Pick<ReadContext, 'record'>): ChangeRecord {
  if (record === undefined) throw new AppError('unsupported', 'This server keeps no record of changes.')
  return record
}

/** JSON of the members, without those that follow from others; null: none. */
function membersOf(type: string, members: Readonly<Record<string, unknown>>): string | null {
  const derived = typeNamed(type)?.derived ?? []
  const told = Object.entries(members).filter(([key]) => key !== 'id' && !derived.includes(key))
  return told.length === 0 ? null : JSON.stringify(Object.fromEntries(told))
}

function rowValue({ type, id, within, action, before, after }: ChangedMembers) {
  return {
    kind: localName(type),
    id,
    action,
    setId: within === id ? null : within,
    before: membersOf(type, before),
    after: membersOf(type, after),
  }
}

export function changeValue(change: ChangeHead, rows: readonly ChangedMembers[]) {
  const { binned: _, ...told } = change
  return { ...told, id: String(change.id), by: { app: null, ...change.by }, rows: rows.map(rowValue) }
}

/** The change that a write will be recorded as, when its rules have ended; the counts are the caller's. */
export async function changeToBe(
  { tx, actor, now, request, notes }: WriteContext,
  record: ChangeRecord,
): Promise<ChangeHead> {
  const { kind, userId, appId, name = null } = actor
  const id = (kind === 'user' ? userId : appId) ?? null
  return {
    id: (await record.reach(tx)).newest + 1,
    changedDateTime: now,
    verb: 'undo',
    by: { kind, id, name, ...(kind === 'user' && appId !== undefined ? { app: appId } : {}) },
    requestId: request?.requestId ?? null,
    batchId: request?.batchId ?? null,
    importId: notes?.importId ?? null,
    undoes: null,
    binned: null,
    count: 0,
  }
}
