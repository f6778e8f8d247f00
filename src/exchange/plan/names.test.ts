import { expect, it } from 'vitest'
import { takenNames } from './names.ts'
import type { PlanRecord } from './records.ts'
import { carry } from './taxonomy/carry.ts'
import { TaxonomyPart } from './taxonomy/taxonomy.ts'

const languages = { defaultTag: 'en-US', tags: ['en-US'] }

function created(id: string, name: string, group = 'g'): PlanRecord {
  const changes = [{ member: 'names.en-US', from: null, to: name }]
  return {
    at: { file: '', line: 1, path: name },
    action: 'create',
    kind: 'set',
    id,
    group,
    changes,
    notes: [],
    faults: [],
  }
}

it('finds the set of a group that has a name already, among many thousands', () => {
  const end = new TaxonomyPart({ languages, groups: [], sets: [], terms: [], places: [] })
  const records = Array.from({ length: 50_000 }, (_, at) => created(`s${at}`, `Set ${at}`))
  const others = [created('twin', 'set 7'), created('elsewhere', 'Set 7', 'h')]
  for (const record of [...records, ...others]) carry(end, record)
  const taken = takenNames(end)
  const told = [...records, ...others].flatMap((record) => (taken(record) === undefined ? [] : [record.id]))
  expect(told).toEqual(['s7', 'twin'])
  expect(taken(created('twin', 'set 7'))).toContain('s7')
})
