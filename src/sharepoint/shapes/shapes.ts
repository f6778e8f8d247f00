/** Rows → the entities of the endpoint (exchange.md §13.3). */

import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import { instantOut } from '#edm/types.ts'
import { type Label, orderedLabels } from '#workloads/term-store/rules/labels/labels.ts'
import { group, relation, store } from '#workloads/term-store/types.ts'
import type { Kind } from '../address/path.ts'
import { childrenAtRoot } from '../reading/child-counts.ts'
import type { PickerReading, SetRow } from '../reading/reading.ts'
import { childrenOf, type TermPlaceSeen, type TermRow, type TermSeen, termSeen } from '../reading/term-places.ts'
import { type MemberWish, nothingMore, shownMembers, withMembers } from './selection.ts'

export type Entity = Readonly<Record<string, unknown>>

const typeOfScope: Readonly<Record<string, string>> = {
  global: 'RegularGroup',
  system: 'SystemGroup',
  siteCollection: 'SiteCollectionGroup',
}

/** As Graph shows it. */
function shownInstant(iso: string | null): string | null {
  return iso === null ? null : instantOut(iso)
}

function storeShape(row: RowOf<typeof store>, wish: MemberWish): Entity {
  const { id, name, defaultLanguageTag, languageTags, administrators } = row
  const members = { id, name: name ?? '', defaultLanguageTag, languageTags, administrators: administrators ?? [] }
  return withMembers(members, shownMembers('store', wish))
}

function groupShape(row: RowOf<typeof group>, wish: MemberWish): Entity {
  const { id, displayName, description, createdDateTime, lastModifiedDateTime, scope } = row
  const members = {
    id,
    name: displayName,
    displayName,
    description,
    createdDateTime: shownInstant(createdDateTime),
    lastModifiedDateTime: shownInstant(lastModifiedDateTime),
    type: typeOfScope[scope ?? 'global'],
    scope,
  }
  return withMembers(members, shownMembers('group', wish))
}

/** No order is no list: clients take an empty one for one. */
function ordered(ids: readonly string[] | null): readonly string[] | undefined {
  return ids === null || ids.length === 0 ? undefined : ids
}

async function setShape(reading: PickerReading, row: SetRow, wish: MemberWish): Promise<Entity> {
  const names = shownMembers('set', wish)
  const { id, localizedNames, description, createdDateTime, parentGroupId, isOpen, isAvailableForTagging, contact } =
    row
  const above = names.has('parentGroup') ? await reading.tx.get(group, parentGroupId) : undefined
  const members = {
    id,
    localizedNames: localizedNames.map(({ name, languageTag }) => ({ name, languageTag })),
    description,
    createdDateTime: shownInstant(createdDateTime),
    childrenCount: names.has('childrenCount') ? await childrenAtRoot(reading.tx, reading.counts, id) : undefined,
    groupId: parentGroupId,
    isOpen,
    isAvailableForTagging,
    contact,
    customSortOrder: ordered(row.customSortOrder),
    properties: row.properties ?? [],
    parentGroup: above && groupShape(above, nothingMore),
  }
  return withMembers(members, names)
}

/** Pickers read the default label of the store's language without a check: in its place there is the first one by LCID. */
function labelsOf(labels: TermRow['labels'], language: string): readonly Label[] {
  const own = labels.map(({ name, isDefault, languageTag }) => ({
    name: name ?? '',
    isDefault: isDefault === true,
    languageTag: languageTag ?? '',
  }))
  const isThere = own.some(({ isDefault, languageTag }) => isDefault && fold(languageTag) === fold(language))
  const first = orderedLabels(own)[0]
  return isThere || first === undefined
    ? own
    : orderedLabels([{ ...first, isDefault: true, languageTag: language }, ...own])
}

function perSet<V>(places: readonly TermPlaceSeen[], value: (place: TermPlaceSeen) => V | undefined): V[] | undefined {
  const values = places.flatMap((place) => value(place) ?? [])
  return values.length === 0 ? undefined : values
}

async function parentOf(reading: PickerReading, { place }: TermSeen): Promise<Entity | undefined> {
  const id = place?.parentId ?? undefined
  return id === undefined ? undefined : termShape(reading, id, place?.shownIn, nothingMore)
}

async function homeOf(reading: PickerReading, { row }: TermSeen): Promise<Entity | undefined> {
  const home = await reading.seenSet(row.setId)
  return home && setShape(reading, home, nothingMore)
}

async function seenShape(reading: PickerReading, seen: TermSeen, wish: MemberWish): Promise<Entity> {
  const names = shownMembers('term', wish)
  const { row, places } = seen
  const members = {
    id: row.id,
    childrenCount: names.has('childrenCount') ? await childrenOf(reading, seen) : undefined,
    labels: labelsOf(row.labels, await reading.defaultLanguage()),
    descriptions: (row.descriptions ?? []).map(({ description, languageTag }) => ({ description, languageTag })),
    createdDateTime: shownInstant(row.createdDateTime),
    lastModifiedDateTime: shownInstant(row.lastModifiedDateTime),
    isDeprecated: row.isDeprecated,
    isAvailableForTagging: places.map(({ shownIn, isAvailable }) => ({ setId: shownIn, isAvailable })),
    topicRequested: row.topicRequested,
    customSortOrder: perSet(places, ({ shownIn, order }) => {
      const ids = ordered(order)
      return ids && { setId: shownIn, order: ids }
    }),
    properties: row.properties ?? [],
    localProperties: perSet(places, ({ shownIn, properties }) =>
      properties === null || properties.length === 0 ? undefined : { setId: shownIn, properties },
    ),
    parent: names.has('parent') ? await parentOf(reading, seen) : undefined,
    set: names.has('set') ? await homeOf(reading, seen) : undefined,
  }
  return withMembers(members, names)
}

/** `setId`: where the term is looked at; undefined: in its home set. */
export async function termShape(
  reading: PickerReading,
  id: string,
  setId: string | undefined,
  wish: MemberWish,
): Promise<Entity | undefined> {
  const seen = await termSeen(reading, id, setId)
  return seen && seenShape(reading, seen, wish)
}

async function relationShape(reading: PickerReading, row: RowOf<typeof relation>, wish: MemberWish): Promise<Entity> {
  const names = shownMembers('relation', wish)
  const end = async (id: string | null): Promise<Entity | undefined> => {
    const seen = id === null ? undefined : await termSeen(reading, id, row.setId)
    // As in Graph, an end is seen with the set of the relation, or with its home set.
    return seen?.place === undefined ? undefined : seenShape(reading, seen, nothingMore)
  }
  const into = names.has('set') ? await reading.seenSet(row.setId) : undefined
  const members = {
    id: row.id,
    relationship: row.relationship,
    fromTerm: names.has('fromTerm') ? await end(row.fromTermId) : undefined,
    toTerm: names.has('toTerm') ? await end(row.toTermId) : undefined,
    set: into && (await setShape(reading, into, nothingMore)),
  }
  return withMembers(members, names)
}

/** The entity with that id, which Graph has shown to the caller; undefined: it has gone since. */
export async function shapeOf(
  reading: PickerReading,
  kind: Kind,
  id: string,
  setId: string | undefined,
  wish: MemberWish,
): Promise<Entity | undefined> {
  const { tx } = reading
  if (kind === 'term') return termShape(reading, id, setId, wish)
  if (kind === 'set') {
    const row = await reading.seenSet(id)
    return row && setShape(reading, row, wish)
  }
  if (kind === 'group') {
    const row = await tx.get(group, id)
    return row && groupShape(row, wish)
  }
  if (kind === 'store') {
    const row = await tx.get(store, id)
    return row && storeShape(row, wish)
  }
  const row = await tx.get(relation, id)
  return row && relationShape(reading, row, wish)
}
