/** Which columns a document needs in the wide CSV: exchange.md §3.5. */
import { compareTags, lcidOf } from '#workloads/term-store/rules/languages/languages.ts'
import { compareText } from '../doc/doc-index.ts'
import { type Doc, isRef, type NodeDoc, type SetDoc, type TermDoc } from '../document.ts'
import { type CsvColumn, type PlainColumn, sharePointColumns } from './columns.ts'

interface Seen {
  readonly labels: Set<string>
  readonly synonyms: Set<string>
  readonly descriptions: Set<string>
  readonly properties: Set<string>
  readonly local: Set<string>
  readonly plain: Set<PlainColumn>
}

function seeProperties(known: Set<string>, properties: Readonly<Record<string, string>> = {}): void {
  for (const [key, value] of Object.entries(properties)) if (value !== '') known.add(key)
}

function seeNode(seen: Seen, node: NodeDoc, tag: string): void {
  seeProperties(seen.local, node.localProperties)
  if ((node.order ?? 0) > 0) seen.plain.add('order')
  for (const child of node.children) seeNode(seen, child, tag)
  if (!isRef(node.term)) seeTerm(seen, node.term, tag)
}

function seeTerm(seen: Seen, term: TermDoc, tag: string): void {
  const { labels, descriptions = {}, properties, uri } = term
  for (const [own, { synonyms = [] }] of Object.entries(labels)) {
    if (own !== tag) seen.labels.add(own)
    if (synonyms.length > 0) seen.synonyms.add(own)
  }
  // Levels are labels in this language, unless a column for it says otherwise.
  if ((labels[tag]?.default ?? '') === '' && lcidOf(tag) !== undefined) seen.labels.add(tag)
  for (const own of Object.keys(descriptions)) if (own !== tag) seen.descriptions.add(own)
  seeProperties(seen.properties, uri === undefined ? properties : { 'skos:uri': uri, ...properties })
  if (term.isDeprecated === true) seen.plain.add('deprecated')
  if (term.replacedBy) seen.plain.add('replacedBy')
  if ((term.mergedTermIds ?? []).length > 0) seen.plain.add('mergedIds')
  if (term.owner) seen.plain.add('owner')
}

function seeSet(seen: Seen, set: SetDoc, tag: string): void {
  for (const own of Object.keys(set.names)) if (own !== tag) seen.labels.add(own)
  seeProperties(seen.properties, set.uri === undefined ? set.properties : { 'skos:uri': set.uri, ...set.properties })
  if ((set.order ?? 0) > 0) seen.plain.add('order')
  if (set.isOpen !== undefined) seen.plain.add('open')
  if (set.owner) seen.plain.add('owner')
  if (set.contact) seen.plain.add('contact')
  if ((set.stakeholders ?? []).length > 0) seen.plain.add('stakeholders')
  for (const node of set.children) seeNode(seen, node, tag)
}

const atTheEnd = ['deprecated', 'replacedBy', 'mergedIds', 'order', 'open', 'owner', 'contact', 'stakeholders'] as const

/** Columns without content are left out, but for those that make a file a wide one. */
export function wideColumns(doc: Doc, tag: string, isChosen: (set: SetDoc) => boolean): CsvColumn[] {
  const seen: Seen = {
    ...{ labels: new Set(), synonyms: new Set(), descriptions: new Set(), properties: new Set(), local: new Set() },
    plain: new Set(),
  }
  for (const { sets } of doc.groups) for (const set of sets) if (isChosen(set)) seeSet(seen, set, tag)
  const tags = [...new Set([...seen.labels, ...seen.synonyms, ...seen.descriptions])].toSorted(compareTags)
  const keys = (known: Set<string>) => [...known].toSorted(compareText)
  return [
    ...sharePointColumns,
    ...(['group', 'groupId', 'setId', 'termId', 'kind'] as const).map((is): CsvColumn => ({ is })),
    ...tags.flatMap((one): CsvColumn[] => [
      ...(seen.labels.has(one) ? [{ is: 'label' as const, tag: one }] : []),
      ...(seen.synonyms.has(one) ? [{ is: 'synonyms' as const, tag: one }] : []),
      ...(seen.descriptions.has(one) ? [{ is: 'descriptionIn' as const, tag: one }] : []),
    ]),
    ...keys(seen.properties).map((key): CsvColumn => ({ is: 'property', key })),
    ...keys(seen.local).map((key): CsvColumn => ({ is: 'localProperty', key })),
    ...atTheEnd.filter((is) => seen.plain.has(is)).map((is): CsvColumn => ({ is })),
  ]
}
