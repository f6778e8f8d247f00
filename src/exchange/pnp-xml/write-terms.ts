/** Places of a document as PnP's terms: exchange.md §5.4. */

import { compareTags } from '#workloads/term-store/rules/languages/languages.ts'
import { compareText, type HomeDoc, naturalChildren } from '../doc/doc-index.ts'
import { idOf } from '../doc/leaving-out.ts'
import { isRef, type NodeDoc, type TermDoc } from '../document.ts'
import type { WrittenElement } from '../xml/write.ts'
import {
  type Attributes,
  braced,
  element,
  flag,
  lcidOf,
  type PnpWriting,
  propertyElements,
  type Where,
  written,
  writtenName,
} from './writing.ts'

/** What the terms below a set have from it. */
export interface AboveTerms {
  /** LCID of the set's name; undefined where it has none. */
  readonly lcid: string | undefined
  readonly depth: number
}

export function termElements(
  writing: PnpWriting,
  parent: { readonly children: readonly NodeDoc[]; readonly order?: number },
  inside: AboveTerms,
): WrittenElement[] {
  const { index, language = '', losses } = writing
  const { order = 0 } = parent
  // All children of an ordered place get numbers, as PnP sorts those without one first.
  const isOrdered = order > 0
  return naturalChildren(parent, index, language).flatMap((node, at) => {
    if (isOrdered && at >= order) losses.add('order-partial', { ...refId(writing, node), path: node.at.path })
    return termElement(writing, node, isOrdered ? String(at + 1) : undefined, inside) ?? []
  })
}

function refId({ index }: PnpWriting, node: NodeDoc): { id?: string } {
  return idOf(isRef(node.term) && 'id' in node.term ? node.term : (index.termOf(node) ?? {}))
}

/** What the term at a place is called; of a source that the document does not hold, the end of the place's path. */
function nameAt({ index, language = '' }: PnpWriting, node: NodeDoc): string {
  return index.nameOf(node, language) ?? node.at.path.split('/').at(-1) ?? ''
}

function termElement(
  writing: PnpWriting,
  node: NodeDoc,
  number: string | undefined,
  inside: AboveTerms,
): WrittenElement | undefined {
  const { term } = node
  return isRef(term) ? placeElement(writing, node, number, inside) : homeElement(writing, node, term, number, inside)
}

function homeElement(
  writing: PnpWriting,
  node: NodeDoc,
  term: TermDoc,
  number: string | undefined,
  inside: AboveTerms,
): WrittenElement {
  const where: Where = { ...idOf(term), path: node.at.path }
  const name = nameOf(writing, term)
  const isShared = term.id !== undefined && writing.shared.has(term.id) && writing.options.noIds !== true
  listLost(writing, term, name?.tag, where)
  const attributes: Attributes = [
    ['Name', writtenName(writing, name?.text ?? '', where)],
    ['ID', braced(writing, term.id)],
    ['Owner', term.owner === undefined ? undefined : writtenName(writing, term.owner ?? '', where)],
    ['Description', descriptionOf(writing, term, name?.tag, where)],
    ['IsAvailableForTagging', flag(node.isAvailableForTagging)],
    ['Language', name === undefined || name.lcid === inside.lcid ? undefined : name.lcid],
    ['CustomSortOrder', number],
    ['IsReused', isShared ? 'true' : undefined],
    ['IsSourceTerm', isShared ? 'true' : undefined],
    ['IsDeprecated', flag(term.isDeprecated)],
  ]
  const below = termElements(writing, node, { ...inside, depth: inside.depth + 1 })
  return element('Term', attributes, [
    ...(below.length === 0 ? [] : [element('Terms', [], below)]),
    ...labelElements(writing, term, name?.tag, where),
    ...propertyElements(writing, 'CustomProperties', term.properties, where, term.uri),
    ...propertyElements(writing, 'LocalCustomProperties', node.localProperties, where),
  ])
}

/** The label that is the element's Name: in the language of names, else in none, else the first with an LCID. */
function nameOf(
  { language }: PnpWriting,
  { labels }: TermDoc,
): { tag: string; lcid: string | undefined; text: string } | undefined {
  const withDefault = Object.keys(labels).filter((tag) => labels[tag]?.default !== undefined)
  const number = language === undefined ? undefined : lcidOf(language)
  const tag =
    withDefault.find((one) => one === language || (number !== undefined && lcidOf(one) === number)) ??
    withDefault.find((one) => one === '') ??
    withDefault.find((one) => lcidOf(one) !== undefined) ??
    withDefault[0]
  if (tag === undefined) return undefined
  const lcid = tag === '' ? number : lcidOf(tag)
  return { tag, lcid, text: labels[tag]?.default ?? '' }
}

function descriptionOf(writing: PnpWriting, term: TermDoc, tag: string | undefined, where: Where): string | undefined {
  let own: string | undefined
  for (const [languageTag, text] of Object.entries(term.descriptions ?? {})) {
    if (languageTag === tag) own = writtenName(writing, text, where)
    else writing.losses.add('descriptions', { ...where, languageTag, value: text })
  }
  return own
}

/** What the schema has no place for. */
function listLost({ losses, options }: PnpWriting, term: TermDoc, nameTag: string | undefined, where: Where): void {
  if (options.noIds === true && term.id !== undefined) losses.add('id', { ...where, value: term.id })
  if (nameTag !== undefined && nameTag !== '' && lcidOf(nameTag) === undefined) {
    losses.add('labels.shown', { ...where, languageTag: nameTag, value: term.labels[nameTag]?.default ?? '' })
  }
  if (term.replacedBy) losses.add('replacedBy', { ...where, value: Object.values(term.replacedBy).flat().join('/') })
  for (const id of term.mergedTermIds ?? []) losses.add('mergedTermIds', { ...where, value: id })
  if (term.created !== undefined) losses.add('created', { ...where, value: term.created })
  if (term.modified !== undefined) losses.add('modified', { ...where, value: term.modified })
}

function labelElements(
  writing: PnpWriting,
  term: TermDoc,
  nameTag: string | undefined,
  where: Where,
): WrittenElement[] {
  const labels = Object.entries(term.labels)
    .toSorted(([one], [other]) => compareTags(one, other))
    .flatMap(([languageTag, { default: first, synonyms = [] }]) => {
      const number = lcidOf(languageTag === '' ? (writing.language ?? '') : languageTag)
      // A lone label of a language is read as its default, whatever it says.
      const isMisread = first === undefined && synonyms.length === 1
      const labelOf = (value: string, isDefault: boolean): WrittenElement[] => {
        if (number === undefined || isMisread) {
          writing.losses.add(isDefault ? 'labels.default' : 'labels.synonym', { ...where, languageTag, value })
          return []
        }
        const attributes: Attributes = [
          ['Language', number],
          ['Value', writtenName(writing, value, where)],
          ['IsDefaultForLanguage', isDefault ? 'true' : undefined],
        ]
        return [element('Label', attributes)]
      }
      const firsts = first === undefined || languageTag === nameTag ? [] : labelOf(first, true)
      return [...firsts, ...synonyms.toSorted(compareText).flatMap((synonym) => labelOf(synonym, false))]
    })
  return labels.length === 0 ? [] : [element('Labels', [], labels)]
}

/** A place says that it is none's source, and whose place it is. */
function placeAttributes(id: string): Attributes {
  return [
    ['IsReused', 'true'],
    ['IsSourceTerm', 'false'],
    ['SourceTermId', `{${id}}`],
  ]
}

function placeElement(
  writing: PnpWriting,
  node: NodeDoc,
  number: string | undefined,
  inside: AboveTerms,
): WrittenElement | undefined {
  const { term, kind, at } = node
  if (!isRef(term)) return undefined
  const home = writing.index.find(term)
  const id = 'id' in term ? term.id : home?.term.id
  const where: Where = { ...idOf({ id }), path: at.path }
  if (id === undefined || writing.options.noIds === true) {
    writing.losses.add('place', { ...where, value: kind })
    return undefined
  }
  if (inside.depth > 0) writing.losses.add('pnp-nested', where)
  if (writing.options.forPnp === true && kind === 'pin') writing.losses.add('pnp-pin', where)
  if (writing.options.forPnp === true && node.withBranch === true) writing.losses.add('pnp-branch', where)
  const attributes: Attributes = [
    ['Name', writtenName(writing, nameAt(writing, node), where)],
    ['ID', braced(writing, id)],
    ['IsAvailableForTagging', flag(node.isAvailableForTagging)],
    ['CustomSortOrder', number],
    ...placeAttributes(id),
    ['ReuseChildren', node.withBranch === true ? 'true' : undefined],
    ...(kind === 'pin'
      ? ([
          ['IsPinned', 'true'],
          ['IsPinnedRoot', 'true'],
        ] as const)
      : []),
  ]
  const below =
    kind === 'pin'
      ? mirrorElements(writing, home, [])
      : termElements(writing, node, { ...inside, depth: inside.depth + 1 })
  return element('Term', attributes, [
    ...(below.length === 0 ? [] : [element('Terms', [], below)]),
    ...propertyElements(writing, 'LocalCustomProperties', node.localProperties, where),
  ])
}

/** The source's branch again, as SharePoint shows it below a pin. */
function mirrorElements(writing: PnpWriting, home: HomeDoc | undefined, above: readonly HomeDoc[]): WrittenElement[] {
  if (writing.options.mirrors !== true || home === undefined || above.includes(home)) return []
  return home.node.children.flatMap((child) => {
    const source = isRef(child.term) ? writing.index.find(child.term) : undefined
    const id = isRef(child.term) ? source?.term.id : child.term.id
    if (id === undefined) return []
    const own: HomeDoc = source ?? { ...home, node: child, term: child.term as TermDoc }
    const below = mirrorElements(writing, own, [...above, home])
    const attributes: Attributes = [
      ['Name', written(writing, nameAt(writing, child), { id, path: child.at.path })],
      ['ID', braced(writing, id)],
      ...placeAttributes(id),
      ['IsPinned', 'true'],
    ]
    return [element('Term', attributes, below.length === 0 ? [] : [element('Terms', [], below)])]
  })
}
