/** The page of conformance says what the tests show: every item of it is a test, every test an item. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { items, levels } from '../../scripts/conformance-items.js'
import { conformancePage } from '../../scripts/conformance-page.js'

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const files = ['minimal', 'writing', 'query', 'select', 'advanced', 'delta'].map(
  (name) => `./conformance-${name}.test.ts`,
)
const tested = files.flatMap((file) => [...textOf(file).matchAll(/conforms\('([^']+)'/g)].map(([, id = '']) => id))

it('is drawn from the items, and committed', () => {
  expect(textOf('../../docs/conformance.md')).toBe(conformancePage())
})

it('has a test for every item, and no item twice', () => {
  const ids = items.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
  expect(tested.toSorted()).toEqual(ids.toSorted())
})

it('names a known section in every item, and says how each is met', () => {
  for (const { id, we } of items) {
    if (id.includes('-')) expect(Object.keys(levels)).toContain(id.replace(/-.*$/, ''))
    expect(we).not.toBe('')
  }
})
