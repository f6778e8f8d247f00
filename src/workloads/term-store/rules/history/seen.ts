/** What of the record is seen on a path: on that of a site the groups of other sites are not there. */
import type { AnyRow } from '#edm/infer.ts'
import type { Located, ReadTx } from '#edm/ports.ts'
import type { ChangedMembers } from '#edm/records/reading.ts'
import { group, set, store } from '../../types.ts'
import { isVisible, missing } from '../refusals.ts'
import type { RewoundRows } from './write-rows.ts'

function siteIn(row: Readonly<Record<string, unknown>> | undefined): string | null | undefined {
  return row !== undefined && 'siteCollectionId' in row ? (row['siteCollectionId'] as string | null) : undefined
}

/** Of which site collection a row of that type and holder is; null: of all, or it is no longer known. */
async function siteOf(tx: ReadTx, type: string, within: string, row: AnyRow | undefined): Promise<string | null> {
  const own = type === set.name || type === group.name ? siteIn(row) : undefined
  if (own !== undefined) return own
  const held = type === group.name ? await tx.get(group, within) : await tx.get(set, within)
  return held?.siteCollectionId ?? null
}

export async function isSeen(tx: ReadTx, at: Located, { type, within, before }: ChangedMembers): Promise<boolean> {
  return isVisible(await siteOf(tx, type, within, before as AnyRow), at)
}

/** Throws if one of the rows is not seen there. Languages are those of all sets, also of those that are not. */
export async function checkSeen(tx: ReadTx, at: Located, { added, changed, removed }: RewoundRows): Promise<void> {
  if (changed.some(({ row }) => row.type === store.name)) return
  for (const { type, id, now, was } of [...added, ...changed.map(({ row }) => row), ...removed]) {
    const within = ((now ?? was)?.['setId'] as string | undefined) ?? id
    if (!isVisible(await siteOf(tx, type, within, now ?? was), at))
      throw missing(type === group.name ? 'Group' : 'Set', within, 'changeId')
  }
}
