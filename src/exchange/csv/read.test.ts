import { describe, expect, it } from 'vitest'
import type { NodeDoc, TermDoc } from '../document.ts'
import { type CsvReadOptions, readCsv } from './read.ts'

const header =
  'Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description,Level 1 Term,Level 2 Term,Level 3 Term,Level 4 Term,Level 5 Term,Level 6 Term,Level 7 Term\n'

function read(rows: string, options: Partial<CsvReadOptions> = {}) {
  const doc = readCsv(rows, { file: 'geo.csv', ...options })
  const sets = doc.groups.flatMap(({ sets }) => sets)
  const faults = doc.faults.map(({ code, at }) => `${code} ${at.line}${at.column === undefined ? '' : `:${at.column}`}`)
  return { doc, sets, set: sets[0], faults }
}

/** Labels by their indent, for a look at a tree. */
function tree(nodes: readonly NodeDoc[], indent = ''): string[] {
  return nodes.flatMap((node) => {
    const term = node.term as TermDoc
    const [label] = Object.values(term.labels ?? {})
    return [
      `${indent}${label?.default ?? node.kind}${node.refused ? ' refused' : ''}`,
      ...tree(node.children, `${indent}  `),
    ]
  })
}

function term(node: NodeDoc | undefined): TermDoc {
  return node?.term as TermDoc
}

describe('the CSV of SharePoint', () => {
  it('reads a bare set row, skips blank lines and takes short rows (case 1)', () => {
    const { set, faults } = read(`${header}Geo,,,,,,,,,,,\n\n,,,TRUE,,Europe\n`)
    expect(faults).toEqual([])
    expect(set).toMatchObject({ names: { '': 'Geo' }, complete: true, at: { file: 'geo.csv', line: 2, path: 'Geo' } })
    expect(set?.children).toEqual([
      {
        at: { file: 'geo.csv', line: 4, path: 'Geo/Europe' },
        kind: 'home',
        isAvailableForTagging: true,
        term: { labels: { '': { default: 'Europe' } } },
        children: [],
      },
    ])
  })

  it('keeps line breaks in quotes and refuses a word that is no boolean, with its line (case 2)', () => {
    const { set, faults } = read(`${header}Geo,,,,,,,,,,,\n,,,,"One\nsays ""hi"", ok",Europe\n,,,maybe,,Asia\n`)
    expect(faults).toEqual(['boolean 5'])
    expect(term(set?.children[0]).descriptions).toEqual({ '': 'One\nsays "hi", ok' })
    expect(tree(set?.children ?? [])).toEqual(['Europe', 'Asia refused'])
  })

  it('refuses a gap in the levels and makes no term of the row (case 3)', () => {
    const { doc, set, faults } = read(`${header}Geo\n,,,,,Europe,,Berlin\n`)
    expect(faults).toEqual(['gap 3'])
    expect(doc.faults[0]?.text).toContain('"Level 2 Term" is empty')
    expect(set?.children).toEqual([])
    expect(set?.complete).toBe(false)
  })

  it('joins rows of one path that differ by empty cells and refuses one that differs (case 4)', () => {
    const { set, faults } = read(`${header}Geo\n,,,TRUE,,A\n,,,,text,A\n,,,FALSE,,A\n`)
    expect(faults).toEqual(['twice 5'])
    expect(set?.children).toHaveLength(1)
    expect(set?.children[0]).toMatchObject({ isAvailableForTagging: true, term: { descriptions: { '': 'text' } } })
  })

  it('takes ids after the names, with and without braces (case 5)', () => {
    const { set } = read(
      `${header}Geo|{0000ABCD-0000-4000-8000-000000000009}\n,,,,,A|{00000000-0000-4000-8000-000000000002}\n,,,,,B|00000000-0000-4000-8000-000000000001\n,,,,,C|{00000000-0000-0000-0000-000000000000}\n`,
    )
    expect(set?.id).toBe('0000abcd-0000-4000-8000-000000000009')
    expect(set?.children.map((node) => term(node).id)).toEqual([
      '00000000-0000-4000-8000-000000000002',
      '00000000-0000-4000-8000-000000000001',
      undefined,
    ])
  })

  it('takes what the store keeps as one text for one term (case 6)', () => {
    const { set, faults } = read(`${header}Geo\n,,,,,R&D\n,,,,,R & D\n,,,,,R  ＆  D\n`)
    expect(faults).toEqual([])
    expect(tree(set?.children ?? [])).toEqual(['R&D', 'R & D'])
  })

  it('finds columns by name in any order and any case, and the delimiter', () => {
    const { set, faults } = read('level 2 term;LEVEL 1 TERM;Term  set name\n;;Geo\nB;A;\n')
    expect(tree(set?.children ?? [])).toEqual(['A', '  B'])
    expect(faults).toEqual(['parent-made 3'])
    const tabs = read('Term Set Name\tLevel 1 Term\nGeo\tA, b\n')
    expect(tree(tabs.set?.children ?? [])).toEqual(['A, b'])
  })

  it('goes by position where twelve columns have names in another language', () => {
    const names = 'Satz,Text,LCID,Verfügbar,Beschreibung,E1,E2,E3,E4,E5,E6,E7'
    expect(tree(read(`${names}\nGeo,,,wahr,,A\n`).set?.children ?? [])).toEqual(['A'])
    expect(read('Satz,Text\nGeo,\n').faults[0]).toBe('header 1')
    expect(read(`${names}\nGeo,,,,,A\n`, { header: 'names' }).faults[0]).toBe('header 1')
  })

  it('refuses a header with a column that is missing, unknown or there twice', () => {
    expect(read('Term Set Name,Level 1 Term,Colour\n').doc.faults[0]?.text).toContain("'Colour'")
    expect(read('Term Set Name,Level 1 Term,level 1 term\n').doc.faults[0]?.text).toContain('twice')
    expect(read('Term Set Name,LCID\n').doc.faults[0]?.text).toContain("'Level 1 Term' is missing")
    expect(read('').faults).toEqual(['header 1'])
  })

  it('makes parents that no row lists, and notes only those', () => {
    const { set, faults } = read(`${header}Geo\n,,,,,A,B,C\n,,,,,A\n`)
    expect(tree(set?.children ?? [])).toEqual(['A', '  B', '    C'])
    expect(faults).toEqual(['parent-made 3'])
    expect(term(set?.children[0]?.children[0]).labels).toEqual({ '': { default: 'B' } })
  })

  it('refuses rows with more fields than the header, unless they are empty', () => {
    const { set, faults } = read(`${header}Geo\n,,,,,A,,,,,,,,\n,,,,,Paris, Texas,,,,,,extra\n`)
    expect(faults).toEqual(['columns 4', 'parent-refused 4'])
    expect(tree(set?.children ?? [])).toEqual(['A', 'Paris refused', '  Texas refused'])
  })

  it('has languages by number, of the set and of single rows', () => {
    const { set } = read(
      `${header}Geo,,1031,,,\n,,,,Text,Europa|{00000000-0000-4000-8000-000000000001}\n,,1033,,text,Europe|{00000000-0000-4000-8000-000000000001}\n`,
    )
    expect(set?.names).toEqual({ '1031': 'Geo' })
    expect(term(set?.children[0])).toMatchObject({
      labels: { '1031': { default: 'Europa' }, '1033': { default: 'Europe' } },
      descriptions: { '1031': 'Text', '1033': 'text' },
    })
  })

  it.each(['de-DE', '99', '4096'])('refuses the set where the LCID is %s', (lcid) => {
    const { set, faults } = read(`${header}Geo,,${lcid},,,\n,,,,,A\n`)
    expect(faults).toEqual(['lcid 2'])
    expect(set?.refused).toBe(true)
  })

  it('refuses what is no GUID after a name, and a term at two places of a set', () => {
    const id = '{00000000-0000-4000-8000-000000000001}'
    const { set, faults } = read(`${header}Geo\n,,,,,A|{1}\n,,,,,B|${id}\n,,,,,C,B|${id}\n`)
    expect(faults).toEqual(['guid 3', 'twice-in-set 5', 'parent-refused 5'])
    expect(tree(set?.children ?? [])).toEqual(['A refused', 'B', 'C refused'])
  })

  it('reads several sets of a file, and an id that is there again as a reuse', () => {
    const id = '{00000000-0000-4000-8000-000000000001}'
    const { doc, sets } = read(`${header}Geo,,,,,A|${id}\nLoans\n,,,FALSE,again,A|${id}\ngeo,,,,,B\n`)
    expect(sets.map(({ names, children }) => [names[''], tree(children)])).toEqual([
      ['Geo', ['A', 'B']],
      ['Loans', ['reuse']],
    ])
    expect(sets[1]?.children[0]).toMatchObject({ isAvailableForTagging: false, term: { id: id.slice(1, -1) } })
    expect(doc.guessesKinds).toBe(true)
  })

  it('refuses rows before any set, unless the caller names it', () => {
    expect(read(`${header},,,,,A\n`).faults).toEqual(['parent-missing 2'])
    expect(read(`${header},,,,,A\n`, { set: 'Geo', group: 'World' }).doc.groups).toMatchObject([
      { name: 'World', sets: [{ names: { '': 'Geo' }, children: [{ at: { path: 'World/Geo/A' } }] }] },
    ])
  })

  it.each([
    ['a quote that is not closed', 'Geo,,,,"text,A\n\n', 'syntax 2:8'],
    ['text after a closing quote', 'Geo\n,,,,"text"s,A\n', 'syntax 3:11'],
    ['a quote within a field', 'Geo\n,,,,19" rack,A\n', 'syntax 3:7'],
  ])('stops at %s, with line and column', (_, rows, expected) => {
    const { doc, faults } = read(header + rows)
    expect(faults).toEqual([expected])
    expect(doc.groups).toEqual([])
  })

  it('counts CR, LF and CRLF, also where a file has all of them and blanks around quotes', () => {
    const rows = `${header}Geo\r\n,,,, "a\r\nb" ,A\r,,,,"\n",B\n,,,x,,C`
    const { set, faults } = read(rows)
    expect(faults).toEqual(['boolean 7'])
    expect(set?.children.map(({ at }) => at.line)).toEqual([3, 5, 7])
    expect(term(set?.children[0]).descriptions).toEqual({ '': 'a\r\nb' })
  })
})
