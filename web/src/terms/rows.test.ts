import { describe, expect, it } from 'vitest'
import {
  type Branch,
  emptyTree,
  findNode,
  insertNode,
  isWithin,
  keyAfterRemoval,
  keyOfGroup,
  keyOfSet,
  keyOfTerm,
  labelIn,
  parseLines,
  patchNodes,
  pathTo,
  putBranch,
  putRead,
  removeNode,
  rootKey,
  rowsOf,
  type TreeModel,
  type TreeNode,
} from './rows.ts'

function node(key: string, more: Partial<TreeNode> = {}): TreeNode {
  return {
    key,
    kind: 'term',
    id: key.split(':').at(-1) ?? '',
    setId: 'S',
    labels: [{ name: key, languageTag: 'en-US', isDefault: true }],
    children: 0,
    place: 'home',
    relationId: undefined,
    homeSetId: 'S',
    isDeprecated: false,
    isAvailable: true,
    usesElsewhere: 0,
    problems: 0,
    isOrdered: false,
    isSystem: false,
    isOpenSet: false,
    isSite: false,
    ...more,
  }
}

const branch = (items: readonly TreeNode[], total = items.length): Branch => ({
  items,
  total,
  next: undefined,
  failure: undefined,
  isReading: false,
})

const group = node(keyOfGroup('G'), { kind: 'group', children: 1 })
const set = node(keyOfSet('S'), { kind: 'set', children: 5 })
const terms = ['A', 'B', 'C'].map((id) => node(keyOfTerm('S', id), { children: id === 'B' ? 1 : 0 }))
const below = node(keyOfTerm('S', 'B1'))

const model: TreeModel = {
  ...emptyTree,
  open: new Set([group.key, set.key]),
  branches: new Map([
    [rootKey, branch([group])],
    [group.key, branch([set])],
    [set.key, branch(terms, 5)],
    ['S:B', branch([below])],
  ]),
}
const all = { showsDeprecated: true }
const keys = (of: TreeModel, options = all): string[] => rowsOf(of, options).map(({ key }) => key)

describe('the rows of the tree', () => {
  it('are those of what is open, with level, position, and the size that is still to be read', () => {
    const rows = rowsOf(model, all)
    expect(rows.map(({ what }) => what)).toEqual(['node', 'node', 'node', 'node', 'node', 'waiting', 'waiting'])
    expect(rows[3]).toMatchObject({ key: 'S:B', level: 3, pos: 2, size: 5, isOpen: false })
    expect(rows[6]).toMatchObject({ what: 'waiting', index: 4, pos: 5, size: 5, parentKey: set.key })
  })

  it('say of a page that failed that it did, once', () => {
    const failed = putBranch(model, set.key, { failure: new Error('no') })
    expect(rowsOf(failed, all).filter(({ what }) => what === 'failed')).toHaveLength(1)
    expect(rowsOf(failed, all).some(({ what }) => what === 'waiting')).toBe(false)
  })

  it('leave deprecated terms out where that is chosen, and do not count them', () => {
    const changed = patchNodes(
      model,
      ({ key }) => key === 'S:A',
      (one) => ({ ...one, isDeprecated: true }),
    )
    const rows = rowsOf(changed, { showsDeprecated: false })
    expect(rows.map(({ key }) => key)).not.toContain('S:A')
    expect(rows.find(({ key }) => key === 'S:B')).toMatchObject({ pos: 1, size: 4 })
  })

  it('have a draft as the first child, and behind a sibling with all that is below it', () => {
    const opened = { ...model, open: new Set([...model.open, 'S:B']) }
    expect(keys({ ...opened, draft: { id: 'D', parentKey: set.key, after: undefined } })[2]).toBe('draft')
    expect(keys({ ...opened, draft: { id: 'D', parentKey: set.key, after: 'S:B' } }).slice(3, 6)).toEqual([
      'S:B',
      'S:B1',
      'draft',
    ])
  })

  it('have a draft below a term that has no children yet', () => {
    const open = new Set([...model.open, 'S:C'])
    const rows = rowsOf({ ...model, open, draft: { id: 'D', parentKey: 'S:C', after: undefined } }, all)
    expect(rows.find(({ what }) => what === 'draft')).toMatchObject({ level: 4, pos: 1, size: 1 })
  })

  it('are there once, whatever the lists say', () => {
    const twice = putBranch(model, keyOfSet('S'), { items: [...terms, terms[0] as TreeNode] })
    const keys = rowsOf(twice, { showsDeprecated: true }).map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('are 30,000 in a few milliseconds', () => {
    const many = Array.from({ length: 30_000 }, (_, at) => node(`S:${at}`))
    const large = putBranch(model, set.key, { items: many, total: 30_000 })
    expect(rowsOf(large, all)).toHaveLength(30_002)
  })
})

describe('changes of the tree', () => {
  it('put a node behind a sibling and count it', () => {
    const next = insertNode(model, set.key, node('S:N'), 'S:A')
    expect(next.branches.get(set.key)?.items.map(({ id }) => id)).toEqual(['A', 'N', 'B', 'C'])
    expect(next.branches.get(set.key)?.total).toBe(6)
    expect(findNode(next, set.key)?.node.children).toBe(6)
  })

  it('count a node below a parent that is not read', () => {
    expect(findNode(insertNode(model, 'S:A', node('S:N'), undefined), 'S:A')?.node.children).toBe(1)
  })

  it('take a node out, and say where the focus goes then', () => {
    expect(keyAfterRemoval(model, 'S:A')).toBe('S:B')
    expect(keyAfterRemoval(model, 'S:C')).toBe('S:B')
    expect(keyAfterRemoval(model, 'S:B1')).toBe('S:B')
    expect(keyAfterRemoval(model, 'S:A', new Set(['S:B']))).toBe('S:C')
    const next = removeNode(model, 'S:B1')
    expect(findNode(next, 'S:B')?.node.children).toBe(0)
  })

  it('take a node that is read at another place away from where it was', () => {
    const [a, , c] = terms as [TreeNode, TreeNode, TreeNode]
    const moved = putRead(model, keyOfTerm('S', 'B'), { items: [below, a], total: 2 })
    expect(moved.branches.get(set.key)?.items.map(({ key }) => key)).toEqual(['S:B', c.key])
    expect(moved.branches.get(keyOfTerm('S', 'B'))?.items).toHaveLength(2)
    expect(new Set(rowsOf(moved, { showsDeprecated: true }).map(({ key }) => key)).size).toBe(
      rowsOf(moved, { showsDeprecated: true }).length,
    )
  })

  it('know the way to a node, and what is within what', () => {
    expect(pathTo(model, 'S:B1').map(({ key }) => key)).toEqual([group.key, set.key, 'S:B', 'S:B1'])
    expect(isWithin(model, 'S:B1', 'S:B')).toBe(true)
    expect(isWithin(model, 'S:B', 'S:B1')).toBe(false)
  })
})

describe('labels', () => {
  const labelled = {
    labels: [
      { name: 'Basil', languageTag: 'en-US', isDefault: true },
      { name: 'Sweet basil', languageTag: 'en-US', isDefault: false },
      { name: 'Basilikum', languageTag: 'de-DE', isDefault: true },
    ],
  }
  it('are in the language that is wanted, else in that of the store', () => {
    expect(labelIn(labelled, 'de-DE', 'en-US').name).toBe('Basilikum')
    expect(labelIn(labelled, 'fr-FR', 'en-US').name).toBe('Basil')
    expect(labelIn({ labels: [] }, 'fr-FR', 'en-US').name).toBe('')
  })
})

describe('pasted lists', () => {
  it('become a tree by their indents', () => {
    expect(parseLines('Herbs\n  Basil\n    Thai\n  Dill\n\nSpices\n\tPepper')).toEqual([
      { text: 'Herbs', depth: 0 },
      { text: 'Basil', depth: 1 },
      { text: 'Thai', depth: 2 },
      { text: 'Dill', depth: 1 },
      { text: 'Spices', depth: 0 },
      { text: 'Pepper', depth: 1 },
    ])
  })
  it('lose the marks of list items', () => {
    expect(parseLines('- One\n  * Two').map(({ text }) => text)).toEqual(['One', 'Two'])
  })
})
