import { describe, expect, it } from 'vitest'
import type { Label } from '../../detail/api.ts'
import { coverage, labelIn, nextMissing, parseBlock, pastePlan, withLabel } from './cells.ts'

const english = (name: string): Label => ({ name, languageTag: 'en-US', isDefault: true })
const german = (name: string): Label => ({ name, languageTag: 'de-DE', isDefault: true })
const all = new Map<string, readonly Label[]>([
  ['a', [english('Basil'), german('Basilikum')]],
  ['b', [english('Coriander'), { name: 'Cilantro', languageTag: 'en-US', isDefault: false }]],
])
const rows = [
  { id: 'a', homeSetId: 's' },
  { id: 'b', homeSetId: 's' },
]
const tags = ['en-US', 'de-DE']
const labelsOf = (id: string): readonly Label[] | undefined => all.get(id)

describe('a pasted block', () => {
  it('is cells between tabs and lines, with quotes around what holds either', () => {
    expect(parseBlock('a\tb\r\nc\t"d ""e""\nf"\n')).toEqual([
      ['a', 'b'],
      ['c', 'd "e"\nf'],
    ])
    expect(parseBlock('one')).toEqual([['one']])
  })

  it('fills from the cell on, and leaves out what is as it was and what lies outside', () => {
    const block = parseBlock('Basilikum\tx\nKoriander\ty\nz\tz')
    expect(pastePlan({ block, from: { row: 0, column: 1 }, rows, tags, labelsOf })).toEqual([
      { id: 'b', homeSetId: 's', tag: 'de-DE', before: '', after: 'Koriander' },
    ])
  })
})

describe('the cells of the matrix', () => {
  it('change one default label, and no synonym', () => {
    const labels = all.get('b') as readonly Label[]
    expect(withLabel(labels, 'en-US', 'Coriandrum')).toEqual([english('Coriandrum'), labels[1]])
    expect(withLabel(labels, 'de-DE', 'Koriander')).toEqual([...labels, german('Koriander')])
    expect(withLabel(labels, 'en-US', '')).toEqual([labels[1]])
    expect(labelIn(labels, 'de-DE')).toBe('')
  })

  it('lead from hole to hole, and begin again at the top', () => {
    expect(nextMissing({ from: { row: 0, column: 0 }, rows, tags, labelsOf })).toEqual({ row: 1, column: 1 })
    expect(nextMissing({ from: { row: 1, column: 1 }, rows, tags, labelsOf })).toEqual({ row: 1, column: 1 })
    const full = rows.slice(0, 1)
    expect(nextMissing({ from: { row: 0, column: 0 }, rows: full, tags, labelsOf })).toBeUndefined()
  })

  it('are counted as filled by 100 percent only where none is missing', () => {
    expect(coverage(all.values(), 'de-DE')).toBe(50)
    expect(coverage(all.values(), 'en-US')).toBe(100)
    expect(coverage([], 'en-US')).toBe(0)
    expect(coverage([...Array.from({ length: 999 }, () => [german('x')]), []], 'de-DE')).toBe(99)
  })
})
