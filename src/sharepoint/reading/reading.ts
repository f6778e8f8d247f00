/** What the reads of one request have in common, and remember: rows and places are looked up once. */
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { affectedPlaces, type Shown } from '#workloads/term-store/rules/places/tree.ts'
import { set, store } from '#workloads/term-store/types.ts'
import type { ChildCounts } from '../request.ts'

export type SetRow = RowOf<typeof set>

export interface PickerReading {
  readonly tx: ReadTx
  readonly counts: ChildCounts
  /** The set, if it is seen from the site of the address. */
  seenSet(id: string): Promise<SetRow | undefined>
  /** The sets that show what a set has under a parent, the set itself first. */
  shownIn(setId: string, parentId: string | null): Promise<readonly Shown[]>
  defaultLanguage(): Promise<string>
}

/** `siteCollectionId`: of the address; undefined: it names no site that is known. */
export function readingOn(tx: ReadTx, counts: ChildCounts, siteCollectionId: string | undefined): PickerReading {
  const sets = new Map<string, Promise<SetRow | undefined>>()
  const places = new Map<string, Promise<readonly Shown[]>>()
  let language: Promise<string> | undefined
  const remembered = <V>(known: Map<string, Promise<V>>, key: string, look: () => Promise<V>): Promise<V> => {
    const found = known.get(key) ?? look()
    known.set(key, found)
    return found
  }
  return {
    tx,
    counts,
    seenSet: (id) =>
      remembered(sets, id, async () => {
        const row = await tx.get(set, id)
        const owner = row?.siteCollectionId ?? null
        return owner === null || owner === siteCollectionId ? row : undefined
      }),
    shownIn: (setId, parentId) => remembered(places, `${setId} ${parentId}`, () => affectedPlaces(tx, setId, parentId)),
    defaultLanguage: () => {
      language ??= tx.find(store, {}, 1).then(([row]) => row?.defaultLanguageTag ?? '')
      return language
    },
  }
}
