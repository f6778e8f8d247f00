/**
 * The part of a term store that a plan is about, as plain values in memory: the sets that a document names and those that
 * share terms with them. Read from rows or from a document; plans are carried out on copies of it. A term occurs where it
 * has a place: at home once, and by a relation in any other set. What a pin mirrors has no places (docs/adr/0002).
 */
import { fold } from '#base/text/fold.ts'
import type { Label } from '#workloads/term-store/rules/labels/labels.ts'
import type { Languages } from '#workloads/term-store/rules/languages/languages.ts'
import type { Properties, Texts } from '../../document.ts'

export interface TermState {
  readonly id: string
  /** By language in LCID order, the default first. */
  readonly labels: readonly Label[]
  readonly descriptions: Texts
  readonly properties: Properties
  readonly isDeprecated: boolean
  readonly replacedBy: string | null
  readonly mergedTermIds: readonly string[]
  readonly owner: string | null
  readonly isKeyword: boolean
  readonly created?: string | undefined
  readonly modified?: string | undefined
}

export interface PlaceState {
  readonly setId: string
  readonly termId: string
  /** Null: at the root. */
  readonly parentId: string | null
  readonly kind: 'home' | 'reuse' | 'pin'
  readonly isAvailableForTagging: boolean
  readonly localProperties: Properties
  /** Ids of the children here, in the order chosen by hand. */
  readonly order: readonly string[]
}

export interface SetState {
  readonly id: string
  readonly groupId: string
  readonly names: Texts
  readonly description: string
  readonly properties: Properties
  readonly isOpen: boolean
  readonly isAvailableForTagging: boolean
  readonly owner: string | null
  readonly contact: string | null
  readonly stakeholders: readonly string[]
  readonly order: readonly string[]
  /** keywords, orphanedTerms or hashtags. */
  readonly systemRole: string | null
}

export interface GroupState {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly scope: 'global' | 'system' | 'siteCollection'
  readonly siteId: string | null
  readonly managers: readonly string[]
  readonly contributors: readonly string[]
}

/** What is in a taxonomy, for whoever makes one. */
export interface TaxonomyContent {
  readonly languages: Languages
  readonly groups: readonly GroupState[]
  readonly sets: readonly SetState[]
  readonly terms: readonly TermState[]
  readonly places: readonly PlaceState[]
  /** Ids of the sites that groups can belong to; absent: groups of sites are none of its business. */
  readonly siteIds?: ReadonlySet<string> | undefined
  /** Numbers of the whole store, where the taxonomy is a part of it. */
  readonly counts?: { readonly terms: number; readonly sets: number } | undefined
}

const none: ReadonlySet<string> = new Set()

/** A class, because its indexes have to stay in step. */
export class TaxonomyPart {
  languages: Languages
  readonly groups: Map<string, GroupState>
  readonly sets: Map<string, SetState>
  readonly terms: Map<string, TermState>
  readonly counts: { readonly terms: number; readonly sets: number }
  readonly siteIds: ReadonlySet<string> | undefined
  /** Set id → term id → place. */
  private readonly places = new Map<string, Map<string, PlaceState>>()
  /** Set id → parent id, or '' at the root → term ids. */
  private readonly below = new Map<string, Map<string, Set<string>>>()
  /** Term id → ids of the sets with a place of it. */
  private readonly setsOf = new Map<string, Set<string>>()
  private readonly homes = new Map<string, string>()

  constructor(content: TaxonomyContent) {
    this.languages = content.languages
    this.groups = new Map(content.groups.map((one) => [one.id, one]))
    this.sets = new Map(content.sets.map((one) => [one.id, one]))
    this.terms = new Map(content.terms.map((one) => [one.id, one]))
    this.counts = content.counts ?? { terms: content.terms.length, sets: content.sets.length }
    this.siteIds = content.siteIds
    for (const place of content.places) this.put(place)
  }

  copy(): TaxonomyPart {
    return new TaxonomyPart({
      languages: this.languages,
      groups: [...this.groups.values()],
      sets: [...this.sets.values()],
      terms: [...this.terms.values()],
      places: [...this.places.values()].flatMap((held) => [...held.values()]),
      counts: this.counts,
      siteIds: this.siteIds,
    })
  }

  place(setId: string, termId: string): PlaceState | undefined {
    return this.places.get(setId)?.get(termId)
  }

  placesIn(setId: string): Iterable<PlaceState> {
    return this.places.get(setId)?.values() ?? []
  }

  placesOf(termId: string): PlaceState[] {
    return [...(this.setsOf.get(termId) ?? none)].flatMap((setId) => this.place(setId, termId) ?? [])
  }

  home(termId: string): PlaceState | undefined {
    const setId = this.homes.get(termId)
    return setId === undefined ? undefined : this.place(setId, termId)
  }

  /** Ids of the terms with a place under a parent; null: at the root. In no order. */
  idsUnder(setId: string, parentId: string | null): ReadonlySet<string> {
    return this.below.get(setId)?.get(parentId ?? '') ?? none
  }

  /** As the place lists them: the custom order first, then by folded default label, then by id. */
  childrenOf(setId: string, parentId: string | null): PlaceState[] {
    const ids = this.idsUnder(setId, parentId)
    if (ids.size === 0) return []
    const order = this.orderOf(setId, parentId)
    const first = order.filter((id) => ids.has(id))
    const listed = new Set(first)
    const others = [...ids].filter((id) => !listed.has(id)).map((id) => [this.sortKey(id), id] as const)
    others.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    return [...first, ...others.map(([, id]) => id)].flatMap((id) => this.place(setId, id) ?? [])
  }

  orderOf(setId: string, parentId: string | null): readonly string[] {
    return (parentId === null ? this.sets.get(setId)?.order : this.place(setId, parentId)?.order) ?? []
  }

  sortKey(termId: string): string {
    const label = defaultIn(this.terms.get(termId)?.labels ?? [], this.languages.defaultTag)
    return fold(label ?? '')
  }

  put(place: PlaceState): void {
    const { setId, termId, parentId, kind } = place
    const before = this.place(setId, termId)
    if (before !== undefined && before.parentId !== parentId) this.take(setId, termId)
    within(this.places, setId, () => new Map<string, PlaceState>()).set(termId, place)
    const under = within(this.below, setId, () => new Map<string, Set<string>>())
    within(under, parentId ?? '', () => new Set<string>()).add(termId)
    within(this.setsOf, termId, () => new Set<string>()).add(setId)
    if (kind === 'home') this.homes.set(termId, setId)
  }

  take(setId: string, termId: string): void {
    const before = this.place(setId, termId)
    if (before === undefined) return
    this.places.get(setId)?.delete(termId)
    this.below
      .get(setId)
      ?.get(before.parentId ?? '')
      ?.delete(termId)
    this.setsOf.get(termId)?.delete(setId)
    if (before.kind === 'home' && this.homes.get(termId) === setId) this.homes.delete(termId)
  }

  /** The place and all below it in its set, parents first. */
  branchOf(place: PlaceState): PlaceState[] {
    const branch = [place]
    for (const one of branch)
      for (const id of this.idsUnder(one.setId, one.termId)) {
        const child = this.place(one.setId, id)
        if (child !== undefined) branch.push(child)
      }
    return branch
  }

  /** Labels from the first level down to the place, in the default language where there is one. */
  pathOf(place: PlaceState): string[] {
    const path: string[] = []
    const seen = new Set<string>()
    for (let at: PlaceState | undefined = place; at !== undefined && !seen.has(at.termId); ) {
      seen.add(at.termId)
      path.unshift(this.title(at.termId))
      at = at.parentId === null ? undefined : this.place(at.setId, at.parentId)
    }
    return path
  }

  /** The label by which a term is shown: the default one, else the first. */
  title(termId: string): string {
    const labels = this.terms.get(termId)?.labels ?? []
    return defaultIn(labels, this.languages.defaultTag) ?? labels[0]?.name ?? termId
  }

  nameOfSet(setId: string): string {
    const names = this.sets.get(setId)?.names ?? {}
    return names[this.languages.defaultTag] ?? Object.values(names)[0] ?? setId
  }
}

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** The default label in a language. */
export function defaultIn(labels: readonly Label[], tag: string): string | undefined {
  return labels.find(({ isDefault, languageTag }) => isDefault && languageTag === tag)?.name
}
