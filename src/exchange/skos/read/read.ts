/** SKOS in any syntax as a document: exchange.md §6. */
import type { Doc, GroupDoc } from '../../document.ts'
import { fault, fileLimits, type ImportFault, Unreadable } from '../../faults.ts'
import type { RdfGraph } from '../syntax/graph.ts'
import { parseJsonLd } from '../syntax/parse-json-ld.ts'
import { parseRdfXml } from '../syntax/parse-rdf-xml.ts'
import { parseTurtle } from '../syntax/parse-turtle.ts'
import { iri, prefixed } from '../vocabulary.ts'
import { placesOf } from './places.ts'
import type { LostCounts } from './properties.ts'
import { byTops, hierarchyOf, withSchemes } from './schemes.ts'
import { type SetContext, setOf } from './sets.ts'
import { firstOf, namesOf, textOf } from './texts.ts'
import { identityOf, resources, type SkosOptions, type VocabularyFile, vocabularyFile } from './vocabulary-file.ts'

export type SkosSyntax = 'turtle' | 'n-triples' | 'rdf-xml' | 'json-ld'

/** `faults` of severity `loss` with code `lost` name each predicate that is kept nowhere, and how often it was met. */
export async function readSkos(text: string, options: SkosOptions & { readonly syntax: SkosSyntax }): Promise<Doc> {
  try {
    const graph = await graphOf(text, options)
    if (graph.excess !== undefined) {
      const { line, what } = graph.excess
      throw new Unreadable(fault('limit', { file: options.file, line, path: '' }, `line ${line}: ${what}`))
    }
    return docOf(vocabularyFile(graph, options))
  } catch (error) {
    if (error instanceof Unreadable) return { groups: [], faults: [error.fault] }
    throw error
  }
}

function graphOf(
  text: string,
  { file, base, syntax }: SkosOptions & { readonly syntax: SkosSyntax },
): Promise<RdfGraph> {
  if (text.length > fileLimits.file) {
    const at = { file, line: 1, path: '' }
    throw new Unreadable(fault('limit', at, `The file is longer than ${fileLimits.file} characters.`))
  }
  if (syntax === 'rdf-xml') return parseRdfXml(text, file, base)
  if (syntax === 'json-ld') return parseJsonLd(text, file, base)
  return parseTurtle(text, file, syntax, base)
}

function docOf(file: VocabularyFile): Doc {
  const declared = withSchemes(file, hierarchyOf(file))
  const hierarchy = file.options.sets === 'tops' ? byTops(declared) : declared
  const placing = placesOf(file, hierarchy)
  const lost: LostCounts = new Map()
  const ids = new Map<string, string>()
  checkIds(file, ids)
  const context: SetContext = { file, placing, lost, kept: placing.kept, collectionsOf: collectionsOf(file) }
  const used = hierarchy.schemes.filter((scheme) => scheme !== '' || file.concepts.size > 0)
  const sets = new Map(used.map((scheme) => [scheme, setOf(context, scheme)]))
  const groups: GroupDoc[] = []
  for (const { key } of file.groups) {
    const members = resources(file.graph.of(key, iri('dct:hasPart'))).flatMap((scheme) => {
      const set = sets.get(scheme)
      sets.delete(scheme)
      return set ?? []
    })
    const { id } = identityOf(file, key)
    const names = Object.values(namesOf(file.graph, key))
    const description = textOf(file.graph, key, iri('dct:description'))
    groups.push({
      at: file.at(key, names[0] ?? ''),
      ...(id === undefined ? {} : { id }),
      name: names[0] ?? '',
      ...(description === undefined ? {} : { description }),
      complete: false,
      sets: members,
    })
  }
  const left = [...sets.values()]
  const [firstScheme] = sets.keys()
  if (left.length > 0) {
    const title =
      firstScheme === undefined
        ? undefined
        : firstOf(file.graph, firstScheme, [iri('dct:title'), iri('skos:prefLabel')]).literals[0]?.value
    const name = file.options.group ?? title ?? Object.values(left[0]?.names ?? {})[0] ?? ''
    groups.push({ at: left[0]?.at ?? file.at('', name), name, complete: false, sets: left })
  }
  return { groups, faults: [...file.faults, ...lostIn(file, lost)] }
}

/** Two resources with one id would be one record. */
function checkIds(file: VocabularyFile, ids: Map<string, string>): void {
  for (const key of [...file.schemes, ...file.concepts.keys()]) {
    const { id } = identityOf(file, key)
    if (id === undefined) continue
    const other = ids.get(id)
    if (other !== undefined) file.fault('twice', file.at(key, ''), `<${key}> has the id ${id} of <${other}>.`)
    else ids.set(id, key)
  }
}

function collectionsOf(file: VocabularyFile): Map<string, string[]> {
  const labels = new Map<string, string[]>()
  for (const { key } of file.collections) {
    const [label = ''] = Object.values(namesOf(file.graph, key))
    if (file.options.collections !== 'property') {
      file.fault(
        'lost',
        file.at(key, label),
        `the collection '${label}' is not kept. --collections property keeps its label.`,
      )
      continue
    }
    for (const member of resources(file.graph.of(key, iri('skos:member')))) {
      const known = labels.get(member)
      if (known === undefined) labels.set(member, [label])
      else known.push(label)
    }
  }
  return labels
}

/** What is kept nowhere, once a predicate with a count; and resources that are none of what is read. */
function lostIn(file: VocabularyFile, lost: LostCounts): ImportFault[] {
  const at = { file: file.options.file, line: 1, path: '' }
  const faults = [...lost].map(([predicate, count]) =>
    fault('lost', at, `${prefixed(predicate) ?? predicate} is not kept (${count} times).`),
  )
  const known = new Set([
    ...file.concepts.keys(),
    ...file.schemes,
    ...file.groups.map(({ key }) => key),
    ...file.collections.map(({ key }) => key),
  ])
  const others = [...file.graph.subjects.keys()].filter((key) => !known.has(key) && !key.startsWith('_:'))
  if (others.length > 0) {
    faults.push(
      fault(
        'lost',
        at,
        `${others.length} resources that are neither concept nor scheme are not kept, such as <${others[0]}>.`,
      ),
    )
  }
  return faults
}
