/**
 * The linked occurrences below a reused term: one relation row for each row of the branch (term-store.md §3.6 step 10).
 */

import type { ReadTx, Tx } from '#edm/ports.ts'
import { relation, term } from '../../types.ts'
import type { ChangeStamp } from '../author.ts'
import { relationId } from '../relations/relation-id.ts'
import { type Occurrence, rowsUnder } from './tree.ts'

/** Occurrences that the set holds below a row, in pre-order. A pin has none: what it mirrors is held by other sets. */
export async function rowsBelow(tx: ReadTx, row: Occurrence): Promise<Occurrence[]> {
  if (row.kind === 'pin' || row.height === 1) return []
  const below: Occurrence[] = []
  for (const child of await rowsUnder(tx, row.setId, row.termId)) below.push(child, ...(await rowsBelow(tx, child)))
  return below
}

/**
 * Links everything below the source row into another set, under the occurrence of the same term that stands
 * there at the given level. A pin inside the branch stays a pin. Each term counts as changed, as it has a new relation.
 */
export async function linkBranch(
  tx: Tx,
  source: Occurrence,
  setId: string,
  level: number,
  stamp: ChangeStamp,
): Promise<void> {
  for (const row of await rowsBelow(tx, source)) {
    await tx.insert(relation, {
      id: relationId(setId, row.parentId, row.termId),
      relationship: row.kind === 'pin' ? 'pin' : 'reuse',
      setId,
      fromTermId: row.parentId,
      toTermId: row.termId,
      createdDateTime: stamp.lastModifiedDateTime,
      level: level + row.level - source.level,
      height: row.height,
    })
    await tx.update(term, row.termId, stamp)
  }
}
