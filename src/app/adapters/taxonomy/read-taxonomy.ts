/**
 * Adapter: a part of the term store as plain values for plans, digests and exports. The rows of a set are read as a whole; of
 * a large one in pages, between which others are answered.
 */
import { AppError } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Prepared, ReadTx, Store } from '#edm/ports.ts'
import { equal, member, type Position, param } from '#edm/query.ts'
import {
  type PlaceState,
  type SetState,
  type TaxonomyContent,
  TaxonomyPart,
  type TermState,
} from '#exchange/plan/taxonomy/taxonomy.ts'
import { site } from '#workloads/sites/types.ts'
import { mergedTerm } from '#workloads/term-store/own-types.ts'
import { languagesOf } from '#workloads/term-store/rules/languages/languages.ts'
import { findMany } from '#workloads/term-store/rules/places/find-many.ts'
import { group, relation, set, store, term } from '#workloads/term-store/types.ts'
import { noPause, type Pause } from './work/pauses.ts'
import { groupState, homePlace, type StoredTerm, setState, sharedPlace, termKeys, termState } from './work/states.ts'
import { torn } from './work/torn.ts'

/** What of the store is needed. */
export interface Needed {
  /** Sets whose places are read. */
  readonly sets: readonly string[]
  /** Ids that a file names, of terms in any set: the sets of those that are there are read as well. */
  readonly ids?: readonly string[]
  /** The sets that share terms with these, and what is shared with those, are read as well: for plans. */
  readonly withSharing: boolean
  /** The sets of which pins in these show branches are read as well: for exports. */
  readonly withPinned?: boolean
}

/** All groups and sets, without terms. */
export type Frame = Pick<TaxonomyContent, 'languages' | 'groups' | 'sets' | 'siteIds'> & {
  readonly counts: { readonly terms: number; readonly sets: number }
}

/** Some terms and places. */
export interface Rows {
  readonly terms: readonly TermState[]
  readonly places: readonly PlaceState[]
}

export interface TaxonomyReading {
  readonly tx: ReadTx
  /** Absent: a set is read by one statement. */
  readonly pages?: Prepared | undefined
  readonly pause: Pause
  /** Takes what is read, a few hundred rows at a time. */
  readonly take: (rows: Rows) => Promise<void>
}

/** How many keys are asked for together. */
const atOnce = 400
/** Terms of a set that are read at once. */
const pageRows = 500

/** Of a set, in the order of its index. Shape and order are fixed, so it is compiled once for a store. */
export function pagesOfSet(store: Pick<Store, 'prepare'>): Prepared {
  return store.prepare({
    type: term,
    branches: [equal(member('setId'), param('set'))],
    order: [
      { by: member('level'), descending: false },
      { by: member('sortKey'), descending: false },
    ],
    after: true,
    limit: true,
    shape: [],
    carry: termKeys,
  })
}

/** Those of the terms that are there, some at a time. */
async function* termsWith({ tx, pause }: TaxonomyReading, ids: readonly string[]): AsyncGenerator<StoredTerm[]> {
  const wanted = [...new Set(ids)]
  for (let at = 0; at < wanted.length; at += atOnce) {
    const rows = await Promise.all(wanted.slice(at, at + atOnce).map((id) => tx.get(term, id)))
    yield rows.flatMap((row) => row ?? [])
    await pause()
  }
}

/** Those of the terms that are there, without their places. */
export async function readTerms(reading: TaxonomyReading, ids: readonly string[]): Promise<void> {
  for await (const rows of termsWith(reading, ids)) await reading.take({ terms: rows.map(termState), places: [] })
}

async function* termsOfSet({ tx, pages, pause }: TaxonomyReading, setId: string): AsyncGenerator<StoredTerm[]> {
  if (pages === undefined) {
    yield await tx.find(term, { setId })
    return
  }
  let count = 0
  for (let after: Position = [0, '', '']; ; ) {
    const page = await tx.query(pages, { set: setId, after, limit: pageRows })
    yield page.map(({ row }) => row as unknown as StoredTerm)
    count += page.length
    const last = page.at(-1)
    if (last === undefined || page.length < pageRows) break
    after = last.position
    await pause()
  }
  // What was moved, made or deleted between two pages is in one of them too much, or in none.
  if (count > pageRows && (await tx.get(set, setId))?.termCount !== count) throw torn()
}

interface Loaded extends TaxonomyReading {
  /** Ids of the terms that were given to `take`. */
  readonly terms: Set<string>
}

interface LoadedSet {
  /** Ids of the terms that are at home in the set, of those that it shares, and of those among them that it pins. */
  readonly own: readonly string[]
  readonly away: readonly string[]
  readonly pinned: readonly string[]
}

async function loadSet(loaded: Loaded, setId: string): Promise<LoadedSet> {
  const { tx, take, terms, pause } = loaded
  const own: string[] = []
  for await (const rows of termsOfSet(loaded, setId)) {
    for (const { id } of rows) {
      own.push(id)
      terms.add(id)
    }
    await take({ terms: rows.map(termState), places: rows.map(homePlace) })
  }
  const relations = await tx.find(relation, { setId })
  for (let at = 0; at < relations.length; at += pageRows) {
    await take({ terms: [], places: relations.slice(at, at + pageRows).map(sharedPlace) })
    await pause()
  }
  const pins = relations.filter(({ relationship }) => relationship === 'pin')
  return { own, away: relations.map(({ toTermId }) => toTermId), pinned: pins.map(({ toTermId }) => toTermId) }
}

/** Loads sets until each has all sets that it shares terms with. */
async function loadSharing(loaded: Loaded, first: Iterable<string>): Promise<Set<string>> {
  const { tx, terms, pause } = loaded
  const sets = new Set(first)
  for (const setId of sets) {
    const { own, away } = await loadSet(loaded, setId)
    for (let at = 0; at < own.length; at += atOnce) {
      const some = own.slice(at, at + atOnce)
      for (const row of await findMany(tx, relation, some, (toTermId) => ({ toTermId }))) sets.add(row.setId)
      await pause()
    }
    const unknown = away.filter((id) => !terms.has(id))
    for await (const rows of termsWith(loaded, unknown)) for (const row of rows) sets.add(row.setId)
  }
  return sets
}

async function loadWithout(loaded: Loaded, first: Iterable<string>, withPinned: boolean): Promise<Set<string>> {
  const { terms } = loaded
  const sets = new Set(first)
  const away: string[] = []
  for (const setId of sets) {
    const { away: shared, pinned } = await loadSet(loaded, setId)
    for (const id of shared) away.push(id)
    // What a pin shows is at home in another set, which may have pins itself.
    const unknown = withPinned ? pinned.filter((id) => !terms.has(id)) : []
    for await (const rows of termsWith(loaded, unknown)) for (const row of rows) sets.add(row.setId)
  }
  const unknown = away.filter((id) => !terms.has(id))
  for await (const rows of termsWith(loaded, unknown))
    await loaded.take({ terms: rows.map(termState), places: rows.map(homePlace) })
  return sets
}

export async function needStore(tx: ReadTx): Promise<RowOf<typeof store>> {
  const [only] = await tx.find(store, {}, 1)
  if (only === undefined) throw new AppError('notFound', 'The tenant has no term store.', { code: 'itemNotFound' })
  return only
}

/** Also of the terms that merged ones stand for. */
async function setsOfIds(reading: TaxonomyReading, ids: readonly string[]): Promise<Set<string>> {
  const sets = new Set<string>()
  const there = new Set<string>()
  for await (const rows of termsWith(reading, ids))
    for (const { id, setId } of rows) {
      there.add(id)
      sets.add(setId)
    }
  const merged: string[] = []
  for (const id of ids) {
    if (there.has(id)) continue
    const into = (await reading.tx.get(mergedTerm, id))?.into
    if (into !== undefined) merged.push(into)
    await reading.pause()
  }
  for await (const rows of termsWith(reading, merged)) for (const { setId } of rows) sets.add(setId)
  return sets
}

export async function readFrame(tx: ReadTx): Promise<Frame> {
  const storeRow = await needStore(tx)
  const groups = (await tx.find(group, { storeId: storeRow.id })).map(groupState)
  const sets: SetState[] = (await tx.find(set, { storeId: storeRow.id })).map(setState)
  return {
    languages: languagesOf(storeRow),
    groups,
    sets,
    counts: { terms: storeRow.termCount, sets: storeRow.setCount },
    siteIds: new Set((await tx.find(site, {})).map(({ id }) => id)),
  }
}

/** The places of the sets that are needed. Returns the ids of these sets. */
export async function readPlaces(
  reading: TaxonomyReading,
  frame: Frame,
  { sets, ids = [], withSharing, withPinned = false }: Needed,
): Promise<string[]> {
  const there = new Set(frame.sets.map(({ id }) => id))
  const wanted = new Set([...sets, ...(await setsOfIds(reading, ids))].filter((id) => there.has(id)))
  const loaded: Loaded = { ...reading, terms: new Set() }
  return [...(withSharing ? await loadSharing(loaded, wanted) : await loadWithout(loaded, wanted, withPinned))]
}

/** Gives what is read to a list, without pauses: within a transaction, and for few rows. */
export function gathered(tx: ReadTx): { readonly reading: TaxonomyReading; readonly rows: Rows } {
  const rows = { terms: [] as TermState[], places: [] as PlaceState[] }
  const take = async ({ terms, places }: Rows): Promise<void> => {
    for (const one of terms) rows.terms.push(one)
    for (const one of places) rows.places.push(one)
  }
  return { reading: { tx, pause: noPause, take }, rows }
}

/** All groups and sets, with the places of those that are needed. */
export async function readTaxonomy(tx: ReadTx, needed: Needed): Promise<TaxonomyPart> {
  const frame = await readFrame(tx)
  const { reading, rows } = gathered(tx)
  await readPlaces(reading, frame, needed)
  return new TaxonomyPart({ ...frame, ...rows })
}
