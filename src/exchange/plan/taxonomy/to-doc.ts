/** A part of the taxonomy as a document, for writers and for digests: exchange.md §1.1, §1.2. What is as in a new record is left out. */
import type { Doc, GroupDoc, LabelsDoc, NodeDoc, SetDoc, TermDoc } from '../../document.ts'
import type { At } from '../../faults.ts'
import type { GroupState, PlaceState, SetState, TaxonomyPart, TermState } from './taxonomy.ts'

/** What of the store a document is to hold. */
export interface DocScope {
  /** Ids; the order counts. */
  readonly sets: readonly string[]
  /** Only this term of the only set, with what is above and below it. */
  readonly term?: string | undefined
  /** Groups that are held even if none of their sets is. */
  readonly groups?: readonly string[]
  readonly dates?: boolean
  /** All sets of each group are held. */
  readonly isWhole?: boolean
  /** With the terms of other sets that these share. */
  readonly elsewhere?: boolean
}

function filled<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => {
      if (value === undefined || value === null || value === '') return false
      return typeof value !== 'object' || Object.keys(value as object).length > 0
    }),
  ) as Partial<T>
}

function labelsOf({ labels }: TermState): Readonly<Record<string, LabelsDoc>> {
  const byTag: Record<string, { default?: string; synonyms?: string[] }> = {}
  for (const { name, isDefault, languageTag } of labels) {
    byTag[languageTag] ??= {}
    const held = byTag[languageTag]
    if (isDefault) held.default = name
    else held.synonyms = [...(held.synonyms ?? []), name]
  }
  return byTag
}

function termDoc(term: TermState, dates: boolean): TermDoc {
  const { id, descriptions, properties, mergedTermIds, owner, replacedBy } = term
  return {
    id,
    labels: labelsOf(term),
    ...filled({ descriptions, properties, owner, mergedTermIds }),
    ...(term.isDeprecated ? { isDeprecated: true } : {}),
    ...(replacedBy === null ? {} : { replacedBy: { id: replacedBy } }),
    ...(term.isKeyword ? { isKeyword: true } : {}),
    ...(dates && term.created !== undefined ? { created: term.created } : {}),
    ...(dates && term.modified !== undefined ? { modified: term.modified } : {}),
  }
}

function orderOf(taxonomy: TaxonomyPart, setId: string, parentId: string | null): { order?: number } {
  const ids = taxonomy.idsUnder(setId, parentId)
  const order = taxonomy.orderOf(setId, parentId).filter((id) => ids.has(id)).length
  return order === 0 ? {} : { order }
}

interface Writing {
  readonly taxonomy: TaxonomyPart
  readonly dates: boolean
  /** Only these places of the set; undefined: all. */
  readonly only?: ReadonlySet<string> | undefined
  /** Below these everything is held. */
  readonly top?: string | undefined
}

function nodesUnder(writing: Writing, setId: string, parentId: string | null, path: string): NodeDoc[] {
  const { taxonomy, only } = writing
  const places = taxonomy.childrenOf(setId, parentId)
  const shown = only === undefined ? places : places.filter(({ termId }) => only.has(termId))
  return shown.map((place) => nodeDoc(writing, place, path))
}

function nodeDoc(writing: Writing, place: PlaceState, above: string): NodeDoc {
  const { taxonomy, dates, only, top } = writing
  const { setId, termId, kind } = place
  const term = taxonomy.terms.get(termId)
  const path = `${above}/${taxonomy.title(termId)}`
  const isInside = only === undefined || termId === top
  const inner = isInside ? { ...writing, only: undefined } : writing
  return {
    at: { file: '', line: 0, path },
    kind,
    term: kind === 'home' && term !== undefined ? termDoc(term, dates) : { id: termId },
    ...(place.isAvailableForTagging ? {} : { isAvailableForTagging: false }),
    ...filled({ localProperties: place.localProperties }),
    ...(isInside && kind !== 'pin' ? orderOf(taxonomy, setId, termId) : {}),
    children: kind === 'pin' ? [] : nodesUnder(inner, setId, termId, path),
  }
}

function setDoc(writing: Writing, set: SetState): SetDoc {
  const { taxonomy, only } = writing
  const { id, names, description, properties, owner, contact, stakeholders } = set
  const path = taxonomy.nameOfSet(id)
  return {
    at: { file: '', line: 0, path },
    id,
    names,
    ...filled({ description, properties, owner, contact, stakeholders }),
    ...(set.isOpen ? { isOpen: true } : {}),
    ...(set.isAvailableForTagging ? {} : { isAvailableForTagging: false }),
    ...(only === undefined ? orderOf(taxonomy, id, null) : {}),
    complete: only === undefined,
    children: nodesUnder(writing, id, null, path),
  }
}

function groupDoc(group: GroupState, sets: readonly SetDoc[], isWhole: boolean): GroupDoc {
  const { id, name, description, scope, siteId, managers, contributors } = group
  const at: At = { file: '', line: 0, path: name }
  return {
    at,
    id,
    name,
    ...filled({ description, managers, contributors }),
    ...(scope === 'global' ? {} : { scope }),
    ...(siteId === null ? {} : { siteId }),
    complete: isWhole,
    sets,
  }
}

/** The terms above the top, which lead to it. */
function wayTo(taxonomy: TaxonomyPart, setId: string, termId: string): Set<string> {
  const way = new Set<string>()
  for (let at = taxonomy.place(setId, termId); at !== undefined && !way.has(at.termId); ) {
    way.add(at.termId)
    at = at.parentId === null ? undefined : taxonomy.place(setId, at.parentId)
  }
  return way
}

/** What is shared from sets that are not held, below the sets and groups it is at home in. */
function elsewhereOf(taxonomy: TaxonomyPart, held: ReadonlySet<string>): GroupDoc[] {
  const bySet = new Map<string, NodeDoc[]>()
  for (const id of taxonomy.terms.keys()) {
    const home = taxonomy.home(id)
    if (home === undefined || held.has(home.setId) || taxonomy.placesOf(id).every(({ kind }) => kind === 'home'))
      continue
    const node = nodeDoc({ taxonomy, dates: false }, home, taxonomy.nameOfSet(home.setId))
    bySet.set(home.setId, [...(bySet.get(home.setId) ?? []), node])
  }
  return [...bySet].flatMap(([id, children]) => {
    const set = taxonomy.sets.get(id)
    const group = set === undefined ? undefined : taxonomy.groups.get(set.groupId)
    if (set === undefined || group === undefined) return []
    const at: At = { file: '', line: 0, path: taxonomy.nameOfSet(id) }
    return [groupDoc(group, [{ at, id, names: set.names, complete: false, children }], false)]
  })
}

export function docOf(taxonomy: TaxonomyPart, scope: DocScope): Doc {
  const { sets, term, groups = [], dates = false, isWhole = false } = scope
  const { defaultTag, tags } = taxonomy.languages
  const byGroup = new Map<string, SetDoc[]>(groups.map((id) => [id, []]))
  for (const id of sets) {
    const set = taxonomy.sets.get(id)
    if (set === undefined) continue
    const only = term === undefined ? undefined : wayTo(taxonomy, id, term)
    const made = setDoc({ taxonomy, dates, only, top: term }, set)
    byGroup.set(set.groupId, [...(byGroup.get(set.groupId) ?? []), made])
  }
  return {
    defaultLanguageTag: defaultTag,
    languageTags: tags,
    groups: [...byGroup].flatMap(([id, held]) => {
      const group = taxonomy.groups.get(id)
      return group === undefined ? [] : [groupDoc(group, held, isWhole)]
    }),
    ...(scope.elsewhere === true ? { elsewhere: elsewhereOf(taxonomy, new Set(sets)) } : {}),
    faults: [],
    wholeMaps: true,
  }
}
