/**
 * The annotations of terms, asked for by `Prefer: include-annotations="relata.*"`: how a term occurs where it is listed, its
 * state, and its place in the order chosen by hand. Each page takes one batch of statements, whatever its size.
 */
import type { Located, ReadContext, ReadTx } from '#edm/ports.ts'
import { relation, set, store, term } from '../../types.ts'
import { problemsIn } from '../findings/row-findings.ts'
import { keeperAt } from '../places/order.ts'
import { type ListedPlace, placesOfPage } from './listed-places.ts'

type Annotations = ReadonlyMap<string, Readonly<Record<string, unknown>>>

/** Children at each place, as natural listings show them. */
async function childCounts(tx: ReadTx, places: readonly ListedPlace[]): Promise<ReadonlyMap<ListedPlace, number>> {
  const sets = new Set(places.map(({ childSetId }) => childSetId))
  const counts = await Promise.all(
    [...sets].map(async (setId) => {
      const listed = places.filter(({ childSetId }) => childSetId === setId)
      const ids = listed.map(({ row }) => row.id)
      const [home, shared] = await Promise.all([
        tx.countEach(term, { setId }, 'parentId', ids),
        tx.countEach(relation, { setId }, 'fromTermId', ids),
      ])
      return listed.map((place): [ListedPlace, number] => {
        const { id } = place.row
        return [place, (home.get(id) ?? 0) + (shared.get(id) ?? 0)]
      })
    }),
  )
  return new Map(counts.flat())
}

function nameOfParent({ holderId, parentId }: ListedPlace): string {
  return `${holderId} ${parentId ?? ''}`
}

/** Places in the orders chosen by hand, from 0. */
async function placesInOrder(tx: ReadTx, places: readonly ListedPlace[]) {
  const parents = new Map(places.map((place) => [nameOfParent(place), place]))
  const orders = new Map(
    await Promise.all(
      [...parents].map(async ([name, { holderId: setId, parentId }]) => {
        const keeper = await keeperAt(tx, { setId, parentId })
        return [name, new Map(keeper?.order.map((id, at) => [id, at]))] as const
      }),
    ),
  )
  return (place: ListedPlace): number | null => orders.get(nameOfParent(place))?.get(place.row.id) ?? null
}

/** Successors that are gone or deprecated themselves, by the term that names them. */
async function badSuccessors(tx: ReadTx, places: readonly ListedPlace[]): Promise<ReadonlySet<string>> {
  const named = places.filter(({ row }) => row.replacedBy !== null)
  const successors = await Promise.all(named.map(({ row }) => tx.get(term, row.replacedBy ?? '')))
  return new Set(named.filter((_, at) => successors[at]?.isDeprecated !== false).map(({ row }) => row.id))
}

/** Stored places of the term but for the one that is listed. */
function usesElsewhere({ kind, relations }: ListedPlace): number {
  return relations.length + (kind === 'mirror' ? 1 : 0)
}

/** The rules that tell of the row alone, and `deprecated-successor`, whose rows are read once for a page. */
function problemsOf({ row }: ListedPlace, defaultTag: string, bad: ReadonlySet<string>): number {
  return problemsIn(row, defaultTag) + Number(bad.has(row.id))
}

export async function annotateTerms(
  { tx }: ReadContext,
  from: Located | undefined,
  ids: readonly string[],
): Promise<Annotations> {
  const [places, [storeRow]] = await Promise.all([placesOfPage(tx, from, ids), tx.find(store, {}, 1)])
  const [counts, orderOf, bad] = await Promise.all([
    childCounts(tx, places),
    placesInOrder(tx, places),
    badSuccessors(tx, places),
  ])
  return new Map(
    places.map((place) => {
      const { row, kind, relation: shared } = place
      return [
        row.id,
        {
          occurrence: {
            kind,
            relationId: kind === 'mirror' ? null : (shared?.id ?? null),
            homeSetId: row.setId,
            childrenCount: counts.get(place) ?? 0,
            isAvailableForTagging: (shared ?? row).isAvailableForTagging,
          },
          state: {
            isDeprecated: row.isDeprecated,
            replacedBy: row.replacedBy,
            usesElsewhere: usesElsewhere(place),
            problems: problemsOf(place, storeRow?.defaultLanguageTag ?? '', bad),
          },
          order: orderOf(place),
        },
      ]
    }),
  )
}

/** Of a set, which is the root of its terms: in the same shape. */
export async function annotateSets({ tx }: ReadContext, _from: unknown, ids: readonly string[]): Promise<Annotations> {
  const rows = await Promise.all(ids.map((id) => tx.get(set, id)))
  const [home, shared, [storeRow]] = await Promise.all([
    tx.countEach(term, { level: 1 }, 'setId', ids),
    tx.countEach(relation, { fromTermId: null }, 'setId', ids),
    tx.find(store, {}, 1),
  ])
  const entries = rows.flatMap((row) => {
    if (row === undefined) return []
    const { id, isAvailableForTagging, localizedNames } = row
    const isNamed = localizedNames.some(({ languageTag }) => languageTag === storeRow?.defaultLanguageTag)
    const childrenCount = (home.get(id) ?? 0) + (shared.get(id) ?? 0)
    const occurrence = { kind: 'home', relationId: null, homeSetId: id, childrenCount, isAvailableForTagging }
    const state = { isDeprecated: false, replacedBy: null, usesElsewhere: 0, problems: Number(!isNamed) }
    return [[id, { occurrence, state, order: null }] as const]
  })
  return new Map(entries)
}
