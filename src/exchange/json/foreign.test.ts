import { describe, expect, it } from 'vitest'
import { readNamesJson } from './names-json.ts'
import { readPnpJson } from './pnp-json.ts'

const file = 'x.json'

function id(n: number): string {
  return `00000000-0000-4000-8000-00000000000${n}`
}

function pnp(...termSets: object[]) {
  return readPnpJson(
    JSON.stringify({ provisioningTemplate: { termGroups: [{ name: 'G', id: `{${id(9)}}`, termSets }] } }),
    { file },
  )
}

describe("PnP's JSON", () => {
  it('reads groups, sets, terms, labels, properties and order, whatever the case of its members', () => {
    const doc = pnp({
      Name: 'Media',
      ID: id(8),
      Language: 1033,
      isOpenForTermCreation: true,
      description: null,
      properties: { shelf: 'A' },
      terms: [
        { name: 'B', customSortOrder: 2, terms: [{ name: 'Below' }] },
        {
          ...{ name: 'Print', id: id(1), customSortOrder: 1, description: 'On paper', isDeprecated: true },
          labels: [
            { language: 1031, value: 'Druck' },
            { language: 1033, value: 'Paper', isDefaultForLanguage: false },
          ],
          localCustomProperties: [{ key: 'local', value: 'x' }],
        },
        { name: 'A', isAvailableForTagging: false },
      ],
    })
    expect(doc.faults).toEqual([])
    const [group] = doc.groups
    expect(group).toMatchObject({
      name: 'G',
      id: id(9),
      sets: [{ id: id(8), names: { '1033': 'Media' }, isOpen: true, order: 2 }],
    })
    const [set] = group?.sets ?? []
    expect(set?.properties).toEqual({ shelf: 'A' })
    expect(set?.children).toMatchObject([
      {
        localProperties: { local: 'x' },
        term: {
          ...{ id: id(1), isDeprecated: true, descriptions: { '1033': 'On paper' } },
          labels: { '1033': { default: 'Print', synonyms: ['Paper'] }, '1031': { default: 'Druck' } },
        },
      },
      { term: { labels: { '1033': { default: 'B' } } }, children: [{ at: { path: 'G/Media/B/Below' } }] },
      { isAvailableForTagging: false },
    ])
  })

  it('reads places of shared terms', () => {
    const shared = { name: 'Print', id: id(1), isReused: true, isSourceTerm: false }
    const doc = pnp({
      name: 'S',
      terms: [shared, { ...shared, id: id(2), sourceTermId: id(3), isPinned: true, isPinnedRoot: true }],
    })
    expect(doc.groups[0]?.sets[0]?.children).toMatchObject([
      { kind: 'reuse', term: { id: id(1) } },
      { kind: 'pin', term: { id: id(3) } },
    ])
  })

  it('refuses two default labels and ids that are none, and warns of members nobody knows', () => {
    const labels = [{ language: 1033, value: 'Printing', isDefaultForLanguage: true }]
    const doc = pnp({
      name: 'S',
      language: 1033,
      terms: [
        { name: 'Print', labels },
        { name: 'B', id: '7', colour: 1 },
      ],
    })
    expect(doc.faults.map(({ code }) => code)).toEqual(['two-defaults', 'guid', 'unknown-member'])
    expect(doc.groups[0]?.sets[0]?.children.map(({ refused }) => refused)).toEqual([true, true])
  })

  it('stops where there are no groups', () => {
    expect(readPnpJson('{"a":[]}', { file }).faults).toMatchObject([{ code: 'format-unknown' }])
    expect(readPnpJson('{', { file }).faults).toMatchObject([{ code: 'syntax' }])
  })
})

describe('a tree of names', () => {
  it('is read with the line of each name', () => {
    const text =
      '[{"name":"G","sets":[\n{"name":"S","children":[\n{"name":"A","children":[{"name":"B"}]},\n{"name":7}]}]}]'
    const doc = readNamesJson(text, { file })
    expect(doc.groups).toMatchObject([
      {
        name: 'G',
        sets: [
          {
            names: { '': 'S' },
            children: [
              { at: { line: 3, path: 'G/S/A' }, children: [{ term: { labels: { '': { default: 'B' } } } }] },
              { refused: true },
            ],
          },
        ],
      },
    ])
    expect(doc.faults).toMatchObject([{ code: 'value', at: { line: 4 } }])
  })

  it('is a list', () => {
    expect(readNamesJson('{"name":"G"}', { file }).faults).toMatchObject([{ code: 'format-unknown' }])
  })
})
