import { describe, expect, it } from 'vitest'
import type { Doc, NodeDoc, SetDoc, TermDoc } from '../document.ts'
import { type CsvReadOptions, readCsv } from './read.ts'
import { type CsvWriteOptions, writeSharePointCsv } from './write-sharepoint.ts'
import { writeWideCsv } from './write-wide.ts'

const at = { file: '', line: 0, path: '' }

function id(n: number): string {
  return `0000000a-0000-4000-8000-00000000000${n}`
}

function term(name: string, more: Partial<TermDoc> = {}, place: Partial<NodeDoc> = {}): NodeDoc {
  return { at, kind: 'home', term: { labels: { 'en-US': { default: name } }, ...more }, children: [], ...place }
}

function docOf(children: readonly NodeDoc[], more: Partial<SetDoc> = {}): Doc {
  const set = { at, names: { 'en-US': 'Geo' }, complete: true, ...more, children }
  return { defaultLanguageTag: 'en-US', groups: [{ at, name: 'World', complete: true, sets: [set] }], faults: [] }
}

function rows(doc: Doc, options: CsvWriteOptions = {}): string[] {
  return writeSharePointCsv(doc, options).text.split('\r\n').slice(1, -1)
}

describe('the CSV of SharePoint, written', () => {
  it('has a row of the set, then its terms, all fields quoted (case 1)', () => {
    const { text, encoding } = writeSharePointCsv(docOf([term('Europe')]))
    expect(encoding).toBe('utf-8-bom')
    expect(text.split('\r\n')).toEqual([
      '"Term Set Name","Term Set Description","LCID","Available for Tagging","Term Description","Level 1 Term","Level 2 Term","Level 3 Term","Level 4 Term","Level 5 Term","Level 6 Term","Level 7 Term"',
      '"Geo","","1033","","","","","","","","",""',
      '"","","","True","","Europe","","","","","",""',
      '',
    ])
  })

  it('has the first term on the row of the set when asked, and ids in capitals and braces', () => {
    const doc = docOf([term('B', { id: id(2) }), term('A', { id: id(1) }, { isAvailableForTagging: false })], {
      id: id(9),
    })
    expect(rows(doc, { rowStyle: 'term', ids: true })).toEqual([
      '"Geo|{0000000A-0000-4000-8000-000000000009}","","1033","False","","A|{0000000A-0000-4000-8000-000000000001}","","","","","",""',
      '"","","","True","","B|{0000000A-0000-4000-8000-000000000002}","","","","","",""',
    ])
  })

  it('writes the language that is asked for, and lists terms that have no label in it', () => {
    const labels = { 'en-US': { default: 'Water' }, 'de-DE': { default: 'Wasser', synonyms: ['Gewässer'] } }
    const doc = docOf([term('', { labels }), term('Air')], { names: { 'en-US': 'Geo', 'de-DE': 'Erde' } })
    const { text, losses } = writeSharePointCsv(doc, { languageTag: 'de-DE' })
    expect(text).toContain('"Erde","","1031"')
    expect(text).toMatch(/"Air".*"Wasser"/s)
    expect(losses.map(({ what, value }) => `${what} ${value ?? ''}`)).toEqual([
      ...[
        'group ',
        'set.names Geo',
        'labels.default Air',
        'labels.default Water',
        'labels.shown Air',
        'labels.synonym Gewässer',
      ],
    ])
  })

  it('keeps order, pins and mirrors as rows, and lists what they were', () => {
    const home = term('B', { id: id(1) }, { children: [term('C', { id: id(2) })] })
    const doc = docOf([home, term('A', { id: id(3) })], { order: 1 })
    const [group] = doc.groups
    const pin: NodeDoc = { at, kind: 'pin', term: { id: id(1) }, children: [] }
    const loans = { at, names: { 'en-US': 'Loans' }, complete: true, children: [pin] }
    const both = { ...doc, groups: group === undefined ? [] : [{ ...group, sets: [...group.sets, loans] }] }
    const { text, losses } = writeSharePointCsv(both)
    expect(
      text
        .split('\r\n')
        .map((row) => row.replaceAll('"', '').replaceAll(/^,+|,+$/g, ''))
        .slice(1, -1),
    ).toEqual([...['Geo,,1033', 'True,,B', 'True,,B,C', 'True,,A', 'Loans,,1033', 'True,,B', 'True,,B,C']])
    expect(losses.map(({ what }) => what)).toContain('kind.pin')
    expect(losses.filter(({ what }) => what === 'order')).toMatchObject([{ path: 'World/Geo' }])
    const only = writeSharePointCsv(both, { only: loans as SetDoc })
    expect(only.text.split('\r\n')).toHaveLength(5)
  })

  it('has one set of a name where nothing tells two apart, and lists the other', () => {
    const sets = [1, 2].map((n): SetDoc => {
      const children = [term(`A${n}`)]
      return { at, id: id(n), names: { 'en-US': n === 1 ? 'Geo' : 'GEO' }, complete: true, children }
    })
    const groups = sets.map((set, index) => ({ at, name: `G${index}`, complete: true, sets: [set] }))
    const doc: Doc = { defaultLanguageTag: 'en-US', groups, faults: [] }
    const { text, losses } = writeSharePointCsv(doc)
    expect(text).not.toContain('A2')
    expect(losses.filter(({ what }) => what === 'set')).toMatchObject([{ id: id(2), path: 'G1/GEO' }])
    expect(writeSharePointCsv(doc, { ids: true }).text).toContain('A2')
  })

  it.each([
    ['a name that PnP would cut', term('x'.repeat(256)), 'long-name'],
    ['a name that begins with a quote', term('"x'), 'char'],
    ['a description with a tab', term('x', { descriptions: { 'en-US': 'a\tb' } }), 'tab'],
  ])('refuses for PnP %s', (_, node, code) => {
    const { text, faults } = writeSharePointCsv(docOf([node]), { for: 'pnp' })
    expect(faults.map((one) => one.code)).toEqual([code])
    expect(text).toBe('')
    expect(writeSharePointCsv(docOf([node])).faults).toEqual([])
  })

  it('has descriptions on one line for PnP, and lists them', () => {
    const doc = docOf([term('A', { descriptions: { 'en-US': 'a\r\nb' } })], { description: 'c\nd' })
    const { text, losses } = writeSharePointCsv(doc, { for: 'pnp' })
    expect(text).toContain('"a b"')
    expect(text).toContain('"c d"')
    expect(losses.filter(({ what }) => what === 'descriptions.lines')).toHaveLength(2)
  })

  it('leaves out what is deeper than seven levels, and lists it', () => {
    const deep = Array.from({ length: 8 }, (_, at) => 8 - at).reduce<NodeDoc[]>(
      (children, level) => [term(String(level), {}, { children })],
      [],
    )
    const { text, losses } = writeSharePointCsv(docOf(deep))
    expect(text).toContain('"1","2","3","4","5","6","7"')
    expect(losses.filter(({ what }) => what === 'term').map(({ path }) => path)).toEqual(['World/Geo/1/2/3/4/5/6/7/8'])
  })
})

function readWide(text: string, options: Partial<CsvReadOptions> = {}) {
  const doc = readCsv(text, { file: 'x.csv', ...options })
  const [group] = doc.groups
  const [set] = group?.sets ?? []
  return {
    doc,
    group,
    set,
    first: set?.children[0],
    codes: doc.faults.map(({ code, at: { line } }) => `${code} ${line}`),
  }
}

describe('the wide CSV', () => {
  it('has the columns that its document needs, and no others', () => {
    const plain = writeWideCsv(docOf([term('A', { id: id(1) })])).text.split('\r\n')[0]
    expect(plain?.split(',').slice(12).join(' ')).toBe('"Group" "Group Id" "Term Set Id" "Term Id" "Kind"')
    const labels = { 'en-US': { default: 'A', synonyms: ['B', 'C'] }, 'de-DE': { default: 'Ä' } }
    const more = { labels, properties: { 'a,b': '1' }, isDeprecated: true, replacedBy: { id: id(2) } }
    const { text } = writeWideCsv(docOf([term('', more), term('D', { id: id(2) })], { order: 1 }))
    const [header, , row] = text.split('\r\n')
    expect(header?.split('","').slice(17).join(' ')).toBe(
      'Label de-DE Synonyms en-US Property a,b Deprecated Replaced By Order"',
    )
    expect(row?.split('","').slice(17)).toEqual(['Ä', 'B;C', '1', 'True', id(2), '1"'])
  })

  it('takes an empty cell for "unchanged", or for "none" when told so', () => {
    const text =
      'Term Set Name,Level 1 Term,Term Id,Synonyms en-US,Property x,Replaced By,Available for Tagging\nGeo\n,A,,,,,\n'
    const kept = readWide(text).first?.term as TermDoc
    expect(kept).toEqual({ labels: { '': { default: 'A' } } })
    const cleared = readWide(text, { blank: 'clears' }).first
    expect(cleared?.term).toEqual({
      labels: { '': { default: 'A' }, 'en-US': { synonyms: [] } },
      ...{ properties: { x: '' }, replacedBy: null },
    })
    expect(cleared?.isAvailableForTagging).toBeUndefined()
  })

  it('has places by kind and id, in the order of their numbers', () => {
    const text = `Term Set Name,Level 1 Term,Kind,Term Id,Order,Local Property shelf\nGeo\n,C,,,,\n,B,pin,{${id(1)}},2,x\n,A,reuse,${id(2)},1,\n`
    const { set, codes, doc } = readWide(text)
    expect(codes).toEqual([])
    expect(doc.guessesKinds).toBeUndefined()
    expect(set?.order).toBe(2)
    expect(set?.children.map(({ kind }) => kind)).toEqual(['reuse', 'pin', 'home'])
    expect(set?.children[1]).toMatchObject({ term: { id: id(1) }, localProperties: { shelf: 'x' } })
  })

  it('refuses places without an id, unknown kinds, numbers and ids, with their lines', () => {
    const text = `Term Set Name,Level 1 Term,Kind,Term Id,Order,Replaced By\nGeo\n,A,pin,,,\n,B,mirror,,,\n,C,,,first,\n,D,,7,,\n,E,,,,x\n`
    const { set, codes } = readWide(text)
    expect(codes).toEqual(['value 4', 'value 5', 'guid 6', 'guid 7', 'guid 3'])
    expect(set?.children.every(({ refused }) => refused)).toBe(true)
  })

  it('says what a row cannot hold', () => {
    const text = `Term Set Name,Level 1 Term,Kind,Term Id,Property x,Open,Deprecated\nGeo,,,,,,true\n,A,pin,${id(1)},y,,\n,B,,,,true,\n`
    expect(readWide(text).codes).toEqual(['lost 2', 'lost 4', 'lost 3'])
  })

  it('has groups, also empty ones, and members of the set on its row', () => {
    const text = `Group,Group Id,Term Set Name,Term Set Id,Kind,Level 1 Term,Open,Owner,Stakeholders,Label de-DE,LCID\nWorld,${id(8)},Geo,${id(9)},,,yes,ann,a; b,Erde,1033\n,,,,,A,,bo,,,\nEmpty\n`
    const { doc, set, codes } = readWide(text)
    expect(codes).toEqual([])
    expect(doc.groups.map(({ name, id: own, sets }) => [name, own, sets.length])).toEqual([
      ['World', id(8), 1],
      ['Empty', undefined, 0],
    ])
    expect(set).toMatchObject({
      ...{
        id: id(9),
        names: { 'en-US': 'Geo', 'de-DE': 'Erde' },
        isOpen: true,
        owner: 'ann',
        stakeholders: ['a', 'b'],
      },
      children: [{ term: { owner: 'bo' } }],
    })
  })

  it('takes levels for paths only where a column has the labels of their language', () => {
    const text =
      'Term Set Name,LCID,Level 1 Term,Kind,Label en-US,Label de-DE\nGeo,1033\n,,Luft,,,Luft\n,,Water,,Waters,\n'
    const { set } = readWide(text)
    expect(set?.children.map((node) => (node.term as TermDoc).labels)).toEqual([
      { 'de-DE': { default: 'Luft' } },
      { 'en-US': { default: 'Waters' } },
    ])
  })

  it('marks what spreadsheets take for formulas, and takes the mark off again', () => {
    const doc = docOf([term('=A1'), term("'s"), term('plain')])
    const { text } = writeWideCsv(doc, { excelSafe: true })
    expect(text).toContain('"\'=A1"')
    expect(text).toContain('"\'\'s"')
    const { set } = readWide(text, { excelSafe: true })
    expect(set?.children.map((node) => (node.term as TermDoc).labels['en-US']?.default)).toEqual(["'s", '=A1', 'plain'])
    expect(writeWideCsv(doc).text).toContain('"=A1"')
  })
})
