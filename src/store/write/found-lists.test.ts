import { expect, it } from 'vitest'
import { notNull } from '#edm/query.ts'
import { type FoundBy, FoundLists } from './found-lists.ts'

const comparable: FoundBy['comparable'] = (_, value) =>
  typeof value === 'string' ? value.toLowerCase() : ((value ?? null) as null)

const by = (alternatives: readonly object[], more: Partial<FoundBy> = {}): FoundBy => ({
  alternatives,
  comparable,
  gives: 'ids',
  ...more,
})

/** The lists that are left, of those found by these values. */
const leftOf = (lists: Readonly<Record<string, FoundBy>>, work: (found: FoundLists) => void): string[] => {
  const cached = new Map(Object.keys(lists).map((key) => [key, key]))
  const found = new FoundLists(cached)
  for (const [key, one] of Object.entries(lists)) found.add(key, one)
  work(found)
  return [...cached.keys()]
}

it('drops the lists that a new row is part of, as the database compares values', () => {
  const lists = {
    same: by([{ set: 's', name: 'A' }]),
    other: by([{ set: 't', name: 'a' }]),
    either: by([{ set: 't' }, { set: 's', name: 'a' }]),
    root: by([{ parent: null }]),
    below: by([{ parent: notNull }]),
    never: by([{ set: 's', parent: notNull }]),
  }
  const row = { id: '1', set: 's', name: 'a', parent: null }
  expect(leftOf(lists, (found) => found.rowAdded(row))).toEqual(['other', 'below', 'never'])
  expect(leftOf(lists, (found) => found.rowAdded({ ...row, parent: 'p' }))).toEqual(['other', 'root'])
})

it('drops the lists found by an element of a new row', () => {
  const element = (name: string) => by([{ name, isDefault: 1 }], { prop: 'labels' })
  const row = {
    id: '1',
    labels: [
      { name: 'One', isDefault: 1 },
      { name: 'Two', isDefault: 0 },
    ],
  }
  const lists = { one: element('one'), two: element('two') }
  expect(leftOf(lists, (found) => found.rowAdded(row))).toEqual(['two'])
})

it('drops, where a row is changed, the lists found by what changes, and those of rows', () => {
  const lists = {
    named: by([{ name: 'a' }]),
    labelled: by([{ name: 'a' }], { prop: 'labels' }),
    rows: by([{ set: 's' }], { gives: 'rows' }),
    ids: by([{ set: 's' }]),
  }
  const changing = (keys: object | undefined) => (found: FoundLists) => void found.rowChanged(keys)
  expect(leftOf(lists, changing({ name: 'b' }))).toEqual(['labelled', 'ids'])
  expect(leftOf(lists, changing({ labels: [] }))).toEqual(['named', 'ids'])
  expect(leftOf(lists, changing(undefined))).toEqual([])
})

it('tells whether a change may change which rows are found, also by lists that are gone', () => {
  const found = new FoundLists(new Map())
  found.add('key', by([{ name: 'a' }]))
  found.rowAdded({ id: '1', name: 'a' })
  expect([found.rowChanged({ count: 1 }), found.rowChanged({ name: 'b' })]).toEqual([false, true])
})
