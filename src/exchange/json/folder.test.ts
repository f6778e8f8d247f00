import { describe, expect, it } from 'vitest'
import { forDocuments } from '../../../test/_support/documents.ts'
import { canonicalForm } from '../doc/canonical.ts'
import type { Doc, NodeDoc, SetDoc } from '../document.ts'
import { fileName } from './file-names.ts'
import { readFolder } from './folder.ts'
import { type FolderWriteOptions, writeFolder } from './write-folder.ts'

function id(n: number): string {
  return `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`
}

const at = { file: '', line: 0, path: '' }

function term(n: number, name: string, children: NodeDoc[] = [], order?: number): NodeDoc {
  const labels = { 'en-US': { default: name } }
  return { at, kind: 'home', term: { id: id(n), labels }, ...(order === undefined ? {} : { order }), children }
}

function setDoc(n: number, name: string, children: NodeDoc[], order?: number): SetDoc {
  return {
    at,
    id: id(n),
    names: { 'en-US': name },
    complete: true,
    ...(order === undefined ? {} : { order }),
    children,
  }
}

function docOf(...sets: SetDoc[]): Doc {
  const group = { at, id: id(900), name: 'World & Co', complete: true, sets }
  return { defaultLanguageTag: 'en-US', languageTags: ['en-US', 'de-DE'], wholeMaps: true, groups: [group], faults: [] }
}

/** Writes over what is there, as a command does. */
function written(doc: Doc, before: ReadonlyMap<string, string> = new Map(), options: FolderWriteOptions = {}) {
  const { changed, removed } = writeFolder(doc, { ...options, before })
  const files = new Map([...before, ...changed])
  for (const path of removed) files.delete(path)
  return { files, changed: [...changed.keys()], removed }
}

function linesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n')
}

function labelsIn(text: string | undefined): string[] {
  return linesOf(text).flatMap((line) => /^\s*"name": "(.*)"/.exec(line)?.[1] ?? [])
}

describe('a taxonomy as a folder', () => {
  it('holds everything of a document but dates', () => {
    forDocuments({ runs: 40, withoutDefault: true, emptyValues: true }, (doc) => {
      const { files } = written(doc)
      const { doc: back, missing } = readFolder(files)
      expect(back.faults).toEqual([])
      expect(missing).toBe('keep')
      expect(canonicalForm(back)).toBe(canonicalForm(doc))
      expect(writeFolder(back, { before: files, whole: true })).toEqual({ changed: new Map(), removed: [] })
    })
  })

  it('names its files once, with two blanks of indent and a line end at the end', () => {
    const { files } = written(docOf(setDoc(1, 'Größe', [term(2, 'A')]), setDoc(3, 'Їжа', [])))
    expect([...files.keys()]).toEqual([
      ...['relata.json', 'world-co/group.json', 'world-co/grosse.json', 'world-co/set-00000003.json'],
    ])
    expect(files.get('relata.json')).toBe(
      '{\n  "format": "relata-taxonomy/1",\n  "default": "en-US",\n  "languages": [\n    "en-US",\n    "de-DE"\n  ],\n  "missing": "keep"\n}\n',
    )
    const renamed = written(docOf(setDoc(1, 'Size', [term(2, 'A')]), setDoc(3, 'Food', [])), files)
    expect(renamed.changed).toEqual(['world-co/grosse.json', 'world-co/set-00000003.json'])
  })

  it('finds a set by its id where its file has another name now', () => {
    const { files } = written(docOf(setDoc(1, 'Geo', [])))
    const moved = new Map([...files].map(([path, text]) => [path.replace('geo.json', 'places.json'), text]))
    expect(written(docOf(setDoc(1, 'Geo', [term(2, 'A')])), moved).changed).toEqual(['world-co/places.json'])
  })

  it('changes one line for a renamed term, and only the file of its set', () => {
    const terms = (name: string) => [term(2, 'Alpha', [term(3, name), term(4, 'Gamma')])]
    const before = written(docOf(setDoc(1, 'Geo', terms('Beta')), setDoc(9, 'Other', [])))
    const after = written(docOf(setDoc(1, 'Geo', terms('Zeta')), setDoc(9, 'Other', [])), before.files)
    expect(after.changed).toEqual(['world-co/geo.json'])
    const [old, now] = [before.files, after.files].map((files) => linesOf(files.get('world-co/geo.json')))
    expect(now?.length).toBe(old?.length)
    expect(now?.filter((line, index) => line !== old?.[index])).toEqual([expect.stringContaining('"Zeta"')])
  })

  it('keeps the order of a file, puts new terms at their label, and sorts when asked', () => {
    const before = written(docOf(setDoc(1, 'Geo', [term(2, 'Beta'), term(3, 'Delta'), term(4, 'Epsilon')])))
    const renamed = [term(2, 'Zeta'), term(3, 'Delta'), term(4, 'Epsilon'), term(5, 'Eta'), term(6, 'Alpha')]
    const after = written(docOf(setDoc(1, 'Geo', renamed)), before.files)
    const labels = (files: ReadonlyMap<string, string>) => labelsIn(files.get('world-co/geo.json')).slice(1)
    expect(labels(before.files)).toEqual(['Beta', 'Delta', 'Epsilon'])
    expect(labels(after.files)).toEqual(['Alpha', 'Eta', 'Zeta', 'Delta', 'Epsilon'])
    const sorted = written(docOf(setDoc(1, 'Geo', renamed)), after.files, { sort: true })
    expect(labels(sorted.files)).toEqual(['Alpha', 'Delta', 'Epsilon', 'Eta', 'Zeta'])
  })

  it('has the custom order first', () => {
    const before = written(docOf(setDoc(1, 'Geo', [term(2, 'A'), term(3, 'B'), term(4, 'C')])))
    const after = written(docOf(setDoc(1, 'Geo', [term(4, 'C'), term(2, 'A'), term(3, 'B')], 1)), before.files)
    expect(labelsIn(after.files.get('world-co/geo.json')).slice(1)).toEqual(['C', 'A', 'B'])
  })

  it('removes files of sets that are gone, but not of groups that the document does not hold', () => {
    const before = written(docOf(setDoc(1, 'Geo', []), setDoc(2, 'Other', [])))
    expect(written(docOf(setDoc(1, 'Geo', [])), before.files).removed).toEqual(['world-co/other.json'])
    const empty: Doc = { ...docOf(), groups: [] }
    expect(written(empty, before.files).removed).toEqual([])
    expect(written(empty, before.files, { whole: true }).removed).toEqual([
      ...['world-co/geo.json', 'world-co/other.json', 'world-co/group.json'],
    ])
  })

  it('keeps what somebody wrote into relata.json', () => {
    const { files } = written(docOf())
    const own = JSON.stringify({
      ...JSON.parse(files.get('relata.json') ?? ''),
      missing: 'delete',
      severity: { x: 'off' },
    })
    const before = new Map([...files, ['relata.json', own]])
    expect(readFolder(before)).toMatchObject({ missing: 'delete', doc: { faults: [] } })
    expect(written(docOf(), before).changed).toEqual([])
    const { files: after } = written({ ...docOf(), languageTags: ['en-US'] }, before)
    expect(JSON.parse(after.get('relata.json') ?? '')).toMatchObject({
      missing: 'delete',
      languages: ['en-US'],
      severity: { x: 'off' },
    })
  })

  it('stops at a merge conflict, a missing head and another format', () => {
    const { files } = written(docOf(setDoc(1, 'Geo', [])))
    const broken = new Map([...files, ['world-co/geo.json', '{\n<<<<<<< HEAD\n']])
    const { doc } = readFolder(broken)
    expect(doc.groups).toEqual([])
    expect(doc.faults).toMatchObject([{ code: 'syntax', at: { file: 'world-co/geo.json', line: 2 } }])
    expect(() => writeFolder(docOf(), { before: broken })).toThrow('world-co/geo.json')
    expect(readFolder(new Map()).doc.faults).toMatchObject([{ code: 'format-unknown' }])
    const other = new Map([...files, ['relata.json', '{"format":"relata-taxonomy/2"}']])
    expect(readFolder(other).doc.faults).toMatchObject([{ code: 'format-unknown' }])
  })

  it('reads a group without its own file, and passes over what is not its own', () => {
    const set = '{"localizedNames":[{"name":"S","languageTag":"en-US"}]}'
    const head = '{"format":"relata-taxonomy/1"}'
    const { doc } = readFolder(
      new Map([
        ['relata.json', head],
        ['g/s.json', set],
        ['g/readme.md', 'x'],
        ['.git/x.json', 'x'],
        ['a/b/c.json', '{}'],
      ]),
    )
    expect(doc.groups).toMatchObject([{ name: 'g', complete: false, sets: [{ names: { 'en-US': 'S' } }] }])
    expect(doc.faults.map(({ code, at: { file } }) => `${code} ${file}`)).toEqual(['unknown-member a/b/c.json'])
  })
})

describe('the name of a file', () => {
  it.each([
    ['Politische Geographie', 'politische-geographie'],
    ['R＆D (neu)', 'r-d-neu'],
    ['Łódź Café', 'odz-cafe'],
    ['группа', 'set-00000001'],
    ['Aux', 'aux-00000001'],
    ['Taken', 'taken-00000001'],
    [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
  ])('of %s is %s', (name, expected) => {
    expect(fileName(name, 'set', id(1), new Set(['taken']))).toBe(expected)
  })

  it('has a number where the id does not help', () => {
    expect(fileName('A', 'set', undefined, new Set(['a', 'a-2']))).toBe('a-3')
  })
})
