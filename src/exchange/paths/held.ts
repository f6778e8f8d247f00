/** What a format holds of a document, as data (exchange.md §8), and the losses that follow from it. */

import type { Losses, LossName } from '../doc/losses.ts'
import type { GroupDoc, LabelsDoc, NodeDoc, Properties, SetDoc, TermDoc } from '../document.ts'

export interface Held {
  readonly groups: 'none' | 'name'
  readonly ids: boolean
  /** The language whose labels, names and descriptions it holds; absent: all. */
  readonly languageTag?: string
  readonly synonyms: boolean
  readonly descriptions: boolean
  readonly setDescription: boolean
  /** Of terms and of sets. */
  readonly properties: boolean
  readonly localProperties: boolean
  readonly order: boolean
  readonly isAvailableForTagging: boolean
  /** Open, available, owner, contact, stakeholders. */
  readonly setMembers: boolean
  /** Deprecated, its successor, merged ids and the owner of a term. */
  readonly termMembers: boolean
}

interface Record {
  readonly id?: string | undefined
  readonly path: string
}

function loseIf(losses: Losses, isLost: boolean, what: LossName, { id, path }: Record, value?: string): void {
  if (isLost) losses.add(what, { ...(id === undefined ? {} : { id }), path, ...(value === undefined ? {} : { value }) })
}

function loseProperties(losses: Losses, what: LossName, record: Record, properties: Properties | undefined): void {
  for (const [key, value] of Object.entries(properties ?? {})) loseIf(losses, true, what, record, `${key}=${value}`)
}

/** Texts by language that the file does not hold. */
function loseTexts(
  losses: Losses,
  what: LossName,
  { id, path }: Record,
  texts: Readonly<{ [tag: string]: string }> | undefined,
  kept: (tag: string) => boolean,
): void {
  for (const [languageTag, value] of Object.entries(texts ?? {}))
    if (value !== '' && !kept(languageTag))
      losses.add(what, { ...(id === undefined ? {} : { id }), path, languageTag, value })
}

function isHeldLanguage({ languageTag }: Held, tag: string): boolean {
  return languageTag === undefined || languageTag === tag
}

/** A group that a format leaves out is one loss, whatever it holds; its sets are records of their own. */
export function loseOfGroup(group: GroupDoc, held: Held, losses: Losses): void {
  const record = { id: group.id, path: group.name }
  if (held.groups === 'none') {
    losses.add('group', { ...(group.id === undefined ? {} : { id: group.id }), path: group.name })
    return
  }
  loseIf(losses, !held.ids && group.id !== undefined, 'id', record)
  loseIf(losses, Boolean(group.description), 'group.description', record, group.description)
  loseIf(losses, group.scope !== undefined && group.scope !== 'global', 'group.scope', record, group.scope)
  loseIf(losses, group.siteId !== undefined, 'group.siteId', record, group.siteId)
  for (const one of group.managers ?? []) loseIf(losses, true, 'group.managers', record, one)
  for (const one of group.contributors ?? []) loseIf(losses, true, 'group.contributors', record, one)
}

export function loseOfSet(set: SetDoc, path: string, held: Held, losses: Losses): void {
  const record = { id: set.id, path }
  loseIf(losses, !held.ids && set.id !== undefined, 'id', record)
  loseIf(losses, !held.properties && set.uri !== undefined, 'set.uri', record, set.uri)
  loseTexts(losses, 'set.names', record, set.names, (tag) => isHeldLanguage(held, tag))
  loseIf(losses, !held.setDescription && Boolean(set.description), 'set.description', record, set.description)
  if (!held.properties) loseProperties(losses, 'set.properties', record, set.properties)
  if (!held.setMembers) {
    loseIf(losses, set.isOpen === true, 'set.isOpen', record)
    loseIf(losses, set.isAvailableForTagging === false, 'set.isAvailableForTagging', record)
    loseIf(losses, Boolean(set.owner), 'set.owner', record, set.owner ?? '')
    loseIf(losses, Boolean(set.contact), 'set.contact', record, set.contact ?? '')
    for (const one of set.stakeholders ?? []) loseIf(losses, true, 'set.stakeholders', record, one)
  }
  loseIf(losses, !held.order && (set.order ?? 0) > 0, 'order', record)
}

function loseLabels(losses: Losses, record: Record, labels: Readonly<{ [tag: string]: LabelsDoc }>, held: Held): void {
  const defaults = Object.fromEntries(Object.entries(labels).map(([tag, label]) => [tag, label.default ?? '']))
  loseTexts(losses, 'labels.default', record, defaults, (tag) => isHeldLanguage(held, tag))
  for (const [tag, { synonyms = [] }] of Object.entries(labels))
    for (const synonym of held.synonyms && isHeldLanguage(held, tag) ? [] : synonyms)
      loseTexts(losses, 'labels.synonym', record, { [tag]: synonym }, () => false)
}

/** What is lost of the term itself, once, where it is at home. */
export function loseOfTerm(term: TermDoc, path: string, held: Held, losses: Losses): void {
  const record = { id: term.id, path }
  loseIf(losses, !held.ids && term.id !== undefined, 'id', record)
  loseLabels(losses, record, term.labels, held)
  loseTexts(
    ...([losses, 'descriptions', record, term.descriptions] as const),
    (tag) => held.descriptions && isHeldLanguage(held, tag),
  )
  if (!held.properties) {
    loseIf(losses, term.uri !== undefined, 'uri', record, term.uri)
    loseProperties(losses, 'properties', record, term.properties)
  }
  if (!held.termMembers) {
    loseIf(losses, term.isDeprecated === true, 'isDeprecated', record)
    loseIf(losses, Boolean(term.replacedBy), 'replacedBy', record)
    for (const id of term.mergedTermIds ?? []) loseIf(losses, true, 'mergedTermIds', record, id)
    loseIf(losses, Boolean(term.owner), 'owner', record, term.owner ?? '')
  }
  loseIf(losses, term.isKeyword === true, 'isKeyword', record)
  loseIf(losses, term.created !== undefined, 'created', record, term.created)
  loseIf(losses, term.modified !== undefined, 'modified', record, term.modified)
}

/** What is lost of a place. `id`: of the term there. */
export function loseOfPlace(node: NodeDoc, record: Record, held: Held, losses: Losses): void {
  if (!held.localProperties) loseProperties(losses, 'localProperties', record, node.localProperties)
  loseIf(losses, !held.isAvailableForTagging && node.isAvailableForTagging === false, 'isAvailableForTagging', record)
  loseIf(losses, !held.order && (node.order ?? 0) > 0, 'order', record)
}
