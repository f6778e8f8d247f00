/** Rules about deprecated terms, and about what vocabularies say of terms in properties: exchange.md §12. */
import type { TermState } from '../plan/taxonomy/taxonomy.ts'
import { homesIn } from './labels.ts'
import type { FoundFault, Looked } from './rules.ts'
import { parentsIn } from './structure.ts'

/** Whether the successors of a term lead back to it. */
function isInCycle({ taxonomy }: Looked, id: string): boolean {
  const seen = new Set<string>()
  for (let at: string | null | undefined = id; at && !seen.has(at); at = taxonomy.terms.get(at)?.replacedBy) {
    seen.add(at)
    if (taxonomy.terms.get(at)?.replacedBy === id) return true
  }
  return false
}

/** Why what replaces a term does not; undefined: it does. */
function badSuccessor(looked: Looked, id: string, replacedBy: string, merged: ReadonlySet<string>): string | undefined {
  if (isInCycle(looked, id)) return 'What replaces the term leads back to it.'
  const next = looked.taxonomy.terms.get(replacedBy)
  if (next?.isDeprecated === true) return `The term that replaces it (${replacedBy}) is deprecated itself.`
  if (next !== undefined) return undefined
  return `The term that replaces it (${replacedBy}) ${merged.has(replacedBy) ? 'was merged' : 'is not there'}.`
}

function* deprecatedTerm(
  looked: Looked,
  set: string,
  term: TermState,
  merged: ReadonlySet<string>,
): Generator<FoundFault> {
  const { id, replacedBy } = term
  const { taxonomy } = looked
  const why = replacedBy === null ? undefined : badSuccessor(looked, id, replacedBy, merged)
  if (why !== undefined) yield { rule: 'deprecated-successor', set, id, text: why }
  for (const child of taxonomy.idsUnder(set, id)) {
    if (taxonomy.terms.get(child)?.isDeprecated !== false) continue
    const text = `The term is in use, and the term above it, '${taxonomy.title(id)}', is deprecated.`
    yield { rule: 'deprecated-parent', set, id: child, text }
  }
}

export function* deprecations(looked: Looked): Generator<FoundFault> {
  const { taxonomy, setIds } = looked
  const merged = new Set([...taxonomy.terms.values()].flatMap(({ mergedTermIds }) => mergedTermIds))
  for (const { setId: set, term } of homesIn(looked))
    if (term.isDeprecated) yield* deprecatedTerm(looked, set, term, merged)
  for (const set of setIds) {
    const ordered = parentsIn(looked, set).flatMap((parent) => taxonomy.orderOf(set, parent))
    for (const id of ordered.filter((one) => taxonomy.terms.get(one)?.isDeprecated === true))
      yield { rule: 'deprecated-order', set, id, text: 'A custom order names the deprecated term.' }
  }
}

/** Values of a property that is repeated as `key#2`, `key#3`. */
function valuesOf({ properties }: TermState, key: string): string[] {
  return Object.entries(properties)
    .filter(([name]) => name === key || name.startsWith(`${key}#`))
    .map(([, value]) => value)
}

interface Iris {
  readonly byIri: ReadonlyMap<string, string>
  iriOf(term: TermState): string
}

function irisOf({ taxonomy }: Looked): Iris {
  const iriOf = ({ id, properties }: TermState): string => properties['skos:uri'] ?? `urn:uuid:${id}`
  return { byIri: new Map([...taxonomy.terms.values()].map((term) => [iriOf(term), term.id])), iriOf }
}

/** Ids above a term in its home set, nearest first. */
function above({ taxonomy }: Looked, setId: string, termId: string): string[] {
  const line: string[] = []
  for (let at = taxonomy.place(setId, termId)?.parentId ?? null; at !== null && !line.includes(at); ) {
    line.push(at)
    at = taxonomy.place(setId, at)?.parentId ?? null
  }
  return line
}

export function* parents(looked: Looked): Generator<FoundFault> {
  const { byIri } = irisOf(looked)
  const { taxonomy } = looked
  const broader = new Map<string, string[]>()
  for (const { setId: set, term } of homesIn(looked)) {
    const kept = valuesOf(term, 'skos:broader')
    const ids = kept.flatMap((iri) => byIri.get(iri) ?? [])
    broader.set(term.id, ids)
    const { id } = term
    if (kept.length === 0) continue
    const line = above(looked, set, id)
    yield { rule: 'second-parent', set, id, text: `The vocabulary has the term below ${kept.join(', ')} as well.` }
    if (ids.some((one) => line.includes(one)))
      yield { rule: 'redundant-parent', set, id, text: 'A further parent is above the term anyway.' }
    if (taxonomy.place(set, id)?.parentId === null)
      yield {
        rule: 'top-with-parent',
        set,
        id,
        text: 'The term is on the first level, and the vocabulary has it below another one.',
      }
  }
  for (const { setId: set, term } of homesIn(looked)) {
    const seen = new Set<string>()
    const waiting = [...(broader.get(term.id) ?? [])]
    for (const one of waiting) {
      if (seen.has(one)) continue
      seen.add(one)
      waiting.push(...(broader.get(one) ?? []), ...above(looked, set, one))
    }
    if ((broader.get(term.id) ?? []).length > 0 && seen.has(term.id))
      yield { rule: 'cycle', set, id: term.id, text: 'The further parents of the term lead back to it.' }
  }
}

/** Values that a second term of the set has as well: the value, and the term that had it first. */
function* twice(known: Map<string, string>, id: string, values: readonly string[]): Generator<[string, string]> {
  for (const value of values) {
    const other = known.get(value)
    if (other === undefined) known.set(value, id)
    else if (other !== id) yield [value, other]
  }
}

export function* mappings(looked: Looked): Generator<FoundFault> {
  for (const set of looked.setIds) {
    const matches = new Map<string, string>()
    const notations = new Map<string, string>()
    for (const { term } of homesIn({ ...looked, setIds: [set] })) {
      const { id } = term
      const exact = valuesOf(term, 'skos:exactMatch')
      const others = ['skos:broadMatch', 'skos:narrowMatch', 'skos:relatedMatch'].flatMap((key) => valuesOf(term, key))
      for (const iri of exact.filter((one) => others.includes(one))) {
        const text = `The term matches ${iri} exactly, and is said to be broader, narrower or related.`
        yield { rule: 'mapping-clash', set, id, text }
      }
      for (const [iri, other] of twice(matches, id, exact))
        yield { rule: 'exact-match-twice', set, id, text: `${other} matches ${iri} exactly as well.` }
      for (const [notation, other] of twice(notations, id, valuesOf(term, 'skos:notation')))
        yield { rule: 'notation-twice', set, id, text: `${other} has the notation ${notation} as well.` }
    }
  }
}

function* relatedOf(looked: Looked, iris: Iris, set: string, term: TermState): Generator<FoundFault> {
  const { taxonomy } = looked
  const { id } = term
  for (const iri of valuesOf(term, 'skos:related')) {
    const other = iris.byIri.get(iri)
    const state = other === undefined ? undefined : taxonomy.terms.get(other)
    if (state === undefined) continue
    const [own, its] = [taxonomy.place(set, id), taxonomy.place(set, state.id)]
    const isBeside = its !== undefined && its.parentId === own?.parentId
    if (isBeside || above(looked, set, id).includes(state.id))
      yield { rule: 'related-ancestor', set, id, text: `The related term ${state.id} is above it or beside it.` }
    if (!valuesOf(state, 'skos:related').includes(iris.iriOf(term)))
      yield { rule: 'related-oneway', set, id, text: `The related term ${state.id} does not name it.` }
  }
}

function* brokenOf({ taxonomy }: Looked, set: string, term: TermState): Generator<FoundFault> {
  const { id, isDeprecated, replacedBy, properties } = term
  if (replacedBy !== null && !taxonomy.terms.has(replacedBy) && !isDeprecated)
    yield { rule: 'reference-broken', set, id, text: `The term ${replacedBy} that replaces it is not there.` }
  for (const [key, value] of Object.entries(properties)) {
    const named = /^urn:uuid:([\da-f-]{36})$/.exec(value)?.[1]
    if (named !== undefined && key !== 'skos:uri' && !taxonomy.terms.has(named))
      yield { rule: 'reference-broken', set, id, text: `'${key}' names the term ${named}, which is not there.` }
  }
}

export function* relations(looked: Looked): Generator<FoundFault> {
  const iris = irisOf(looked)
  const uris = new Map<string, string>()
  for (const { setId: set, term } of homesIn(looked)) {
    const { id, properties } = term
    yield* relatedOf(looked, iris, set, term)
    const uri = properties['skos:uri']
    for (const [iri, other] of twice(uris, id, uri === undefined ? [] : [uri]))
      yield { rule: 'uri-twice', set, id, text: `${other} has the IRI ${iri} as well.` }
    yield* brokenOf(looked, set, term)
  }
}
