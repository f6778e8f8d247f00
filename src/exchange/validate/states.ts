/** Rules about deprecated terms, and about what vocabularies say of terms in properties: exchange.md §12. */
import type { TermState } from '../plan/taxonomy/taxonomy.ts'
import { homesIn } from './labels.ts'
import type { Found, Looked } from './rules.ts'

/** Whether the successors of a term lead back to it. */
function isInCycle({ taxonomy }: Looked, id: string): boolean {
  const seen = new Set<string>()
  for (let at: string | null | undefined = id; at && !seen.has(at); at = taxonomy.terms.get(at)?.replacedBy) {
    seen.add(at)
    if (taxonomy.terms.get(at)?.replacedBy === id) return true
  }
  return false
}

export function* deprecations(looked: Looked): Generator<Found> {
  const { taxonomy, setIds } = looked
  const merged = new Set([...taxonomy.terms.values()].flatMap(({ mergedTermIds }) => mergedTermIds))
  for (const { setId: set, term } of homesIn(looked)) {
    const { id, isDeprecated, replacedBy } = term
    if (!isDeprecated) continue
    if (replacedBy === null)
      yield {
        rule: 'deprecated-no-successor',
        set,
        id,
        text: 'The term is deprecated, and nothing is said to replace it.',
      }
    else {
      const next = taxonomy.terms.get(replacedBy)
      const why =
        next === undefined
          ? merged.has(replacedBy)
            ? 'was merged'
            : 'is not there'
          : next.isDeprecated
            ? 'is deprecated itself'
            : ''
      if (isInCycle(looked, id))
        yield { rule: 'deprecated-successor', set, id, text: 'What replaces the term leads back to it.' }
      else if (why !== '')
        yield { rule: 'deprecated-successor', set, id, text: `The term that replaces it (${replacedBy}) ${why}.` }
    }
    for (const child of taxonomy.idsUnder(set, id))
      if (taxonomy.terms.get(child)?.isDeprecated === false)
        yield {
          rule: 'deprecated-parent',
          set,
          id: child,
          text: `The term is in use, and the term above it, '${taxonomy.title(id)}', is deprecated.`,
        }
  }
  for (const set of setIds)
    for (const parent of [null, ...[...taxonomy.placesIn(set)].map(({ termId }) => termId)])
      for (const id of taxonomy.orderOf(set, parent))
        if (taxonomy.terms.get(id)?.isDeprecated === true)
          yield { rule: 'deprecated-order', set, id, text: 'A custom order names the deprecated term.' }
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

export function* parents(looked: Looked): Generator<Found> {
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

export function* mappings(looked: Looked): Generator<Found> {
  for (const set of looked.setIds) {
    const exact = new Map<string, string>()
    const notations = new Map<string, string>()
    for (const { term } of homesIn({ ...looked, setIds: [set] })) {
      const { id } = term
      const others = ['skos:broadMatch', 'skos:narrowMatch', 'skos:relatedMatch'].flatMap((key) => valuesOf(term, key))
      for (const iri of valuesOf(term, 'skos:exactMatch')) {
        if (others.includes(iri))
          yield {
            rule: 'mapping-clash',
            set,
            id,
            text: `The term matches ${iri} exactly, and is said to be broader, narrower or related.`,
          }
        const other = exact.get(iri)
        if (other === undefined) exact.set(iri, id)
        else if (other !== id)
          yield { rule: 'exact-match-twice', set, id, text: `${other} matches ${iri} exactly as well.` }
      }
      for (const notation of valuesOf(term, 'skos:notation')) {
        const other = notations.get(notation)
        if (other === undefined) notations.set(notation, id)
        else yield { rule: 'notation-twice', set, id, text: `${other} has the notation ${notation} as well.` }
      }
    }
  }
}

export function* relations(looked: Looked): Generator<Found> {
  const { byIri, iriOf } = irisOf(looked)
  const { taxonomy } = looked
  const uris = new Map<string, string>()
  for (const { setId: set, term } of homesIn(looked)) {
    const { id, replacedBy, properties } = term
    for (const iri of valuesOf(term, 'skos:related')) {
      const other = byIri.get(iri)
      const state = other === undefined ? undefined : taxonomy.terms.get(other)
      if (state === undefined || other === undefined) continue
      const [own, its] = [taxonomy.place(set, id), taxonomy.place(set, other)]
      const isNear = above(looked, set, id).includes(other) || (its !== undefined && its.parentId === own?.parentId)
      if (isNear)
        yield { rule: 'related-ancestor', set, id, text: `The related term ${other} is above it or beside it.` }
      if (!valuesOf(state, 'skos:related').includes(iriOf(term)))
        yield { rule: 'related-oneway', set, id, text: `The related term ${other} does not name it.` }
    }
    const uri = properties['skos:uri']
    const twin = uri === undefined ? undefined : uris.get(uri)
    if (uri !== undefined && twin === undefined) uris.set(uri, id)
    if (twin !== undefined) yield { rule: 'uri-twice', set, id, text: `${twin} has the IRI ${uri} as well.` }
    if (replacedBy !== null && !taxonomy.terms.has(replacedBy) && !term.isDeprecated)
      yield { rule: 'reference-broken', set, id, text: `The term ${replacedBy} that replaces it is not there.` }
    for (const [key, value] of Object.entries(properties)) {
      const named = /^urn:uuid:([\da-f-]{36})$/.exec(value)?.[1]
      if (named !== undefined && key !== 'skos:uri' && !taxonomy.terms.has(named))
        yield { rule: 'reference-broken', set, id, text: `'${key}' names the term ${named}, which is not there.` }
    }
  }
}
