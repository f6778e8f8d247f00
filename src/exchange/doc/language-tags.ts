/**
 * Languages as files name them: by Windows' number (term-store.md §4.4), by tag, or not at all, which means the store's
 * default. Which language of a store a tag stands for is decided elsewhere (exchange.md §1.3).
 */
import { canonicalTag } from '#workloads/term-store/rules/languages/languages.ts'
import { lcids } from '#workloads/term-store/rules/languages/lcids.ts'
import { type Doc, isRef, type LabelsDoc, type NodeDoc, type SetDoc, type TermDoc } from '../document.ts'

const tags: ReadonlyMap<number, string> = new Map([
  ...[...lcids].map(([tag, lcid]): [number, string] => [lcid, tag]),
  // Spanish in the traditional order.
  [1034, 'es-ES'],
])

/** Undefined: no number, or one of no language. */
export function tagOfLcid(text: string): string | undefined {
  return /^\d{1,6}$/.test(text) ? tags.get(Number(text)) : undefined
}

function plainTag(tag: string, defaultTag: string): string {
  if (tag === '') return defaultTag
  return tagOfLcid(tag) ?? canonicalTag(tag) ?? tag.toLowerCase()
}

type ByTag<T> = Readonly<Record<string, T>>

function retagged<T>(values: ByTag<T>, defaultTag: string): ByTag<T> {
  return Object.fromEntries(Object.entries(values).map(([tag, value]) => [plainTag(tag, defaultTag), value]))
}

/** A file may name one language in two ways: its number for default labels, its tag for synonyms. */
function retaggedLabels(labels: ByTag<LabelsDoc>, defaultTag: string): ByTag<LabelsDoc> {
  const merged: Record<string, LabelsDoc> = {}
  for (const [tag, label] of Object.entries(labels)) {
    const own = plainTag(tag, defaultTag)
    merged[own] = { ...merged[own], ...label }
  }
  return merged
}

function retaggedTerm(term: TermDoc, defaultTag: string): TermDoc {
  const { labels, descriptions } = term
  const texts = descriptions === undefined ? {} : { descriptions: retagged(descriptions, defaultTag) }
  return { ...term, labels: retaggedLabels(labels, defaultTag), ...texts }
}

function retaggedNode(node: NodeDoc, defaultTag: string): NodeDoc {
  const children = node.children.map((child) => retaggedNode(child, defaultTag))
  return { ...node, term: isRef(node.term) ? node.term : retaggedTerm(node.term, defaultTag), children }
}

function retaggedSet(set: SetDoc, defaultTag: string): SetDoc {
  const children = set.children.map((node) => retaggedNode(node, defaultTag))
  return { ...set, names: retagged(set.names, defaultTag), children }
}

/** The document with tags in canonical case in place of numbers and of "the default language". */
export function withPlainTags(doc: Doc, defaultTag: string): Doc {
  const groups = doc.groups.map((group) => ({ ...group, sets: group.sets.map((set) => retaggedSet(set, defaultTag)) }))
  const languages = doc.languageTags?.map((tag) => plainTag(tag, defaultTag))
  return {
    ...doc,
    defaultLanguageTag: defaultTag,
    ...(languages === undefined ? {} : { languageTags: languages }),
    groups,
  }
}
