/** docs/parity.md says what the model, the tests and the recorded clients show, and the README has its counts. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { operationOf, operations } from '../../scripts/parity/operations.js'
import { parity, parityPage, paritySentence } from '../../scripts/parity/page.js'

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const rows = parity()

it('is drawn from the model, and committed', () => {
  expect(textOf('docs/parity.md')).toBe(parityPage())
})

it('has its counts on the first screen of the README', () => {
  const [, sentence] = /<!-- parity -->\n(.*)\n<!-- \/parity -->/s.exec(textOf('README.md').slice(0, 2_000)) ?? []
  expect(sentence).toBe(paritySentence())
})

it('names a test for every operation that is served', () => {
  const without = rows.filter(({ standing, test }) => standing !== 'not yet' && test === undefined)
  expect(without.map(({ key }) => key)).toEqual([])
  for (const { test } of rows)
    if (test !== undefined) expect(existsSync(new URL(`../../${test}`, import.meta.url))).toBe(true)
})

it('names operations of a namespace of ours in full, and as published nowhere', () => {
  const named = operations().filter(({ address }) => /\/relata\.\w+(\(|$)/.test(address))
  expect(named.length).toBeGreaterThan(25)
  expect(named.filter(({ standing, versions }) => standing !== 'ours' || versions.length > 0)).toEqual([])
})

it('names in test/parity.json only operations of the model', () => {
  const known = new Set(operations().map(({ key }) => key))
  expect(Object.keys(JSON.parse(textOf('test/parity.json'))).filter((key) => !known.has(key))).toEqual([])
})

it.each([
  ['GET', '/v1.0/sites/root/termStore/sets/s/terms?$top=1', 'microsoft.graph.termStore.set/terms list'],
  ['GET', '/beta/termStore/sets/s/terms/t', 'microsoft.graph.termStore.set/terms get'],
  ['GET', '/v1.0/termStore/sets/s/terms/$count', 'microsoft.graph.termStore.set/terms list'],
  ['POST', '/v1.0/groups/g/members/$ref', 'microsoft.graph.group/members link'],
  ['DELETE', '/v1.0/groups/g/members/u/$ref', 'microsoft.graph.group/members unlink'],
  ['POST', '/v1.0/$batch', '/$batch post'],
  ['GET', '/v1.0/users/u/displayName', undefined],
  ['GET', '/v1.0/nothing', undefined],
  ['GET', '/_relata/clock', undefined],
])('%s %s is %s', (method, target, key) => {
  expect(operationOf(method, target)).toBe(key)
})
