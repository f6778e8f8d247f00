/** Rules about labels and texts: exchange.md §12. */
import { fold } from '#base/text/fold.ts'
import { rowFindings } from '#workloads/term-store/rules/findings/row-findings.ts'
import type { Label } from '#workloads/term-store/rules/labels/labels.ts'
import type { TermState } from '../plan/taxonomy/taxonomy.ts'
import type { FoundFault, Looked } from './rules.ts'

/** So many of a set's terms have a label in a language: the others lack it. */
const mostShare = 0.8

const letters = /\p{L}/u

interface TermOfSet {
  readonly setId: string
  readonly term: TermState
}

/** The terms at home in the sets. */
export function* homesIn({ taxonomy, setIds }: Looked): Generator<TermOfSet> {
  for (const setId of setIds)
    for (const { kind, termId } of taxonomy.placesIn(setId)) {
      const term = kind === 'home' ? taxonomy.terms.get(termId) : undefined
      if (term !== undefined) yield { setId, term }
    }
}

/** Labels as they are compared where accents do not count. Cyrillic letters keep theirs: й is no и. */
export function withoutAccents(text: string): string {
  const plain = fold(text).replaceAll('＆', '&').replaceAll('ß', 'ss').replaceAll('ё', 'е')
  return plain.replace(/[^\p{Script=Cyrillic}]+/gu, (part) => part.normalize('NFD').replace(/\p{M}/gu, ''))
}

/** As German is written where there are no umlauts. */
function withUmlauts(text: string): string {
  return withoutAccents(fold(text).replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue'))
}

/** What the terms tell by themselves. */
export function* ownSigns(looked: Looked): Generator<FoundFault> {
  const { defaultTag } = looked.taxonomy.languages
  for (const { setId: set, term } of homesIn(looked)) {
    const { id, labels, isDeprecated, replacedBy } = term
    const descriptions = Object.entries(term.descriptions).map(([languageTag, description]) => ({
      languageTag,
      description,
    }))
    const properties = Object.entries(term.properties).map(([key, value]) => ({ key, value }))
    for (const found of rowFindings({ labels, descriptions, properties, isDeprecated, replacedBy }, defaultTag))
      yield { set, id, ...found }
  }
}

/** How many terms of a set have a label, by language. */
function countsOf(terms: readonly TermState[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { labels } of terms)
    for (const tag of new Set(labels.map(({ languageTag }) => languageTag))) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}

interface SetLanguages {
  readonly set: string
  readonly defaultTag: string
  /** Languages that most terms of the set have labels in, and those that only one has. */
  readonly usual: readonly string[]
  readonly odd: readonly string[]
}

function* ofTerm({ set, defaultTag, usual, odd }: SetLanguages, term: TermState): Generator<FoundFault> {
  const { id, labels } = term
  const held = new Set(labels.map(({ languageTag }) => languageTag))
  const at = { set, id }
  for (const tag of usual.filter((one) => !held.has(one) && one !== defaultTag))
    yield {
      rule: 'missing-translation',
      ...at,
      languageTag: tag,
      text: `The term has no label in ${tag}, as most of the set have.`,
    }
  for (const tag of odd.filter((one) => held.has(one)))
    yield { rule: 'language-odd', ...at, languageTag: tag, text: `No other term of the set has a label in ${tag}.` }
}

function* ofSet({ taxonomy }: Looked, set: string, terms: readonly TermState[]): Generator<FoundFault> {
  const { defaultTag, tags } = taxonomy.languages
  const counts = countsOf(terms)
  const names = taxonomy.sets.get(set)?.names ?? {}
  for (const tag of tags.filter((one) => (counts.get(one) ?? 0) > 0 && names[one] === undefined)) {
    const text = `The set has no name in ${tag}, in which its terms have labels.`
    yield { rule: 'missing-set-name', set, languageTag: tag, text }
  }
  const isUsual = (count: number): boolean => count < terms.length && count >= terms.length * mostShare
  const usual = [...counts].filter(([, count]) => isUsual(count)).map(([tag]) => tag)
  const odd = terms.length > 10 ? [...counts].filter(([, count]) => count === 1).map(([tag]) => tag) : []
  for (const term of terms) yield* ofTerm({ set, defaultTag, usual, odd }, term)
}

export function* translations(looked: Looked): Generator<FoundFault> {
  const bySet = new Map<string, TermState[]>(looked.setIds.map((id) => [id, []]))
  for (const { setId, term } of homesIn(looked)) bySet.get(setId)?.push(term)
  for (const [set, terms] of bySet) yield* ofSet(looked, set, terms)
}

/** Labels that several terms of a set have: the same, or the same without accents. */
export function* sharedLabels(looked: Looked): Generator<FoundFault> {
  for (const set of looked.setIds) {
    const exact = new Map<string, string>()
    const similar = new Map<string, { id: string; name: string }>()
    for (const { term } of homesIn({ ...looked, setIds: [set] }))
      for (const label of term.labels) {
        yield* sharedExactly(exact, set, term.id, label)
        yield* sharedAlike(similar, set, term.id, label)
      }
  }
}

function* sharedExactly(
  known: Map<string, string>,
  set: string,
  id: string,
  { name, languageTag }: Label,
): Generator<FoundFault> {
  const key = `${languageTag} ${fold(name)}`
  const other = known.get(key)
  if (other === undefined) known.set(key, id)
  else if (other !== id)
    yield { rule: 'label-shared', set, id, languageTag, text: `The label '${name}' is also one of ${other}.` }
}

function* sharedAlike(
  known: Map<string, { id: string; name: string }>,
  set: string,
  id: string,
  { name, languageTag }: Label,
): Generator<FoundFault> {
  for (const key of new Set([withoutAccents(name), withUmlauts(name)])) {
    const other = known.get(`${languageTag} ${key}`)
    if (other === undefined) known.set(`${languageTag} ${key}`, { id, name })
    else if (other.id !== id && fold(other.name) !== fold(name)) {
      yield {
        rule: 'label-shared-accents',
        set,
        id,
        languageTag,
        text: `The label '${name}' differs only by accents from '${other.name}' of ${other.id}.`,
      }
      return
    }
  }
}

type CaseStyle = 'capitals' | 'upper' | 'lower' | 'none'

function styleOf(name: string): CaseStyle {
  if (!letters.test(name)) return 'none'
  if (name.length > 3 && name === name.toUpperCase() && name !== name.toLowerCase()) return 'capitals'
  const [first = ''] = name
  if (first === first.toLowerCase() && first === first.toUpperCase()) return 'none'
  return first === first.toUpperCase() ? 'upper' : 'lower'
}

/** All capitals, and a style that few of the siblings have. */
export function* caseStyles({ taxonomy, setIds }: Looked): Generator<FoundFault> {
  const { defaultTag } = taxonomy.languages
  for (const set of setIds)
    for (const parent of [null, ...[...taxonomy.placesIn(set)].map(({ termId }) => termId)]) {
      const siblings = [...taxonomy.idsUnder(set, parent)].map((id) => ({ id, name: taxonomy.title(id) }))
      const upper = siblings.filter(({ name }) => styleOf(name) === 'upper').length
      const lower = siblings.filter(({ name }) => styleOf(name) === 'lower').length
      const rare = upper > lower ? 'lower' : 'upper'
      const isMixed = Math.min(upper, lower) > 0 && Math.max(upper, lower) >= 4 * Math.min(upper, lower)
      for (const { id, name } of siblings) {
        const style = styleOf(name)
        if (style === 'capitals')
          yield { rule: 'label-case-style', set, id, languageTag: defaultTag, text: `'${name}' is in capitals.` }
        else if (isMixed && style === rare)
          yield {
            rule: 'label-case-style',
            set,
            id,
            languageTag: defaultTag,
            text: `'${name}' does not begin as the terms beside it do.`,
          }
      }
    }
}
