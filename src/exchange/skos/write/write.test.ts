/** Writing SKOS: each syntax byte by byte, the exports of exchange.md §16, and files of others there and back. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dataBeside } from '../../../../test/_support/data-beside.ts'
import { canonicalForm } from '../../doc/canonical.ts'
import type { Doc, NodeDoc, TermDoc } from '../../document.ts'
import { readSkos } from '../read/read.ts'
import { writeSkos } from './write.ts'

const at = { file: '', line: 0, path: '' }
const id = (n: number) => `0b000000-0000-4000-8000-${String(n).padStart(12, '0')}`

function home(term: TermDoc, rest: Partial<NodeDoc> = {}): NodeDoc {
  const path = Object.values(term.labels)[0]?.default ?? ''
  return { at: { ...at, path }, kind: 'home', term, children: [], ...rest }
}

function label(text: string, more: Partial<TermDoc> = {}): TermDoc {
  return { labels: { 'en-US': { default: text } }, ...more }
}

function inSet(...children: NodeDoc[]): Doc {
  const set = { at, id: id(2), names: { 'en-US': 'S' }, complete: true, children }
  return {
    defaultLanguageTag: 'en-US',
    groups: [{ at, id: id(1), name: 'G', complete: false, sets: [set] }],
    faults: [],
  }
}

/** The example of exchange.md §6.7 with what else a document has. */
const library: Doc = {
  defaultLanguageTag: 'en-US',
  faults: [],
  groups: [
    {
      at,
      id: id(1),
      name: 'Library',
      complete: false,
      sets: [
        {
          at: { ...at, path: 'Media' },
          id: id(2),
          names: { 'en-US': 'Media', 'de-DE': 'Medien' },
          description: 'What we "hold"',
          contact: 'help@example.org',
          complete: true,
          order: 2,
          children: [
            home(
              {
                id: id(3),
                labels: { 'en-us': { default: 'Print', synonyms: ['R＆D ＂x＂'] }, 'de-DE': { default: 'Druck' } },
                descriptions: { 'en-US': 'On paper\nor card' },
                properties: { 'skos:notation': '007', shelf: 'A' },
              },
              { children: [home(label('Map', { id: id(4), isDeprecated: true, replacedBy: { id: id(5) } }))] },
            ),
            home(label('Sound', { id: id(5), mergedTermIds: [id(9)] }), { isAvailableForTagging: false }),
          ],
        },
        {
          at: { ...at, path: 'Loans' },
          id: id(6),
          names: { 'en-US': 'Loans' },
          complete: true,
          children: [{ at: { ...at, path: 'Loans/Print' }, kind: 'pin', term: { id: id(3) }, children: [] }],
        },
      ],
    },
  ],
}

const short = (text: string) => text.replaceAll('0b000000-0000-4000-8000-00000000000', '')

describe('each syntax', () => {
  it('writes Turtle, a block for each subject', () => {
    const { text, losses } = writeSkos(library, { syntax: 'turtle' })
    expect(short(text)).toBe(`@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix relata: <urn:relata:taxonomy#> .

<urn:uuid:1> a relata:Group ;
  dct:title "Library"@en-US ;
  dct:hasPart
    <urn:uuid:2>,
    <urn:uuid:6> .

<urn:uuid:2> a skos:ConceptScheme ;
  skos:prefLabel
    "Medien"@de-DE,
    "Media"@en-US ;
  dct:title
    "Medien"@de-DE,
    "Media"@en-US ;
  dct:description "What we \\"hold\\""@en-US ;
  skos:hasTopConcept
    <urn:uuid:3>,
    <urn:uuid:5> ;
  relata:contact "help@example.org" .

<urn:uuid:3> a skos:Concept ;
  skos:prefLabel
    "Druck"@de-DE,
    "Print"@en-US ;
  skos:altLabel "R&D \\"x\\""@en-US ;
  skos:definition "On paper\\nor card"@en-US ;
  skos:topConceptOf
    <urn:uuid:2>,
    <urn:uuid:6> ;
  skos:narrower <urn:uuid:4> ;
  skos:inScheme
    <urn:uuid:2>,
    <urn:uuid:6> ;
  skos:notation "007" ;
  relata:property [ relata:key "shelf" ; rdf:value "A" ] ;
  relata:home <urn:uuid:2> .

<urn:uuid:4> a skos:Concept ;
  skos:prefLabel "Map"@en-US ;
  skos:broader <urn:uuid:3> ;
  skos:inScheme
    <urn:uuid:2>,
    <urn:uuid:6> ;
  owl:deprecated true ;
  dct:isReplacedBy <urn:uuid:5> ;
  relata:home <urn:uuid:2> ;
  relata:homeParent <urn:uuid:3> .

<urn:uuid:5> a skos:Concept ;
  skos:prefLabel "Sound"@en-US ;
  skos:topConceptOf <urn:uuid:2> ;
  skos:inScheme <urn:uuid:2> ;
  dct:replaces <urn:uuid:9> ;
  relata:available false .

[] a skos:OrderedCollection ;
  relata:ordersChildrenOf <urn:uuid:2> ;
  relata:inSet <urn:uuid:2> ;
  skos:memberList ( <urn:uuid:3> <urn:uuid:5> ) .

<urn:uuid:6> a skos:ConceptScheme ;
  skos:prefLabel "Loans"@en-US ;
  dct:title "Loans"@en-US ;
  skos:hasTopConcept <urn:uuid:3> .

[] a relata:Occurrence ;
  relata:term <urn:uuid:3> ;
  relata:inSet <urn:uuid:6> ;
  relata:kind "pin" .
`)
    expect(losses).toEqual([])
  })

  it('writes RDF/XML with QNames alone', () => {
    const doc = inSet(
      home(label('A & <b>', { id: id(3), properties: { k: '1\r\n"2"' } }), {
        order: 1,
        children: [home(label('C', { id: id(4) }))],
      }),
    )
    expect(short(writeSkos(doc, { syntax: 'rdf-xml' }).text)).toBe(`<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:skos="http://www.w3.org/2004/02/skos/core#"
  xmlns:dct="http://purl.org/dc/terms/"
  xmlns:relata="urn:relata:taxonomy#">
  <relata:Group rdf:about="urn:uuid:1">
    <dct:title xml:lang="en-US">G</dct:title>
    <dct:hasPart rdf:resource="urn:uuid:2"/>
  </relata:Group>
  <skos:ConceptScheme rdf:about="urn:uuid:2">
    <skos:prefLabel xml:lang="en-US">S</skos:prefLabel>
    <dct:title xml:lang="en-US">S</dct:title>
    <skos:hasTopConcept rdf:resource="urn:uuid:3"/>
  </skos:ConceptScheme>
  <skos:Concept rdf:about="urn:uuid:3">
    <skos:prefLabel xml:lang="en-US">A &amp; &lt;b&gt;</skos:prefLabel>
    <skos:topConceptOf rdf:resource="urn:uuid:2"/>
    <skos:narrower rdf:resource="urn:uuid:4"/>
    <skos:inScheme rdf:resource="urn:uuid:2"/>
    <relata:property rdf:parseType="Resource">
      <relata:key>k</relata:key>
      <rdf:value>1&#13;
"2"</rdf:value>
    </relata:property>
  </skos:Concept>
  <skos:Concept rdf:about="urn:uuid:4">
    <skos:prefLabel xml:lang="en-US">C</skos:prefLabel>
    <skos:broader rdf:resource="urn:uuid:3"/>
    <skos:inScheme rdf:resource="urn:uuid:2"/>
  </skos:Concept>
  <skos:OrderedCollection>
    <relata:ordersChildrenOf rdf:resource="urn:uuid:3"/>
    <relata:inSet rdf:resource="urn:uuid:2"/>
    <skos:memberList rdf:parseType="Collection">
      <rdf:Description rdf:about="urn:uuid:4"/>
    </skos:memberList>
  </skos:OrderedCollection>
</rdf:RDF>
`)
  })

  it('writes JSON-LD with the context in the file', () => {
    const { text } = writeSkos(inSet(home(label('A', { id: id(3), isDeprecated: true }))), { syntax: 'json-ld' })
    const { '@context': context, '@graph': graph } = JSON.parse(short(text))
    expect(Object.keys(context)).toEqual(['skos', 'dct', 'owl', 'relata'])
    expect(graph[2]).toEqual({
      '@id': 'urn:uuid:3',
      '@type': 'skos:Concept',
      'skos:prefLabel': { '@language': 'en-US', '@value': 'A' },
      'skos:topConceptOf': { '@id': 'urn:uuid:2' },
      'skos:inScheme': { '@id': 'urn:uuid:2' },
      'owl:deprecated': { '@type': 'http://www.w3.org/2001/XMLSchema#boolean', '@value': 'true' },
    })
  })

  it('escapes control characters in Turtle, and lists what XML cannot hold', async () => {
    const doc = inSet(home(label('A', { id: id(3), properties: { k: 'a\u0001\t\u2028b' } })))
    const turtle = writeSkos(doc, { syntax: 'turtle' })
    expect(turtle.text).toContain('"a\\u0001\\t\\u2028b"')
    expect(turtle.losses).toEqual([])
    const xml = writeSkos(doc, { syntax: 'rdf-xml' })
    expect(xml.losses).toMatchObject([{ what: 'characters', value: 'a\u0001\t\u2028b' }])
    expect((await readSkos(xml.text, { file: '', syntax: 'rdf-xml' })).faults).toEqual([])
  })
})

it('reads blank nodes of many concepts apart', async () => {
  const many = Array.from({ length: 1100 }, (_, n) =>
    home(label(`T${n}`, { id: id(n + 10), properties: { k: `v${n}` } })),
  )
  const { text } = writeSkos(inSet(...many), { syntax: 'json-ld' })
  const back = await readSkos(text, { file: '', syntax: 'json-ld', defaultLanguage: 'en-US' })
  expect(canonicalForm({ ...back, defaultLanguageTag: 'en-US' })).toBe(canonicalForm(inSet(...many)))
})

describe('IRIs', () => {
  const term = label('A', { id: id(3), uri: 'https://example.org/v/a' })

  it('keeps those of others with the id that they do not give, and uses its own on demand', () => {
    const kept = writeSkos(inSet(home(term)), { syntax: 'turtle' })
    expect(kept.text).toContain(`<https://example.org/v/a> a skos:Concept`)
    expect(kept.text).toContain(`relata:id "${id(3)}"`)
    const own = writeSkos(inSet(home(term)), { syntax: 'turtle', iri: 'own', iriBase: 'https://t.example/x' })
    expect(own.text).toContain(`<https://t.example/x/terms/${id(3)}> a skos:Concept`)
    expect(own.losses).toEqual([{ what: 'uri', id: id(3), path: 'A', value: 'https://example.org/v/a', count: 1 }])
  })

  it('takes the IRI from the property in which the store keeps it', () => {
    const stored = label('A', { id: id(3), properties: { 'skos:uri': 'https://example.org/v/a' } })
    expect(writeSkos(inSet(home(stored)), { syntax: 'turtle' }).text).toContain(
      '<https://example.org/v/a> a skos:Concept',
    )
  })

  it('writes mappings as resources, and related concepts on both sides', () => {
    const a = label('A', {
      id: id(3),
      uri: 'https://example.org/v/a',
      properties: { 'skos:related': 'https://example.org/v/b' },
    })
    const b = label('B', {
      id: id(4),
      uri: 'https://example.org/v/b',
      properties: { 'skos:exactMatch': 'https://example.com/b' },
    })
    const { text, losses } = writeSkos(inSet(home(a), home(b)), { syntax: 'turtle' })
    expect(text).toContain('skos:related <https://example.org/v/b>')
    expect(text).toContain('skos:related <https://example.org/v/a>')
    expect(text).toContain('skos:exactMatch <https://example.com/b>')
    expect(losses).toMatchObject([{ what: 'related-added', id: id(4) }])
  })
})

describe('the cases of exchange.md §16, written', () => {
  const head = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix e: <https://example.org/v/> .
  `
  it.each([
    [
      '6',
      'e:a a skos:Concept ; skos:prefLabel "R&D"@en-US . e:b a skos:Concept ; skos:prefLabel "R & D"@en-US .',
      ['"R&D"@en-US', '"R & D"@en-US'],
    ],
    ['16', 'e:a a skos:Concept ; skos:prefLabel "Color"@en-us, "Colour"@EN-gb .', ['"Color"@en-US', '"Colour"@en-GB']],
    [
      '17',
      'e:s a skos:ConceptScheme ; skos:hasTopConcept e:a, e:b . e:a a skos:Concept . e:b a skos:Concept . e:c a skos:Concept ; skos:broader e:a, e:b .',
      ['<https://example.org/v/a>,\n    <https://example.org/v/b>', 'relata:homeParent <https://example.org/v/a>'],
    ],
    [
      '18',
      `e:s1 a skos:ConceptScheme . e:s2 a skos:ConceptScheme . e:p a skos:Concept ; skos:topConceptOf e:s1 . e:x a skos:Concept ; skos:topConceptOf e:s2 .
       e:c a skos:Concept ; skos:inScheme e:s1, e:s2 ; skos:broader e:p, e:x .`,
      ['relata:under <https://example.org/v/x>'],
    ],
    [
      '20',
      'e:s a skos:ConceptScheme . e:a a skos:Concept ; skos:broader e:b . e:b a skos:Concept ; skos:broader e:a .',
      ['skos:topConceptOf <https://example.org/v/s>', 'skos:broader <https://example.org/v/b>'],
    ],
    [
      '21',
      'e:a a skos:Concept ; skos:prefLabel "19\\" rack"@en-US ; skos:notation "007" .',
      ['"19\\" rack"@en-US', 'skos:notation "007"'],
    ],
  ])('%s: is the same after a way there and back', async (_number, graph, parts) => {
    const doc = {
      ...(await readSkos(head + graph, { file: 'v', syntax: 'turtle', defaultLanguage: 'en-US' })),
      defaultLanguageTag: 'en-US',
    }
    const { text } = writeSkos(doc, { syntax: 'turtle' })
    for (const part of parts) expect(text).toContain(part)
    const back = await readSkos(text, { file: 'v', syntax: 'turtle', defaultLanguage: 'en-US', set: 'v' })
    const withoutNames = (one: Doc) => canonicalForm({ ...one, defaultLanguageTag: 'en-US' })
    expect(withoutNames(back)).toBe(withoutNames(doc))
  })
})

describe('files of others, there and back', () => {
  const files = [
    ['hochschulfaechersystematik.ttl', 'turtle', 'de'],
    ['UAT.rdf', 'rdf-xml', 'en'],
  ] as const
  const ways = files.flatMap((file) =>
    (['turtle', 'rdf-xml', 'json-ld'] as const).map((target) => [...file, target] as const),
  )
  // A longer limit: other suites share the machine, and JSON-LD's library is slow.
  const slow = { tags: ['slow'], timeout: 60_000 }

  it.for(ways)(
    '%s, read as %s in %s, written as %s',
    slow,
    async ([name, syntax, defaultLanguage, target], { skip }) => {
      const { url, missing } = dataBeside(`vocabularies/${name}`)
      if (missing !== undefined) skip(missing)
      const read = await readSkos(readFileSync(url, 'utf8'), { file: name, syntax, defaultLanguage })
      const doc = { ...read, defaultLanguageTag: defaultLanguage }
      const { text, losses } = writeSkos(doc, { syntax: target })
      const again = await readSkos(text, { file: name, syntax: target, defaultLanguage })
      const back = { ...again, defaultLanguageTag: defaultLanguage }
      expect(canonicalForm(back, { dates: true })).toBe(canonicalForm(doc, { dates: true }))
      expect(losses.filter(({ what }) => what !== 'related-added')).toEqual([])
      expect(writeSkos(back, { syntax: target }).text).toBe(text)
    },
  )
})
