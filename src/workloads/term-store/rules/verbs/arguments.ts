/** What operations are called with, as the verbs take it: ids in lower case, and rows that the path can see. */
import { invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Located, OperationRule, ReadTx } from '#edm/ports.ts'
import { set, term } from '../../types.ts'
import { survivorOf } from '../places/merged-ids.ts'
import { viewedSet } from '../places/tree.ts'
import { isVisible, missing } from '../refusals.ts'
import type { TermAt } from './verbs.ts'

export type Arguments = Readonly<Record<string, unknown>>
export type ActionRule = Extract<OperationRule, { action: unknown }>['action']

/** The text of an argument; null: it is absent, or null. */
export function textIn(args: Arguments, name: string): string | null {
  const value = args[name]
  return typeof value === 'string' ? value : null
}

/** An id in lower case. One of another form stays as it is, and is not found. */
export function idIn(args: Arguments, name: string): string | null {
  const text = textIn(args, name)
  return text === null ? null : (guidOf(text) ?? text)
}

/** The id of a term, or of the one that it was merged into. */
export async function termIdIn(tx: ReadTx, args: Arguments, name: string): Promise<string | null> {
  const id = idIn(args, name)
  if (id === null || (await tx.get(term, id)) !== undefined) return id
  return (await survivorOf(tx, id)) ?? id
}

/** The same for a term whose home set the path sees. Throws `notFound` for another. */
export async function seenTermIn(tx: ReadTx, at: Located, args: Arguments, name: string): Promise<string | null> {
  const id = await termIdIn(tx, args, name)
  if (id === null) return null
  const row = await tx.get(term, id)
  const home = row === undefined ? undefined : await tx.get(set, row.setId)
  if (home === undefined || !isVisible(home.siteCollectionId, at)) throw missing('Term', textIn(args, name) ?? id, name)
  return id
}

export function needAt(at: Located | undefined): Located {
  invariant(at !== undefined, 'the operation is bound to a row')
  return at
}

export function termAt(at: Located | undefined): TermAt {
  const found = needAt(at)
  return { setId: viewedSet(found), termId: found.id }
}

/** The set that an argument names. Throws `notFound` where the path does not see it. */
export async function setIn(tx: ReadTx, at: Located, args: Arguments, name: string): Promise<RowOf<typeof set> | null> {
  const id = idIn(args, name)
  if (id === null) return null
  const row = await tx.get(set, id)
  if (row === undefined || !isVisible(row.siteCollectionId, at)) throw missing('Set', id, name)
  return row
}
