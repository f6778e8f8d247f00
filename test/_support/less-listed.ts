/**
 * A document without what a list of losses names, for round trips: what is read back from a file has to equal this, so a
 * loss that is not listed is found, and so is one that is listed and has not happened.
 */
import { indexDoc, naturalChildren } from '#exchange/doc/doc-index.ts'
import {
  type Doc,
  type GroupDoc,
  isRef,
  type Loss,
  type NodeDoc,
  type SetDoc,
  type TermDoc,
} from '#exchange/document.ts'

type Changeable<T> = { -readonly [K in keyof T]: T[K] }
type Members = Record<string, unknown>

interface Found {
  readonly groups: Changeable<GroupDoc>[]
  readonly sets: Changeable<SetDoc>[]
  readonly nodes: { node: Changeable<NodeDoc>; siblings: NodeDoc[]; parent: Changeable<SetDoc | NodeDoc> }[]
}

function allOf(doc: Doc): Found {
  const found: Found = { groups: [], sets: [], nodes: [] }
  const enter = (parent: Changeable<SetDoc | NodeDoc>): void => {
    for (const node of parent.children) {
      found.nodes.push({ node, siblings: parent.children as NodeDoc[], parent })
      enter(node)
    }
  }
  for (const group of doc.groups) {
    found.groups.push(group)
    for (const set of group.sets) {
      found.sets.push(set)
      enter(set)
    }
  }
  return found
}

function isNamed(loss: Loss, { id, at }: { id?: string | undefined; at: { path: string } }): boolean {
  return loss.id !== undefined ? loss.id === id : loss.path === at.path
}

function remove(list: unknown, value: string | undefined): void {
  const at = (list as string[]).indexOf(value ?? '')
  if (at < 0) throw new Error(`${value} is not there to be lost`)
  ;(list as string[]).splice(at, 1)
}

function removeKey(map: unknown, key: string | undefined): void {
  if (!Object.hasOwn((map ?? {}) as object, key ?? '')) throw new Error(`${key} is not there to be lost`)
  delete (map as Members)[key ?? '']
}

function loseOfGroup(loss: Loss, group: Changeable<GroupDoc>): void {
  const member = loss.what.slice('group.'.length)
  if (member === 'name') group.name = 'lost'
  else if (member === 'managers' || member === 'contributors') remove(group[member], loss.value)
  else removeKey(group, member)
}

function loseOfSet(loss: Loss, set: Changeable<SetDoc>): void {
  const member = loss.what.slice('set.'.length)
  if (member === 'names') removeKey(set.names, loss.languageTag)
  else if (member === 'stakeholders') remove(set.stakeholders, loss.value)
  else if (member === 'properties') removeKey(set.properties, loss.value?.split('=')[0])
  else removeKey(set, member)
}

function loseOfTerm(loss: Loss, term: Changeable<TermDoc>): void {
  const labels = (term.labels as Record<string, { default?: string; synonyms?: string[] }>)[loss.languageTag ?? '']
  if (loss.what === 'labels.default') removeKey(labels, 'default')
  else if (loss.what === 'labels.synonym') remove(labels?.synonyms, loss.value)
  else if (loss.what === 'descriptions') removeKey(term.descriptions, loss.languageTag)
  else if (loss.what === 'properties') removeKey(term.properties, loss.value?.split('=')[0])
  else if (loss.what === 'mergedTermIds') remove(term.mergedTermIds, loss.value)
  else removeKey(term, loss.what)
}

/** Without these the document reads back as it is: they concern other tools. */
const ofOthers = new Set(['pnp-nested', 'pnp-pin', 'pnp-branch'])

export function less(given: Doc, losses: readonly Loss[]): Doc {
  const doc = structuredClone(given) as Doc
  const { groups, sets, nodes } = allOf(doc)
  const whole = new Set<Changeable<SetDoc | NodeDoc>>()
  // Ids last, as the others are found by them.
  for (const loss of losses.toSorted((one, other) => Number(one.what === 'id') - Number(other.what === 'id'))) {
    if (ofOthers.has(loss.what)) continue
    const places = nodes.filter(({ node }) => node.at.path === loss.path)
    const ids = [...groups, ...sets, ...nodes.flatMap(({ node }) => (isRef(node.term) ? [] : [node.term]))]
    if (loss.what.startsWith('group.')) {
      const group = groups.find((one) => isNamed(loss, one))
      if (group === undefined) throw new Error(`no group for ${JSON.stringify(loss)}`)
      loseOfGroup(loss, group)
    } else if (loss.what.startsWith('set.')) {
      const set = sets.find((one) => isNamed(loss, one))
      if (set === undefined) throw new Error(`no set for ${JSON.stringify(loss)}`)
      loseOfSet(loss, set)
    } else if (loss.what === 'id') {
      const owner = ids.find(({ id }) => id === loss.value)
      removeKey(owner, 'id')
    } else if (loss.what === 'order-partial') {
      for (const { parent } of places) whole.add(parent)
    } else if (loss.what === 'place') {
      for (const { node, siblings } of places) if (isRef(node.term)) siblings.splice(siblings.indexOf(node), 1)
    } else {
      const home = nodes.find(({ node }) => !isRef(node.term) && isNamed(loss, { id: node.term.id, at: node.at }))
      if (home === undefined) throw new Error(`no term for ${JSON.stringify(loss)}`)
      loseOfTerm(loss, home.node.term as TermDoc)
    }
  }
  const index = indexDoc(given)
  for (const parent of whole) {
    parent.children = naturalChildren(parent, index, given.defaultLanguageTag ?? '')
    parent.order = parent.children.length
  }
  return doc
}
