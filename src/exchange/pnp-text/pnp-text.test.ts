import { describe, expect, it } from 'vitest'
import { forDocuments } from '../../../test/_support/documents.ts'
import { lessLosses } from '../../../test/_support/less.ts'
import { canonicalForm } from '../doc/canonical.ts'
import { withPlainTags } from '../doc/language-tags.ts'
import type { Doc, NodeDoc, TermDoc } from '../document.ts'
import { decode, encode } from '../files/decode.ts'
import { type PnpTextReadOptions, readPnpText } from './read.ts'
import { writePnpText } from './write.ts'

function read(text: string, options: Partial<PnpTextReadOptions> = {}): Doc {
  return readPnpText(text, { file: 'x.txt', ...options })
}

function tree(nodes: readonly NodeDoc[], indent = ''): string[] {
  return nodes.flatMap(({ term, children }) => {
    const { labels = {}, properties = {} } = term as TermDoc
    const notation = properties['skos:notation']
    const label = Object.values(labels)[0]?.default ?? 'reuse'
    return [`${indent}${label}${notation === undefined ? '' : ` [${notation}]`}`, ...tree(children, `${indent}  `)]
  })
}

function trees(doc: Doc): string[] {
  return doc.groups.flatMap(({ name, sets }) => [
    name,
    ...sets.flatMap(({ names, children }) => [` ${Object.values(names)[0]}`, ...tree(children, '  ')]),
  ])
}

function faults({ faults: all }: Doc): string[] {
  return all.map(({ code, at }) => `${code} ${at.line}`)
}

/** As it is written again. */
function again(doc: Doc, ids = false): string {
  return writePnpText({ ...doc, defaultLanguageTag: '' }, { ids }).text.replaceAll('\r\n', '\n')
}

describe('the text of PnP', () => {
  it('takes a comma for a part of the name, quoted or not, and quotes both when it writes (case 7)', () => {
    const doc = read('G|S|"Paris, Texas"|Sub\nG|S|Lyon, France\n')
    expect(trees(doc)).toEqual(['G', ' S', '  Paris, Texas', '    Sub', '  Lyon, France'])
    expect(faults(doc)).toEqual(['parent-made 1'])
    expect(again(doc)).toBe('G|S|"Lyon, France"\nG|S|"Paris, Texas"\nG|S|"Paris, Texas"|Sub\n')
  })

  it('takes the outer quotes off where there is a comma, and keeps the others (case 8)', () => {
    const doc = read('G|S|"Big"\nG|S|"Say ""x"", y"\n')
    expect(trees(doc)).toEqual(['G', ' S', '  ＂Big＂', '  Say ＂＂x＂＂, y'])
    expect(again(doc)).toBe('G|S|"Say ＂＂x＂＂, y"\nG|S|"Big"\n')
    expect(trees(read(again(doc))).toSorted()).toEqual(trees(doc).toSorted())
  })

  it('reads ids, with and without braces, and UTF-16 (case 9)', () => {
    const [a, b, g, s] = [1, 2, 8, 9].map((n) => `00000000-0000-4000-8000-00000000000${n}`)
    const bytes = encode(`G;#${g}|S;#{${s}}|A;#${a?.toUpperCase()}|B;#${b}\r\n`, 'utf-16')
    const decoded = decode(bytes, { file: 'x.txt' })
    const doc = read('text' in decoded && 'encoding' in decoded ? decoded.text : '')
    expect(doc.groups[0]).toMatchObject({
      id: g,
      sets: [{ id: s, children: [{ term: { id: a }, children: [{ term: { id: b } }] }] }],
    })
    expect(faults(doc)).toEqual(['parent-made 1'])
    const above = `G;#${g}|S;#${s}|A;#${a}`
    expect(again(doc, true)).toBe(`${above}\n${above}|B;#${b}\n`)
    expect(again(read('G|S\nH'))).toBe('G|S\nH\n')
  })

  it('reads more than seven levels, which the plan refuses or mends (case 10)', () => {
    const doc = read('G|S|1|2|3|4|5|6|7|8')
    expect(trees(doc)).toHaveLength(10)
  })

  it('reads other delimiters, comments, codes in front and files that begin at the first level', () => {
    const google = '# Google_Product_Taxonomy_Version: 2021-09-21\n537 - Baby\n5859 - Baby > Toys, Balls\n\n'
    const options = { comments: true, delimiter: ' > ', leadingCode: ' - ', group: 'G', set: 'S' }
    const doc = read(google, options)
    expect(trees(doc)).toEqual(['G', ' S', '  Baby [537]', '    Toys, Balls [5859]'])
    expect(faults(doc)).toEqual([])
    expect(trees(read('S|A', { group: 'G' }))).toEqual(['G', ' S', '  A'])
    expect(trees(read('#1|S'))).toEqual(['#1', ' S'])
  })

  it('makes groups and sets of short lines, and takes repeated lines once', () => {
    const doc = read('G\nG|S\nH\ng|s|R & D\nG|S|R&D\nG|S|R  ＆ D|\n')
    expect(trees(doc)).toEqual(['G', ' S', '  R ＆ D', '  R＆D', 'H'])
    expect(faults(doc)).toEqual([])
    expect(doc.groups[0]?.sets[0]?.complete).toBe(true)
  })

  it('refuses lines with an empty name or an id that is none, and does not call the set complete then', () => {
    const doc = read('G|S|A;#1\nG|S||B\nG|S|C')
    expect(faults(doc)).toEqual(['guid 1', 'gap 2'])
    expect(trees(doc)).toEqual(['G', ' S', '  C'])
    expect(doc.groups[0]?.sets[0]?.complete).toBe(false)
    expect(faults(read('a', { delimiter: ';#' }))).toEqual(['syntax 1'])
  })

  it('leaves out deprecated terms with their branch, and lists them', () => {
    const { groups } = read('G|S|A|B\nG|S|C')
    const [group] = groups
    const [set] = group?.sets ?? []
    const [a, c] = set?.children ?? []
    if (group === undefined || set === undefined || a === undefined || c === undefined) throw new Error('no terms')
    const old = { ...a, term: { ...(a.term as TermDoc), isDeprecated: true } }
    const doc: Doc = {
      defaultLanguageTag: '',
      groups: [{ ...group, sets: [{ ...set, children: [old, c] }] }],
      faults: [],
    }
    const { text, losses } = writePnpText(doc, { withoutDeprecated: true })
    expect(text).toBe('G|S|C\r\n')
    expect(losses.map(({ what, path }) => `${what} ${path}`)).toEqual(['term G/S/A', 'term G/S/A/B'])
  })

  it('leaves out names that hold the delimiter, and lists them', () => {
    const doc = { ...read('G|S|A - B|C\nG|S|D\nG|T - U|E\nH - I|S'), defaultLanguageTag: '' }
    const { text, losses } = writePnpText(doc, { delimiter: ' - ' })
    expect(text.split('\r\n')).toEqual(['G - S - D', ''])
    expect(losses.map(({ what, path }) => `${what} ${path}`).toSorted()).toEqual([
      ...['group H - I', 'set G/T - U', 'term G/S/A - B', 'term G/S/A - B/C'],
    ])
  })

  it.each([false, true])('holds a document less what the losses say (ids: %s)', (ids) => {
    forDocuments({ runs: 80, withoutDefault: ids }, (doc) => {
      const tag = 'en-US'
      const { text, losses } = writePnpText(doc, { ids })
      const back = read(text)
      expect(back.faults).toEqual([])
      const less = lessLosses(doc, { losses, tag, ids, guessesKinds: true, availability: false })
      expect(less.unused).toEqual([])
      const shown = (one: Doc) =>
        JSON.stringify(JSON.parse(canonicalForm({ ...withPlainTags(one, tag), languageTags: [] })), undefined, 1)
      expect(shown(back)).toBe(shown(less.doc))
    })
  })
})
