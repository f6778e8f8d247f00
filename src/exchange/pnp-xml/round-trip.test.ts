/** What is written as PnP XML is read back, but for what the list of losses names. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument } from '../../../test/_support/documents.ts'
import { less } from '../../../test/_support/less-listed.ts'
import { canonicalForm } from '../doc/canonical.ts'
import type { Doc } from '../document.ts'
import { readPnpXml } from './read.ts'
import { writePnpXml } from './write.ts'
import type { PnpXmlWriteOptions } from './writing.ts'

function expectsBack(doc: Doc, options: PnpXmlWriteOptions = {}): void {
  const { text, losses } = writePnpXml(doc, options)
  const read = readPnpXml(text, {
    file: 'back.xml',
    defaultLanguage: 'en-US',
    tokens: { sitecollectiontermgroupname: 'lost' },
  })
  const { languageTags: _, ...expected } = less(doc, losses)
  expect(read.faults).toEqual([])
  expect(JSON.parse(canonicalForm({ ...read, defaultLanguageTag: 'en-US' }))).toEqual(
    JSON.parse(canonicalForm(expected)),
  )
}

describe('PnP XML', () => {
  it('gives the document back, less what is listed as lost', () => {
    fc.assert(
      fc.property(anyDocument(), (doc) => expectsBack(doc)),
      { numRuns: 40 },
    )
  })

  it('does so as bare TermGroups, of an older schema, with mirrors, and in the order PnP needs', () => {
    const options: PnpXmlWriteOptions[] = [
      { root: 'termgroups', schema: '2019-03' },
      { mirrors: true },
      { forPnp: true },
      { forPnp: true, mirrors: true },
    ]
    fc.assert(
      fc.property(anyDocument(), fc.constantFrom(...options), (doc, option) => expectsBack(doc, option)),
      { numRuns: 40 },
    )
  })

  it('does so without ids where nothing is shared', () => {
    fc.assert(
      fc.property(anyDocument({ shares: false }), (doc) => expectsBack(doc, { noIds: true })),
      { numRuns: 20 },
    )
  })

  it('knows the schemas of PnP', () => {
    const empty: Doc = { groups: [], faults: [] }
    expect(writePnpXml(empty, { schema: '2021-03' }).text).toContain('/PnP/2021/03/')
    expect(() => writePnpXml(empty, { schema: '2040-01' })).toThrow(/2021-03/)
  })
})
