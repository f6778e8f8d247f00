/** Adapter: a part of the term store as plain values for plans, digests and exports. The rows of a set are read once, as a whole. */
import { AppError } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import type { Properties, Texts } from '#exchange/document.ts'
import {
  type GroupState,
  type PlaceState,
  type SetState,
  TaxonomyPart,
  type TermState,
} from '#exchange/plan/taxonomy/taxonomy.ts'
import { site } from '#workloads/sites/types.ts'
import { mergedTerm } from '#workloads/term-store/own-types.ts'
import { languagesOf } from '#workloads/term-store/rules/languages/languages.ts'
import { findMany } from '#workloads/term-store/rules/places/find-many.ts'
import { group, relation, set, store, term } from '#workloads/term-store/types.ts'

/** What of the store is needed. */
export interface Needed {
  /** Sets whose places are read. */
  readonly sets: readonly string[]
  /** Ids that a file names, of terms in any set: the sets of those that are there are read as well. */
  readonly ids?: readonly string[]
  /** The sets that share terms with these, and what is shared with those, are read as well: for plans. */
  readonly withSharing: boolean
}

/** How many terms are asked for together. */
const atOnce = 400

type TermRow = RowOf<typeof term>
type RelationRow = RowOf<typeof relation>

function textsOf<E>(list: readonly E[] | null, key: (one: E) => string | null, text: (one: E) => string | null): Texts {
  const texts: Record<string, string> = {}
  for (const one of list ?? []) texts[key(one) ?? ''] = text(one) ?? ''
  return texts
}

function pairsOf(list: RowOf<typeof set>['properties']): Properties {
  return textsOf(
    list,
    ({ key }) => key,
    ({ value }) => value,
  )
}

function groupState(row: RowOf<typeof group>): GroupState {
  return {
    id: row.id,
    name: row.displayName ?? '',
    description: row.description ?? '',
    scope: row.scope === 'system' || row.scope === 'siteCollection' ? row.scope : 'global',
    siteId: row.parentSiteId,
    managers: row.managers ?? [],
    contributors: row.contributors ?? [],
  }
}

function setState(row: RowOf<typeof set>): SetState {
  return {
    id: row.id,
    groupId: row.parentGroupId,
    names: textsOf(
      row.localizedNames,
      ({ languageTag }) => languageTag,
      ({ name }) => name,
    ),
    description: row.description ?? '',
    properties: pairsOf(row.properties),
    isOpen: row.isOpen,
    isAvailableForTagging: row.isAvailableForTagging,
    owner: row.owner,
    contact: row.contact,
    stakeholders: row.stakeholders ?? [],
    order: row.customSortOrder ?? [],
    systemRole: row.systemRole,
  }
}

export function termState(row: TermRow): TermState {
  return {
    id: row.id,
    labels: (row.labels ?? []).map(({ name, isDefault, languageTag }) => ({
      name: name ?? '',
      isDefault: isDefault === true,
      languageTag: languageTag ?? '',
    })),
    descriptions: textsOf(
      row.descriptions,
      ({ languageTag }) => languageTag,
      ({ description }) => description,
    ),
    properties: pairsOf(row.properties),
    isDeprecated: row.isDeprecated,
    replacedBy: row.replacedBy,
    mergedTermIds: row.mergedTermIds ?? [],
    owner: row.owner,
    isKeyword: row.isKeyword,
    created: row.createdDateTime ?? undefined,
    modified: row.lastModifiedDateTime ?? undefined,
  }
}

function homePlace(row: TermRow): PlaceState {
  return {
    setId: row.setId,
    termId: row.id,
    parentId: row.parentId,
    kind: 'home',
    isAvailableForTagging: row.isAvailableForTagging,
    localProperties: pairsOf(row.localProperties),
    order: row.customSortOrder ?? [],
  }
}

function sharedPlace(row: RelationRow): PlaceState {
  return {
    setId: row.setId,
    termId: row.toTermId,
    parentId: row.fromTermId,
    kind: row.relationship === 'pin' ? 'pin' : 'reuse',
    isAvailableForTagging: row.isAvailableForTagging,
    localProperties: pairsOf(row.localProperties),
    order: row.customSortOrder ?? [],
  }
}

/** Those of the terms that are there. */
async function getTerms(tx: ReadTx, ids: readonly string[]): Promise<TermRow[]> {
  const found: TermRow[] = []
  const wanted = [...new Set(ids)]
  for (let at = 0; at < wanted.length; at += atOnce) {
    const rows = await Promise.all(wanted.slice(at, at + atOnce).map((id) => tx.get(term, id)))
    found.push(...rows.flatMap((row) => row ?? []))
  }
  return found
}

/** Those of the terms that are there, without their places. */
export async function readTermsInto(tx: ReadTx, taxonomy: TaxonomyPart, ids: readonly string[]): Promise<void> {
  for (const row of await getTerms(tx, ids)) taxonomy.terms.set(row.id, termState(row))
}

interface Loaded {
  readonly terms: Map<string, TermRow>
  readonly relations: Map<string, RelationRow>
}

async function loadSet(tx: ReadTx, setId: string, into: Loaded): Promise<void> {
  for (const row of await tx.find(term, { setId })) into.terms.set(row.id, row)
  for (const row of await tx.find(relation, { setId })) into.relations.set(row.id, row)
}

/** Loads sets until each has all sets that it shares terms with. */
async function loadSharing(tx: ReadTx, first: Iterable<string>, into: Loaded): Promise<Set<string>> {
  const sets = new Set(first)
  for (const setId of sets) {
    await loadSet(tx, setId, into)
    const own = [...into.terms.values()].filter((row) => row.setId === setId).map(({ id }) => id)
    const away = [...into.relations.values()].filter((row) => row.setId === setId).map(({ toTermId }) => toTermId)
    for (const row of await findMany(tx, relation, own, (toTermId) => ({ toTermId }))) sets.add(row.setId)
    const unknown = away.filter((id) => !into.terms.has(id))
    for (const row of await getTerms(tx, unknown)) sets.add(row.setId)
  }
  return sets
}

export async function needStore(tx: ReadTx): Promise<RowOf<typeof store>> {
  const [only] = await tx.find(store, {}, 1)
  if (only === undefined) throw new AppError('notFound', 'The tenant has no term store.', { code: 'itemNotFound' })
  return only
}

/** Also of the terms that merged ones stand for. */
async function setsOfIds(tx: ReadTx, ids: readonly string[]): Promise<string[]> {
  const found = await getTerms(tx, ids)
  const there = new Set(found.map(({ id }) => id))
  const merged: string[] = []
  for (const id of ids) if (!there.has(id)) merged.push((await tx.get(mergedTerm, id))?.into ?? '')
  const terms = [
    ...found,
    ...(await getTerms(
      tx,
      merged.filter((id) => id !== ''),
    )),
  ]
  return terms.map(({ setId }) => setId)
}

/** All groups and sets, with the places of those that are needed. */
export async function readTaxonomy(tx: ReadTx, { sets, ids = [], withSharing }: Needed): Promise<TaxonomyPart> {
  const storeRow = await needStore(tx)
  const groups = (await tx.find(group, { storeId: storeRow.id })).map(groupState)
  const all = (await tx.find(set, { storeId: storeRow.id })).map(setState)
  const loaded: Loaded = { terms: new Map(), relations: new Map() }
  const there = new Set(all.map(({ id }) => id))
  const wanted = new Set([...sets, ...(await setsOfIds(tx, ids))].filter((id) => there.has(id)))
  if (withSharing) await loadSharing(tx, wanted, loaded)
  else {
    for (const id of wanted) await loadSet(tx, id, loaded)
    const away = [...loaded.relations.values()].map(({ toTermId }) => toTermId)
    const unknown = away.filter((id) => !loaded.terms.has(id))
    for (const row of await getTerms(tx, unknown)) loaded.terms.set(row.id, row)
  }
  return new TaxonomyPart({
    languages: languagesOf(storeRow),
    groups,
    sets: all,
    terms: [...loaded.terms.values()].map(termState),
    places: [...[...loaded.terms.values()].map(homePlace), ...[...loaded.relations.values()].map(sharedPlace)],
    counts: { terms: storeRow.termCount, sets: storeRow.setCount },
    siteIds: new Set((await tx.find(site, {})).map(({ id }) => id)),
  })
}
