/**
 * The store's own rules on the end state of sets (exchange.md §2.6): siblings, levels, one occurrence per set, mirrors in other
 * sets, limits. Only the end of each set's transaction counts, so siblings may swap names. Pure.
 */
import { fold } from '#base/text/fold.ts'
import { maxLevels } from '#workloads/term-store/rules/places/tree.ts'
import type { FaultCode } from '../../faults.ts'
import type { PlaceState, TaxonomyPart } from './taxonomy.ts'

export interface StoreLimits {
  readonly terms: number
  readonly sets: number
  readonly termsPerSet: number
}

/** A rule that does not hold. `terms`: those that may be the cause, the likeliest first. */
export interface Violation {
  readonly code: FaultCode
  readonly setId: string
  readonly terms: readonly string[]
  readonly text: string
  /** Of a clash: the language. */
  readonly languageTag?: string
  /** Of a limit: how many are too many, of terms unless it says sets. */
  readonly surplus?: number
  readonly of?: 'term' | 'set'
}

/** What a set shows: its own places, and behind pins those of the home sets, with the level here. */
export interface ShownTerm {
  readonly place: PlaceState
  readonly level: number
  /** The term of the pin that mirrors it; undefined: the set's own place. */
  readonly pin: string | undefined
}

/** Ends where a term is met twice, so also at a cycle of pins. `twice`: called with the term that is there again. */
export function* shownIn(
  taxonomy: TaxonomyPart,
  setId: string,
  twice: (at: ShownTerm) => void = () => undefined,
): Generator<ShownTerm> {
  const seen = new Set<string>()
  const waiting: ShownTerm[] = []
  const push = (holder: string, parentId: string | null, level: number, pin: string | undefined): void => {
    for (const id of taxonomy.idsUnder(holder, parentId)) {
      const place = taxonomy.place(holder, id)
      if (place !== undefined) waiting.push({ place, level, pin })
    }
  }
  push(setId, null, 1, undefined)
  for (let shown = waiting.pop(); shown !== undefined; shown = waiting.pop()) {
    const { place, level, pin } = shown
    if (seen.has(place.termId)) {
      twice(shown)
      continue
    }
    seen.add(place.termId)
    yield shown
    if (place.kind !== 'pin') push(place.setId, place.termId, level + 1, pin)
    else {
      const home = taxonomy.home(place.termId)
      if (home !== undefined) push(home.setId, place.termId, level + 1, pin ?? place.termId)
    }
  }
}

function titleOf(taxonomy: TaxonomyPart, setId: string): string {
  return `'${taxonomy.nameOfSet(setId)}' (${setId})`
}

function* wrongInShown(taxonomy: TaxonomyPart, setId: string): Generator<Violation> {
  const found: Violation[] = []
  const tooDeep = new Map<string, number>()
  const twice = ({ place, pin }: ShownTerm): void => {
    const where = pin === undefined ? '' : `, once below the pinned term '${taxonomy.title(pin)}'`
    found.push({
      code: 'twice-in-set',
      setId,
      terms: [place.termId, ...(pin === undefined ? [] : [pin])],
      text: `The term '${taxonomy.title(place.termId)}' would occur twice in the set ${titleOf(taxonomy, setId)}${where}.`,
    })
  }
  for (const { place, level, pin } of shownIn(taxonomy, setId, twice)) {
    if (level <= maxLevels) continue
    const cause = pin ?? place.termId
    if (!tooDeep.has(cause)) {
      tooDeep.set(cause, level)
      const mirrored = pin === undefined ? '' : `, below the pinned term '${taxonomy.title(pin)}'`
      found.push({
        code: 'level',
        setId,
        terms: [place.termId, cause],
        text: `The term '${taxonomy.title(place.termId)}' would be on level ${level} of the set ${titleOf(taxonomy, setId)}${mirrored}; a set has at most ${maxLevels}.`,
      })
    }
  }
  yield* found
}

function* clashesUnder(taxonomy: TaxonomyPart, setId: string, ids: Iterable<string>): Generator<Violation> {
  const known = new Map<string, string>()
  for (const id of ids) {
    for (const { name, isDefault, languageTag } of taxonomy.terms.get(id)?.labels ?? []) {
      if (!isDefault) continue
      const key = `${languageTag} ${fold(name)}`
      const other = known.get(key)
      if (other === undefined) known.set(key, id)
      else
        yield {
          code: 'clash',
          setId,
          terms: [id, other],
          languageTag,
          text: `Two terms beside each other in the set ${titleOf(taxonomy, setId)} would have the default label '${name}' in ${languageTag}: ${id} and ${other}. --fix clashes numbers them.`,
        }
    }
  }
}

function* clashesIn(taxonomy: TaxonomyPart, setId: string, touched: ReadonlySet<string>): Generator<Violation> {
  const parents = new Set<string | null>()
  for (const termId of touched) {
    const place = taxonomy.place(setId, termId)
    if (place !== undefined) parents.add(place.parentId)
  }
  const isOrphans = taxonomy.sets.get(setId)?.systemRole === 'orphanedTerms'
  for (const parent of parents) if (!isOrphans) yield* clashesUnder(taxonomy, setId, taxonomy.idsUnder(setId, parent))
}

function* overLimits(taxonomy: TaxonomyPart, setIds: Iterable<string>, limits: StoreLimits): Generator<Violation> {
  for (const setId of setIds) {
    let homes = 0
    for (const { kind } of taxonomy.placesIn(setId)) homes += Number(kind === 'home')
    if (homes > limits.termsPerSet)
      yield {
        code: 'limit',
        setId,
        terms: [],
        text: `The set ${titleOf(taxonomy, setId)} would have ${homes} terms; a set has at most ${limits.termsPerSet}.`,
        surplus: homes - limits.termsPerSet,
      }
  }
}

/** The sets that show what these sets hold, through pins, and these themselves. */
export function setsShowing(taxonomy: TaxonomyPart, setIds: Iterable<string>): Set<string> {
  const pinners = new Map<string, Set<string>>()
  for (const set of taxonomy.sets.keys())
    for (const place of taxonomy.placesIn(set)) {
      const home = place.kind === 'pin' ? taxonomy.home(place.termId)?.setId : undefined
      if (home !== undefined) pinners.set(home, (pinners.get(home) ?? new Set()).add(set))
    }
  const shown = new Set(setIds)
  for (const set of shown) for (const pinner of pinners.get(set) ?? []) shown.add(pinner)
  return shown
}

export interface Touched {
  /** Sets whose places changed. */
  readonly sets: ReadonlySet<string>
  /** Terms whose labels or places changed. */
  readonly terms: ReadonlySet<string>
}

/** What does not hold after a change; what was so before and has nothing to do with it is not looked for. */
export function* violations(end: TaxonomyPart, touched: Touched, limits: StoreLimits): Generator<Violation> {
  for (const setId of setsShowing(end, touched.sets)) yield* wrongInShown(end, setId)
  const withLabels = new Map<string, Set<string>>()
  for (const termId of touched.terms)
    for (const { setId } of end.placesOf(termId))
      withLabels.set(setId, (withLabels.get(setId) ?? new Set()).add(termId))
  for (const [setId, terms] of withLabels) yield* clashesIn(end, setId, terms)
  yield* overLimits(end, touched.sets, limits)
}

/** Answers the height of the branch that a place heads, mirrors included; 1 for a leaf. For an end state without cycles. */
export function heightsOf(taxonomy: TaxonomyPart): (place: PlaceState) => number {
  const known = new Map<string, number>()
  const heightOf = (place: PlaceState): number => {
    const key = `${place.setId} ${place.termId}`
    const done = known.get(key)
    if (done !== undefined) return done
    const home = place.kind === 'pin' ? taxonomy.home(place.termId) : undefined
    let height = home === undefined ? 1 : heightOf(home)
    if (place.kind !== 'pin')
      for (const id of taxonomy.idsUnder(place.setId, place.termId)) {
        const child = taxonomy.place(place.setId, id)
        if (child !== undefined) height = Math.max(height, 1 + heightOf(child))
      }
    known.set(key, height)
    return height
  }
  return heightOf
}
