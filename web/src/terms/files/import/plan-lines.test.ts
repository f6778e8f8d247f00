import { describe, expect, it } from 'vitest'
import { readPlan } from './plan-lines.ts'

const record = (line: number, action: string, path: string, more: object = {}) =>
  JSON.stringify({
    at: { file: 'a.csv', line, path },
    action,
    kind: 'term',
    id: `id-${line}`,
    changes: [],
    notes: [],
    faults: [],
    ...more,
  })

const text = [
  '{"format":"relata-terms-plan/1","source":[],"as":"sharepoint-csv","options":{},"sets":{}}',
  record(2, 'create', 'Herbs/Käse'),
  record(3, 'same', 'Herbs/Thyme'),
  record(4, 'order', 'Herbs'),
  record(5, 'refused', 'Herbs/Basil', { id: '', faults: [{ code: 'boolean', text: 'No.' }] }),
  '{"remark":{"code":"syntax","severity":"stops","at":{"line":3,"column":9},"text":"A quote."}}',
  '{"summary":{"create":1,"same":1,"refused":1},"languages":{"add":["it-IT"]},"digest":"abc"}',
].join('\n')

function planOf(pieceLength: number) {
  const bytes = new TextEncoder().encode(`${text}\n`)
  const reader = readPlan()
  for (let at = 0; at < bytes.length; at += pieceLength) reader.take(bytes.slice(at, at + pieceLength))
  return reader.end()
}

describe('a plan as it arrives', () => {
  it.each([1, 7, 100, 100_000])('is the same in pieces of %i bytes', (length) => {
    const plan = planOf(length)
    expect(plan.digest).toBe('abc')
    expect(plan.head?.as).toBe('sharepoint-csv')
    expect(plan.addedLanguages).toEqual(['it-IT'])
    expect(plan.counts).toEqual({ refused: 1, create: 1, update: 1, move: 0, deprecate: 0, delete: 0 })
    expect(plan.remarks.map(({ at }) => at)).toEqual([{ line: 3, column: 9 }])
    expect(plan.find(undefined, '').map((number) => plan.record(number).at.line)).toEqual([5, 2, 4])
    expect(plan.find(undefined, '').map((number) => plan.record(number).at.path)[1]).toBe('Herbs/Käse')
  })

  it('is filtered by kind, by words of the path, and by the number of a line', () => {
    const plan = planOf(50)
    const linesOf = (numbers: readonly number[]) => numbers.map((number) => plan.record(number).at.line)
    expect(linesOf(plan.find('update', ''))).toEqual([4])
    expect(linesOf(plan.find(undefined, 'KÄSE'))).toEqual([2])
    expect(linesOf(plan.find(undefined, '5'))).toEqual([5])
    expect(plan.find('create', 'basil')).toEqual([])
  })

  it('is no plan where its end is missing', () => {
    const reader = readPlan()
    reader.take(new TextEncoder().encode(record(2, 'create', 'Herbs')))
    expect(() => reader.end()).toThrow('ends before')
  })
})
