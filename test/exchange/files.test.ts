/** Files in the shape of real ones, as bytes: read, written in the same format and read again (exchange.md §16). */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCsv } from '#exchange/csv/read.ts'
import { writeSharePointCsv } from '#exchange/csv/write-sharepoint.ts'
import { writeWideCsv } from '#exchange/csv/write-wide.ts'
import { canonicalForm, isEqual } from '#exchange/doc/canonical.ts'
import { withPlainTags } from '#exchange/doc/language-tags.ts'
import type { Doc, NodeDoc } from '#exchange/document.ts'
import { decode, encode } from '#exchange/files/decode.ts'
import { detectFormat } from '#exchange/files/detect.ts'
import type { Written } from '#exchange/files/written.ts'
import { readFolder } from '#exchange/json/folder.ts'
import { readJsonLines, writeJsonLines } from '#exchange/json/lines.ts'
import { readJson } from '#exchange/json/read.ts'
import { writeJson } from '#exchange/json/write.ts'
import { writeFolder } from '#exchange/json/write-folder.ts'
import { type PnpTextReadOptions, readPnpText } from '#exchange/pnp-text/read.ts'
import { writePnpText } from '#exchange/pnp-text/write.ts'
import { dataBeside } from '../_support/data-beside.ts'

const fixtures = new URL('fixtures/', import.meta.url)

function textOf(url: URL | Uint8Array, file: string): string {
  const decoded = decode(url instanceof URL ? readFileSync(url) : url, { file })
  if ('code' in decoded) throw new Error(decoded.text)
  return decoded.text
}

function plain(doc: Doc, tag = 'en-US'): Doc {
  return withPlainTags(doc, tag)
}

/** Depth first: label, and what is below it. */
function labels(nodes: readonly NodeDoc[]): string[] {
  return nodes.flatMap(({ term, kind, children }) => {
    const [label] = 'labels' in term ? Object.values(term.labels) : []
    return [label?.default ?? kind, ...labels(children)]
  })
}

function allLabels({ groups }: Doc): string[] {
  return groups.flatMap(({ sets }) => sets.flatMap(({ children }) => labels(children)))
}

function codes({ faults }: Doc): string[] {
  return faults.map(({ code, at }) => `${code} ${at.line}`)
}

/** Written to bytes and read from them. */
function back(written: Written, read: (text: string, options: { file: string }) => Doc): Doc {
  return read(textOf(encode(written.text, written.encoding), 'back'), { file: 'back' })
}

describe('CSV in the shape of the sample of SharePoint', () => {
  const text = textOf(new URL('kitchen.csv', fixtures), 'kitchen.csv')
  const doc = readCsv(text, { file: 'kitchen.csv' })

  it('is read: seven levels, the first term on the row of the set, short rows, line breaks', () => {
    expect(detectFormat(text, 'kitchen.csv')).toBe('sharepoint-csv')
    expect(codes(doc)).toEqual(['parent-made 7', 'parent-made 7', 'parent-made 7'])
    expect(allLabels(doc)).toEqual([
      ...['Tools', 'Hand tools', 'Knives', 'Bread knives', 'Mills', 'Hand mills', 'Small'],
      ...['Of wood', 'Oiled', 'Food', 'Roots'],
    ])
    const own = plain(doc)
    expect(isEqual(plain(back(writeSharePointCsv(own), readCsv)), own)).toBe(true)
  })
})

describe('CSV of a German spreadsheet with ids', () => {
  const text = textOf(new URL('departments.csv', fixtures), 'departments.csv')

  it('is read and comes back with its ids', () => {
    const doc = readCsv(text, { file: 'departments.csv' })
    expect(codes(doc)).toEqual([])
    expect(doc.groups[0]?.sets[0]).toMatchObject({
      ...{ id: '5a1d0000-0000-4000-8000-000000000001', names: { '1031': 'Abteilungen' } },
      children: [
        {
          ...{ isAvailableForTagging: true, term: { descriptions: { '1031': 'Größe, Übergröße' } } },
          children: [{ isAvailableForTagging: false, term: { labels: { '1031': { default: 'Öl & Gas' } } } }],
        },
      ],
    })
    const own = plain(doc, 'de-DE')
    const again = back(writeSharePointCsv(own, { ids: true }), readCsv)
    expect(isEqual(plain(again, 'de-DE'), own)).toBe(true)
  })
})

describe('text of PnP', () => {
  const options: Omit<PnpTextReadOptions, 'file'> = {
    ...{ delimiter: ' > ', comments: true, leadingCode: ' - ', group: 'Shop', set: 'Products' },
  }

  it('is read from a list of products with numbers', () => {
    const text = textOf(new URL('products.txt', fixtures), 'products.txt')
    const doc = readPnpText(text, { file: 'products.txt', ...options })
    expect(codes(doc)).toEqual([])
    expect(allLabels(doc)).toEqual(['Garden', 'Tools, Hoses', 'Hose ＆ reel', 'House'])
    expect(doc.groups[0]?.sets[0]?.children[1]?.term).toMatchObject({ properties: { 'skos:notation': '20' } })
  })

  it('is read from UTF-16 with ids, and comes back', () => {
    const text = textOf(new URL('library.txt', fixtures), 'library.txt')
    expect(detectFormat(text, 'library.txt')).toBe('pnp-text')
    const doc = plain(readPnpText(text, { file: 'library.txt' }))
    expect(codes(doc)).toEqual([])
    expect(allLabels(doc)).toEqual(['Maps, atlases', 'Місто'])
    const again = back(writePnpText(doc, { ids: true, encoding: 'utf-16' }), readPnpText)
    expect(isEqual(plain(again), doc)).toBe(true)
  })
})

describe('a folder with five languages, a long description, seven levels, a pin, a reuse and an order', () => {
  const folder = new URL('subjects/', fixtures)
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
  const files = new Map(
    paths.filter((path) => path.endsWith('.json')).map((path) => [path, textOf(new URL(path, folder), path)]),
  )
  const { doc } = readFolder(files)

  it('is read, and nothing has to be written', () => {
    expect(codes(doc)).toEqual([])
    expect(doc.groups[0]?.sets.map(({ at, children }) => [at.file, children.length])).toEqual([
      ['library/loans.json', 2],
      ['library/subjects.json', 3],
    ])
    expect(writeFolder(doc, { before: files, whole: true })).toEqual({ changed: new Map(), removed: [] })
  })

  it.each([
    ['JSON', writeJson, readJson],
    ['JSON Lines', writeJsonLines, readJsonLines],
    ['wide CSV', writeWideCsv, readCsv],
  ])('goes through %s without loss', (_, write, read) => {
    const written = write(doc)
    const lost = written.losses.filter(({ what }) => what !== 'group.description')
    expect(lost).toEqual([])
    const described = doc.groups.map(({ description: _description, ...group }) => group)
    const expected = written.losses.length === 0 ? doc : { ...doc, groups: described }
    const form = (one: Doc) => canonicalForm({ ...plain(one), languageTags: [] })
    expect(form(back(written, read))).toBe(form(expected))
  })
})

/** A row of the CPV: code, check digit, text; codes with fewer zeros at the end are below those with more. */
function cpvRows(text: string): { code: string; name: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, code, name] = /^'(\d{8})';\d;'(.*)'\r?$/.exec(line) ?? []
    return code === undefined || name === undefined ? [] : [{ code, name }]
  })
}

/** The path of a code: those of its beginnings that are codes themselves. */
function cpvPath(code: string, names: ReadonlyMap<string, string>): string[] {
  const length = Math.max(2, code.replace(/0+$/, '').length)
  const path = Array.from({ length: 7 }, (_, at) => at + 2).flatMap((digits) => {
    const above = digits <= length ? names.get(code.slice(0, digits).padEnd(8, '0')) : undefined
    return above === undefined ? [] : [above]
  })
  return path.filter((name, at) => path.indexOf(name) === at)
}

/** Others' files, where they lie beside the repository. */
describe('files of others', () => {
  const file = (name: string) => dataBeside(`vocabularies/${name}`)
  const csvs = [
    ['ImportTermSet.csv', 12, []],
    ['GuidTermSet.csv', 2, []],
    ['UpdateTermSet.csv', 6, []],
  ] as const

  it.for(csvs)('%s is read and comes back', ([name, terms, faults], { skip }) => {
    const { url, missing } = file(name)
    if (missing !== undefined) return skip(missing)
    const doc = plain(readCsv(textOf(url, name), { file: name }))
    expect(codes(doc)).toEqual(faults)
    expect(allLabels(doc)).toHaveLength(terms)
    const written = writeSharePointCsv(doc, { ids: true })
    expect(isEqual(plain(back(written, readCsv)), doc)).toBe(true)
  })

  it('the CPV goes into a wide CSV and comes back: 9,453 codes, seven levels, quotes in names', ({ skip }) => {
    const { url, missing } = file('cpv-es.csv')
    if (missing !== undefined) return skip(missing)
    const rows = cpvRows(textOf(url, 'cpv-es.csv'))
    const names = new Map(rows.map(({ code, name }) => [code, `${code} ${name.replaceAll('"', '＂')}`]))
    const quoted = (fields: readonly string[]) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(';')
    const levels = [1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`)
    const lines = rows.map(({ code }) => {
      const path = cpvPath(code, names)
      return quoted(['', '', '', code, ...path, ...Array.from({ length: 7 - path.length }, () => '')])
    })
    const head = quoted(['Term Set Name', 'LCID', 'Kind', 'Property skos:notation', ...levels])
    const doc = readCsv([head, quoted(['CPV', '3082']), ...lines].join('\n'), { file: 'cpv.csv' })
    expect(codes(doc)).toEqual([])
    expect(allLabels(doc)).toHaveLength(rows.length)
    const own = plain(doc, 'es-ES')
    const written = writeWideCsv(own)
    expect(written.losses).toEqual([])
    expect(isEqual(plain(back(written, readCsv), 'es-ES'), own)).toBe(true)
  })
})
