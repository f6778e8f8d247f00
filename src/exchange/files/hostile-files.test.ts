/** Files that are hostile by size, by growth, or by the names in them. */
import { describe, expect, it } from 'vitest'
import { readFile } from '../formats.ts'
import type { FormatName } from './detect.ts'

const many = Array.from({ length: 20_000 }, (_, at) => at)
const prefixes = '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix e: <https://e.org/> .\n'
const twelve = `Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description,${[1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`).join(',')}`

async function read(format: FormatName, text: string) {
  const bytes = new TextEncoder().encode(text)
  return (await readFile({ file: 'large', bytes, format, defaultLanguage: 'en-US' })).doc
}

function pnp(terms: string): string {
  const set = `<p:TermSet Name="S"><p:Terms>${terms}</p:Terms></p:TermSet>`
  return `<p:TermGroups xmlns:p="http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema"><p:TermGroup Name="G"><p:TermSets>${set}</p:TermSets></p:TermGroup></p:TermGroups>`
}

function idAt(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

describe('a large file is read in time', () => {
  it('of 50,000 synonyms of one concept', async () => {
    const labels = Array.from({ length: 50_000 }, (_, at) => `; skos:altLabel "c${at}"@en `).join('')
    const concept = `e:c a skos:Concept ; skos:inScheme e:s ; skos:prefLabel "a"@en ${labels}.`
    const { groups } = await read('turtle', `${prefixes}e:s a skos:ConceptScheme . ${concept}`)
    expect(groups[0]?.sets[0]?.children[0]?.term).toMatchObject({ labels: { en: { default: 'a' } } })
  })

  it('of 20,000 schemes, each with a concept that says nothing of it', async () => {
    const schemes = many.map(
      (at) => `e:s${at} a skos:ConceptScheme . e:s${at}c a skos:Concept; skos:prefLabel "c"@en.\n`,
    )
    const { groups } = await read('turtle', `${prefixes}${schemes.join('')}`)
    expect(groups[0]?.sets.map(({ children }) => children.length)).toEqual(many.map(() => 1))
  })

  it.each<[FormatName, string]>([
    ['sharepoint-csv', `${twelve}\n${many.map((at) => `S${at}`).join('\n')}`],
    ['pnp-text', many.map((at) => `G|S${at}|a`).join('\n')],
  ])('of 20,000 sets in %s', async (format, text) => {
    const { groups, faults } = await read(format, text)
    expect(faults).toEqual([])
    expect(groups.map(({ sets }) => sets.length)).toEqual([20_000])
  })

  it('of 20,000 labels of one term in PnP JSON', async () => {
    const labels = many.map((at) => ({ language: 1033, value: `x${at}` }))
    const termGroups = [{ name: 'g', termSets: [{ name: 's', terms: [{ name: 'a', labels }] }] }]
    expect((await read('pnp-json', JSON.stringify({ termGroups }))).groups).toHaveLength(1)
  })

  it('of 20,000 groups in PnP text', async () => {
    expect((await read('pnp-text', many.map((at) => `G${at}|S|a`).join('\n'))).groups).toHaveLength(20_000)
  })
})

describe('ReuseChildren', () => {
  const place = (id: number, of: number) =>
    `<p:Term Name="" ID="${idAt(id)}" SourceTermId="${idAt(of)}" IsReused="true" IsSourceTerm="false" ReuseChildren="true"/>`
  const home = (id: number, inside: string) =>
    `<p:Term Name="h${id}" ID="${idAt(id)}"><p:Terms>${inside}</p:Terms></p:Term>`

  it('that doubles at each level is refused', async () => {
    const homes = Array.from({ length: 30 }, (_, at) => home(at, place(at + 1, at + 1) + place(at + 100, at + 1)))
    const { faults } = await read('pnp-xml', pnp(homes.join('')))
    expect(faults.map(({ code, at }) => [code, at.line])).toEqual([['limit', 1]])
  })

  it('that goes on from term to term is refused', async () => {
    const homes = many.map((at) => home(at, place(at + 1, at + 1)))
    const { faults } = await read('pnp-xml', pnp(homes.join('')))
    expect(faults.map(({ code, text }) => [code, text])).toEqual([
      ['limit', 'line 1: ReuseChildren repeats terms deeper than 64.'],
    ])
  })

  it('of tokens that make a text longer than files may hold is refused', async () => {
    const bytes = new TextEncoder().encode(pnp(`<p:Term Name="${'{parameter:a}'.repeat(2_000)}"/>`))
    const choice = { parameters: { a: 'x'.repeat(1_000) } }
    const { doc } = await readFile({ file: 'large', bytes, format: 'pnp-xml', defaultLanguage: 'en-US', choice })
    expect(doc.faults.map(({ code }) => code)).toEqual(['limit'])
  })
})

describe('names that JavaScript gives a meaning to', () => {
  const term = (labels: object[]) =>
    JSON.stringify({ termGroups: [{ name: 'g', termSets: [{ name: 's', terms: [{ name: 'a', labels }] }] }] })

  it.each(['__proto__', 'constructor', 'toString'])('%s is a language like any other in PnP JSON', async (language) => {
    const { groups } = await read('pnp-json', term([{ language, value: 'b' }]))
    expect(({} as Record<string, unknown>)['default']).toBeUndefined()
    expect((Object as unknown as Record<string, unknown>)['default']).toBeUndefined()
    const [node] = groups[0]?.sets[0]?.children ?? []
    expect(Object.entries(node !== undefined && 'labels' in node.term ? node.term.labels : {})).toEqual([
      ['', { default: 'a', synonyms: [] }],
      [language, { default: 'b', synonyms: [] }],
    ])
  })

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])('%s is no record of JSON Lines', async (record) => {
    const { faults } = await read('jsonl', `{"format":"relata-taxonomy/1","as":"lines"}\n{"record":"${record}"}`)
    expect(faults.map(({ code, at }) => [code, at.line])).toEqual([['value', 2]])
  })
})
