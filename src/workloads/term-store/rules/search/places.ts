/** Where terms occur, as people read it: the kind of the place and the labels from the root of the set. */
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { relation, term } from '../../types.ts'
import { defaultLabel } from '../labels/labels.ts'
import { affectedPlaces, findPlace, type TermPlace } from '../places/tree.ts'

type Term = RowOf<typeof term>

export const kindOf = { source: 'home', reuse: 'reuse', pin: 'pin', mirrored: 'mirror' } as const

/** The default label in the first of the languages that has one, else the first label. */
export function labelIn({ labels }: Pick<Term, 'labels'>, tags: readonly string[]): string {
  for (const tag of tags) {
    const found = defaultLabel(labels, tag)
    if (found !== undefined) return found
  }
  return (labels.find(({ isDefault }) => isDefault === true) ?? labels[0])?.name ?? ''
}

/** The labels from the root of the set to the term at this place. */
export async function pathTo(tx: ReadTx, row: Term, place: TermPlace, tags: readonly string[]): Promise<string[]> {
  const path = [labelIn(row, tags)]
  for (let next = place.row.parentId; next !== null; ) {
    const above = await tx.get(term, next)
    if (above === undefined) break
    path.unshift(labelIn(above, tags))
    next = (await findPlace(tx, place.setId, next))?.row.parentId ?? null
  }
  return path
}

/** Whether a term may be used at a place; a mirrored one follows the place that is mirrored. */
export async function isAvailableAt(tx: ReadTx, row: Term, place: TermPlace): Promise<boolean> {
  if (place.row.kind === 'source') return row.isAvailableForTagging
  return (await tx.get(relation, place.row.id))?.isAvailableForTagging ?? true
}

export async function describedPlace(tx: ReadTx, row: Term, setId: string, tags: readonly string[]) {
  const place = await findPlace(tx, setId, row.id)
  if (place === undefined) return undefined
  const [path, isAvailable] = await Promise.all([pathTo(tx, row, place, tags), isAvailableAt(tx, row, place)])
  return { setId, kind: kindOf[place.kind], path, isAvailable }
}

/** The sets that show a term, its home first: those that hold it, and those that mirror one of these places. */
export async function setsShowing(tx: ReadTx, { id, setId, parentId }: Term): Promise<string[]> {
  const shared = await tx.find(relation, { toTermId: id })
  const places = [{ setId, parentId }, ...shared.map((row) => ({ setId: row.setId, parentId: row.fromTermId }))]
  const shown = await Promise.all(places.map((place) => affectedPlaces(tx, place.setId, place.parentId)))
  return [...new Set([...places, ...shown.flat()].map((place) => place.setId))]
}
