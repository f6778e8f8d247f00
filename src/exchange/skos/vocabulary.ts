/** The vocabularies that SKOS files use, and which of their predicates a term keeps as properties (exchange.md §6.2, §6.6). */

export const prefixes = {
  skos: 'http://www.w3.org/2004/02/skos/core#',
  skosxl: 'http://www.w3.org/2008/05/skos-xl#',
  dct: 'http://purl.org/dc/terms/',
  dc: 'http://purl.org/dc/elements/1.1/',
  owl: 'http://www.w3.org/2002/07/owl#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  relata: 'urn:relata:taxonomy#',
} as const

export type Prefix = keyof typeof prefixes

/** The IRI of a prefixed name with one of our prefixes. */
export function iri(name: `${Prefix}:${string}`): string {
  const colon = name.indexOf(':')
  return prefixes[name.slice(0, colon) as Prefix] + name.slice(colon + 1)
}

/** The prefixed name of an IRI, where one of our prefixes has it. */
export function prefixed(of: string): string | undefined {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (of.startsWith(namespace) && /^[A-Za-z][\w-]*$/.test(of.slice(namespace.length))) {
      return `${prefix}:${of.slice(namespace.length)}`
    }
  }
  return undefined
}

/** Objects of these are resources. */
const relations = [
  ...['exactMatch', 'closeMatch', 'broadMatch', 'narrowMatch', 'relatedMatch', 'mappingRelation', 'related'].map(
    (name) => `skos:${name}`,
  ),
  ...['dct', 'dc'].flatMap((prefix) =>
    ['source', 'subject', 'creator', 'contributor', 'license'].map((name) => `${prefix}:${name}`),
  ),
  ...['skos:broader', 'rdfs:seeAlso', 'owl:sameAs', 'foaf:depiction', 'foaf:page', 'dct:isReplacedBy'],
]

const texts = [
  ...[
    'notation',
    'hiddenLabel',
    'definition',
    'scopeNote',
    'note',
    'example',
    'historyNote',
    'editorialNote',
    'changeNote',
  ].map((name) => `skos:${name}`),
  ...['skos:memberOf', 'dct:identifier', 'dct:description', 'dc:identifier', 'rdfs:comment'],
]

/** Prefixed name of a kept predicate → whether its objects are resources. */
export const keptPredicates: ReadonlyMap<string, 'relation' | 'text'> = new Map([
  ...relations.map((name) => [name, 'relation'] as const),
  ...texts.map((name) => [name, 'text'] as const),
])

/** Whether text can stand as an absolute IRI. */
export function isIri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(text) && !/\p{Cc}|\p{Surrogate}/u.test(text)
}
