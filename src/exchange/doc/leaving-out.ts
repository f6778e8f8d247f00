/**
 * What no format holds but our own JSON: system groups with their sets, and keywords. A term whose home goes with them
 * gets its first other place as home (exchange.md §5.4).
 */

import { type Doc, isRef, type NodeDoc, type TermDoc } from '../document.ts'
import { indexDoc, shownLabel } from './doc-index.ts'
import type { Losses } from './losses.ts'

export function withoutSystem(doc: Doc, losses: Losses): Doc {
  const index = indexDoc(doc)
  const gone = new Set<TermDoc>()
  const moved = new Set<TermDoc>()
  const enter = ({ term, children }: NodeDoc, isSystem: boolean): void => {
    if (!isRef(term) && (isSystem || term.isKeyword === true)) gone.add(term)
    for (const child of children) enter(child, isSystem)
  }
  for (const { scope, sets } of doc.groups)
    for (const { children } of sets) for (const node of children) enter(node, scope === 'system')

  const kept = (node: NodeDoc): NodeDoc[] => {
    const term = index.termOf(node)
    const children = node.children.flatMap(kept)
    if (term === undefined || !gone.has(term)) return [{ ...node, children }]
    const detail = { ...idOf(term), path: node.at.path, value: shownLabel(term, doc.defaultLanguageTag) ?? '' }
    if (!isRef(node.term)) losses.add('keyword', detail)
    if (!isRef(node.term) || term.isKeyword === true) return []
    if (moved.has(term)) return [{ ...node, children }]
    moved.add(term)
    losses.add('orphan-as-home', detail)
    return [{ ...node, kind: 'home', term, children }]
  }
  return {
    ...doc,
    groups: doc.groups.flatMap((group) => {
      if (group.scope !== 'system')
        return [{ ...group, sets: group.sets.map((set) => ({ ...set, children: set.children.flatMap(kept) })) }]
      losses.add('group.system', { ...idOf(group), path: group.name })
      return []
    }),
  }
}

/** The id as a loss names it. */
export function idOf({ id }: { readonly id?: string | undefined }): { id?: string } {
  return id === undefined ? {} : { id }
}
