import { describe, expect, it } from 'vitest'
import { lossKinds } from './export-options.ts'

describe('what a format cannot hold', () => {
  it('is counted by kind, the most first, with the first of each', () => {
    const lines = [
      { what: 'group', path: 'Library', count: 1 },
      { what: 'id', path: 'Library/A', count: 1 },
      { what: 'id', count: 12_000 },
      { what: 'labels.synonym', path: 'Library/A', languageTag: 'de-DE', value: 'Oper', count: 1 },
    ]
    expect(lossKinds(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)).toEqual([
      { what: 'id', count: 12_001, samples: ['Library/A'] },
      { what: 'group', count: 1, samples: ['Library'] },
      { what: 'labels.synonym', count: 1, samples: ['Library/A · de-DE · Oper'] },
    ])
  })

  it('is nothing where the report is empty', () => {
    expect(lossKinds('')).toEqual([])
  })
})
