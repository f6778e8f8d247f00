import { describe, expect, it } from 'vitest'
import { forDocuments, randomDocument } from '../../../test/_support/documents.ts'
import type { Doc, NodeDoc, TermDoc } from '../document.ts'
import { canonicalForm, digester, isEqual } from './canonical.ts'

const at = { file: '', line: 0, path: '' }

function docOf(children: readonly NodeDoc[], more: object = {}): Doc {
  const set = { at, names: { 'en-US': 'Geo' }, complete: true, ...more, children }
  return { defaultLanguageTag: 'en-US', groups: [{ at, name: 'World', complete: true, sets: [set] }], faults: [] }
}

function node(term: Partial<TermDoc>, more: Partial<NodeDoc> = {}): NodeDoc {
  return { at, kind: 'home', term: { labels: {}, ...term }, children: [], ...more }
}

const a = '0000000a-0000-4000-8000-000000000001'
const named = (name: string) => ({ labels: { 'en-US': { default: name } } })

describe('equal documents', () => {
  it.each([
    ['ids in any case and in braces', node({ id: a }), node({ id: `{${a.toUpperCase()}}` })],
    ['names as the store keeps them', node(named('R&D')), node(named(' R＆D '))],
    ['tags in any case', node({ labels: { 'EN-us': { default: 'A' } } }), node(named('A'))],
    ['languages by number', node({ labels: { '1033': { default: 'A' } } }), node(named('A'))],
    ['the default language by no name', node({ labels: { '': { default: 'A' } } }), node(named('A'))],
    [
      'one language under two names',
      node({ labels: { '1033': { default: 'A' }, 'en-US': { synonyms: ['B'] } } }),
      node({ labels: { 'en-US': { default: 'A', synonyms: ['B'] } } }),
    ],
    [
      'synonyms in any order',
      node({ labels: { 'en-US': { default: 'A', synonyms: ['c', 'B'] } } }),
      node({ labels: { 'en-US': { synonyms: ['B', 'c'], default: 'A' } } }),
    ],
    ['properties in any order', node({ properties: { a: '1', b: '2' } }), node({ properties: { b: '2', a: '1' } })],
    ['an IRI as member or property', node({ uri: 'x:y' }), node({ properties: { 'skos:uri': 'x:y' } })],
    [
      'what a new term has anyway',
      node({ descriptions: {}, properties: {}, isDeprecated: false, mergedTermIds: [], replacedBy: null, owner: null }),
      node({}),
    ],
    ['places that are available', node({}, { isAvailableForTagging: true, order: 0 }), node({})],
    ['dates', node({ created: '2026-01-01T00:00:00Z' }), node({ created: '2027-01-01T00:00:00Z' })],
  ])('have %s', (_, one, other) => {
    expect(isEqual(docOf([one]), docOf([other]))).toBe(true)
  })

  it.each([
    ['labels', node(named('a')), node(named('A'))],
    ['kinds', node({ id: a }), node({ id: a }, { kind: 'reuse', term: { id: a } })],
    ['availability', node({}, { isAvailableForTagging: false }), node({})],
    ['blanks in descriptions', node({ descriptions: { 'en-US': ' a' } }), node({ descriptions: { 'en-US': 'a' } })],
  ])('do not differ in %s', (_, one, other) => {
    expect(isEqual(docOf([one]), docOf([other]))).toBe(false)
  })

  it('have children in custom order first, the others by label', () => {
    const [x, y, z] = ['x', 'Y', 'z'].map((name) => node(named(name)))
    if (x === undefined || y === undefined || z === undefined) throw new Error('three')
    expect(isEqual(docOf([z, x, y]), docOf([y, z, x]))).toBe(true)
    expect(isEqual(docOf([z, x, y], { order: 1 }), docOf([z, y, x], { order: 1 }))).toBe(true)
    expect(isEqual(docOf([z, x, y], { order: 1 }), docOf([x, z, y], { order: 1 }))).toBe(false)
    expect(isEqual(docOf([x, y, z], { order: 3 }), docOf([x, y, z]))).toBe(false)
  })

  it('name one term by id, IRI or path', () => {
    const term = { ...named('A'), id: a, uri: 'x:y' }
    const forms = [{ id: a }, { uri: 'x:y' }, { set: 'geo', path: ['a'] }].map((replacedBy) =>
      canonicalForm(docOf([node(term), node({ ...named('B'), replacedBy })])),
    )
    expect(new Set(forms).size).toBe(1)
  })

  it('have dates when asked', () => {
    const [one, other] = ['2026', '2027'].map((year) => docOf([node({ created: `${year}-01-01T00:00:00Z` })]))
    expect(canonicalForm(one as Doc, { dates: true })).not.toBe(canonicalForm(other as Doc, { dates: true }))
  })
})

describe('the digest of a set', () => {
  it('is the same in any order of the file, and another after any change', () => {
    forDocuments({ runs: 30, terms: 10 }, (doc) => {
      const digests = doc.groups.flatMap(({ sets }) => sets.map(digester(doc)))
      const copy = JSON.parse(JSON.stringify(doc)) as Doc
      expect(copy.groups.flatMap(({ sets }) => sets.map(digester(copy)))).toEqual(digests)
    })
    const doc = randomDocument(3)
    const [group] = doc.groups
    const [set] = group?.sets ?? []
    if (set === undefined) throw new Error('no set')
    expect(digester(doc)(set)).toMatch(/^[0-9a-f]{64}$/)
    expect(digester(doc)({ ...set, isOpen: set.isOpen !== true })).not.toBe(digester(doc)(set))
    expect(digester(doc)({ ...set, children: [...set.children, node({ ...named('New') })] })).not.toBe(
      digester(doc)(set),
    )
  })
})
