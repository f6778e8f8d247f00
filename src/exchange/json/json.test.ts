import { describe, expect, it } from 'vitest'
import { forDocuments, randomDocument } from '../../../test/_support/documents.ts'
import { canonicalForm } from '../doc/canonical.ts'
import type { Doc } from '../document.ts'
import { readJsonLines, writeJsonLines } from './lines.ts'
import { parseJson } from './parse.ts'
import { readJson } from './read.ts'
import { writeJson } from './write.ts'

const file = 'x.json'

function faultsOf({ faults }: Doc): string[] {
  return faults.map(({ code, at }) => `${code} ${at.line}${at.column === undefined ? '' : `:${at.column}`}`)
}

function read(document: object): Doc {
  return readJson(JSON.stringify({ format: 'relata-taxonomy/1', ...document }, undefined, 1), { file })
}

const formats = [
  ['JSON', writeJson, readJson],
  ['JSON Lines', writeJsonLines, readJsonLines],
] as const

describe.each(formats)('%s', (_, write, readBack) => {
  it('holds everything of a document', () => {
    forDocuments({ runs: 80, dates: true, emptyValues: true, withoutDefault: true }, (doc) => {
      const { text, losses } = write(doc)
      expect(losses).toEqual([])
      const back = readBack(text, { file })
      expect(back.faults).toEqual([])
      expect(canonicalForm(back, { dates: true })).toBe(canonicalForm(doc, { dates: true }))
      expect(write(back).text).toBe(text)
    })
  })

  it('tells what is stated as none from what is not stated, and holds records without ids', () => {
    const at = { file, line: 0, path: '' }
    const none = { descriptions: {}, properties: {}, mergedTermIds: [], owner: null, replacedBy: null }
    const term = { labels: { '': { default: 'A', synonyms: [] } } }
    const doc: Doc = {
      guessesKinds: true,
      groups: [
        {
          ...{ at, name: '', complete: false },
          sets: [
            {
              ...{ at, names: { '': 'S' }, description: '', complete: false },
              children: [
                { at, kind: 'home', term: { ...term, ...none }, localProperties: {}, children: [] },
                {
                  at,
                  kind: 'home',
                  term,
                  children: [{ at, kind: 'reuse', term: { set: 'S', path: ['A'] }, children: [] }],
                },
                { at, kind: 'pin', term: { uri: 'https://example.org/v/a' }, children: [] },
              ],
            },
          ],
        },
      ],
      faults: [],
    }
    const back = readBack(write(doc).text, { file })
    const placeless = JSON.parse(JSON.stringify(back, (key, value) => (key === 'at' ? at : value)))
    expect(placeless).toEqual(doc)
  })

  it('leaves dates out where they are not wanted', () => {
    expect(write(randomDocument(1, { dates: true }), { dates: false }).text).not.toContain('DateTime')
  })
})

describe('our JSON', () => {
  it('has the line of every record', () => {
    const text = `{"format":"relata-taxonomy/1","groups":[
 {"displayName":"G","sets":[
  {"localizedNames":[{"name":"S","languageTag":"en-US"}],"children":[
   {"labels":[{"name":"A","languageTag":"en-US","isDefault":true}]},
   {"labels":[{"name":"B","languageTag":"en-US"}],

    "children":[ {"kind":"pin","id":"{00000000-0000-4000-8000-000000000001}"} ]}]}]}]}`
    const [group] = readJson(text, { file }).groups
    const [set] = group?.sets ?? []
    expect([group?.at.line, set?.at.line]).toEqual([2, 3])
    expect(set?.children.map(({ at }) => [at.line, at.path])).toEqual([
      [4, 'G/S/A'],
      [5, 'G/S/B'],
    ])
    expect(set?.children[1]?.children[0]).toMatchObject({
      at: { line: 7 },
      kind: 'pin',
      term: { id: '00000000-0000-4000-8000-000000000001' },
    })
  })

  it.each([
    ['{"format":"relata-taxonomy/1",\n "groups":[}', 'syntax 2:12'],
    ['{"format":"relata-taxonomy/1",\n<<<<<<< HEAD\n', 'syntax 2:1'],
    ['{"a":1,"a":2}', 'syntax 1:11'],
    ['{"a":"x\ny"}', 'syntax 1:8'],
    ['{"format":"relata-taxonomy/1"} x', 'syntax 1:32'],
    ['', 'syntax 1:1'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'limit 1:65'],
    ['{"format":"relata-taxonomy/2"}', 'format-unknown 1'],
    ['[]', 'format-unknown 1'],
  ])('stops at %j', (text, expected) => {
    const doc = readJson(text, { file })
    expect(faultsOf(doc)).toEqual([expected])
    expect(doc.groups).toEqual([])
  })

  it('names a merge conflict', () => {
    expect(readJson('{\n<<<<<<< HEAD', { file }).faults[0]?.text).toContain('merge conflict')
  })

  it('warns once of members that it does not know, and lets x- pass', () => {
    const terms = [
      { labels: [], colour: 1, 'x-note': 'a' },
      { labels: [], colour: 2 },
    ]
    const doc = read({ groups: [{ displayName: 'G', sets: [{ localizedNames: [], children: terms }] }] })
    expect(doc.faults.map(({ code, text }) => [code, text.includes('colour')])).toEqual([['unknown-member', true]])
  })

  it('refuses records with members of the wrong kind, ids that are none and two default labels', () => {
    const label = (name: string) => ({ name, languageTag: 'en-US', isDefault: true })
    const children = [
      { labels: [label('A')], isDeprecated: 'yes' },
      { id: '1', labels: [label('B')] },
      { labels: [label('C'), label('D')] },
      { kind: 'mirror', labels: [label('E')] },
      { kind: 'pin' },
      { labels: [{ name: 'F', languageTag: 'en-US' }] },
    ]
    const doc = read({ groups: [{ displayName: 'G', sets: [{ localizedNames: [], children }] }] })
    expect(doc.faults.map(({ code }) => code)).toEqual(['value', 'guid', 'two-defaults', 'value', 'value'])
    expect(doc.groups[0]?.sets[0]?.children.map(({ refused }) => refused ?? false)).toEqual([
      ...[true, true, true, true, true, false],
    ])
  })

  it('compares what is listed below a pin with its source and leaves it out (case 22)', () => {
    const [a, b, c] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
    const named = (id: string | undefined, children: object[]) => ({
      id,
      labels: [{ name: id, languageTag: '' }],
      children,
    })
    const home = named(a, [named(b, [])])
    const docOf = (below: (string | undefined)[], kind: string) =>
      read({
        groups: [
          {
            displayName: 'G',
            sets: [
              { localizedNames: [], children: [home] },
              { localizedNames: [], children: [{ kind, id: a, children: below.map((id) => ({ kind: 'reuse', id })) }] },
            ],
          },
        ],
      })
    expect(docOf([b], 'pin').faults).toEqual([])
    expect(docOf([b], 'pin').groups[0]?.sets[1]?.children[0]?.children).toEqual([])
    expect(docOf([b, c], 'pin').faults.map(({ code }) => code)).toEqual(['mirror-differs'])
    expect(docOf([b], 'reuse').groups[0]?.sets[1]?.children[0]?.children).toHaveLength(1)
  })
})

describe('JSON Lines', () => {
  it('takes siblings in any order and names lines whose parent is nowhere', () => {
    const text = [
      '{"format":"relata-taxonomy/1","as":"lines"}',
      '{"record":"group","displayName":"G"}',
      '{"record":"set","group":"#2","localizedNames":[{"name":"S","languageTag":""}]}',
      '{"record":"term","set":"#3","index":1,"labels":[{"name":"B","languageTag":""}]}',
      '',
      '{"record":"term","set":"#3","index":0,"labels":[{"name":"A","languageTag":""}]}',
      '{"record":"term","set":"#3","parent":"#9","labels":[{"name":"C","languageTag":""}]}',
      '{"record":"thing"}',
    ].join('\n')
    const doc = readJsonLines(text, { file })
    expect(doc.groups[0]?.sets[0]?.children.map(({ at }) => `${at.path} ${at.line}`)).toEqual(['G/S/A 6', 'G/S/B 4'])
    expect(faultsOf(doc)).toEqual(['parent-missing 7', 'value 8'])
  })
})

it('reads JSON as JSON.parse does', () => {
  forDocuments({ runs: 20 }, (doc) => {
    for (const text of [JSON.stringify(doc), JSON.stringify(doc, undefined, 2)])
      expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)))
  })
  const odd = String.raw`{"__proto__":{"a":[]},"é\u0041\n\ud83c\udf0d\/":[-0.5e+3,0,1E2,true,false,null,"",{}],"b":"\\"}`
  expect(JSON.stringify(parseJson(odd))).toBe(JSON.stringify(JSON.parse(odd)))
})
