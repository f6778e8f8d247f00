import { describe, expect, it } from 'vitest'
import { forDocuments } from '../../../test/_support/documents.ts'
import { lessLosses } from '../../../test/_support/less.ts'
import { canonicalForm } from '../doc/canonical.ts'
import { withPlainTags } from '../doc/language-tags.ts'
import type { Doc } from '../document.ts'
import { readCsv } from './read.ts'
import { writeSharePointCsv } from './write-sharepoint.ts'
import { writeWideCsv } from './write-wide.ts'

const tag = 'en-US'
const serious = (doc: Doc) => doc.faults.filter(({ severity }) => severity !== 'note')

/** The document as text that shows where two differ. */
function shown(doc: Doc): string {
  return JSON.stringify(JSON.parse(canonicalForm({ ...withPlainTags(doc, tag), languageTags: [] })), undefined, 1)
}

describe('what is written as CSV and read back is the document less what the losses say', () => {
  it.each([
    ['without ids', { ids: false }],
    ['with ids', { ids: true }],
    ['with the first term on the row of the set', { ids: true, rowStyle: 'term' as const }],
    ['for PnP', { ids: true, for: 'pnp' as const }],
  ])('%s', (_, options) => {
    // Without ids and groups, of two sets with one name only the first is written: write.test.ts.
    forDocuments({ runs: 60, withoutDefault: options.ids, groups: options.ids ? 2 : 1 }, (doc) => {
      const { text, losses, faults } = writeSharePointCsv(doc, options)
      expect(faults).toEqual([])
      const read = readCsv(text, { file: 'x.csv' })
      expect(serious(read)).toEqual([])
      const less = lessLosses(doc, { losses, tag, guessesKinds: true, ids: options.ids })
      expect(less.unused).toEqual([])
      expect(shown(read)).toBe(shown(less.doc))
    })
  })

  it.each([
    ['plain', {}],
    ['safe for spreadsheets', { excelSafe: true }],
  ])('wide, %s', (_, options) => {
    forDocuments({ runs: 100, withoutDefault: true, emptyValues: true }, (doc) => {
      const { text, losses } = writeWideCsv(doc, options)
      const read = readCsv(text, { file: 'x.csv', ...options })
      expect(serious(read)).toEqual([])
      const less = lessLosses(doc, { losses, tag })
      expect(less.unused).toEqual([])
      expect(shown(read)).toBe(shown(less.doc))
    })
  })
})
