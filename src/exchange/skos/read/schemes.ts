/** Which concepts are in which schemes, and below which others: exchange.md §6.5. */
import { iri } from '../vocabulary.ts'
import { resources, type VocabularyFile } from './vocabulary-file.ts'

export interface Hierarchy {
  /** Schemes in the order of the file; '' is the only one of a file that has none. */
  readonly schemes: readonly string[]
  /** Concept → its schemes. */
  readonly schemesOf: ReadonlyMap<string, ReadonlySet<string>>
  /** Concept → concepts of the file above it. */
  readonly parentsOf: ReadonlyMap<string, ReadonlySet<string>>
  readonly childrenOf: ReadonlyMap<string, ReadonlySet<string>>
  /** Scheme → concepts that it or they declare to be its tops. */
  readonly topsOf: ReadonlyMap<string, ReadonlySet<string>>
  /** Broader resources that are no concepts of the file. */
  readonly outside: ReadonlyMap<string, readonly string[]>
}

type Links = Map<string, Set<string>>

function link(links: Links, from: string, to: string): void {
  const known = links.get(from)
  if (known === undefined) links.set(from, new Set([to]))
  else known.add(to)
}

/** To whom those it leads to lead back. */
function turned(links: Links): Links {
  const back: Links = new Map()
  for (const [from, all] of links) for (const to of all) link(back, to, from)
  return back
}

/** Reads broader and narrower, whichever the file has. */
function relationsOf(file: VocabularyFile): Pick<Hierarchy, 'outside'> & { parentsOf: Links; childrenOf: Links } {
  const { graph, concepts, occurrences } = file
  // A place may be that of a term that the file does not hold.
  const elsewhere = new Set(occurrences.map(({ term }) => term))
  const parentsOf: Links = new Map()
  const childrenOf: Links = new Map()
  const outside = new Map<string, string[]>()
  const relate = (child: string, parent: string): void => {
    if (child === parent)
      file.fault('self', file.at(child, ''), `<${child}> is its own broader concept; that is not read.`)
    else if (!concepts.has(child)) return
    else if (concepts.has(parent) || elsewhere.has(parent)) {
      link(parentsOf, child, parent)
      link(childrenOf, parent, child)
    } else {
      const known = outside.get(child)
      if (known === undefined) outside.set(child, [parent])
      else known.push(parent)
    }
  }
  for (const key of concepts.keys()) {
    for (const parent of resources(graph.of(key, iri('skos:broader')))) relate(key, parent)
    for (const child of resources(graph.of(key, iri('skos:narrower')))) relate(child, key)
  }
  return { parentsOf, childrenOf, outside }
}

export function hierarchyOf(file: VocabularyFile): Hierarchy {
  const { graph, concepts } = file
  const topsOf: Links = new Map()
  const direct: Links = new Map()
  const { parentsOf, childrenOf, outside } = relationsOf(file)
  for (const scheme of file.schemes) {
    for (const top of resources(graph.of(scheme, iri('skos:hasTopConcept')))) link(topsOf, scheme, top)
  }
  for (const key of concepts.keys()) {
    for (const scheme of resources(graph.of(key, iri('skos:inScheme')))) link(direct, key, scheme)
    for (const scheme of resources(graph.of(key, iri('skos:topConceptOf')))) link(topsOf, scheme, key)
  }
  for (const [scheme, tops] of topsOf) for (const top of tops) link(direct, top, scheme)
  for (const { term, scheme } of file.occurrences) link(direct, term, scheme)
  const schemes = file.schemes.length === 0 ? [''] : file.schemes
  const schemesOf = new Map<string, Set<string>>()
  for (const key of [...concepts.keys(), ...file.occurrences.map(({ term }) => term)]) {
    const own = direct.get(key)
    schemesOf.set(key, own === undefined ? new Set() : new Set(own))
  }
  const members = turned(direct)
  for (const scheme of schemes) inherit(scheme, members.get(scheme) ?? [], direct, childrenOf, schemesOf)
  return { schemes, schemesOf, parentsOf, childrenOf, topsOf, outside }
}

/** Concepts that name no scheme are in those of their ancestors. */
function inherit(
  scheme: string,
  members: Iterable<string>,
  direct: Links,
  childrenOf: Links,
  schemesOf: Map<string, Set<string>>,
): void {
  const seen = new Set<string>()
  const next = [...members]
  for (let key = next.pop(); key !== undefined; key = next.pop()) {
    if (seen.has(key)) continue
    seen.add(key)
    if (!direct.has(key)) schemesOf.get(key)?.add(scheme)
    for (const child of childrenOf.get(key) ?? []) next.push(child)
  }
}

/** Concepts that are in no scheme yet get the only one, or, with a warning, the one whose IRI is nearest. */
export function withSchemes(file: VocabularyFile, hierarchy: Hierarchy): Hierarchy {
  const schemesOf = new Map(hierarchy.schemesOf)
  const nearest = nearestIn(hierarchy.schemes)
  for (const [key, own] of hierarchy.schemesOf) {
    if (own.size > 0) continue
    const [only] = hierarchy.schemes
    if (hierarchy.schemes.length > 1) {
      file.fault('no-parent', file.at(key, ''), `<${key}> is in no scheme and below no concept of one.`)
    }
    schemesOf.set(key, new Set([nearest(key) ?? only ?? '']))
  }
  return { ...hierarchy, schemesOf }
}

/** The scheme whose IRI is the longest beginning of the concept's; undefined: none is. */
export function prefixOf(key: string, schemes: Iterable<string>): string | undefined {
  let longest: string | undefined
  for (const scheme of schemes) {
    if (scheme !== '' && key.startsWith(scheme) && scheme.length > (longest?.length ?? 0)) longest = scheme
  }
  return longest
}

/** The scheme with the longest beginning in common, else the first by IRI. The schemes' lengths are few, themselves many. */
function nearestIn(schemes: readonly string[]): (key: string) => string | undefined {
  const known = new Set(schemes.filter((scheme) => scheme !== ''))
  const lengths = [...new Set(schemes.map(({ length }) => length))].sort((a, b) => b - a)
  const first = schemes.toSorted()[0]
  return (key) => {
    const length = lengths.find((one) => one <= key.length && known.has(key.slice(0, one)))
    return length === undefined ? first : key.slice(0, length)
  }
}

/** Each top concept as a scheme of what is below it (`--sets tops`); the rest stays where it is. */
export function byTops({ schemes, schemesOf, parentsOf, childrenOf, topsOf, outside }: Hierarchy): Hierarchy {
  const tops = new Set([...topsOf.values()].flatMap((own) => [...own]).filter((top) => !parentsOf.has(top)))
  const inTops: Links = new Map()
  for (const top of tops) {
    const next = [...(childrenOf.get(top) ?? [])]
    const seen = new Set<string>([top])
    for (let key = next.pop(); key !== undefined; key = next.pop()) {
      if (seen.has(key)) continue
      seen.add(key)
      link(inTops, key, top)
      for (const child of childrenOf.get(key) ?? []) next.push(child)
    }
  }
  const moved = new Map<string, ReadonlySet<string>>()
  for (const [key, own] of schemesOf) if (!tops.has(key)) moved.set(key, inTops.get(key) ?? own)
  const used = new Set([...moved.values()].flatMap((own) => [...own]))
  return {
    schemes: [...schemes.filter((scheme) => used.has(scheme)), ...tops],
    schemesOf: moved,
    parentsOf,
    childrenOf,
    topsOf: new Map([...topsOf].filter(([scheme]) => used.has(scheme))),
    outside,
  }
}
