/** What the detail of terms, sets and groups reads and writes, each as a plan of a request. */
import { graph, type RequestPlan, segment } from '../../data/plan.ts'
import type { FoundTerm, Page, Term, TermGroup, TermRelation, TermSet, TermStore } from '../../data/types.ts'

export interface Occurrence {
  readonly kind: 'home' | 'pin' | 'mirror' | 'reuse'
  readonly relationId: string | null
  readonly homeSetId: string
  readonly childrenCount: number
  readonly isAvailableForTagging: boolean
}

export interface RowState {
  readonly isDeprecated: boolean
  readonly replacedBy: string | null
  readonly usesElsewhere: number
  readonly problems: number
}

export type Label = { readonly name: string; readonly languageTag: string; readonly isDefault: boolean }
export type Description = { readonly description: string; readonly languageTag: string }
export type SetName = { readonly name: string; readonly languageTag: string }
export type KeyValue = { readonly key: string; readonly value: string }

export type KnownTerm = Omit<Term, 'id' | 'labels' | 'descriptions' | 'properties' | 'set'> & {
  readonly id: string
  readonly labels: readonly Label[]
  readonly descriptions: readonly Description[]
  readonly set?: { readonly id: string; readonly localizedNames: readonly SetName[] } | null
  readonly properties?: readonly KeyValue[]
  readonly '@relata.occurrence': Occurrence
  readonly '@relata.state': RowState
}

export type KnownSet = Omit<TermSet, 'id' | 'localizedNames' | 'properties' | 'parentGroup'> & {
  readonly id: string
  readonly localizedNames: readonly SetName[]
  readonly parentGroup?: { readonly id: string; readonly displayName: string; readonly scope?: string | null }
  readonly properties?: readonly KeyValue[]
  readonly '@relata.occurrence': Occurrence
  readonly '@relata.state': RowState
}

export type KnownGroup = Omit<TermGroup, 'id' | 'displayName'> & { readonly id: string; readonly displayName: string }

export type KnownStore = Omit<TermStore, 'defaultLanguageTag' | 'languageTags'> & {
  readonly defaultLanguageTag: string
  readonly languageTags: readonly string[]
}

export interface Place {
  readonly setId: string
  readonly kind: Occurrence['kind']
  readonly path: readonly string[]
  readonly isAvailable: boolean
}

/** Never longer than the annotations that are asked for. */
const annotations = { Prefer: 'include-annotations="relata.*"' }

export function setPath(setId: string): string {
  return `/termStore/sets/${segment(setId)}`
}

export function termPath(setId: string, termId: string): string {
  return `${setPath(setId)}/terms/${segment(termId)}`
}

export function groupPath(groupId: string): string {
  return `/termStore/groups/${segment(groupId)}`
}

export function readStore(): RequestPlan<KnownStore> {
  return graph('GET', '/termStore')
}

const termMembers =
  'id,labels,descriptions,properties,createdDateTime,lastModifiedDateTime,createdBy,lastModifiedBy,isDeprecated,isKeyword,owner,mergedTermIds'

export function readTerm(setId: string, termId: string, asOf?: string): RequestPlan<KnownTerm> {
  return graph('GET', termPath(setId, termId), {
    query: { $select: termMembers, $expand: 'set($select=id,localizedNames)', asOf },
    headers: annotations,
  })
}

const setMembers =
  'id,localizedNames,description,createdDateTime,createdBy,lastModifiedBy,properties,isOpen,isAvailableForTagging,owner,contact,stakeholders'

export function readSet(setId: string, asOf?: string): RequestPlan<KnownSet> {
  return graph('GET', setPath(setId), {
    query: { $select: setMembers, $expand: 'parentGroup($select=id,displayName,scope)', asOf },
    headers: annotations,
  })
}

export function readGroup(groupId: string): RequestPlan<KnownGroup> {
  return graph('GET', groupPath(groupId), {
    query: {
      $select:
        'id,displayName,description,scope,parentSiteId,createdDateTime,createdBy,lastModifiedBy,managers,contributors',
    },
  })
}

export function readGroups(): RequestPlan<Page<KnownGroup & { sets?: readonly TermSet[] }>> {
  return graph('GET', '/termStore/groups', {
    query: { $select: 'id,displayName', $expand: 'sets($select=id,localizedNames)' },
  })
}

export function readRelations(setId: string, termId: string): RequestPlan<Page<TermRelation>> {
  return graph('GET', `${termPath(setId, termId)}/relations`, {
    query: {
      $top: 200,
      $expand: 'set($select=id,localizedNames),fromTerm($select=id,labels),toTerm($select=id,labels)',
    },
  })
}

/** All places of a term: the search by its id, which also finds merged ids. */
export function readPlaces(
  termId: string,
): RequestPlan<{ readonly items: readonly (Omit<FoundTerm, 'places'> & { readonly places?: readonly Place[] })[] }> {
  return graph('POST', '/termStore/relata.search', {
    body: { text: termId, withPlaces: true, includeDeprecated: true, includeKeywords: true },
  })
}
