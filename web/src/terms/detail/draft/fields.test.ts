import { describe, expect, it } from 'vitest'
import { differences } from '../history/changes.ts'
import { changedFields, labelFields, labelsOf, merged, withField } from './fields.ts'

const labels = [
  { name: 'Basil', languageTag: 'en-US', isDefault: true },
  { name: 'Sweet basil', languageTag: 'en-US', isDefault: false },
  { name: 'Basilikum', languageTag: 'de-DE', isDefault: true },
]

describe('the fields of a term', () => {
  it('hold its labels, and give them back', () => {
    const fields = labelFields(labels)
    expect(fields).toEqual({ 'label en-US': 'Basil', 'synonyms en-US': ['Sweet basil'], 'label de-DE': 'Basilikum' })
    expect(labelsOf(fields, ['en-US', 'de-DE', 'fr-FR'])).toEqual(labels)
  })

  it('differ only where a value does: what is empty is as what is not there', () => {
    const fields = labelFields(labels)
    expect(changedFields(fields, { ...fields, 'label fr-FR': '', 'synonyms de-DE': [] })).toEqual([])
    expect(changedFields(fields, withField(fields, 'label de-DE', ''))).toEqual(['label de-DE'])
  })

  it('keep what others have changed in other fields', () => {
    const base = labelFields(labels)
    const theirs = withField(base, 'label de-DE', 'Königskraut')
    const mine = withField(base, 'label fr-FR', 'Basilic')
    expect(merged(base, theirs, mine)).toEqual({
      fields: { ...theirs, 'label fr-FR': 'Basilic' },
      conflicts: [],
    })
  })

  it('conflict where both have changed the same field to something else', () => {
    const base = labelFields(labels)
    const theirs = withField(base, 'label de-DE', 'Königskraut')
    const mine = withField(base, 'label de-DE', '')
    expect(merged(base, theirs, mine).conflicts).toEqual([
      { field: 'label de-DE', was: 'Basilikum', theirs: 'Königskraut', mine: '' },
    ])
    expect(merged(base, theirs, theirs).conflicts).toEqual([])
  })
})

describe('a change of the record', () => {
  it('tells what differs field by field', () => {
    const row = { kind: 'term', id: '1', action: 'update', setId: '2' } as const
    const after = JSON.stringify({ labels: labels.slice(0, 2), isDeprecated: true, parentId: '3' })
    expect(
      differences({ ...row, before: JSON.stringify({ labels, isDeprecated: false, parentId: null }), after }),
    ).toEqual([
      { field: 'label de-DE', before: 'Basilikum', after: '' },
      { field: 'isDeprecated', before: false, after: true },
      { field: 'parentId', before: '', after: '3' },
    ])
  })
})
