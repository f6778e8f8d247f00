/** What cannot be done with a row, and why, as far as that is known without asking the server. */
import type { TextKey } from '../../i18n/t.ts'
import { isWithin, pathTo, rootKey, type TreeModel, type TreeNode } from '../rows.ts'

export type RowAction =
  | 'addBelow'
  | 'rename'
  | 'delete'
  | 'move'
  | 'copy'
  | 'pin'
  | 'reuse'
  | 'merge'
  | 'deprecate'
  | 'order'

/** Undefined: it can be tried. */
export function whyNot(action: RowAction, node: TreeNode): TextKey | undefined {
  const isTerm = node.kind === 'term'
  if (node.isSystem && (node.kind === 'group' || action !== 'addBelow')) return 'tree.not.system'
  if (!isTerm && ['copy', 'pin', 'reuse', 'merge', 'deprecate', 'order'].includes(action)) return 'tree.not.onlyTerms'
  if (node.kind === 'group' && action === 'move') return 'tree.not.group'
  if (node.place === 'mirror' && action !== 'copy') return 'tree.not.mirror'
  if (node.place === 'pin' && action === 'addBelow') return 'tree.not.mirror'
  if (node.place !== 'home' && action === 'merge') return 'tree.not.shared'
  if (node.isDeprecated && (action === 'pin' || action === 'reuse')) return 'tree.not.deprecated'
  return undefined
}

/** Why the nodes cannot be dropped or pasted below the target. */
export function whyNotInto(model: TreeModel, nodes: readonly TreeNode[], target: TreeNode): TextKey | undefined {
  const areSets = nodes.every(({ kind }) => kind === 'set')
  if (areSets) return target.kind === 'group' && !target.isSystem ? undefined : 'tree.not.setsIntoGroups'
  if (target.kind === 'group') return 'tree.not.termsIntoGroups'
  if (target.isSystem) return 'tree.not.system'
  if (target.place === 'mirror' || target.place === 'pin') return 'tree.not.mirror'
  if (nodes.some(({ key }) => isWithin(model, target.key, key))) return 'tree.not.within'
  return nodes.map((node) => whyNot('move', node)).find((why) => why !== undefined)
}

export type NewKind = 'group' | 'set' | 'term'

/** The nearest place at or above a row that a new one can go to; undefined: there is none. */
export function placeForNew(model: TreeModel, kind: NewKind, key: string): string | undefined {
  if (kind === 'group') return rootKey
  const path = pathTo(model, key).reverse()
  if (kind === 'set') return path.find((node) => node.kind === 'group' && !node.isSystem)?.key
  return path.find((node) => node.kind !== 'group' && whyNot('addBelow', node) === undefined)?.key
}
