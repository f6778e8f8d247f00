/** Rules about places: exchange.md §12. */
import { fold } from '#base/text/fold.ts'
import { maxLevels } from '#workloads/term-store/rules/places/tree.ts'
import { heightsOf, shownIn } from '../plan/taxonomy/checks.ts'
import type { Found, Looked } from './rules.ts'

/** More children than this are hard to choose from; navigation takes 300. */
const mostChildren = 200
const nearShare = 0.8
const nearValue = 900

export function* clashes({ taxonomy, setIds }: Looked): Generator<Found> {
  for (const set of setIds) {
    if (taxonomy.sets.get(set)?.systemRole === 'orphanedTerms') continue
    for (const parent of [null, ...[...taxonomy.placesIn(set)].map(({ termId }) => termId)]) {
      const known = new Map<string, string>()
      for (const id of taxonomy.idsUnder(set, parent))
        for (const { name, isDefault, languageTag } of taxonomy.terms.get(id)?.labels ?? []) {
          if (!isDefault) continue
          const key = `${languageTag} ${fold(name)}`
          const other = known.get(key)
          if (other === undefined) known.set(key, id)
          else
            yield {
              rule: 'sibling-clash',
              set,
              id,
              languageTag,
              text: `Beside it, ${other} has the default label '${name}' as well.`,
            }
        }
    }
  }
}

export function* shapes({ taxonomy, setIds }: Looked): Generator<Found> {
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

export function* shared(looked: Looked): Generator<Found> {
  const { taxonomy, setIds } = looked
  const heightOf = heightsOf(taxonomy)
  for (const set of setIds) {
    const isOrphans = taxonomy.sets.get(set)?.systemRole === 'orphanedTerms'
    const levels = new Map([...shownIn(taxonomy, set)].map(({ place, level }) => [place.termId, level]))
    for (const place of taxonomy.placesIn(set)) {
      const { termId: id, kind } = place
      if (isOrphans)
        yield { rule: 'orphan', set, id, text: 'The term is an orphan: its home is gone, and other sets still use it.' }
      const home = kind === 'home' ? undefined : taxonomy.home(id)
      const isOrphan = home !== undefined && taxonomy.sets.get(home.setId)?.systemRole === 'orphanedTerms'
      if (kind === 'pin' && isOrphan)
        yield { rule: 'pinned-orphan', set, id, text: 'A pin of an orphan, which cannot be changed any more.' }
      const spare = maxLevels - (levels.get(id) ?? 1)
      const rootSpare = home === undefined ? 0 : maxLevels - levelOf(looked, home.setId, id) - (heightOf(home) - 1)
      if (
        kind === 'pin' &&
        home !== undefined &&
        spare - (heightOf(home) - 1) < rootSpare &&
        spare - (heightOf(home) - 1) <= 0
      )
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

export function* limits({ taxonomy, setIds, limits: most }: Looked): Generator<Found> {
  const near = (set: string, what: string, count: number, limit: number): Found[] =>
    count < limit * nearShare ? [] : [{ rule: 'limit-near', set, text: `${what}: ${count} of at most ${limit}.` }]
  const [first] = setIds
  if (first !== undefined) {
    yield* near(first, 'Terms of the store', taxonomy.counts.terms, most.terms)
    yield* near(first, 'Sets of the store', taxonomy.counts.sets, most.sets)
  }
  for (const set of setIds) {
    const places = [...taxonomy.placesIn(set)]
    yield* near(set, 'Terms of the set', places.filter(({ kind }) => kind === 'home').length, most.termsPerSet)
    for (const { termId: id, kind } of places) {
      if (kind !== 'home') continue
      for (const [key, value] of Object.entries(taxonomy.terms.get(id)?.properties ?? {}))
        if (value.length > nearValue)
          yield {
            rule: 'property-near',
            set,
            id,
            text: `The value of '${key}' has ${value.length} characters of at most 1000.`,
          }
    }
  }
}

export function* leftovers({ taxonomy, setIds }: Looked): Generator<Found> {
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
