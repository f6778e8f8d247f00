/**
 * When two documents are equal, and the digest of a set: exchange.md §1.2. What a new record has when nothing is stated
 * (available, closed, not deprecated, alphabetical, no text) is left out, so stating it makes no difference.
 */
import { createHash } from 'node:crypto'
import { guidIn } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { normalised } from '#workloads/term-store/rules/labels/text.ts'
import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import {
  type Doc,
  type GroupDoc,
  isRef,
  type LabelsDoc,
  type NodeDoc,
  type Ref,
  type SetDoc,
  type TermDoc,
} from '../document.ts'
import { compareText, type DocIndex, indexDoc, matchingForm, naturalChildren, shownName } from './doc-index.ts'
import { withPlainTags } from './language-tags.ts'

interface CanonicalOptions {
  /** `created` and `modified` count. Default false. */
  readonly dates?: boolean
}

interface Context extends CanonicalOptions {
  readonly index: DocIndex
  readonly defaultTag: string
}

type Plain = string | number | boolean | readonly Plain[] | { readonly [member: string]: Plain }

/** Without members that say what a new record has anyway. */
function stated(members: Readonly<Record<string, Plain | undefined>>): Record<string, Plain> {
  const kept: Record<string, Plain> = {}
  for (const [name, value] of Object.entries(members)) {
    const isNothing = value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
    if (!isNothing) kept[name] = value
  }
  return kept
}

function canonicalId(id: string | undefined): string | undefined {
  return id === undefined ? undefined : (guidIn(id) ?? id.toLowerCase())
}

function byLanguage<T>(values: Readonly<Record<string, T>>): [tag: string, value: T][] {
  return Object.entries(values).toSorted(([a], [b]) => compareTags(a, b))
}

function textsOf(texts: Readonly<Record<string, string>> | undefined, form = (text: string) => text) {
  return byLanguage(texts ?? {}).flatMap(([tag, text]) => (text === '' ? [] : [[tag, form(text)]]))
}

function synonymsOf({ synonyms = [] }: LabelsDoc): string[] {
  const kept = synonyms.map(normalised).filter((synonym) => synonym !== '')
  return kept.toSorted((a, b) => compareText(fold(a), fold(b)) || compareText(a, b))
}

function labelsOf(term: TermDoc): Plain[] {
  return byLanguage(term.labels).flatMap(([tag, labels]) => {
    const own = normalised(labels.default ?? '')
    const synonyms = synonymsOf(labels)
    return own === '' && synonyms.length === 0 ? [] : [[tag, own, ...synonyms]]
  })
}

/** An IRI is kept in this property. */
function propertiesOf(properties: Readonly<Record<string, string>> | undefined, uri: string | undefined): Plain[] {
  const all = uri === undefined ? (properties ?? {}) : { 'skos:uri': uri, ...properties }
  return Object.entries(all).toSorted(([a], [b]) => compareText(a, b))
}

function refOf(ref: Ref, { index }: Context): Plain {
  const id = canonicalId('id' in ref ? ref.id : index.find(ref)?.term.id)
  if (id !== undefined) return id
  return 'uri' in ref ? { uri: ref.uri } : 'path' in ref ? { path: [ref.set, ...ref.path].map(matchingForm) } : ''
}

function termOf(term: TermDoc, context: Context): Record<string, Plain> {
  return stated({
    id: canonicalId(term.id),
    labels: labelsOf(term),
    descriptions: textsOf(term.descriptions),
    properties: propertiesOf(term.properties, term.uri),
    isDeprecated: term.isDeprecated || undefined,
    replacedBy: term.replacedBy ? refOf(term.replacedBy, context) : undefined,
    mergedTermIds: (term.mergedTermIds ?? []).map((id) => canonicalId(id) ?? '').toSorted(),
    owner: term.owner ?? undefined,
    isKeyword: term.isKeyword || undefined,
    created: context.dates ? term.created : undefined,
    modified: context.dates ? term.modified : undefined,
  })
}

function childrenOf(parent: SetDoc | NodeDoc, context: Context): Plain[] {
  return naturalChildren(parent, context.index, context.defaultTag).map((node) => nodeOf(node, context))
}

function nodeOf(node: NodeDoc, context: Context): Plain {
  return stated({
    kind: node.kind,
    term: isRef(node.term) ? refOf(node.term, context) : termOf(node.term, context),
    isAvailableForTagging: node.isAvailableForTagging === false ? false : undefined,
    localProperties: propertiesOf(node.localProperties, undefined),
    order: node.order || undefined,
    children: childrenOf(node, context),
  })
}

function setOf(set: SetDoc, context: Context): Record<string, Plain> {
  return stated({
    id: canonicalId(set.id),
    names: textsOf(set.names, normalised),
    description: set.description,
    properties: propertiesOf(set.properties, set.uri),
    isOpen: set.isOpen || undefined,
    isAvailableForTagging: set.isAvailableForTagging === false ? false : undefined,
    owner: set.owner ?? undefined,
    contact: set.contact ?? undefined,
    stakeholders: set.stakeholders,
    order: set.order || undefined,
    children: childrenOf(set, context),
  })
}

function groupOf(group: GroupDoc, context: Context): Plain {
  const sets = group.sets.map((set) => ({ key: fold(shownName(set, context.defaultTag)), form: setOf(set, context) }))
  return stated({
    id: canonicalId(group.id),
    name: normalised(group.name),
    description: group.description,
    scope: group.scope === 'global' ? undefined : group.scope,
    siteId: canonicalId(group.siteId),
    managers: (group.managers ?? []).toSorted(),
    contributors: (group.contributors ?? []).toSorted(),
    sets: sets.toSorted((a, b) => compareText(a.key, b.key)).map(({ form }) => form),
  })
}

function contextOf(doc: Doc, options: CanonicalOptions): Context {
  return { ...options, index: indexDoc(doc), defaultTag: doc.defaultLanguageTag ?? '' }
}

/** Equal documents have the same text. */
export function canonicalForm(given: Doc, options: CanonicalOptions = {}): string {
  const doc = withPlainTags(given, given.defaultLanguageTag ?? '')
  const context = contextOf(doc, options)
  const groups = doc.groups.map((group) => ({ key: fold(group.name), form: groupOf(group, context) }))
  const sorted = groups.toSorted((a, b) => compareText(a.key, b.key)).map(({ form }) => form)
  const languages = (doc.languageTags ?? []).toSorted(compareTags)
  return JSON.stringify(stated({ default: context.defaultTag, languages, groups: sorted }))
}

export function isEqual(one: Doc, other: Doc): boolean {
  return canonicalForm(one) === canonicalForm(other)
}

/** Gives the digest of each set of a document that names languages as stores do: SHA-256 of its form, in hex. */
export function digester(doc: Doc): (set: SetDoc) => string {
  const context = contextOf(doc, {})
  return (set) =>
    createHash('sha256')
      .update(JSON.stringify(setOf(set, context)))
      .digest('hex')
}
