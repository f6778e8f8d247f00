/**
 * Adapter: writes what a plan has made of a taxonomy in memory. Both states are complete for the sets they hold, so that only
 * the rows that differ are written, in an order in which every reference finds its row.
 */
import { fold } from '#base/text/fold.ts'
import type { DraftOf, PatchOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import type { Properties, Texts } from '#exchange/document.ts'
import { heightsOf } from '#exchange/plan/taxonomy/checks.ts'
import {
  defaultIn,
  type GroupState,
  type PlaceState,
  type SetState,
  type TaxonomyPart,
  type TermState,
} from '#exchange/plan/taxonomy/taxonomy.ts'
import { mergedTerm } from '#workloads/term-store/own-types.ts'
import { birthOf, type ChangeStamp, stampOf } from '#workloads/term-store/rules/author.ts'
import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import { relationId } from '#workloads/term-store/rules/relations/relation-id.ts'
import { group, relation, set, store, term } from '#workloads/term-store/types.ts'

export interface RowsToWrite {
  readonly context: WriteContext
  readonly storeId: string
  readonly before: TaxonomyPart
  readonly after: TaxonomyPart
  /** Site collection of each site, for groups of sites. */
  readonly siteCollections: ReadonlyMap<string, string>
  /** Terms keep the dates that they are made with. */
  readonly withDates: boolean
}

function stampIn({ context, withDates }: RowsToWrite): Partial<ChangeStamp> {
  const { lastModifiedBy, ...times } = stampOf(context)
  return withDates ? { lastModifiedBy } : { lastModifiedBy, ...times }
}

function pairs(given: Properties): { key: string; value: string }[] {
  return Object.entries(given).map(([key, value]) => ({ key, value }))
}

function byTag<T>(given: Texts, made: (languageTag: string, text: string) => T): T[] {
  return Object.entries(given)
    .toSorted(([a], [b]) => compareTags(a, b))
    .map(([languageTag, text]) => made(languageTag, text))
}

/** The members of the second that differ from the first. */
function difference<T extends object>(before: T | undefined, after: T): Partial<T> {
  const entries = Object.entries(after).filter(
    ([key, value]) =>
      before === undefined || JSON.stringify((before as Record<string, unknown>)[key]) !== JSON.stringify(value),
  )
  return Object.fromEntries(entries) as Partial<T>
}

function groupRow({ name, description, scope, siteId, managers, contributors }: GroupState) {
  return {
    displayName: name,
    description,
    scope,
    parentSiteId: siteId,
    managers: [...managers],
    contributors: [...contributors],
  }
}

function setRow(given: SetState, defaultTag: string) {
  const {
    groupId,
    names,
    description,
    properties,
    isOpen,
    isAvailableForTagging,
    owner,
    contact,
    stakeholders,
    order,
  } = given
  return {
    parentGroupId: groupId,
    localizedNames: byTag(names, (languageTag, name) => ({ name, languageTag })),
    sortKey: fold(names[defaultTag] ?? ''),
    description,
    properties: pairs(properties),
    isOpen,
    isAvailableForTagging,
    owner,
    contact,
    stakeholders: [...stakeholders],
    customSortOrder: [...order],
  }
}

function termRow(given: TermState, defaultTag: string) {
  const { labels, descriptions, properties, isDeprecated, replacedBy, mergedTermIds, owner } = given
  return {
    labels: labels.map(({ name, isDefault, languageTag }) => ({ name, isDefault, languageTag })),
    sortKey: fold(defaultIn(labels, defaultTag) ?? ''),
    descriptions: byTag(descriptions, (languageTag, description) => ({ description, languageTag })),
    properties: pairs(properties),
    isDeprecated,
    replacedBy,
    mergedTermIds: [...mergedTermIds],
    owner,
  }
}

function placeRow({ isAvailableForTagging, localProperties, order }: PlaceState) {
  return { isAvailableForTagging, localProperties: pairs(localProperties), customSortOrder: [...order] }
}

type LevelOf = (place: PlaceState) => number

function levelsOf(taxonomy: TaxonomyPart): LevelOf {
  const known = new Map<string, number>()
  const levelOf: LevelOf = ({ setId, termId, parentId }) => {
    if (parentId === null) return 1
    const key = `${setId} ${termId}`
    const done = known.get(key)
    if (done !== undefined) return done
    const parent = taxonomy.place(setId, parentId)
    const level = parent === undefined ? 1 : levelOf(parent) + 1
    known.set(key, level)
    return level
  }
  return levelOf
}

function* allPlaces(taxonomy: TaxonomyPart): Generator<PlaceState> {
  for (const setId of taxonomy.sets.keys()) yield* taxonomy.placesIn(setId)
}

/** Height and level of the places of one state. */
function shapeOf(taxonomy: TaxonomyPart) {
  const [level, height] = [levelsOf(taxonomy), heightsOf(taxonomy)]
  return (place: PlaceState) => ({ level: level(place), height: height(place) })
}

async function writeGroups({ context, storeId, before, after, siteCollections }: RowsToWrite): Promise<void> {
  const { tx } = context
  for (const [id, state] of after.groups) {
    const old = before.groups.get(id)
    if (old === state) continue
    const changed = difference(old && groupRow(old), groupRow(state))
    const siteCollectionId = state.siteId === null ? null : (siteCollections.get(state.siteId) ?? null)
    if (old === undefined) {
      await tx.insert(group, { ...groupRow(state), id, storeId, siteCollectionId, ...birthOf(context) })
      continue
    }
    if (Object.keys(changed).length === 0) continue
    if (old.siteId === state.siteId) {
      await tx.update(group, id, { ...changed, ...stampOf(context) })
      continue
    }
    await tx.update(group, id, { ...changed, siteCollectionId, ...stampOf(context) })
    // Sets are seen where their group is.
    for (const row of await tx.find(set, { parentGroupId: id })) await tx.update(set, row.id, { siteCollectionId })
  }
}

async function writeSets(writing: RowsToWrite): Promise<void> {
  const { context, storeId, before, after } = writing
  const { tx } = context
  const { defaultTag } = after.languages
  let made = 0
  for (const [id, state] of after.sets) {
    const old = before.sets.get(id)
    if (old === state) continue
    const changed: PatchOf<typeof set> = difference(
      old && setRow(old, before.languages.defaultTag),
      setRow(state, defaultTag),
    )
    if (old !== undefined && Object.keys(changed).length === 0) continue
    const siteCollectionId = (await tx.get(group, state.groupId))?.siteCollectionId ?? null
    if (old === undefined) {
      const { lastModifiedDateTime: _, ...birth } = birthOf(context)
      await tx.insert(set, { ...setRow(state, defaultTag), id, storeId, siteCollectionId, ...birth })
      made += 1
    } else {
      const moved = state.groupId === old.groupId ? {} : { siteCollectionId }
      await tx.update(set, id, { ...changed, ...moved, lastModifiedBy: stampOf(context).lastModifiedBy })
    }
  }
  if (made > 0) await tx.add(store, storeId, { setCount: made })
}

function idOfRelation({ setId, parentId, termId }: PlaceState): string {
  return relationId(setId, parentId, termId)
}

type RelationDraft = DraftOf<typeof relation>

/** Relations that are not at their place any more go first: an id holds the place, and a term is in a set once. */
async function removeRelations({ context: { tx }, before, after }: RowsToWrite): Promise<void> {
  for (const place of allPlaces(before)) {
    if (place.kind === 'home') continue
    const now = after.place(place.setId, place.termId)
    const isKept = now !== undefined && now.kind !== 'home' && now.parentId === place.parentId
    if (!isKept) await tx.remove(relation, idOfRelation(place))
  }
}

type Shape = ReturnType<typeof shapeOf>

async function writeRelations(writing: RowsToWrite, was: Shape, is: Shape): Promise<void> {
  const { context, before, after } = writing
  const { tx, now } = context
  for (const place of allPlaces(after)) {
    if (place.kind === 'home') continue
    const { setId, termId, parentId, kind } = place
    const old = before.place(setId, termId)
    const isThere = old !== undefined && old.kind !== 'home' && old.parentId === parentId
    const row = { ...placeRow(place), ...is(place), relationship: kind }
    if (!isThere) {
      const draft: RelationDraft = {
        ...row,
        id: idOfRelation(place),
        setId,
        fromTermId: parentId,
        toTermId: termId,
        createdDateTime: now,
      }
      await tx.insert(relation, draft)
      if (old === undefined) await tx.update(term, termId, stampIn(writing))
      continue
    }
    const changed = difference({ ...placeRow(old), ...was(old), relationship: old.kind }, row)
    if (Object.keys(changed).length === 0) continue
    await tx.update(relation, idOfRelation(place), changed as PatchOf<typeof relation>)
    if (kind !== old.kind) await tx.update(term, termId, stampIn(writing))
  }
}

/** Home places of a state, parents first. */
function homesInOrder(taxonomy: TaxonomyPart, level: LevelOf): PlaceState[] {
  return [...allPlaces(taxonomy)].filter(({ kind }) => kind === 'home').sort((a, b) => level(a) - level(b))
}

/** Members that follow from other rows: a change of these alone does not count as one of the term. */
const derived = new Set(['level', 'height'])

function wholeTerm(taxonomy: TaxonomyPart, place: PlaceState, shape: Shape) {
  const state = taxonomy.terms.get(place.termId)
  if (state === undefined) return undefined
  const { setId, parentId } = place
  return { ...termRow(state, taxonomy.languages.defaultTag), ...placeRow(place), ...shape(place), setId, parentId }
}

async function updateTerm(
  writing: RowsToWrite,
  old: PlaceState,
  place: PlaceState,
  was: Shape,
  is: Shape,
): Promise<void> {
  const { context, before, after } = writing
  const { termId } = place
  const isSame = old === place && before.terms.get(termId) === after.terms.get(termId)
  if (isSame && sameShape(was(old), is(place))) return
  const row = wholeTerm(after, place, is)
  const changed: PatchOf<typeof term> = row === undefined ? {} : difference(wholeTerm(before, old, was), row)
  const keys = Object.keys(changed)
  if (keys.length === 0) return
  const isDerived = keys.every((key) => derived.has(key))
  await context.tx.update(term, termId, isDerived ? changed : { ...changed, ...stampIn(writing) })
}

async function writeTerms(writing: RowsToWrite, was: Shape, is: Shape): Promise<void> {
  const { context, before, after, storeId } = writing
  const { tx } = context
  const birth = birthOf(context)
  const counts = new Map<string, number>()
  const count = (setId: string, amount: number): void => void counts.set(setId, (counts.get(setId) ?? 0) + amount)
  let made = 0
  for (const place of homesInOrder(after, levelsOf(after))) {
    const { termId, setId } = place
    const old = before.home(termId)
    if (old !== undefined) {
      await updateTerm(writing, old, place, was, is)
      count(old.setId, -1)
      count(setId, 1)
      continue
    }
    const row = wholeTerm(after, place, is)
    if (row === undefined) continue
    const isKeyword = after.sets.get(setId)?.systemRole === 'keywords'
    await tx.insert(term, { ...row, id: termId, isKeyword, ...birth, ...datesOf(after, termId) })
    count(setId, 1)
    made += 1
  }
  for (const [setId, amount] of counts) if (amount !== 0) await tx.add(set, setId, { termCount: amount })
  if (made > 0) await tx.add(store, storeId, { termCount: made })
}

/** Those that the plan states. */
function datesOf(after: TaxonomyPart, termId: string) {
  const { created, modified = created } = after.terms.get(termId) ?? {}
  return {
    ...(created === undefined ? {} : { createdDateTime: created }),
    ...(modified === undefined ? {} : { lastModifiedDateTime: modified }),
  }
}

function sameShape(one: ReturnType<Shape>, other: ReturnType<Shape>): boolean {
  return one.level === other.level && one.height === other.height
}

/** Each id of a term that was merged away stands for the one that has it now. */
async function writeMergedIds({ context: { tx, now }, before, after }: RowsToWrite): Promise<void> {
  for (const [into, { mergedTermIds }] of after.terms) {
    const had = new Set(before.terms.get(into)?.mergedTermIds ?? [])
    for (const id of mergedTermIds) {
      if (had.has(id)) continue
      if ((await tx.get(mergedTerm, id)) === undefined) await tx.insert(mergedTerm, { id, into, mergedDateTime: now })
      else await tx.update(mergedTerm, id, { into, mergedDateTime: now })
    }
  }
}

/**
 * Writes everything but deletions of terms, which the rules of the store carry out as some terms become orphans: `after`
 * still has the terms that are to go.
 */
export async function writeTaxonomy(writing: RowsToWrite): Promise<void> {
  const { before, after } = writing
  const [was, is] = [shapeOf(before), shapeOf(after)]
  await writeGroups(writing)
  await writeSets(writing)
  await removeRelations(writing)
  await writeTerms(writing, was, is)
  await writeMergedIds(writing)
  await writeRelations(writing, was, is)
}
