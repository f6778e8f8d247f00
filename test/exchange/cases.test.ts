/** The round-trip cases of exchange.md §16 that pass a store. *Back*: what is exported plans nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { importsOver, queryOf } from '../_support/imports.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
  await server.send('PATCH', '/v1.0/termStore', { languageTags: ['en-US', 'de-DE'] })
})

afterAll(() => server.close())

const H = ['Term Set Name', 'Term Set Description', 'LCID', 'Available for Tagging', 'Term Description']
  .concat([1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`))
  .join(',')

function G(number: number): string {
  return `0c000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

const { ask, plan, load, back, labelsOf } = importsOver(() => server)

const csv = { format: 'sharepoint-csv' }

describe('the cases of exchange.md §16', () => {
  it('1: a bare set row, a blank line, a short row', async () => {
    const group = { ...csv, group: 'Case 1' }
    await load(`${H}\nGeo,,,,,,,,,,,\n\n,,,TRUE,,Europe\n`, group)
    const text = await back({ ...csv, set: 'Case 1/Geo' })
    expect(text).toContain('"Geo","","1033","","","","","","","","",""')
    expect(text).toContain('"","","","True","","Europe","","","","","",""')
  })

  it('2: a line break inside quotes keeps the lines of later records', async () => {
    const made = await load(
      `${H}\nGeo,,,,,,,,,,,\n,,,,"One\nsays ""hi"", ok",Europe\n,,,maybe,,Asia\n`,
      { ...csv, group: 'Case 2' },
      true,
    )
    expect(made.records.filter(({ action }) => action === 'refused')).toMatchObject([
      { at: { line: 5 }, faults: [{ code: 'boolean' }] },
    ])
    expect(await back({ ...csv, set: 'Case 2/Geo' })).toContain('One\nsays ""hi"", ok')
  })

  it('3: a gap in the levels', async () => {
    const made = await plan(`${H}\nGeo,,,,,,,,,,,\n,,,,,Europe,,Berlin\n`, { ...csv, group: 'Case 3' })
    expect(JSON.stringify(made.records.concat())).not.toContain('"to":"Europe"')
    expect([...made.faults, ...made.remarks].join()).toContain('gap')
  })

  it('4: one path three times', async () => {
    const rows = `${H}\nThrice,,,,\n,,,TRUE,,A\n,,,,text,A\n,,,FALSE,,A\n`
    const made = await load(rows, { ...csv, group: 'Case 4' }, true)
    expect(made.text).toContain('"code":"twice","severity":"refused","at":{"file":"the file","line":5,')
    expect(await back({ ...csv, set: 'Case 4/Thrice' })).toContain('"","","","True","text","A"')
  })

  it('5: siblings swap names', async () => {
    const query = { ...csv, group: 'Case 5' }
    await load(`${H}\nSwap,,,,\n,,,,,A|{${G(1)}}\n,,,,,B|{${G(2)}}\n`, query)
    const made = await load(`${H}\nSwap,,,,\n,,,,,A|{${G(2)}}\n,,,,,B|{${G(1)}}\n`, query)
    expect(made.actions).toEqual(['update Swap/A', 'update Swap/B'])
    await back({ ...csv, ids: 'true', set: 'Case 5/Swap' })
  })

  it('6: ampersands', async () => {
    await load(`${H}\nAmp,,,,\n,,,,,R&D\n,,,,,R & D\n,,,,,R  ＆  D\n`, { ...csv, group: 'Case 6' })
    expect(await labelsOf('Amp')).toEqual(['R ＆ D', 'R＆D'])
    await back({ ...csv, set: 'Case 6/Amp' })
    expect(await back({ format: 'turtle', set: 'Case 6/Amp' })).toContain('"R & D"')
  })

  it('7 and 8: commas and quotes of PnP’s text', async () => {
    const text = 'Case 7|S7|"Paris, Texas"|Sub\nCase 7|S7|Lyon, France\nCase 7|S7|"Big"\nCase 7|S7|"Say ""x"", y"\n'
    await load(text, { format: 'pnp-text' })
    expect(await labelsOf('S7')).toEqual(['Lyon, France', 'Paris, Texas', 'Say ＂＂x＂＂, y', 'Sub', '＂Big＂'])
    const out = await back({ format: 'pnp-text', set: 'Case 7/S7' })
    expect(out).toContain('"Lyon, France"')
    expect(out).toContain('|"Big"')
  })

  it('9: PnP’s text with ids, in UTF-16, without the line of a parent', async () => {
    const line = `Case 9;#${G(98)}|S9;#{${G(99)}}|A;#${G(91)}|B;#${G(92)}\r\n`
    await load(new Uint8Array(Buffer.from(`\ufeff${line}`, 'utf16le')), { format: 'pnp-text' })
    expect(await back({ format: 'pnp-text', ids: 'true', set: 'Case 9/S9' })).toContain(G(92))
  })

  it('10: eight levels', async () => {
    const text = 'Case 10|S10|1|2|3|4|5|6|7|8\n'
    expect((await plan(text, { format: 'pnp-text' })).faults.join()).toContain('level')
    await load(text, { format: 'pnp-text', fix: 'levels' })
    expect(await labelsOf('S10')).toEqual([...'12345678'])
  })

  it('12: a place before its source, in PnP’s XML', async () => {
    const place = `<pnp:Term Name="Print" ID="{${G(3)}}" IsReused="true" IsSourceTerm="false" SourceTermId="{${G(3)}}"/>`
    const xml = (
      media: string,
    ) => `<pnp:TermGroups xmlns:pnp="http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema"><pnp:TermGroup Name="Case 12"><pnp:TermSets>
<pnp:TermSet Name="Loans 12"><pnp:Terms>${place}</pnp:Terms></pnp:TermSet>${media}</pnp:TermSets></pnp:TermGroup></pnp:TermGroups>`
    expect((await plan(xml(''), { format: 'pnp-xml' })).faults.join()).toContain('source-missing')
    const made = await load(
      xml(`<pnp:TermSet Name="Media 12"><pnp:Terms><pnp:Term Name="Print" ID="{${G(3)}}"/></pnp:Terms></pnp:TermSet>`),
      { format: 'pnp-xml' },
    )
    expect(made.actions.slice(-2).map((one) => one.split(' ')[0])).toEqual(['create', 'share'])
    expect(await labelsOf('Loans 12')).toEqual(['Print'])
  })

  it('16: languages of SKOS', async () => {
    const turtle = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix e: <https://example.org/case16/> .
e:s a skos:ConceptScheme ; skos:prefLabel "Colours"@en ; skos:hasTopConcept e:c .
e:c a skos:Concept ; skos:topConceptOf e:s ; skos:inScheme e:s ; skos:prefLabel "Color"@en, "Colour"@en-GB, "Farbe"@de .`
    const query = { format: 'turtle', group: 'Case 16' }
    expect((await plan(turtle, query)).faults.join()).toContain('language-missing')
    await load(turtle, { ...query, language: 'en-GB=en-US' })
    const text = await back({ format: 'turtle', set: 'Case 16/Colours' })
    expect(text).toContain('"Color"@en-US')
    expect(text).toContain('skos:altLabel "Colour"@en-US')
  })

  it('17 to 20: parents, schemes, deprecated concepts and cycles of SKOS', async () => {
    const prefixes = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix e: <https://example.org/case17/> .`
    const turtle = `${prefixes}
e:s1 a skos:ConceptScheme ; skos:prefLabel "Parents"@en . e:s2 a skos:ConceptScheme ; skos:prefLabel "Others"@en .
e:a a skos:Concept ; skos:topConceptOf e:s1 ; skos:prefLabel "A"@en . e:b a skos:Concept ; skos:topConceptOf e:s1 ; skos:prefLabel "B"@en .
e:x a skos:Concept ; skos:topConceptOf e:s2 ; skos:prefLabel "X"@en .
e:c a skos:Concept ; skos:inScheme e:s1, e:s2 ; skos:broader e:a, e:b, e:x ; skos:prefLabel "C"@en .
e:old a skos:Concept ; skos:inScheme e:s1 ; rdfs:label "Old"@en ; owl:deprecated true ; dct:isReplacedBy e:a .`
    const made = await load(turtle, { format: 'turtle', group: 'Case 17' })
    expect(made.remarks).toEqual(expect.arrayContaining(['second-parent', 'no-parent']))
    expect(await labelsOf('Parents')).toEqual(['A', 'B', 'C', 'Old'])
    expect(await labelsOf('Others')).toEqual(['C', 'X'])
    await back({ format: 'turtle', set: ['Case 17/Parents', 'Case 17/Others'] as never })
  })

  it('20: a cycle', async () => {
    const turtle = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix e: <https://example.org/case20/> .
e:s a skos:ConceptScheme ; skos:prefLabel "Circle"@en .
e:a a skos:Concept ; skos:inScheme e:s ; skos:prefLabel "A"@en ; skos:broader e:b .
e:b a skos:Concept ; skos:inScheme e:s ; skos:prefLabel "B"@en ; skos:broader e:a .`
    const made = await load(turtle, { format: 'turtle', group: 'Case 20' })
    expect(made.remarks.filter((code) => code === 'cycle')).toHaveLength(1)
    const [a] = JSON.parse(await ask('export?format=json&set=Case 20/Circle')).groups[0].sets[0].children
    expect(a).toMatchObject({
      labels: [{ name: 'A' }],
      properties: expect.arrayContaining([{ key: 'skos:broader', value: 'https://example.org/case20/b' }]),
      children: [{ labels: [{ name: 'B' }] }],
    })
    await back({ format: 'turtle', set: 'Case 20/Circle' })
  })

  it('21: a split subject, a base, escapes', async () => {
    const turtle = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @base <https://example.org/v/> .
<s> a skos:ConceptScheme ; skos:prefLabel "Split"@en . <a> a skos:Concept ; skos:topConceptOf <s> .
<a> skos:prefLabel "19\\" rack"@en .
<a> skos:notation "007" .`
    await load(turtle, { format: 'turtle', group: 'Case 21' })
    expect(await labelsOf('Split')).toEqual(['19＂ rack'])
    const text = await back({ format: 'turtle', set: 'Case 21/Split' })
    expect(text).toContain('"19\\" rack"@en-US')
    expect(text).toContain('"007"')
  })

  it('22: a pin with children, and the same as a reuse', async () => {
    const json = (kind: string, id: string) =>
      JSON.stringify({
        format: 'relata-taxonomy/1',
        groups: [
          {
            displayName: 'Case 22',
            sets: [
              {
                id: G(221),
                localizedNames: [{ name: 'Home 22', languageTag: 'en-US' }],
                children: [node(G(222), 'Print', [node(G(223), 'Map')])],
              },
              {
                id: id,
                localizedNames: [{ name: `Away ${kind}`, languageTag: 'en-US' }],
                children: [{ kind, id: G(222), children: [node(G(kind === 'pin' ? 224 : 225), 'Other')] }],
              },
            ],
          },
        ],
      })
    const node = (id: string, name: string, children: readonly unknown[] = []) => ({
      kind: 'home',
      id,
      labels: [{ name, languageTag: 'en-US', isDefault: true }],
      children,
    })
    const pinned = await load(json('pin', G(226)), { format: 'json' })
    expect(pinned.remarks).toContain('mirror-differs')
    expect(await labelsOf('Away pin')).toEqual(['Map', 'Print'])
    await load(json('reuse', G(227)), { format: 'json' })
    expect(await labelsOf('Away reuse')).toEqual(['Other', 'Print'])
    await back({ format: 'turtle', set: ['Case 22/Home 22', 'Case 22/Away reuse'] as never })
    await back({ format: 'json', set: 'Case 22/Away reuse' })
  })

  it('23: a merged id comes back', async () => {
    const json = JSON.stringify({
      format: 'relata-taxonomy/1',
      groups: [
        {
          displayName: 'Case 23',
          sets: [
            {
              id: G(231),
              localizedNames: [{ name: 'S23', languageTag: 'en-US' }],
              children: [
                {
                  kind: 'home',
                  id: G(232),
                  labels: [{ name: 'S', languageTag: 'en-US', isDefault: true }],
                  mergedTermIds: [G(237)],
                },
              ],
            },
          ],
        },
      ],
    })
    await load(json, { format: 'json' })
    const rows = `${H}\nS23,,,,\n,,,,,Old|{${G(237)}}\n`
    const query = { ...csv, group: 'Case 23' }
    const refused = await plan(rows, query)
    expect(refused.faults).toEqual(['merged-id S23/Old'])
    expect(refused.records.at(-1)?.faults[0]?.text).toContain(G(232))
    await load(rows, { ...query, followMerges: 'true' })
    expect(await labelsOf('S23')).toEqual(['S'])
    expect(await ask(`export?${queryOf({ set: 'Case 23/S23' })}`)).toContain('"name": "Old"')
  })

  it('24: a merge, and its undo', async () => {
    const label = (name: string, languageTag = 'en-US', isDefault = true) => ({ name, languageTag, isDefault })
    const car = [label('Car'), label('Automobile', 'en-US', false), label('Auto', 'de-DE')]
    const term = (id: string, labels: readonly object[]) => ({ kind: 'home', id, labels })
    const set = (id: string, name: string, children: readonly object[], more: object = {}) => ({
      id,
      localizedNames: [{ name, languageTag: 'en-US' }],
      children,
      ...more,
    })
    const terms = [term(G(243), [label('Bus')]), term(G(242), car), term(G(244), [label('Vehicle')])]
    const sets = [set(G(241), 'Cars', terms, { order: 3 }), set(G(245), 'Uses', [{ kind: 'reuse', id: G(242) }])]
    const text = JSON.stringify({ format: 'relata-taxonomy/1', groups: [{ displayName: 'Case 24', sets }] })
    await load(text, { format: 'json' })
    const digest = () => ask('export?format=json&group=Case 24')
    const before = await digest()
    const at = `/v1.0/termStore/sets/${G(241)}/terms`
    const merged = await server.send('POST', `${at}/${G(242)}/relata.merge`, { into: G(244) })
    expect(merged.status, merged.text).toBe(200)
    const { body } = await server.send('GET', `${at}/${G(242)}`)
    expect([body.id, body.labels]).toEqual([
      G(244),
      [label('Auto', 'de-DE'), label('Vehicle'), label('Car', 'en-US', false), label('Automobile', 'en-US', false)],
    ])
    expect(await labelsOf('Uses')).toEqual(['Auto'])
    const changeId = merged.headers.get('relata-change')
    expect((await server.send('POST', '/v1.0/termStore/relata.undo', { changeId })).status).toBe(200)
    expect(await digest()).toBe(before)
    expect((await server.send('GET', `${at}/${G(242)}`)).body.id).toBe(G(242))
    await back({ format: 'json', set: ['Case 24/Cars', 'Case 24/Uses'] as never })
  })

  it('leave a store that relata check finds in order', async () => {
    const found: string[] = []
    const tell = ({ rule, at, what }: { rule: string; at: string; what: string }) =>
      found.push(`${rule} ${at}: ${what}`)
    await checkStore(server.parts.store, {}, tell, wellKnown.contoso)
    expect(found.filter((one) => !one.startsWith('label term c0117050'))).toEqual([])
  })
})
