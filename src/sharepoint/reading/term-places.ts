/**
 * Where a term occurs, mirrored places included, and what holds there: availability, order, properties. In a mirror they
 * are those of its source (exchange.md §13.3, §15 X20).
 */
import type { RowOf } from '#edm/infer.ts'
import { type Occurrence, rowOfRelation, rowOfTerm } from '#workloads/term-store/rules/places/tree.ts'
import { relation, term } from '#workloads/term-store/types.ts'
import { childrenBelow } from './child-counts.ts'
import type { PickerReading } from './reading.ts'

export type TermRow = RowOf<typeof term>

/** A stored occurrence with what is kept with it. */
interface StoredPlace extends Occurrence {
  readonly isAvailable: boolean
  readonly order: readonly string[] | null
  readonly properties: TermRow['localProperties']
}

export interface TermPlaceSeen extends StoredPlace {
  /** The set that shows it: that of the occurrence, or one that mirrors it. */
  readonly shownIn: string
}

export interface TermSeen {
  readonly row: TermRow
  /** In every set that shows the term and is seen itself. */
  readonly places: readonly TermPlaceSeen[]
  /** In the set it is looked at in, or where that is not seen, at home. */
  readonly place: TermPlaceSeen | undefined
}

interface Kept {
  readonly isAvailableForTagging: boolean
  readonly customSortOrder: readonly string[] | null
  readonly localProperties: TermRow['localProperties']
}

function storedPlace(at: Occurrence, { isAvailableForTagging, customSortOrder, localProperties }: Kept): StoredPlace {
  return { ...at, isAvailable: isAvailableForTagging, order: customSortOrder, properties: localProperties }
}

/** `setId`: where it is looked at; undefined: in its home set. Undefined: the term is not there any more. */
export async function termSeen(
  reading: PickerReading,
  id: string,
  setId: string | undefined,
): Promise<TermSeen | undefined> {
  const { tx } = reading
  const row = await tx.get(term, id)
  if (row === undefined) return undefined
  const shared = await tx.find(relation, { toTermId: id })
  const stored = [storedPlace(rowOfTerm(row), row), ...shared.map((entry) => storedPlace(rowOfRelation(entry), entry))]
  const places = new Map<string, TermPlaceSeen>()
  for (const entry of stored) {
    for (const { setId: shownIn } of await reading.shownIn(entry.setId, entry.parentId)) {
      if (!places.has(shownIn) && (await reading.seenSet(shownIn)) !== undefined)
        places.set(shownIn, { ...entry, shownIn })
    }
  }
  return { row, places: [...places.values()], place: places.get(setId ?? row.setId) ?? places.get(row.setId) }
}

/** The children that the natural listing has at the place, deprecated ones included. A branch of one level is a leaf. */
export async function childrenOf({ tx, counts }: PickerReading, { row, place }: TermSeen): Promise<number> {
  if (place === undefined || place.height === 1) return 0
  return childrenBelow(tx, counts, place.kind === 'pin' ? row.setId : place.setId, row.id)
}
