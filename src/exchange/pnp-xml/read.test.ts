/** Reading PnP XML: the rules of exchange.md §5.2, cases 11 to 15 of exchange.md §16, and files of others. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dataBeside } from '../../../test/_support/data-beside.ts'
import { isRef, type NodeDoc, type SetDoc } from '../document.ts'
import { readPnpXml } from './read.ts'
import type { PnpXmlOptions } from './reading.ts'
import { writePnpXml } from './write.ts'

const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

function inSets(sets: string): string {
  return `<p:TermGroups xmlns:p="http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema">
<p:TermGroup Name="G"><p:TermSets>${sets}</p:TermSets></p:TermGroup></p:TermGroups>`
}

function read(text: string, options: Partial<PnpXmlOptions> = {}) {
  return readPnpXml(text, { file: 'a.xml', defaultLanguage: 'en-US', ...options })
}

function setIn(terms: string, options: Partial<PnpXmlOptions> = {}) {
  const doc = read(inSets(`<p:TermSet Name="S"><p:Terms>\n${terms}</p:Terms></p:TermSet>`), options)
  return { doc, set: doc.groups[0]?.sets[0] as SetDoc, codes: doc.faults.map(({ code }) => code) }
}

function names(nodes: readonly NodeDoc[]): unknown[] {
  return nodes.map(({ term }) => (isRef(term) ? term : term.labels['1033']?.default))
}

describe('the cases of exchange.md §16', () => {
  it('11: takes numbered children as the order, and numbers all when it writes', () => {
    const term = (name: string, order: number) =>
      `<p:Term Name="${name}" ID="${guid(order + 1)}" CustomSortOrder="${order}"/>`
    const { doc, set } = setIn(term('B', 2) + term('A', 1) + term('X', 0) + term('C', 3))
    expect(names(set.children)).toEqual(['A', 'B', 'C', 'X'])
    expect(set.order).toBe(3)
    const { text, losses } = writePnpXml({ ...doc, defaultLanguageTag: 'en-US' })
    expect([...text.matchAll(/Name="(\w)".*CustomSortOrder="(\d)"/g)].map(([, name, order]) => [name, order])).toEqual([
      ['A', '1'],
      ['B', '2'],
      ['C', '3'],
      ['X', '4'],
    ])
    expect(losses).toEqual([{ what: 'order-partial', id: guid(1), path: 'S/X', count: 1 }])
  })

  it('12: reads a place before its source as a place', () => {
    const place = `<p:Term Name="T" ID="${guid(3)}" IsReused="true" IsSourceTerm="false"/>`
    const doc = read(
      inSets(
        `<p:TermSet Name="Loans"><p:Terms>${place}</p:Terms></p:TermSet>
         <p:TermSet Name="Media"><p:Terms><p:Term Name="T" ID="{${guid(3)}}"/></p:Terms></p:TermSet>`,
      ),
    )
    const [loans, media] = doc.groups[0]?.sets ?? []
    expect(loans?.children).toMatchObject([{ kind: 'reuse', term: { id: guid(3) }, children: [] }])
    expect(media?.children).toMatchObject([{ kind: 'home', term: { id: guid(3), labels: { 1033: { default: 'T' } } } }])
    expect(doc.faults).toEqual([])
  })

  it('13: refuses a second default label, and takes a lone label as the default of its language', () => {
    const label = (rest: string) => `<p:Term Name="Print">\n<p:Labels><p:Label ${rest}/></p:Labels></p:Term>`
    const two = setIn(label('Language="1033" Value="Printing" IsDefaultForLanguage="true"'))
    expect(two.doc.faults).toMatchObject([
      {
        code: 'two-defaults',
        severity: 'refused',
        at: { line: 3, path: 'S/Print' },
        text: expect.stringContaining('line 4:'),
      },
    ])
    expect(two.set.children[0]?.refused).toBe(true)
    const synonym = setIn(label('Language="1033" Value="Printing"'))
    expect(synonym.set.children[0]?.term).toEqual({ labels: { 1033: { default: 'Print', synonyms: ['Printing'] } } })
    const lone = setIn(label('Language="1031" Value="Druck"'))
    expect(lone.set.children[0]?.term).toMatchObject({ labels: { 1031: { default: 'Druck' } } })
    expect(lone.codes).toEqual(['assumed'])
    expect(writePnpXml(lone.doc, { defaultLanguage: 'en-US' }).text).toContain(
      'Value="Druck" IsDefaultForLanguage="true"',
    )
  })

  it('14: keeps a line end that is written as a reference, and only that', () => {
    const { set } = setIn('<p:Term Name="A" Description="a&#10;b"/><p:Term Name="B" Description="a\nb"/>')
    expect(set.children.map(({ term }) => !isRef(term) && term.descriptions)).toEqual([
      { 1033: 'a\nb' },
      { 1033: 'a b' },
    ])
    const { doc } = setIn('<p:Term Name="A" Description="a&#10;&#9;b"/>')
    expect(writePnpXml(doc).text).toContain('Description="a&#10;&#9;b"')
  })

  it('15: takes zeros for no id, and refuses a record whose name has a token without a value', () => {
    const zeros = setIn('<p:Term Name="A" ID="{00000000-0000-0000-0000-000000000000}"/>')
    expect(zeros.set.children[0]?.term).toEqual({ labels: { 1033: { default: 'A' } } })
    const property = '<p:CustomProperties><p:Property Key="k" Value="{parameter:Top}"/></p:CustomProperties>'
    const token = setIn(`<p:Term Name="{parameter:Top}">${property}</p:Term>`)
    expect(token.codes).toEqual(['token'])
    expect(token.set.children[0]).toMatchObject({ refused: true, term: { properties: { k: '{parameter:Top}' } } })
    const given = setIn(`<p:Term Name="{PARAMETER:top}">${property}</p:Term>`, { parameters: { Top: 'Roof' } })
    expect(given.codes).toEqual([])
    expect(given.set.children[0]?.term).toMatchObject({
      labels: { 1033: { default: 'Roof' } },
      properties: { k: 'Roof' },
    })
  })
})

describe('places', () => {
  const source = `<p:Term Name="T" ID="${guid(1)}"><p:Terms><p:Term Name="U" ID="${guid(2)}"/></p:Terms></p:Term>`
  const place = (rest: string, inside = '') =>
    `<p:TermSet Name="S"><p:Terms>${source}</p:Terms></p:TermSet>
     <p:TermSet Name="P"><p:Terms><p:Term Name="T" ID="${guid(1)}" IsReused="true" IsSourceTerm="false" ${rest}>${inside}</p:Term></p:Terms></p:TermSet>`
  const mirrored = (name: string, id: number) =>
    `<p:Terms><p:Term Name="${name}" ID="${guid(id)}" IsReused="true" IsSourceTerm="false" IsPinned="true"/></p:Terms>`

  it('compares what is below a pin with the source, and does not read it', () => {
    const same = read(inSets(place('IsPinned="true" IsPinnedRoot="true"', mirrored('U', 2))))
    expect(same.faults).toEqual([])
    expect(same.groups[0]?.sets[1]?.children).toMatchObject([{ kind: 'pin', term: { id: guid(1) }, children: [] }])
    const other = read(inSets(place('IsPinned="true" IsPinnedRoot="true"', mirrored('V', 7))))
    expect(other.faults).toMatchObject([{ code: 'mirror-differs', severity: 'warning', at: { path: 'P/T/V' } }])
  })

  it('takes a pinned term without a pinned root above it as a root', () => {
    const doc = read(inSets(place('IsPinned="true"')))
    expect(doc.groups[0]?.sets[1]?.children).toMatchObject([{ kind: 'pin' }])
    expect(doc.faults.map(({ code }) => code)).toEqual(['assumed'])
  })

  it('takes the branch where ReuseChildren says so, except where the file lists children', () => {
    const whole = read(inSets(place('ReuseChildren="true"')))
    expect(whole.groups[0]?.sets[1]?.children).toMatchObject([
      { kind: 'reuse', children: [{ kind: 'reuse', term: { id: guid(2) }, children: [] }] },
    ])
    const foreign = setIn(
      `<p:Term Name="T" ID="${guid(9)}" IsReused="true" IsSourceTerm="false" ReuseChildren="true"/>`,
    )
    expect(foreign.set.children).toMatchObject([{ kind: 'reuse', withBranch: true, children: [] }])
    expect(foreign.codes).toEqual(['lost'])
    const own = read(inSets(place('ReuseChildren="true"', '<p:Terms><p:Term Name="New"/></p:Terms>')))
    const [node] = own.groups[0]?.sets[1]?.children ?? []
    expect(node?.withBranch).toBeUndefined()
    expect(node?.children).toMatchObject([{ kind: 'home', term: { labels: { 1033: { default: 'New' } } } }])
  })

  it('takes an id that comes again in another set for a place, and in the same place for the same record', () => {
    const again = read(
      inSets(`<p:TermSet Name="S"><p:Terms>${source}</p:Terms></p:TermSet>
              <p:TermSet Name="P"><p:Terms><p:Term Name="T" ID="${guid(1)}"/></p:Terms></p:TermSet>`),
    )
    expect(again.groups[0]?.sets[1]?.children).toMatchObject([{ kind: 'reuse', term: { id: guid(1) } }])
    const joined = setIn(`${source}<p:Term Name="T" ID="${guid(1)}"><p:Terms><p:Term Name="W"/></p:Terms></p:Term>`)
    expect(joined.set.children).toHaveLength(1)
    expect(names(joined.set.children[0]?.children ?? [])).toEqual(['U', 'W'])
    expect(setIn(`${source}<p:Term Name="Other" ID="${guid(1)}"/>`).codes).toEqual(['twice'])
  })

  it('cannot read a place without an id', () => {
    const { codes, set } = setIn('<p:Term Name="T" IsReused="true" IsSourceTerm="false"/>')
    expect(codes).toEqual(['source-missing'])
    expect(set.children).toEqual([])
  })
})

describe('attributes', () => {
  it('reads a file in the shape of the schema', () => {
    const text = readFileSync(new URL('../../../test/exchange/fixtures/library.xml', import.meta.url), 'utf8')
    const doc = read(text)
    const [loans, media] = doc.groups[0]?.sets ?? []
    expect(doc.groups[0]).toMatchObject({ name: 'Library', managers: ['ann@example.org'], complete: false })
    expect(loans?.children).toMatchObject([{ kind: 'pin', children: [] }])
    expect(media).toMatchObject({ isOpen: true, isAvailableForTagging: true, owner: 'bo@example.org', order: 2 })
    expect(media?.properties).toEqual({ code: '007' })
    expect(names(media?.children ?? [])).toEqual(['Print', 'Sound', 'Film'])
    expect(media?.children[0]).toMatchObject({
      at: { line: 24, column: 11, path: 'Media/Print' },
      localProperties: { shelf: 'A' },
      term: {
        labels: {
          1033: { default: 'Print', synonyms: ['Paper'] },
          1031: { default: 'Druck' },
          1058: { default: 'Друк' },
        },
        descriptions: { 1033: 'On paper\nor card' },
      },
      children: [{ isAvailableForTagging: false, term: { isDeprecated: true } }],
    })
    expect(doc.faults.map(({ code }) => code)).toEqual(['assumed'])
  })

  it.each([
    ['<p:Term Name="A" ID="12"/>', 'guid'],
    ['<p:Term Name="A" IsDeprecated="maybe"/>', 'boolean'],
    ['<p:Term Name="A" Language="English"/>', 'lcid'],
    ['<p:Term Name="A" Language="4096"/>', 'lcid'],
    ['<p:Term Name=" "/>', 'empty-label'],
  ])('refuses the record %s', (term, code) => {
    const { codes, set } = setIn(term)
    expect(codes).toEqual([code])
    expect(set.children[0]?.refused).toBe(true)
  })

  it('names each unknown attribute and element once', () => {
    const { doc } = setIn('<p:Term Name="A" Colour="red"/><p:Term Name="B" Colour="blue"><p:Notes/></p:Term>')
    expect(doc.faults.map(({ code, text }) => [code, text])).toEqual([
      ['unknown-member', "line 3: Term has an attribute 'Colour', which is not read."],
      ['unknown-member', "line 3: Notes has an element 'Notes', which is not read."],
    ])
  })

  it('reads the language of names from the term, its set and the caller', () => {
    const doc = read(
      inSets(`<p:TermSet Name="S" Language="1043"><p:Terms><p:Term Name="A"/><p:Term Name="B" Language="1031"/></p:Terms></p:TermSet>
              <p:TermSet Name="T"><p:Terms><p:Term Name="C"/></p:Terms></p:TermSet>`),
      { defaultLanguage: 'nb-NO' },
    )
    const tags = doc.groups[0]?.sets.map(({ names: own, children }) => [
      Object.keys(own),
      ...children.map(({ term }) => !isRef(term) && Object.keys(term.labels)),
    ])
    expect(tags).toEqual([
      [['1043'], ['1043'], ['1031']],
      [['1044'], ['1044']],
    ])
  })

  it('takes the order of the file on demand', () => {
    const { set } = setIn('<p:Term Name="B"/><p:Term Name="A"/>', { order: 'file' })
    expect(set.order).toBe(2)
    expect(names(set.children)).toEqual(['B', 'A'])
  })

  it("knows the site's group by its token or its flag", () => {
    const group = (attributes: string) =>
      `<p:TermGroups xmlns:p="http://schemas.dev.office.com/PnP/2021/03/ProvisioningSchema"><p:TermGroup ${attributes} Description="x"><p:TermSets><p:TermSet Name="S"/></p:TermSets></p:TermGroup></p:TermGroups>`
    const tokens = { sitecollectiontermgroupname: 'Site Collection - x' }
    const known = read(group('Name="{sitecollectiontermgroupname}"'), { tokens, siteId: guid(9) })
    expect(known.groups).toMatchObject([{ name: 'Site Collection - x', scope: 'siteCollection', siteId: guid(9) }])
    expect(known.groups[0]?.description).toBeUndefined()
    const unknown = read(group('Name="{sitecollectiontermgroupname}"'))
    expect(unknown.faults.map(({ code }) => code)).toEqual(['token'])
    expect(unknown.groups[0]?.sets[0]?.refused).toBe(true)
  })
})

describe('what is not well-formed', () => {
  const root = 'xmlns="http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema"'
  it.each([
    ['an unclosed element', `<TermGroups ${root}>\n<TermGroup Name="G">`, 'syntax', 2],
    ['an unknown entity', `<TermGroups ${root}>\n<TermGroup Name="&nbsp;"/></TermGroups>`, 'syntax', 2],
    ['a definition of entities', `<!DOCTYPE x [<!ENTITY a "b">]>\n<TermGroups ${root}/>`, 'syntax', 1],
    ['nesting', `<TermGroups ${root}>${'<a>'.repeat(64)}${'</a>'.repeat(64)}</TermGroups>`, 'limit', 1],
    ['another vocabulary', '<TermGroups/>', 'format-unknown', 1],
    ['nothing', '', 'syntax', 1],
  ])('stops at %s', (_what, text, code, line) => {
    const doc = read(text)
    expect(doc.groups).toEqual([])
    expect(doc.faults).toMatchObject([{ code, at: { line } }])
  })

  it('reads a DOCTYPE without definitions, a byte order mark, and a newer schema with a note', () => {
    const text = `\ufeff<!DOCTYPE TermGroups>\n<TermGroups ${root.replace('2022/09', '2031/01')}/>`
    expect(read(text).faults.map(({ code }) => code)).toEqual(['assumed'])
  })
})

describe('files of others', () => {
  it.for([
    ['prosjektportalen-Taxonomy.xml', 'nb-NO', 7, 136],
    ['prosjektportalen-TaxonomyBA.xml', 'nb-NO', 2, 14],
    ['termgroup_add.xml', 'en-US', 4, 17],
  ] as const)('reads %s', ([name, defaultLanguage, sets, terms], { skip }) => {
    const { url, missing } = dataBeside(`vocabularies/${name}`)
    if (missing !== undefined) skip(missing)
    const doc = read(readFileSync(url, 'utf8'), { defaultLanguage, tokens: { sitecollectiontermgroupname: 'Site' } })
    const count = (nodes: readonly NodeDoc[]): number =>
      nodes.reduce((sum, { children }) => sum + 1 + count(children), 0)
    const all = doc.groups.flatMap((group) => group.sets)
    expect(doc.faults.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect([all.length, all.reduce((sum, { children }) => sum + count(children), 0)]).toEqual([sets, terms])
  })
})
