/** Rules about places: exchange.md §12. */
import { fold } from '#base/text/fold.ts'
import { maxLevels } from '#workloads/term-store/rules/places/tree.ts'
import { heightsOf, shownIn } from '../plan/taxonomy/checks.ts'
import type { PlaceState } from '../plan/taxonomy/taxonomy.ts'
import type { FoundFault, Looked } from './rules.ts'

/** More children than this are hard to choose from; navigation takes 300. */
const mostChildren = 200
const nearShare = 0.8

/** The first level of a set, and the children of each of its terms. */
export function parentsIn({ taxonomy }: Looked, set: string): (string | null)[] {
  return [null, ...[...taxonomy.placesIn(set)].map(({ termId }) => termId)]
}

function* clashesUnder({ taxonomy }: Looked, set: string, parent: string | null): Generator<FoundFault> {
  const known = new Map<string, string>()
  for (const id of taxonomy.idsUnder(set, parent))
    for (const { name, isDefault, languageTag } of taxonomy.terms.get(id)?.labels ?? []) {
      const key = `${languageTag} ${fold(name)}`
      const other = isDefault ? known.get(key) : undefined
      if (isDefault && other === undefined) known.set(key, id)
      if (other === undefined) continue
      const text = `Beside it, ${other} has the default label '${name}' as well.`
      yield { rule: 'sibling-clash', set, id, languageTag, text }
    }
}

export function* clashes(looked: Looked): Generator<FoundFault> {
  for (const set of looked.setIds) {
    if (looked.taxonomy.sets.get(set)?.systemRole === 'orphanedTerms') continue
    for (const parent of parentsIn(looked, set)) yield* clashesUnder(looked, set, parent)
  }
}

export function* shapes({ taxonomy, setIds }: Looked): Generator<FoundFault> {
  for (const set of setIds) {
    const levels = new Map<string, number>()
    for (const { place, level, pin } of shownIn(taxonomy, set)) {
      if (pin === undefined) levels.set(place.termId, level)
      if (level >= maxLevels)
        yield {
          rule: 'deep',
          set,
          id: place.termId,
          text: `The term is on level ${level}, the deepest that a set has.`,
        }
    }
    for (const [id, level] of levels) {
      const { size } = taxonomy.idsUnder(set, id)
      if (size > mostChildren) yield { rule: 'wide', set, id, text: `The term has ${size} children.` }
      if (size === 1) yield { rule: 'lonely-child', set, id, text: `The term on level ${level} has exactly one child.` }
    }
    const top = taxonomy.idsUnder(set, null).size
    if (top > mostChildren) yield { rule: 'wide', set, text: `The set has ${top} terms on its first level.` }
  }
}

/** The pin leaves no further level below the term, and its home does. */
function isTight(looked: Looked, place: PlaceState, level: number): boolean {
  const home = place.kind === 'pin' ? looked.taxonomy.home(place.termId) : undefined
  if (home === undefined) return false
  const below = heightsOf(looked.taxonomy)(home) - 1
  return level + below >= maxLevels && levelOf(looked, home.setId, home.termId) + below < maxLevels
}

export function* shared(looked: Looked): Generator<FoundFault> {
  const { taxonomy, setIds } = looked
  const isOrphans = (id: string | undefined): boolean => taxonomy.sets.get(id ?? '')?.systemRole === 'orphanedTerms'
  for (const set of setIds) {
    for (const { place, level, pin } of shownIn(taxonomy, set)) {
      if (pin !== undefined) continue
      const { termId: id, kind } = place
      if (isOrphans(set))
        yield { rule: 'orphan', set, id, text: 'The term is an orphan: its home is gone, and other sets still use it.' }
      if (kind === 'pin' && isOrphans(taxonomy.home(id)?.setId))
        yield { rule: 'pinned-orphan', set, id, text: 'A pin of an orphan, which cannot be changed any more.' }
      if (isTight(looked, place, level))
        yield {
          rule: 'deep-mirror',
          set,
          id,
          text: 'The pin leaves no further level for the term, which has some at home.',
        }
    }
  }
}

function levelOf({ taxonomy }: Looked, setId: string, termId: string): number {
  let level = 0
  for (let at = taxonomy.place(setId, termId); at !== undefined && level <= maxLevels; level++)
    at = at.parentId === null ? undefined : taxonomy.place(setId, at.parentId)
  return level
}

export function* limits({ taxonomy, setIds, limits: most }: Looked): Generator<FoundFault> {
  const near = (set: string, what: string, count: number, limit: number): FoundFault[] =>
    count < limit * nearShare ? [] : [{ rule: 'limit-near', set, text: `${what}: ${count} of at most ${limit}.` }]
  const [first] = setIds
  if (first !== undefined) {
    yield* near(first, 'Terms of the store', taxonomy.counts.terms, most.terms)
    yield* near(first, 'Sets of the store', taxonomy.counts.sets, most.sets)
  }
  for (const set of setIds) {
    const places = [...taxonomy.placesIn(set)]
    yield* near(set, 'Terms of the set', places.filter(({ kind }) => kind === 'home').length, most.termsPerSet)
  }
}

export function* leftovers({ taxonomy, setIds }: Looked): Generator<FoundFault> {
  for (const set of setIds) {
    const { contact, order = [] } = taxonomy.sets.get(set) ?? {}
    if (contact && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contact))
      yield { rule: 'contact-odd', set, text: `The contact '${contact}' is no mail address.` }
    const stale = (list: readonly string[], parent: string | null): string[] =>
      list.filter((id) => !taxonomy.idsUnder(set, parent).has(id))
    if (stale(order, null).length > 0)
      yield { rule: 'order-stale', set, text: 'The order of the first level names terms that are not there.' }
    for (const { termId: id, kind, isAvailableForTagging, order: own } of taxonomy.placesIn(set)) {
      if (stale(own, id).length > 0)
        yield { rule: 'order-stale', set, id, text: 'The order of its children names terms that are not there.' }
      const isUsed =
        isAvailableForTagging || taxonomy.idsUnder(set, id).size > 0 || taxonomy.terms.get(id)?.isDeprecated
      if (kind === 'home' && !isUsed)
        yield { rule: 'unused', set, id, text: 'The term is not available, has no children and is not deprecated.' }
    }
  }
}
