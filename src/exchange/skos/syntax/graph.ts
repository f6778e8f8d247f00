/** RDF as plain values: what the parsers of the three syntaxes give, and what is known of each subject. */
import { canonicalTag } from '#workloads/term-store/rules/languages/languages.ts'
import { fileLimits } from '../../faults.ts'

export interface RdfLiteral {
  readonly kind: 'literal'
  readonly value: string
  /** In canonical case; '' if there is none. */
  readonly language: string
  /** IRI; '' for plain text and for text with a language. */
  readonly datatype: string
}

/** `key`: an IRI, or `_:` and a name for a blank node. */
export interface RdfResource {
  readonly kind: 'resource'
  readonly key: string
}

export type RdfObject = RdfLiteral | RdfResource

export interface RdfSubject {
  readonly key: string
  /** Where its first block begins, as far as the syntax tells. */
  line: number
  /** IRI of a predicate → its objects, in the order of the file, each once. */
  readonly objects: Map<string, RdfObject[]>
}

export interface RdfGraph {
  readonly subjects: ReadonlyMap<string, RdfSubject>
  /** What the file has more of than files may, and where; undefined: nothing. */
  readonly excess: { readonly line: number; readonly what: string } | undefined
  of(key: string, predicate: string): readonly RdfObject[]
}

/** The members that terms of all three RDF libraries have. */
export interface LibraryTerm {
  readonly termType: string
  readonly value: string
  readonly language?: string
  readonly datatype?: { readonly value: string }
}

export interface LibraryQuad {
  readonly subject: LibraryTerm
  readonly predicate: LibraryTerm
  readonly object: LibraryTerm
}

const plain = new Set([
  'http://www.w3.org/2001/XMLSchema#string',
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString',
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString',
])

function objectOf(term: LibraryTerm): RdfObject {
  if (term.termType !== 'Literal') return { kind: 'resource', key: keyOf(term) }
  const tag = term.language ?? ''
  const datatype = term.datatype?.value ?? ''
  return {
    kind: 'literal',
    value: term.value,
    language: tag === '' ? '' : (canonicalTag(tag) ?? tag),
    datatype: plain.has(datatype) ? '' : datatype,
  }
}

function keyOf({ termType, value }: LibraryTerm): string {
  return termType === 'BlankNode' ? `_:${value}` : value
}

/** The same for equal objects. */
function formOf(object: RdfObject): string {
  if (object.kind === 'resource') return `<${object.key}`
  return `"${object.language}"${object.datatype}"${object.value}`
}

const labelling = /[#/](?:pref|alt|hidden)?(?:Label|label|literalForm)$/

export interface GraphBuilder {
  /** `line`: where the parser is. */
  add(quad: LibraryQuad, line: number): void
  readonly graph: RdfGraph
  readonly size: () => number
}

export function buildGraph(): GraphBuilder {
  const subjects = new Map<string, RdfSubject>()
  /** Forms of the objects of one subject and predicate: some have a hundred thousand. */
  const forms = new Map<RdfObject[], Set<string>>()
  let size = 0
  let labels = 0
  let excess: RdfGraph['excess']
  return {
    add: ({ subject, predicate, object }, line) => {
      const key = keyOf(subject)
      const known = subjects.get(key) ?? { key, line, objects: new Map<string, RdfObject[]>() }
      subjects.set(key, known)
      const objects = known.objects.get(predicate.value) ?? []
      known.objects.set(predicate.value, objects)
      const added = objectOf(object)
      const form = formOf(added)
      const there = forms.get(objects) ?? new Set<string>()
      forms.set(objects, there)
      if (there.has(form)) return
      there.add(form)
      size += 1
      if (added.kind === 'literal' && labelling.test(predicate.value)) labels += 1
      if (added.kind === 'literal' && added.value.length > fileLimits.field) {
        excess ??= { line, what: `a text is longer than ${fileLimits.field} characters.` }
      }
      if (labels > fileLimits.labels) excess ??= { line, what: `the file has more than ${fileLimits.labels} labels.` }
      objects.push(added)
    },
    graph: {
      subjects,
      get excess() {
        return excess
      },
      of: (key, predicate) => subjects.get(key)?.objects.get(predicate) ?? [],
    },
    size: () => size,
  }
}

export function isBlank(key: string): boolean {
  return key.startsWith('_:')
}
