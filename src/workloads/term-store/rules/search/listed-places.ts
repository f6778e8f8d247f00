/** Where the terms of a page occur: as they are listed, with what the rows of their places say. */
import type { RowOf } from '#edm/infer.ts'
import type { Located, ReadTx } from '#edm/ports.ts'
import { relation, set, term } from '../../types.ts'
import { findPlace, placeOf, viewedSet } from '../places/tree.ts'

type Term = RowOf<typeof term>
type Relation = RowOf<typeof relation>

/** A term as a page lists it. */
export interface ListedPlace {
  readonly row: Term
  readonly kind: 'home' | 'pin' | 'mirror' | 'reuse'
  /** The set that holds the occurrence, and its parent there. */
  readonly holderId: string
  readonly parentId: string | null
  /** The relation that the occurrence is; undefined: it is the home. */
  readonly relation: Relation | undefined
  /** The set that holds the children. */
  readonly childSetId: string
  /** All relations to the term, in any set. */
  readonly relations: readonly Relation[]
}

/** The set whose rows a link lists, and whether it shows them through a pin. */
async function listedSet(tx: ReadTx, from: Located | undefined) {
  if (from?.type.name === set.name) return { holderId: from.id, isMirrored: false }
  if (from?.type.name !== term.name) return undefined
  const place = await placeOf(tx, from)
  return { holderId: place?.childSetId ?? viewedSet(from), isMirrored: place?.locked === true }
}

/** A term that the set neither holds at home nor by a relation: it mirrors it. */
async function mirroredAt(tx: ReadTx, setId: string, row: Term, relations: readonly Relation[]): Promise<ListedPlace> {
  const place = await findPlace(tx, setId, row.id)
  return {
    row,
    kind: 'mirror',
    holderId: place?.holderId ?? row.setId,
    parentId: place?.row.parentId ?? row.parentId,
    relation: relations.find(({ id }) => id === place?.row.id),
    childSetId: place?.childSetId ?? row.setId,
    relations,
  }
}

/** In the order of the ids; terms that are gone are left out. The rows of a page are read together. */
export async function placesOfPage(
  tx: ReadTx,
  from: Located | undefined,
  ids: readonly string[],
): Promise<ListedPlace[]> {
  const [rows, shared, listed] = await Promise.all([
    Promise.all(ids.map((id) => tx.get(term, id))),
    Promise.all(ids.map((toTermId) => tx.find(relation, { toTermId }))),
    listedSet(tx, from),
  ])
  const places = rows.map((row, at): Promise<ListedPlace> | ListedPlace | undefined => {
    if (row === undefined) return undefined
    const relations = shared[at] ?? []
    const { holderId, isMirrored } = listed ?? { holderId: row.setId, isMirrored: false }
    if (row.setId === holderId)
      return {
        row,
        kind: isMirrored ? 'mirror' : 'home',
        holderId,
        parentId: row.parentId,
        relation: undefined,
        childSetId: holderId,
        relations,
      }
    const own = relations.find(({ setId }) => setId === holderId)
    if (own === undefined) return mirroredAt(tx, holderId, row, relations)
    const isPin = own.relationship === 'pin'
    return {
      row,
      kind: isMirrored ? 'mirror' : isPin ? 'pin' : 'reuse',
      holderId,
      parentId: own.fromTermId,
      relation: own,
      childSetId: isPin ? row.setId : holderId,
      relations,
    }
  })
  return (await Promise.all(places)).filter((place) => place !== undefined)
}
