/** Reading SKOS: the rules of exchange.md §6, cases 16 to 21 of exchange.md §16, and files of others. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dataBeside } from '../../../../test/_support/data-beside.ts'
import { type Doc, isRef, type NodeDoc, type SetDoc, type TermDoc } from '../../document.ts'
import { idOfIri } from '../ids.ts'
import { readSkos, type SkosSyntax } from './read.ts'
import type { SkosOptions } from './vocabulary-file.ts'

const head = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix relata: <urn:relata:taxonomy#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix e: <https://example.org/v/> .
`
const e = (name: string) => `https://example.org/v/${name}`

async function read(text: string, options: Partial<SkosOptions & { syntax: SkosSyntax }> = {}): Promise<Doc> {
  return readSkos(`${head}${text}`, { file: 'v.ttl', syntax: 'turtle', ...options })
}

function setsOf(doc: Doc): readonly SetDoc[] {
  return doc.groups.flatMap(({ sets }) => sets)
}

function termIn(node: NodeDoc | undefined): TermDoc {
  if (node === undefined || isRef(node.term)) throw new Error('no term')
  return node.term
}

/** The tree as text: what a place is of, its kind where it is no home, and its children. */
function tree(nodes: readonly NodeDoc[]): string {
  return nodes
    .map(({ term, kind, children }) => {
      const id = isRef(term) ? ('id' in term ? term.id : '') : (term.id ?? '')
      const name = names.get(id) ?? id
      const inside = children.length === 0 ? '' : `(${tree(children)})`
      return `${kind === 'home' ? '' : `${kind} `}${name}${inside}`
    })
    .join(' ')
}

const names = new Map(
  ['a', 'b', 'c', 'd', 'p', 'x', 'old', 'print', 'map', 'sound', 't1', 't2'].map((name) => [idOfIri(e(name)), name]),
)

function codes(doc: Doc): string[] {
  return doc.faults.map(({ code }) => code)
}

/** Every node with its set and level. */
function all(doc: Doc): { node: NodeDoc; level: number }[] {
  const walk = (nodes: readonly NodeDoc[], level: number): { node: NodeDoc; level: number }[] =>
    nodes.flatMap((node) => [{ node, level }, ...walk(node.children, level + 1)])
  return setsOf(doc).flatMap(({ children }) => walk(children, 1))
}

describe('ids from IRIs', () => {
  it.each([
    ['http://astrothesaurus.org/uat/1132', '8bae51c8-ad3f-5595-a07a-0c4f98a29da9'],
    ['https://w3id.org/kim/hochschulfaechersystematik/n0', 'bbc58af7-a05d-5278-8127-6d0a785c82bf'],
    ['https://example.org/t/a', '279e251b-d6d0-5b17-87a0-d38920158c66'],
    ['https://example.org/t/b', '9e80eae0-d70a-5819-ba86-a5bc84bbdd52'],
    ['https://example.org/voc/Fish%20%26%20Chips', '1ef23a00-48a7-55ce-a0c6-8249fca0142f'],
  ])('gives %s the id of the table', (iri, id) => {
    expect(idOfIri(iri)).toBe(id)
  })

  it('takes ids of ours from IRIs of ours, stated ones, and those of PoolParty', async () => {
    const id = '0b000000-0000-4000-8000-00000000000a'
    const doc = await read(
      `<urn:uuid:${id}> a skos:Concept ; skos:prefLabel "A" .
       <https://t.example/terms/0b000000-0000-4000-8000-00000000000b> a skos:Concept ; skos:prefLabel "B" .
       e:c a skos:Concept ; skos:prefLabel "C" ; relata:id "0B000000-0000-4000-8000-00000000000C" .
       e:d a skos:Concept ; skos:prefLabel "D" ; <https://poolparty.example/x#termGUID> "{0b000000-0000-4000-8000-00000000000d}" .
       <https://other.example/0b000000-0000-4000-8000-00000000000e> a skos:Concept ; skos:prefLabel "E" .`,
      { iriBase: 'https://t.example/', guidFromIri: true },
    )
    const terms = all(doc).map(({ node }) => termIn(node))
    expect(terms.map((term) => term.id?.at(-1))).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(terms.map(({ uri }) => uri)).toEqual([
      undefined,
      undefined,
      e('c'),
      e('d'),
      'https://other.example/0b000000-0000-4000-8000-00000000000e',
    ])
    expect(doc.faults).toEqual([])
  })

  it('refuses nothing but names two resources with one id', async () => {
    const same = '; relata:id "0b000000-0000-4000-8000-00000000000a"'
    const doc = await read(
      `e:a a skos:Concept ; skos:prefLabel "A" ${same} . e:b a skos:Concept ; skos:prefLabel "B" ${same} .`,
    )
    expect(codes(doc)).toEqual(['twice'])
  })
})

describe('the cases of exchange.md §16', () => {
  it('6: reads ampersands as they are', async () => {
    const doc = await read('e:a a skos:Concept ; skos:prefLabel "R&D" . e:b a skos:Concept ; skos:prefLabel "R & D" .')
    expect(all(doc).map(({ node }) => termIn(node).labels)).toEqual([
      { '': { default: 'R&D' } },
      { '': { default: 'R & D' } },
    ])
  })

  it('16: keeps languages as the file has them', async () => {
    const doc = await read('e:a a skos:Concept ; skos:prefLabel "Color"@en, "Colour"@en-gb, "Farbe"@DE .')
    expect(termIn(setsOf(doc)[0]?.children[0]).labels).toEqual({
      en: { default: 'Color' },
      'en-GB': { default: 'Colour' },
      de: { default: 'Farbe' },
    })
  })

  it('17: keeps the second parent in one scheme as a property', async () => {
    const doc = await read(
      `e:s a skos:ConceptScheme ; skos:prefLabel "S" ; skos:hasTopConcept e:a, e:b . e:a a skos:Concept . e:b a skos:Concept .
       e:c a skos:Concept ; skos:broader e:b, e:a .`,
    )
    expect(idOfIri(e('a'))).toMatch(/^aba2312a-/)
    expect(tree(setsOf(doc)[0]?.children ?? [])).toBe('a(c) b')
    expect(termIn(setsOf(doc)[0]?.children[0]?.children[0]).properties).toEqual({ 'skos:broader': e('b') })
    expect(codes(doc)).toEqual(['second-parent'])
    const refusing = await read('e:a a skos:Concept . e:b a skos:Concept . e:c skos:broader e:a, e:b .', {
      secondParents: 'refuse',
    })
    expect(refusing.faults).toMatchObject([{ code: 'twice-in-set', severity: 'refused' }])
    expect(setsOf(refusing)[0]?.children[0]?.children[0]?.refused).toBe(true)
  })

  it('18: makes the parent in another scheme a reuse there', async () => {
    const graph = (schemes: string) => `e:s1 a skos:ConceptScheme . e:s2 a skos:ConceptScheme .
       e:p a skos:Concept ; skos:topConceptOf e:s1 . e:x a skos:Concept ; skos:topConceptOf e:s2 .
       e:c a skos:Concept ; skos:inScheme ${schemes} ; skos:broader e:p, e:x .`
    const both = await read(graph('e:s1, e:s2'))
    expect(setsOf(both).map(({ children }) => tree(children))).toEqual(['p(c)', 'x(reuse c)'])
    expect(both.faults).toEqual([])
    const one = await read(graph('e:s1'))
    expect(setsOf(one).map(({ children }) => tree(children))).toEqual(['p(c)', 'x'])
    expect(termIn(setsOf(one)[0]?.children[0]?.children[0]).properties).toEqual({ 'skos:broader': e('x') })
    expect(codes(one)).toEqual(['second-parent'])
  })

  it('19: puts a deprecated concept without a parent at the root', async () => {
    const graph = `e:s a skos:ConceptScheme ; skos:hasTopConcept e:a . e:a a skos:Concept .
      e:old a skos:Concept ; rdfs:label "Old" ; owl:deprecated true ; dct:isReplacedBy e:a .`
    const doc = await read(graph)
    expect(tree(setsOf(doc)[0]?.children ?? [])).toBe('a old')
    expect(termIn(setsOf(doc)[0]?.children[1])).toEqual({
      id: idOfIri(e('old')),
      uri: e('old'),
      labels: { '': { default: 'Old' } },
      isDeprecated: true,
      replacedBy: { id: idOfIri(e('a')) },
    })
    expect(doc.faults).toMatchObject([{ code: 'no-parent', severity: 'warning', at: { path: 's/Old' } }])
    expect(tree(setsOf(await read(graph, { parentless: 'skip' }))[0]?.children ?? [])).toBe('a')
    const under = setsOf(await read(graph, { parentless: { under: 'Others' } }))[0]?.children
    expect(termIn(under?.[1]).labels).toEqual({ '': { default: 'Others' } })
    expect(tree(under?.[1]?.children ?? [])).toBe('old')
  })

  it('20: breaks a circle at the smallest IRI, or at a declared top', async () => {
    const circle = 'e:a a skos:Concept ; skos:broader e:b . e:b a skos:Concept ; skos:broader e:a .'
    const doc = await read(`e:s a skos:ConceptScheme . ${circle}`)
    expect(tree(setsOf(doc)[0]?.children ?? [])).toBe('a(b)')
    expect(termIn(setsOf(doc)[0]?.children[0]).properties).toEqual({ 'skos:broader': e('b') })
    expect(codes(doc)).toEqual(['cycle'])
    const declared = await read(`e:s a skos:ConceptScheme . ${circle} e:b skos:topConceptOf e:s .`)
    expect(tree(setsOf(declared)[0]?.children ?? [])).toBe('b(a)')
  })

  it('21: reads a concept in several blocks, relative IRIs, escapes and numbers as text', async () => {
    const doc = await read(
      '@base <https://example.org/v/> . <a> a skos:Concept . <a> skos:prefLabel "19\\" rack"@en . <a> skos:notation "007" .',
    )
    expect(all(doc).map(({ node }) => node.term)).toEqual([
      {
        id: 'aba2312a-ebbb-5734-9d5a-db60ccb19c64',
        uri: e('a'),
        labels: { en: { default: '19" rack' } },
        properties: { 'skos:notation': '007' },
      },
    ])
  })
})

describe('the example of exchange.md §6.7', () => {
  const example = `e:media a skos:ConceptScheme ; skos:prefLabel "Media"@en-US ; skos:hasTopConcept e:print, e:sound .
e:loans a skos:ConceptScheme ; skos:prefLabel "Loans"@en-US ; skos:hasTopConcept e:print .
e:print a skos:Concept ; skos:prefLabel "Print"@en-US, "Druck"@de-DE ; skos:altLabel "Paper"@en-US ;
  skos:topConceptOf e:media, e:loans ; skos:inScheme e:media, e:loans ; skos:narrower e:map ; relata:home e:media .
e:map a skos:Concept ; skos:prefLabel "Map"@en-US ; skos:broader e:print ; skos:inScheme e:media, e:loans ;
  owl:deprecated true ; dct:isReplacedBy e:sound .
e:sound a skos:Concept ; skos:prefLabel "Sound & noise"@en-US ; skos:topConceptOf e:media ; skos:inScheme e:media .`
  const relatas = `[] a relata:Occurrence ; relata:term e:print ; relata:inSet e:loans ; relata:kind "pin" .
[] a skos:OrderedCollection ; relata:ordersChildrenOf e:media ; relata:inSet e:media ; skos:memberList ( e:print e:sound ) .`

  it('gives a pin, whose branch is mirrored, and an order', async () => {
    const doc = await read(`${example}\n${relatas}`)
    const [media, loans] = setsOf(doc)
    expect([tree(media?.children ?? []), tree(loans?.children ?? [])]).toEqual(['print(map) sound', 'pin print'])
    expect([media?.order, loans?.order]).toEqual([2, undefined])
    expect(termIn(media?.children[0]?.children[0])).toMatchObject({
      isDeprecated: true,
      replacedBy: { id: idOfIri(e('sound')) },
    })
    expect(doc.faults).toEqual([])
  })

  it('gives reuses without the last two blocks', async () => {
    const doc = await read(example)
    const [media, loans] = setsOf(doc)
    expect([tree(media?.children ?? []), tree(loans?.children ?? [])]).toEqual([
      'print(map) sound',
      'reuse print(reuse map)',
    ])
    expect([media?.order, loans?.order]).toEqual([undefined, undefined])
    expect(doc.faults).toEqual([])
  })

  it('warns of a concept below a pin that is in no other scheme', async () => {
    const doc = await read(
      `${example}\n${relatas}\ne:d a skos:Concept ; skos:broader e:print ; skos:inScheme e:loans .`,
    )
    expect(doc.faults).toMatchObject([{ code: 'mirror-differs' }])
    expect(tree(setsOf(doc)[1]?.children ?? [])).toBe('pin print')
  })
})

describe('what concepts say', () => {
  const one = async (text: string, options: Partial<SkosOptions> = {}) => {
    const doc = await read(`e:a a skos:Concept ; ${text} .`, options)
    return { doc, term: termIn(setsOf(doc)[0]?.children[0]) }
  }

  it('reads labels of SKOS-XL, and hidden ones on demand', async () => {
    const xl =
      'skosxl:prefLabel [ skosxl:literalForm "A"@en ] ; skosxl:altLabel [ skosxl:literalForm "AA"@en ] ; skos:hiddenLabel "aa"@en, "h"@en'
    expect((await one(xl)).term).toMatchObject({
      labels: { en: { default: 'A', synonyms: ['AA'] } },
      properties: { 'skos:hiddenLabel': '"aa"@en', 'skos:hiddenLabel#2': '"h"@en' },
    })
    expect((await one(xl, { hidden: 'synonym' })).term.labels).toEqual({ en: { default: 'A', synonyms: ['AA', 'h'] } })
  })

  it('refuses two preferred labels in one language', async () => {
    const { doc } = await one('skos:prefLabel "A"@en, "B"@en')
    expect(codes(doc)).toEqual(['two-defaults'])
    expect(setsOf(doc)[0]?.children[0]?.refused).toBe(true)
  })

  it('takes the first kind of description there is, and keeps the others', async () => {
    const texts = 'skos:scopeNote "scope"@en ; rdfs:comment "comment"@en'
    expect((await one(`skos:definition [ rdf:value "def"@en ], "second"@en ; ${texts}`)).term).toMatchObject({
      descriptions: { en: 'def' },
      properties: { 'skos:definition': '"second"@en', 'skos:scopeNote': '"scope"@en', 'rdfs:comment': '"comment"@en' },
    })
    expect((await one(texts)).term).toMatchObject({
      descriptions: { en: 'scope' },
      properties: { 'rdfs:comment': '"comment"@en' },
    })
  })

  it('keeps mappings, numbers repeats, and names once what is kept nowhere', async () => {
    const { doc, term } = await one(
      `skos:exactMatch <https://example.com/1>, <https://example.com/2> ; skos:notation "7"^^<urn:x-test:int> ;
       e:colour "red", "blue" ; skos:note [ rdfs:comment "who" ]`,
    )
    expect(term.properties).toEqual({
      'skos:exactMatch': 'https://example.com/1',
      'skos:exactMatch#2': 'https://example.com/2',
      'skos:notation': '"7"^^<urn:x-test:int>',
    })
    expect(doc.faults.map(({ code, text }) => [code, text])).toEqual([
      ['lost', 'https://example.org/v/colour is not kept (2 times).'],
      ['lost', 'skos:note is not kept (1 times).'],
    ])
    expect((await one('e:colour "red"', { keep: [e('colour')] })).term.properties).toEqual({ [e('colour')]: 'red' })
  })

  it('reads what is deprecated by class and by the caller’s status', async () => {
    expect((await one('a owl:DeprecatedClass')).term.isDeprecated).toBe(true)
    const status = { deprecatedWhen: [{ predicate: e('status'), value: 'retired' }] }
    expect((await one('e:status "retired"', status)).term.isDeprecated).toBe(true)
    expect((await one('owl:deprecated "1"')).term.isDeprecated).toBe(true)
    expect((await one('owl:deprecated false')).term.isDeprecated).toBe(false)
  })

  it('keeps further replacements, and reads merged ids from IRIs that are no concepts', async () => {
    const { term } = await one(
      'dct:isReplacedBy e:z, e:b ; dct:replaces <urn:uuid:0b000000-0000-4000-8000-00000000000f>',
    )
    expect(term).toMatchObject({
      replacedBy: { uri: e('b') },
      properties: { 'dct:isReplacedBy': e('z') },
      mergedTermIds: ['0b000000-0000-4000-8000-00000000000f'],
    })
  })

  it('lists collections, or keeps their labels', async () => {
    const graph = 'skos:prefLabel "A" . [] a skos:Collection ; skos:prefLabel "C" ; skos:member e:a'
    expect(codes((await one(graph)).doc)).toEqual(['lost'])
    expect((await one(graph, { collections: 'property' })).term.properties).toEqual({ 'skos:memberOf': 'C' })
  })

  it('puts children in the order of their notations on demand', async () => {
    const doc = await read(
      'e:a a skos:Concept ; skos:notation "10" . e:b a skos:Concept ; skos:notation "9" . e:c a skos:Concept .',
      { order: 'notation' },
    )
    expect(tree(setsOf(doc)[0]?.children ?? [])).toBe('b a c')
    expect(setsOf(doc)[0]?.order).toBe(2)
  })
})

describe('sets and groups', () => {
  it('makes each top concept a set on demand, so that parents below different tops become reuses', async () => {
    const doc = await read(
      `e:s a skos:ConceptScheme ; skos:hasTopConcept e:t1, e:t2 . e:t1 a skos:Concept ; skos:prefLabel "T"@en . e:t2 a skos:Concept .
       e:a a skos:Concept ; skos:broader e:t1 . e:b a skos:Concept ; skos:broader e:t2 . e:c a skos:Concept ; skos:broader e:a, e:b .`,
      { sets: 'tops' },
    )
    expect(setsOf(doc).map(({ names: own, children }) => [Object.values(own)[0] ?? '', tree(children)])).toEqual([
      ['T', 'a(c)'],
      ['t2', 'b(reuse c)'],
    ])
    expect(doc.faults).toEqual([])
  })

  it('names a set after the caller or the file where there is no scheme', async () => {
    const [unnamed] = setsOf(await read('e:a a skos:Concept .', { file: 'dir/birds.ttl' }))
    expect(unnamed).toMatchObject({ names: { '': 'birds' }, complete: true })
    expect(setsOf(await read('e:a a skos:Concept .', { set: 'Birds' }))[0]?.names).toEqual({ '': 'Birds' })
  })

  it('puts a concept that is in no scheme into the nearest one, with a warning', async () => {
    const doc = await read(
      'e:s a skos:ConceptScheme . <https://example.com/t> a skos:ConceptScheme . e:a a skos:Concept .',
    )
    expect(setsOf(doc).map(({ children }) => tree(children))).toEqual(['', 'a'])
    expect(codes(doc)).toEqual(['no-parent'])
  })

  it('says that a top concept with a parent goes below it, and that nothing is its own parent', async () => {
    const doc = await read(
      'e:s a skos:ConceptScheme ; skos:hasTopConcept e:a, e:b . e:a a skos:Concept . e:b a skos:Concept ; skos:broader e:a, e:b .',
    )
    expect(tree(setsOf(doc)[0]?.children ?? [])).toBe('a(b)')
    expect(codes(doc)).toEqual(['self', 'top-with-parent'])
  })
})

describe('syntaxes', () => {
  it.each([
    ['an open string', 'turtle', 'e:a e:b "x', 4],
    ['an unknown prefix', 'turtle', '\nzz:a a skos:Concept .', 5],
  ] as const)('stops at %s', async (_what, syntax, text, line) => {
    const doc = await read(text, { syntax })
    expect(doc.groups).toEqual([])
    expect(doc.faults).toMatchObject([{ code: 'syntax', at: { line } }])
  })

  const rdf = (inside: string, before = '') =>
    `${before}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">${inside}</rdf:RDF>`
  it.each([
    ['definitions of entities', rdf('', '<!DOCTYPE rdf:RDF [<!ENTITY a "aaaa">]>\n'), 'syntax', 1],
    ['unknown entities', rdf('\n<skos:Concept rdf:about="&skos;a"/>'), 'syntax', 2],
    ['forbidden elements', rdf('\n<rdf:li/>'), 'syntax', 2],
    ['nesting', rdf('<skos:Concept><skos:broader>'.repeat(40)), 'limit', 1],
  ])('stops at RDF/XML with %s', async (_what, text, code, line) => {
    const doc = await readSkos(text, { file: 'a.rdf', syntax: 'rdf-xml' })
    expect(doc.groups).toEqual([])
    expect(doc.faults).toMatchObject([{ code, at: { line } }])
  })

  it('reads N-Triples line by line', async () => {
    const triple = (object: string) => `<${e('a')}> <http://www.w3.org/2004/02/skos/core#prefLabel> ${object} .\n`
    const type = `<${e('a')}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> .\n`
    const doc = await readSkos(`${type}${triple('"\\u0410"@uk-ua')}`, { file: 'a.nt', syntax: 'n-triples' })
    expect(termIn(setsOf(doc)[0]?.children[0]).labels).toEqual({ 'uk-UA': { default: 'А' } })
    const broken = await readSkos(`${type}${triple('"open')}`, { file: 'a.nt', syntax: 'n-triples' })
    expect(broken.faults).toMatchObject([{ code: 'syntax', at: { line: 2 } }])
  })

  it('knows the context of SKOS by its address, and fetches no other', async () => {
    const known =
      '{"@context":"http://www.w3.org/2004/02/skos/core","@id":"https://example.org/v/a","@type":"Concept","prefLabel":{"en":"A"},"broader":"https://example.org/v/b"}'
    const doc = await readSkos(known, { file: 'a.jsonld', syntax: 'json-ld' })
    expect(termIn(setsOf(doc)[0]?.children[0])).toMatchObject({
      labels: { en: { default: 'A' } },
      properties: { 'skos:broader': e('b') },
    })
    const other = await readSkos('{\n"@context":"https://example.com/context.jsonld"}', {
      file: 'a.jsonld',
      syntax: 'json-ld',
    })
    expect(other.faults).toMatchObject([
      { code: 'syntax', at: { line: 2 }, text: expect.stringContaining('https://example.com/context.jsonld') },
    ])
    const broken = await readSkos('{"@id":\n}', { file: 'a.jsonld', syntax: 'json-ld' })
    expect(broken.faults).toMatchObject([{ code: 'syntax', at: { line: 2 } }])
  })

  it.each([
    ['a number', '7'],
    ['a text', '"skos"'],
    ['null', 'null'],
    ['a list of texts', '["a", "b"]'],
    ['an empty object', '{}'],
    ['a context alone', '{"@context": {"a": "https://example.org/v/a"}}'],
    ['members that the context does not know', '{"prefLabel": "A", "children": [{"name": "B"}]}'],
  ])('says that JSON-LD which is %s holds nothing', async (_what, text) => {
    const doc = await readSkos(text, { file: 'a.jsonld', syntax: 'json-ld' })
    expect(doc.groups).toEqual([])
    expect(doc.faults).toMatchObject([{ code: 'syntax', at: { line: 1 } }])
  })

  it.each(['{"@context": {}, "@graph": []}', '[]'])('reads %s as an empty graph', async (text) => {
    expect((await readSkos(text, { file: 'a.jsonld', syntax: 'json-ld' })).faults).toEqual([])
  })

  it('refuses a text of more than a million characters', async () => {
    const doc = await read(`e:a a skos:Concept ;\n skos:note "${'x'.repeat(1_000_001)}" .`)
    expect(doc.faults).toMatchObject([{ code: 'limit', at: { line: 5 } }])
  })

  it('refuses concepts that are nested without end', async () => {
    const chain = Array.from({ length: 70 }, (_, at) => `e:c${at} a skos:Concept ; skos:broader e:c${at + 1} .`).join(
      '\n',
    )
    expect((await read(`${chain} e:c70 a skos:Concept .`)).faults).toMatchObject([{ code: 'limit' }])
  })
})

describe('vocabularies in the shape of real ones', () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../../../../test/exchange/fixtures/${name}`, import.meta.url), 'utf8')

  it('reads a classification in five languages', async () => {
    const doc = await readSkos(fixture('subjects.ttl'), {
      file: 'subjects.ttl',
      syntax: 'turtle',
      defaultLanguage: 'de',
    })
    const [set] = setsOf(doc)
    expect(set).toMatchObject({
      names: { de: 'Fächer', en: 'Subjects' },
      description: 'Was man studieren kann: "alles".',
      uri: 'https://example.org/subjects/scheme',
    })
    expect(all(doc).map(({ node, level }) => `${level} ${node.at.path}`)).toEqual([
      '1 Fächer/Fachübergreifend',
      '1 Fächer/Natur & Technik',
      '2 Fächer/Natur & Technik/Physik',
      '2 Fächer/Natur & Technik/Technische Physik',
      '2 Fächer/Natur & Technik/Chemie',
      '1 Fächer/Kunst',
    ])
    const science = termIn(set?.children[1])
    expect(Object.keys(science.labels)).toEqual(['de', 'en', 'uk', 'sv', 'es'])
    expect(science.labels['en']).toEqual({ default: 'Science & "Tech"', synonyms: ['STEM'] })
    expect(science.descriptions?.['en']).toHaveLength(1000)
    const [physics, applied] = set?.children[1]?.children ?? []
    expect([termIn(physics).labels['uk'], termIn(applied).labels['uk']]).toEqual([
      { default: 'Фізика' },
      { default: 'Фізика' },
    ])
    expect(termIn(physics).descriptions?.['en']?.length).toBeGreaterThan(1000)
    expect(doc.faults.map(({ text }) => text)).toEqual(['dct:publisher is not kept (1 times).'])
  })

  it('reads a thesaurus whose concepts are spread over blocks', async () => {
    const doc = await readSkos(fixture('stars.rdf'), { file: 'stars.rdf', syntax: 'rdf-xml' })
    const nodes = all(doc)
    expect(nodes.map(({ node, level }) => `${level} ${node.at.path.split('/').at(-1)}`)).toEqual([
      ...Array.from({ length: 8 }, (_, at) => `${at + 1} Level ${at + 1}`).toSpliced(2, 0),
      '3 Double & twin',
      '1 Old star',
    ])
    expect(nodes.find(({ node }) => node.at.path.endsWith('Level 1'))?.node.at.line).toBe(9)
    const double = termIn(nodes.find(({ node }) => node.at.path.endsWith('twin'))?.node)
    expect(double).toMatchObject({
      descriptions: { en: 'Two stars\nthat circle.' },
      properties: { 'skos:broader': 'https://example.org/stars/3' },
    })
    expect(doc.faults.map(({ code, text }) => (code === 'lost' ? text : code))).toEqual([
      'second-parent',
      'no-parent',
      'skos:editorialNote is not kept (1 times).',
    ])
  })

  it('reads the German classification of subjects', async ({ skip }) => {
    const { url, missing } = dataBeside('vocabularies/hochschulfaechersystematik.ttl')
    if (missing !== undefined) skip(missing)
    const doc = await readSkos(readFileSync(url, 'utf8'), { file: 'h.ttl', syntax: 'turtle' })
    expect([all(doc).length, setsOf(doc)[0]?.children.length]).toEqual([347, 9])
    expect(doc.faults.filter(({ code }) => code !== 'lost')).toEqual([])
  })

  it('reads the Unified Astronomy Thesaurus', async ({ skip }) => {
    const { url, missing } = dataBeside('vocabularies/UAT.rdf')
    if (missing !== undefined) skip(missing)
    const doc = await readSkos(readFileSync(url, 'utf8'), { file: 'UAT.rdf', syntax: 'rdf-xml' })
    const nodes = all(doc)
    const withFurther = nodes.filter(({ node }) => termIn(node).properties?.['skos:broader'] !== undefined)
    expect([nodes.length, nodes.filter(({ level }) => level > 7).length, withFurther.length]).toEqual([2372, 7, 332])
    expect(nodes.filter(({ node }) => termIn(node).isDeprecated === true)).toHaveLength(97)
    expect(codes(doc).filter((code) => code === 'no-parent')).toHaveLength(97)
    const longest = Math.max(
      ...nodes.flatMap(({ node }) => Object.values(termIn(node).descriptions ?? {}).map((one) => one.length)),
    )
    expect(longest).toBe(2768)
  })

  it('reads it as one set for each top concept', async ({ skip }) => {
    const { url, missing } = dataBeside('vocabularies/UAT.rdf')
    if (missing !== undefined) skip(missing)
    const options = { file: 'UAT.rdf', syntax: 'rdf-xml', sets: 'tops' } as const
    const doc = await readSkos(readFileSync(url, 'utf8'), options)
    const nodes = all(doc)
    const homes = nodes.filter(({ node }) => node.kind === 'home')
    const withFurther = homes.filter(({ node }) => termIn(node).properties?.['skos:broader'] !== undefined)
    expect([setsOf(doc).length, homes.length, nodes.length - homes.length]).toEqual([12, 2361, 283])
    expect([withFurther.length, codes(doc).filter((code) => code === 'second-parent').length]).toEqual([247, 279])
  })
})
