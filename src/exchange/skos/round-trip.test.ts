/** What is written as SKOS is read back in each syntax, but for what the list of losses names. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument } from '../../../test/_support/documents.ts'
import { less } from '../../../test/_support/less-listed.ts'
import { canonicalForm } from '../doc/canonical.ts'
import { type Doc, isRef, type NodeDoc } from '../document.ts'
import { readSkos } from './read/read.ts'
import type { SkosWriteOptions } from './write/naming.ts'
import { writeSkos } from './write/write.ts'

const syntaxes = ['turtle', 'rdf-xml', 'json-ld'] as const

async function expectsBack(doc: Doc, options: SkosWriteOptions, expectedFaults: readonly string[] = []): Promise<void> {
  const { text, losses } = writeSkos(doc, options)
  const { iriBase, syntax } = options
  const read = await readSkos(text, {
    file: 'back',
    syntax,
    defaultLanguage: 'en-US',
    ...(iriBase === undefined ? {} : { iriBase }),
  })
  const { languageTags: _, ...expected } = less(doc, losses)
  expect(read.faults.filter(({ code }) => !expectedFaults.includes(code))).toEqual([])
  const back = { ...read, defaultLanguageTag: 'en-US' }
  expect(JSON.parse(canonicalForm(back, { dates: true }))).toEqual(JSON.parse(canonicalForm(expected, { dates: true })))
}

describe.each(syntaxes)('SKOS as %s', (syntax) => {
  it('gives the document back, less what is listed as lost', async () => {
    const property = fc.asyncProperty(
      anyDocument({ dates: true, emptyValues: true }),
      fc.constantFrom('https://example.org/t', undefined),
      (doc, iriBase) => expectsBack(doc, { syntax, asKept: true, ...(iriBase === undefined ? {} : { iriBase }) }),
    )
    await fc.assert(property, { numRuns: 40 })
  })
})

const iris = [
  'https://example.org/v/a',
  'https://example.org/v/b%20c',
  'http://example.org/ä#x',
  'urn:x-test:1',
  'not an iri',
  'https://example.org/v/d',
]
const kept: [string, string][] = [
  ['skos:definition', '"Zweite"@de-DE'],
  ['skos:definition', 'second'],
  ['skos:scopeNote', 'only here'],
  ['dct:description', 'described'],
  ['rdfs:comment', '"chat"@fr'],
  ['skos:note', '"7"^^<http://www.w3.org/2001/XMLSchema#int>'],
  ['skos:note', '"plain"^^<http://www.w3.org/2001/XMLSchema#string>'],
  ['skos:note', '"x"@DE-de'],
  ['skos:note#2', '"a\\"b\\\\c"@en'],
  ['skos:note#3', 'third'],
  ['skos:broader', 'https://example.org/v/a'],
  ['skos:broader', 'https://example.org/outside'],
  ['skos:broader#2', 'https://example.org/v/d'],
  ['skos:related', 'https://example.org/outside'],
  ['dct:isReplacedBy', 'https://example.org/v/a'],
  ['skos:exactMatch', 'https://example.org/o|dd'],
  ['dct:license', 'https://example.org/l'],
  ['skos:notation#0', 'x'],
  ['skos:prefLabel', 'no label'],
  ['dct:title', 'no title'],
]

/** Terms with IRIs of others, and properties that could be mistaken for something else. */
function withIris(doc: Doc, picks: readonly number[]): Doc {
  let at = 0
  const free = [...iris]
  const pick = (): number => picks[at++ % picks.length] ?? 0
  const dressed = (node: NodeDoc): NodeDoc => {
    const children = node.children.map(dressed)
    if (isRef(node.term)) return { ...node, children }
    const uri = pick() % 3 === 0 ? free.pop() : undefined
    const more = Object.fromEntries(
      Array.from({ length: pick() % 4 }, () => kept[pick() % kept.length] as [string, string]),
    )
    const { created: _, ...term } = node.term
    return {
      ...node,
      children,
      term: { ...term, ...(uri === undefined ? {} : { uri }), properties: { ...term.properties, ...more } },
    }
  }
  return {
    ...doc,
    groups: doc.groups.map((group) => ({
      ...group,
      sets: group.sets.map((set) => ({ ...set, children: set.children.map(dressed) })),
    })),
  }
}

describe('SKOS of a vocabulary of others', () => {
  it('gives IRIs and kept predicates back', async () => {
    const property = fc.asyncProperty(
      anyDocument(),
      fc.array(fc.nat(1000), { minLength: 20, maxLength: 60 }),
      fc.constantFrom(...syntaxes),
      async (doc, picks, syntax) => {
        await expectsBack(withIris(doc, picks), { syntax, asKept: true }, ['second-parent'])
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })
})
