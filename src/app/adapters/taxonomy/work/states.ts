/** Adapter: rows of the term store as plain values of a taxonomy. */
import type { RowOf } from '#edm/infer.ts'
import type { Properties, Texts } from '#exchange/document.ts'
import type { GroupState, PlaceState, SetState, TermState } from '#exchange/plan/taxonomy/taxonomy.ts'
import type { group, relation, set, term } from '#workloads/term-store/types.ts'

export type StoredTerm = RowOf<typeof term>
export type StoredRelation = RowOf<typeof relation>

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

export function groupState(row: RowOf<typeof group>): GroupState {
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

export function setState(row: RowOf<typeof set>): SetState {
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

/** Row keys of which a term and its home place are made. */
export const termKeys = [
  ...['labels', 'descriptions', 'properties', 'isDeprecated', 'replacedBy', 'mergedTermIds', 'owner', 'isKeyword'],
  ...['createdDateTime', 'lastModifiedDateTime', 'setId', 'parentId'],
  ...['isAvailableForTagging', 'localProperties', 'customSortOrder'],
] as const satisfies readonly (keyof StoredTerm)[]

export function termState(row: StoredTerm): TermState {
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

export function homePlace(row: StoredTerm): PlaceState {
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

export function sharedPlace(row: StoredRelation): PlaceState {
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
