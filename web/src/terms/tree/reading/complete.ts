/** Reads what the list of a whole set has not: all labels, relations, uses elsewhere and problems of its terms. */
import { ask } from '../../../data/send.ts'
import { someTermsPlan, termNode } from '../../api.ts'
import { patchNodes, type TreeNode } from '../../rows.ts'
import type { TreeStore } from '../store.ts'

/** An address has to hold their ids. */
const mostAtOnce = 50

const running = new Map<string, Promise<void>>()

async function read(store: TreeStore, setId: string, nodes: readonly TreeNode[]): Promise<void> {
  try {
    const { value } = await ask(
      someTermsPlan(
        setId,
        nodes.map(({ id }) => id),
      ),
    )
    const whole = new Map(value.map((term) => [term.id ?? '', termNode(term, setId)]))
    store.change((now) =>
      patchNodes(
        now,
        (node) => node.isBare === true && node.setId === setId && whole.has(node.id),
        (node) => whole.get(node.id) ?? node,
      ),
    )
  } finally {
    for (const { key } of nodes) running.delete(key)
  }
}

/** Of those that are bare. Rejects with `Problem`. */
export async function completeNodes(store: TreeStore, nodes: readonly TreeNode[]): Promise<void> {
  const bare = nodes.filter(({ isBare }) => isBare === true)
  const bySet = new Map<string, TreeNode[]>()
  for (const node of bare) if (!running.has(node.key)) bySet.set(node.setId, [...(bySet.get(node.setId) ?? []), node])
  for (const [setId, ofSet] of bySet)
    for (let at = 0; at < ofSet.length; at += mostAtOnce) {
      const part = ofSet.slice(at, at + mostAtOnce)
      const run = read(store, setId, part)
      for (const { key } of part) running.set(key, run)
    }
  await Promise.all(bare.flatMap(({ key }) => running.get(key) ?? []))
}
