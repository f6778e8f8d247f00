/**
 * What no format holds but our own JSON: system groups with their sets, and keywords. A term whose home goes with them
 * gets its first other place as home (exchange.md §5.4).
 */
import { type Doc, isRef, type NodeDoc, type TermDoc } from '../document.ts'
import { type Home, homesOf, labelOf } from './homes.ts'
import type { LossList } from './losses.ts'

export function withoutSystem(doc: Doc, losses: LossList): Doc {
  const language = doc.defaultLanguageTag
  const homes = homesOf(doc)
  const gone = new Map<TermDoc, Home>()
  for (const home of homes.all()) {
    if (home.group.scope === 'system' || home.term.isKeyword === true) gone.set(home.term, home)
  }
  const moved = new Set<TermDoc>()
  const kept = (nodes: readonly NodeDoc[]): NodeDoc[] =>
    nodes.flatMap((node) => {
      if (!isRef(node.term)) return gone.has(node.term) ? [] : [{ ...node, children: kept(node.children) }]
      const home = homes.of(node.term)
      if (home === undefined || home.term.isKeyword === true || !gone.has(home.term) || moved.has(home.term)) {
        return [{ ...node, children: kept(node.children) }]
      }
      moved.add(home.term)
      losses.add('orphan-as-home', { ...idOf(home.term), path: node.at.path, value: labelOf(home.term, language) })
      return [{ ...node, kind: 'home' as const, term: home.term, children: kept(node.children) }]
    })
  const groups = doc.groups
    .filter(({ scope }) => scope !== 'system')
    .map((group) => ({ ...group, sets: group.sets.map((set) => ({ ...set, children: kept(set.children) })) }))
  for (const group of doc.groups)
    if (group.scope === 'system') losses.add('group.system', { ...idOf(group), path: group.name })
  for (const [term, home] of gone) {
    if (home.group.scope === 'system' || moved.has(term)) continue
    losses.add('keyword', { ...idOf(term), path: home.node.at.path, value: labelOf(term, language) })
  }
  return { ...doc, groups }
}

/** The id as a loss names it. */
export function idOf({ id }: { readonly id?: string | undefined }): { id?: string } {
  return id === undefined ? {} : { id }
}
