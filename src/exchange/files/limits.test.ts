/** The limits of a file (exchange.md §14): a field of more than a megabyte is refused by every reader of a text with fields. */
import { describe, expect, it } from 'vitest'
import { readFile } from '../formats.ts'
import type { FormatName } from './detect.ts'

const long = 'x'.repeat(1_100_000)
const levels = [1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`).join(',')
const header = `Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description,${levels}`
const schema = 'http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema'
const set = { names: { 'en-US': 'S' }, children: [{ labels: [{ name: 'a', languageTag: 'en-US', isDefault: true }] }] }
const concept = (definition: string) =>
  `@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix e: <https://e.org/> . e:c a skos:Concept ; skos:prefLabel "a"@en ; skos:definition "${definition}"@en .`

/** What refuses the file or the record, with its line. */
async function refused(format: FormatName, text: string): Promise<string[]> {
  const bytes = new TextEncoder().encode(text)
  const { doc } = await readFile({ file: 'long', bytes, format, defaultLanguage: 'en-US' })
  return doc.faults.map(({ code, at }) => `${code} ${at.line}`)
}

describe('a field of more than a megabyte', () => {
  it.each<[FormatName, string]>([
    ['sharepoint-csv', `${header}\nS,,,,,,,,,,,\n,,,,"${long}",a,,,,,,`],
    ['wide-csv', `${header},Kind\nS,,,,,,,,,,,,\n,,,,"${long}",a,,,,,,,`],
    ['pnp-xml', `<p:TermGroups xmlns:p="${schema}">\n<p:TermGroup Name="G" Description="${long}"/></p:TermGroups>`],
    ['pnp-json', JSON.stringify({ termGroups: [{ name: 'G', description: long, termSets: [] }] })],
    ['json', JSON.stringify({ format: 'relata-taxonomy/1', groups: [{ name: 'G', description: long, sets: [set] }] })],
    ['turtle', concept(long)],
  ])('is refused in %s', async (format, text) => {
    expect((await refused(format, text))[0]).toMatch(/^limit \d+$/)
    expect(
      (await refused(format, text.replace(long, 'x'.repeat(900)))).filter((one) => one.startsWith('limit')),
    ).toEqual([])
  })
})
