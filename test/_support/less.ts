/**
 * A document less exactly what a list of losses says, for tests of round trips: what a writer lists and the file holds
 * all the same is as wrong as what it leaves out in silence.
 */
import { indexDoc, naturalChildren, shownName } from '#exchange/doc/doc-index.ts'
import type { LossName } from '#exchange/doc/losses.ts'
import {
  type Doc,
  type GroupDoc,
  isRef,
  type LabelsDoc,
  type Loss,
  type NodeDoc,
  type Properties,
  type SetDoc,
  type TermDoc,
} from '#exchange/document.ts'

export interface LessOptions {
  readonly losses: readonly Loss[]
  /** Of the paths in the losses. */
  readonly tag: string
  /** Kinds of places are guessed from the order of the file, as formats of paths with ids do. */
  readonly guessesKinds?: boolean
  /** Without ids every place is a term of its own. */
  readonly ids?: boolean
  /** Rows of mirrors say whether their terms are available. Default true. */
  readonly availability?: boolean
}

/** A loss as text, so that each is used up by one thing that is lost. */
function keyOf(what: string, record: string, value?: string, languageTag?: string): string {
  return JSON.stringify([what, record, languageTag, value])
}

/** The record of a loss; siblings may be shown with one label, so the id belongs to it. */
function recordKey(id: string | undefined, path: string | undefined): string {
  return `${id ?? ''} ${path ?? ''}`
}

function keyOfLoss({ what, id, path, languageTag, value }: Loss): string {
  return keyOf(what, recordKey(id, path), value, languageTag)
}

function idless<T extends { readonly id?: string }>(record: T): T {
  const { id: _, ...rest } = record
  return rest as T
}

export interface Less {
  readonly doc: Doc
  /** Losses that name nothing of the document. */
  readonly unused: readonly Loss[]
}

export function lessLosses(doc: Doc, options: LessOptions): Less {
  const { tag, ids = true } = options
  const index = indexDoc(doc)
  const left = new Set(options.losses.map(keyOfLoss))
  const seen = new Set<string>()

  const used = new Set<string>()
  /** `path`: the key of the record. */
  function isLost(what: LossName, path: string, value?: string, languageTag?: string): boolean {
    const key = keyOf(what, path, value, languageTag)
    if (left.has(key)) used.add(key)
    return left.has(key)
  }
  function shownAs(path: string): Loss | undefined {
    const found = options.losses.find((loss) => loss.what === 'labels.shown' && recordKey(loss.id, loss.path) === path)
    if (found !== undefined) used.add(keyOfLoss(found))
    return found
  }

  function properties(what: LossName, path: string, all: Properties = {}): Properties {
    return Object.fromEntries(Object.entries(all).filter(([key, value]) => !isLost(what, path, `${key}=${value}`)))
  }
  function texts(what: LossName, path: string, all: Readonly<Record<string, string>> = {}) {
    return Object.fromEntries(Object.entries(all).filter(([own, value]) => !isLost(what, path, value, own)))
  }
  function without<T extends object>(
    record: T,
    members: readonly (keyof T & LossName)[],
    path: string,
    values = true,
  ): T {
    const kept: T = { ...record }
    for (const member of members) {
      const value = record[member]
      const text = values && typeof value === 'string' ? value : undefined
      if (value !== undefined && isLost(member, path, text)) delete kept[member]
    }
    return kept
  }

  function labels(term: TermDoc, path: string): Record<string, LabelsDoc> {
    const kept: Record<string, LabelsDoc> = {}
    for (const [own, label] of Object.entries(term.labels)) {
      const name = isLost('labels.default', path, label.default, own) ? undefined : label.default
      const synonyms = (label.synonyms ?? []).filter((synonym) => !isLost('labels.synonym', path, synonym, own))
      if (name !== undefined || synonyms.length > 0)
        kept[own] = { ...(name === undefined ? {} : { default: name }), synonyms }
    }
    const shown = shownAs(path)
    if (shown?.languageTag !== undefined)
      kept[shown.languageTag] = { ...kept[shown.languageTag], default: shown.value ?? '' }
    return kept
  }

  const terms = new Map<TermDoc, TermDoc>()
  function term(full: TermDoc, path: string): TermDoc {
    const descriptions = texts('descriptions', path, full.descriptions)
    for (const [own, value] of Object.entries(descriptions))
      if (isLost('descriptions.lines', path, value, own)) descriptions[own] = value.replaceAll(/\r\n|\n|\r/g, ' ')
    const kept = without(full, ['isDeprecated', 'replacedBy', 'owner', 'created', 'modified', 'uri', 'isKeyword'], path)
    const lost = {
      ...kept,
      labels: labels(full, path),
      descriptions,
      properties: properties('properties', path, full.properties),
      mergedTermIds: (full.mergedTermIds ?? []).filter((id) => !isLost('mergedTermIds', path, id)),
    }
    return isLost('id', path) || !ids ? idless(lost) : lost
  }

  function place(node: NodeDoc, path: string): NodeDoc[] {
    const ownPath = `${path}/${index.nameOf(node, tag) ?? ''}`
    const own = recordKey(index.termOf(node)?.id, ownPath)
    if (isLost('term', own)) {
      for (const child of node.children) place(child, ownPath)
      return []
    }
    const local = {
      ...without(node, ['order', 'isAvailableForTagging'], own),
      localProperties: properties('localProperties', own, node.localProperties),
    }
    if (!isRef(node.term)) {
      const at = terms.get(node.term) ?? term(node.term, own)
      terms.set(node.term, at)
      return [{ ...local, term: at, children: node.children.flatMap((child) => place(child, ownPath)) }]
    }
    const home = index.find(node.term)
    if (node.kind === 'pin' && isLost('kind.pin', own) && home !== undefined)
      return [{ ...local, kind: 'reuse', children: home.node.children.flatMap((child) => mirrored(child)) }]
    if (node.kind === 'reuse') isLost('kind.reuse', own)
    return [{ ...local, children: node.children.flatMap((child) => place(child, ownPath)) }]
  }

  /** What a pin shows, as rows of their own: only what its own rows hold. */
  function mirrored(node: NodeDoc): NodeDoc[] {
    const source = isRef(node.term) ? index.find(node.term)?.node : node
    const shown = node.kind === 'pin' ? source : node
    const id = isRef(node.term) ? node.term : { id: node.term.id ?? '' }
    const { order: _, localProperties: __, isAvailableForTagging, ...others } = node
    const isSaid = options.availability !== false && isAvailableForTagging !== undefined
    const rest = isSaid ? { ...others, isAvailableForTagging } : others
    return [{ ...rest, kind: 'reuse', term: id, children: (shown?.children ?? []).flatMap((child) => mirrored(child)) }]
  }

  function settled(node: NodeDoc): NodeDoc {
    const children = naturalChildren(node, index, tag).map(settled)
    if (options.guessesKinds !== true) return { ...node, children: node.children.map(settled) }
    const full = isRef(node.term) ? index.find(node.term)?.term : node.term
    const kept = (full === undefined ? undefined : terms.get(full)) ?? (node.term as TermDoc)
    const isFirst = !ids || kept.id === undefined || !seen.has(kept.id)
    if (kept.id !== undefined) seen.add(kept.id)
    return { ...node, kind: isFirst ? 'home' : 'reuse', term: isFirst ? kept : { id: kept.id as string }, children }
  }

  function set(full: SetDoc, group: string): SetDoc {
    const setPath = [group, shownName(full, tag)].filter((part) => part !== '').join('/')
    const path = recordKey(full.id, setPath)
    const names = texts('set.names', path, full.names)
    const shown = shownAs(path)
    if (shown?.languageTag !== undefined) names[shown.languageTag] = shown.value ?? ''
    const lose = <K extends keyof SetDoc>(member: K, what: LossName): Partial<SetDoc> =>
      isLost(what, path, typeof full[member] === 'string' ? (full[member] as string) : undefined)
        ? {}
        : { [member]: full[member] }
    const { id, uri, names: _, properties: __, order, children, at, complete } = full
    const description = full.description ?? ''
    const isOnOneLine = isLost('descriptions.lines', path, description)
    return {
      ...{ at, complete, names },
      ...(isLost('id', path) || !ids || id === undefined ? {} : { id }),
      ...(uri === undefined || isLost('set.uri', path, uri) ? {} : { uri }),
      ...lose('description', 'set.description'),
      ...(isOnOneLine ? { description: description.replaceAll(/\r\n|\n|\r/g, ' ') } : {}),
      ...lose('isOpen', 'set.isOpen'),
      ...lose('isAvailableForTagging', 'set.isAvailableForTagging'),
      ...lose('owner', 'set.owner'),
      ...lose('contact', 'set.contact'),
      stakeholders: (full.stakeholders ?? []).filter((one) => !isLost('set.stakeholders', path, one)),
      properties: properties('set.properties', path, full.properties),
      ...(order === undefined || isLost('order', path) ? {} : { order }),
      children: children.flatMap((node) => place(node, setPath)),
    }
  }

  function group(full: GroupDoc): GroupDoc {
    const path = recordKey(full.id, full.name)
    const held = full.sets.filter((one) => !isLost('set', recordKey(one.id, `${full.name}/${shownName(one, tag)}`)))
    const sets = held.map((one) => set(one, full.name))
    if (isLost('group', path)) return { at: full.at, name: '', complete: false, sets }
    const lose = (member: keyof GroupDoc, what: LossName): Partial<GroupDoc> =>
      isLost(what, path, full[member] as string | undefined) ? {} : { [member]: full[member] }
    return {
      ...{ at: full.at, name: full.name, complete: false, sets },
      ...(isLost('id', path) || full.id === undefined ? {} : { id: full.id }),
      ...lose('description', 'group.description'),
      ...lose('scope', 'group.scope'),
      ...lose('siteId', 'group.siteId'),
      managers: (full.managers ?? []).filter((one) => !isLost('group.managers', path, one)),
      contributors: (full.contributors ?? []).filter((one) => !isLost('group.contributors', path, one)),
    }
  }

  const groups = doc.groups.map(group)
  const nameless = groups.filter(({ name }) => name === '')
  const merged =
    nameless.length === 0 ? groups : [{ ...(nameless[0] as GroupDoc), sets: nameless.flatMap(({ sets }) => sets) }]
  const kept = merged.map((one) => ({
    ...one,
    sets: one.sets.map((own) => ({
      ...own,
      children: (options.guessesKinds ? naturalChildren(own, index, tag) : own.children).map(settled),
    })),
  }))
  const unused = options.losses.filter((loss) => !used.has(keyOfLoss(loss)))
  return {
    doc: {
      defaultLanguageTag: tag,
      groups: kept.filter(({ name, sets }) => name !== '' || sets.length > 0),
      faults: [],
    },
    unused,
  }
}
