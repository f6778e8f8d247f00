/** Places of a document as PnP's terms: exchange.md §5.4. */
import { fold } from '#base/text/fold.ts'
import { isRef, type NodeDoc, type TermDoc } from '../document.ts'
import { type Home, labelOf } from '../writing/homes.ts'
import { idOf } from '../writing/leaving-out.ts'
import type { WrittenElement } from '../xml/write.ts'
import {
  type Attributes,
  braced,
  element,
  flag,
  lcidOf,
  propertyElements,
  type Where,
  type Writing,
  written,
  writtenName,
} from './writing.ts'

/** What the terms below a set have from it. */
export interface Inside {
  /** LCID of the set's name; undefined where it has none. */
  readonly lcid: string | undefined
  readonly depth: number
}

export function termElements(
  writing: Writing,
  children: readonly NodeDoc[],
  order: number | undefined,
  inside: Inside,
): WrittenElement[] {
  if (order === 0) writing.losses.count('none.order')
  return numbered(writing, children, order).flatMap(
    ({ node, number }) => termElement(writing, node, number, inside) ?? [],
  )
}

/** All children of an ordered place get numbers, as PnP sorts those without one first. */
function numbered(writing: Writing, children: readonly NodeDoc[], order: number | undefined) {
  if (order === undefined || order === 0) return children.map((node) => ({ node, number: undefined }))
  const listed = children.slice(0, order)
  const others = children.slice(order).map((node) => ({ node, key: fold(nameAt(writing, node)) }))
  others.sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
  return [...listed, ...others.map(({ node }) => node)].map((node, index) => ({ node, number: String(index + 1) }))
}

/** What the term at a place is called; of a source that the document does not hold, the end of the place's path. */
export function nameAt({ homes, language }: Writing, { term, at }: NodeDoc): string {
  const source = isRef(term) ? homes.of(term)?.term : term
  return source === undefined ? (at.path.split('/').at(-1) ?? '') : labelOf(source, language)
}

function termElement(
  writing: Writing,
  node: NodeDoc,
  number: string | undefined,
  inside: Inside,
): WrittenElement | undefined {
  const { term } = node
  return isRef(term) ? placeElement(writing, node, number, inside) : homeElement(writing, node, term, number, inside)
}

function homeElement(
  writing: Writing,
  node: NodeDoc,
  term: TermDoc,
  number: string | undefined,
  inside: Inside,
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
  const below = termElements(writing, node.children, node.order, { ...inside, depth: inside.depth + 1 })
  return element('Term', attributes, [
    ...(below.length === 0 ? [] : [element('Terms', [], below)]),
    ...labelElements(writing, term, name?.tag, where),
    ...propertyElements(writing, 'CustomProperties', term.properties, where, term.uri),
    ...propertyElements(writing, 'LocalCustomProperties', node.localProperties, where),
  ])
}

/** The label that is the element's Name: in the language of names, else in none, else the first with an LCID. */
function nameOf(
  { language }: Writing,
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

function descriptionOf(writing: Writing, term: TermDoc, tag: string | undefined, where: Where): string | undefined {
  let own: string | undefined
  for (const [languageTag, text] of Object.entries(term.descriptions ?? {})) {
    if (languageTag === tag) own = writtenName(writing, text, where)
    else writing.losses.add('descriptions', { ...where, languageTag, value: text })
  }
  return own
}

/** What the schema has no place for. */
function listLost({ losses, options }: Writing, term: TermDoc, nameTag: string | undefined, where: Where): void {
  if (options.noIds === true && term.id !== undefined) losses.count('id')
  if (nameTag === undefined) losses.count('labels.none')
  else if (nameTag !== '' && lcidOf(nameTag) === undefined) {
    losses.add('labels.language', { ...where, languageTag: nameTag, value: term.labels[nameTag]?.default ?? '' })
  }
  if (term.replacedBy === null) losses.count('none.replacedBy')
  else if (term.replacedBy !== undefined) losses.add('replacedBy', { ...where, value: JSON.stringify(term.replacedBy) })
  if (term.mergedTermIds?.length === 0) losses.count('none.mergedTermIds')
  for (const id of term.mergedTermIds ?? []) losses.add('mergedTermIds', { ...where, value: id })
  if (term.descriptions !== undefined && Object.keys(term.descriptions).length === 0) losses.count('none.descriptions')
  if (term.created !== undefined) losses.count('created')
  if (term.modified !== undefined) losses.count('modified')
  if (term.isKeyword === false) losses.count('none.isKeyword')
}

function labelElements(writing: Writing, term: TermDoc, nameTag: string | undefined, where: Where): WrittenElement[] {
  const labels = Object.entries(term.labels).flatMap(([languageTag, { default: first, synonyms = [] }]) => {
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
    return [...firsts, ...synonyms.flatMap((synonym) => labelOf(synonym, false))]
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
  writing: Writing,
  node: NodeDoc,
  number: string | undefined,
  inside: Inside,
): WrittenElement | undefined {
  const { term, kind, at } = node
  if (!isRef(term)) return undefined
  const home = writing.homes.of(term)
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
      : termElements(writing, node.children, node.order, { ...inside, depth: inside.depth + 1 })
  return element('Term', attributes, [
    ...(below.length === 0 ? [] : [element('Terms', [], below)]),
    ...propertyElements(writing, 'LocalCustomProperties', node.localProperties, where),
  ])
}

/** The source's branch again, as SharePoint shows it below a pin. */
function mirrorElements(writing: Writing, home: Home | undefined, above: readonly Home[]): WrittenElement[] {
  if (writing.options.mirrors !== true || home === undefined || above.includes(home)) return []
  return home.node.children.flatMap((child) => {
    const source = isRef(child.term) ? writing.homes.of(child.term) : undefined
    const id = isRef(child.term) ? source?.term.id : child.term.id
    if (id === undefined) return []
    const own: Home = source ?? { ...home, node: child, term: child.term as TermDoc }
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
