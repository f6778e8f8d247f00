/** Opens what is above a set or a term, so that its row is there. */
import { type RefObject, useEffect, useState } from 'react'
import { graph } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import type { GraphType, Page, TermSet } from '../../../data/types.ts'
import { largestPage, natural, setPath, termPath } from '../../api.ts'
import { findNode, keyOfGroup, keyOfParent, keyOfSet, keyOfTerm, pathTo, rootKey } from '../../rows.ts'
import type { TreeHandle } from '../active.ts'
import type { TreeStore } from '../store.ts'

/** More children than that are not searched through for a row. */
const mostRead = 50_000

async function loadUntil(store: TreeStore, parentKey: string, key: string): Promise<boolean> {
  await store.load(parentKey)
  for (;;) {
    const branch = store.get().branches.get(parentKey)
    if (branch === undefined) return false
    if (branch.items.some((item) => item.key === key)) return true
    if (branch.next === undefined || branch.items.length > mostRead) return false
    await store.load(parentKey, branch.items.length + largestPage)
  }
}

async function openPath(store: TreeStore, key: string): Promise<void> {
  for (const node of pathTo(store.get(), key).slice(0, -1)) if (!store.get().open.has(node.key)) store.open(node.key)
}

async function groupOf(setId: string): Promise<string | undefined> {
  const { parentGroup } = await ask(
    graph<TermSet>('GET', setPath(setId), { query: { $select: 'id', $expand: 'parentGroup($select=id)' } }),
  )
  return parentGroup?.id
}

async function revealSet(store: TreeStore, setId: string): Promise<boolean> {
  const key = keyOfSet(setId)
  await store.load(rootKey)
  if (findNode(store.get(), key) === undefined) {
    const groupId = await groupOf(setId)
    if (groupId === undefined || !(await loadUntil(store, keyOfGroup(groupId), key))) return false
  }
  await openPath(store, key)
  return true
}

/** Labels from the root of the set to the term; undefined: it is not there. */
async function labelsTo(setId: string, termId: string): Promise<readonly string[] | undefined> {
  const { items = [] } = await ask(
    graph<GraphType<'relata.searchResult'>>('POST', '/termStore/relata.search', {
      body: { text: termId, scopes: [{ set: setId }], includeDeprecated: true, top: 5 },
    }),
  )
  return items.find((item) => item.setId === setId)?.path
}

/** The child with that label; Graph has no request for the parent of a term. */
async function childIds(setId: string, parentId: string | undefined, label: string): Promise<string[]> {
  const place = parentId === undefined ? setPath(setId) : termPath(setId, parentId)
  const { value } = await ask(
    graph<Page<{ readonly id: string }>>('GET', `${place}/children`, {
      query: {
        $select: 'id',
        $filter: `labels/any(l:l/name eq '${label.replaceAll("'", "''")}' and l/isDefault eq true)`,
      },
      headers: natural,
    }),
  )
  return value.map(({ id }) => id)
}

async function idsTo(setId: string, termId: string): Promise<string[] | undefined> {
  const labels = await labelsTo(setId, termId)
  if (labels === undefined) return undefined
  let paths: string[][] = [[]]
  for (const [at, label] of labels.entries()) {
    if (at === labels.length - 1) break
    const deeper = await Promise.all(
      paths.map(async (path) => (await childIds(setId, path.at(-1), label)).map((id) => [...path, id])),
    )
    paths = deeper.flat()
  }
  return paths[0]
}

/** Whether the row is there now. Rejects with `Problem`. */
export async function reveal(store: TreeStore, setId: string, termId?: string): Promise<boolean> {
  const key = termId === undefined ? keyOfSet(setId) : keyOfTerm(setId, termId)
  if (findNode(store.get(), key) !== undefined) {
    await openPath(store, key)
    return true
  }
  if (!(await revealSet(store, setId))) return false
  if (termId === undefined) return true
  const ids = await idsTo(setId, termId)
  if (ids === undefined) return false
  let parentKey = keyOfSet(setId)
  for (const id of ids) {
    if (!(await loadUntil(store, parentKey, keyOfTerm(setId, id)))) return false
    parentKey = keyOfParent(setId, id)
  }
  if (!(await loadUntil(store, parentKey, key))) return false
  await openPath(store, key)
  return true
}

/** The same by the key of a row. Groups are there without it. */
export async function revealKey(store: TreeStore, key: string): Promise<boolean> {
  const [kind = '', id = ''] = key.split(':')
  if (kind === 'g') return true
  return kind === 's' ? reveal(store, id) : reveal(store, kind, id)
}

/** Shows the row of what the address names. The second clears the problem, if there was one. */
export function useRevealed(
  store: TreeStore,
  handle: RefObject<TreeHandle | null>,
  currentKey: string | undefined,
): readonly [unknown, () => void] {
  const [problem, setProblem] = useState<unknown>()
  useEffect(() => {
    setProblem(undefined)
    if (currentKey === undefined) return
    let isOld = false
    revealKey(store, currentKey).then(
      (isThere) => {
        if (isThere && !isOld && handle.current?.activeKey() !== currentKey) handle.current?.activate(currentKey)
      },
      (error: unknown) => !isOld && setProblem(error),
    )
    return () => {
      isOld = true
    }
  }, [currentKey, store, handle])
  return [problem, () => setProblem(undefined)]
}
