import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPrefer } from './prefer.ts'

function accepts(header: string | undefined, preferences: Readonly<Record<string, string>>) {
  expect(Object.fromEntries(readPrefer(header))).toEqual(preferences)
}

describe('the Prefer header', () => {
  it.each<[string | undefined, Readonly<Record<string, string>>]>([
    [undefined, {}],
    ['', {}],
    ['return=minimal', { return: 'minimal' }],
    ['Return=Minimal', { return: 'Minimal' }],
    ['return = "minimal"', { return: 'minimal' }],
    ['odata.maxpagesize=50, respond-async', { 'odata.maxpagesize': '50', 'respond-async': '' }],
    ['create-if-missing; return=representation', { 'create-if-missing': '', return: 'representation' }],
    ['odata.include-annotations="display.*,-foo;x"', { 'odata.include-annotations': 'display.*,-foo;x' }],
    ['a="say \\"hi\\" \\\\"', { a: 'say "hi" \\' }],
    ['wait=1, wait=2', { wait: '1' }],
    ['a=,b=""', { a: '', b: '' }],
    [',,;; a ;,', { a: '' }],
    ['a="open, b', { a: '', open: '', b: '' }],
    ['HonorNonIndexedQueriesWarningMayFailRandomly', { honornonindexedquerieswarningmayfailrandomly: '' }],
  ])('is read from %s', (header, preferences) => {
    accepts(header, preferences)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (header) => readPrefer(header).size >= 0))
  })
})
