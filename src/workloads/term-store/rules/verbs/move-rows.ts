/** Rows of terms and relations at another place; what they stand for stays the same. */
import { invariant } from '#base/errors.ts'
import type { PatchOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { relation, term } from '../../types.ts'
import { rowsBelow } from '../places/branch.ts'
import type { Occurrence } from '../places/tree.ts'
import { relationId } from '../relations/relation-id.ts'

type Writing = Pick<WriteContext, 'tx' | 'effects'>

/** Changes a relation, whose id says where it is and of which term. Returns the id that it has then. */
export async function changeRelation(
  { tx, effects }: Writing,
  id: string,
  change: PatchOf<typeof relation>,
): Promise<string> {
  const before = await tx.get(relation, id)
  invariant(before !== undefined, 'the relation is there')
  const after = { ...before, ...change }
  after.id = relationId(after.setId, after.fromTermId, after.toTermId)
  if (after.id === id) {
    await tx.update(relation, id, change)
    return id
  }
  await tx.remove(relation, id)
  await tx.insert(relation, after)
  // One relation that moves, and not one that is deleted beside one that is created.
  effects?.set(`${relation.name} ${id}`, '')
  effects?.set(`${relation.name} ${after.id}`, 'move')
  return after.id
}

/** The levels of what the set holds below a row that has moved by so many levels. */
export async function shiftLevels({ tx }: Writing, top: Occurrence, by: number): Promise<void> {
  if (by === 0) return
  for (const { kind, id, level } of await rowsBelow(tx, top)) {
    if (kind === 'source') await tx.update(term, id, { level: level + by })
    else await tx.update(relation, id, { level: level + by })
  }
}

/** Puts a row under another parent of its set. */
export async function rehang(
  context: Writing,
  row: Occurrence,
  { parentId, level }: { readonly parentId: string | null; readonly level: number },
): Promise<void> {
  if (row.kind === 'source') await context.tx.update(term, row.id, { parentId, level })
  else await changeRelation(context, row.id, { fromTermId: parentId, level })
  await shiftLevels(context, row, level - row.level)
}
