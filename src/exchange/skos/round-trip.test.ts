/** What is written as SKOS is read back in each syntax, but for what the list of losses names. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument } from '../../../test/_support/documents.ts'
import { less } from '../../../test/_support/less.ts'
import { canonicalForm } from '../canonical.ts'
import type { Doc } from '../document.ts'
import { readSkos } from './read/read.ts'
import type { SkosWriteOptions } from './write/naming.ts'
import { writeSkos } from './write/write.ts'

async function expectsBack(doc: Doc, options: SkosWriteOptions): Promise<void> {
  const { text, losses } = writeSkos(doc, options)
  const { iriBase, syntax } = options
  const read = await readSkos(text, {
    file: 'back',
    syntax,
    defaultLanguage: 'en-US',
    ...(iriBase === undefined ? {} : { iriBase }),
  })
  const { languageTags: _, ...expected } = less(doc, losses)
  expect(read.faults).toEqual([])
  const back = { ...read, defaultLanguageTag: 'en-US' }
  expect(JSON.parse(canonicalForm(back, { dates: true }))).toEqual(JSON.parse(canonicalForm(expected, { dates: true })))
}

describe.each(['turtle', 'rdf-xml', 'json-ld'] as const)('SKOS as %s', (syntax) => {
  it('gives the document back, less what is listed as lost', async () => {
    const property = fc.asyncProperty(
      anyDocument({ dates: true, emptyValues: true }),
      fc.constantFrom('https://example.org/t', undefined),
      (doc, iriBase) => expectsBack(doc, { syntax, asKept: true, ...(iriBase === undefined ? {} : { iriBase }) }),
    )
    await fc.assert(property, { numRuns: 40 })
  })
})
