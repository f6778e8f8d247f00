/**
 * Groups, sets, terms and places as our JSON has them (exchange.md §7.1): members in a fixed order, those that are not
 * stated left out.
 */
import { fold } from '#base/text/fold.ts'
import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import { compareText } from '../doc/doc-index.ts'
import {
  type Doc,
  type GroupDoc,
  isRef,
  type LabelsDoc,
  type NodeDoc,
  type Properties,
  type Ref,
  type SetDoc,
  type TermDoc,
  type Texts,
} from '../document.ts'

/** A JSON object; members whose value is undefined are not written. */
export interface JsonRecord {
  readonly [member: string]: unknown
}

export interface RecordOptions {
  /** With `createdDateTime` and `lastModifiedDateTime`. Default true; files in git have none. */
  readonly dates?: boolean
}

function propertiesOf(properties: Properties | undefined): JsonRecord[] | undefined {
  if (properties === undefined) return undefined
  return Object.entries(properties)
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([key, value]) => ({ key, value }))
}

function byLanguage<T>(values: Readonly<Record<string, T>>): [tag: string, value: T][] {
  return Object.entries(values).toSorted(([a], [b]) => compareTags(a, b))
}

function textsOf(texts: Texts | undefined, member: string): JsonRecord[] | undefined {
  if (texts === undefined) return undefined
  return byLanguage(texts).map(([languageTag, text]) => ({ [member]: text, languageTag }))
}

/** Their order says nothing (exchange.md §1.2): sorted, so that two exports differ only where the taxonomies do. */
function synonymsOf({ synonyms = [] }: LabelsDoc): string[] {
  return synonyms.toSorted((a, b) => compareText(fold(a), fold(b)) || compareText(a, b))
}

/** The default first. */
function labelsOf(labels: TermDoc['labels']): JsonRecord[] {
  return byLanguage(labels).flatMap(([languageTag, label]) => [
    ...(label.default === undefined ? [] : [{ name: label.default, languageTag, isDefault: true }]),
    ...synonymsOf(label).map((name) => ({ name, languageTag, isDefault: false })),
  ])
}

function refMembers(ref: Ref): JsonRecord {
  if ('path' in ref) return { group: ref.group, set: ref.set, path: ref.path }
  return 'id' in ref ? { id: ref.id } : { uri: ref.uri }
}

function refOf(ref: Ref | null | undefined): unknown {
  if (ref === null || ref === undefined) return ref
  return 'id' in ref ? ref.id : refMembers(ref)
}

/** Of a term that is named by its path the names are in an object of their own: a line of JSON has a `set` already. */
function placeMembers(ref: Ref): JsonRecord {
  return 'path' in ref ? { ref: refMembers(ref) } : refMembers(ref)
}

function termMembers(term: TermDoc, { dates = true }: RecordOptions): JsonRecord {
  return {
    id: term.id,
    uri: term.uri,
    labels: labelsOf(term.labels),
    descriptions: textsOf(term.descriptions, 'description'),
    properties: propertiesOf(term.properties),
    isDeprecated: term.isDeprecated,
    replacedBy: refOf(term.replacedBy),
    mergedTermIds: term.mergedTermIds,
    isKeyword: term.isKeyword,
    owner: term.owner,
    createdDateTime: dates ? term.created : undefined,
    lastModifiedDateTime: dates ? term.modified : undefined,
  }
}

/** Without its children. */
export function nodeRecord(node: NodeDoc, options: RecordOptions = {}): JsonRecord {
  return {
    kind: node.kind === 'home' ? undefined : node.kind,
    ...(isRef(node.term) ? placeMembers(node.term) : termMembers(node.term, options)),
    isAvailableForTagging: node.isAvailableForTagging,
    localProperties: propertiesOf(node.localProperties),
    order: node.order,
  }
}

/** Without its terms. */
export function setRecord(set: SetDoc): JsonRecord {
  return {
    id: set.id,
    uri: set.uri,
    localizedNames: textsOf(set.names, 'name'),
    description: set.description,
    properties: propertiesOf(set.properties),
    isOpen: set.isOpen,
    isAvailableForTagging: set.isAvailableForTagging,
    owner: set.owner,
    contact: set.contact,
    stakeholders: set.stakeholders,
    order: set.order,
    complete: set.complete ? undefined : false,
  }
}

/** Without its sets. */
export function groupRecord(group: GroupDoc): JsonRecord {
  return {
    id: group.id,
    displayName: group.name,
    description: group.description,
    scope: group.scope,
    parentSiteId: group.siteId,
    managers: group.managers,
    contributors: group.contributors,
    complete: group.complete ? undefined : false,
  }
}

/** What a document says about itself beside its groups. */
export function headRecord(doc: Doc): JsonRecord {
  const { defaultLanguageTag, languageTags, wholeMaps, guessesKinds } = doc
  const hasStore = defaultLanguageTag !== undefined || languageTags !== undefined
  return {
    store: hasStore ? { defaultLanguageTag, languageTags } : undefined,
    partial: wholeMaps === true ? undefined : true,
    guessesKinds: guessesKinds === true ? true : undefined,
  }
}
