/** Readers take any text: what they cannot read is a fault with a place, never an error. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../../test/_support/any-text.ts'
import { randomDocument } from '../../../test/_support/documents.ts'
import { readCsv } from '../csv/read.ts'
import { writeSharePointCsv } from '../csv/write-sharepoint.ts'
import { writeWideCsv } from '../csv/write-wide.ts'
import type { Doc } from '../document.ts'
import { readJsonLines, writeJsonLines } from '../json/lines.ts'
import { readNamesJson } from '../json/names-json.ts'
import { JsonMistake, parseJson } from '../json/parse.ts'
import { readPnpJson } from '../json/pnp-json.ts'
import { readJson } from '../json/read.ts'
import { writeJson } from '../json/write.ts'
import { readPnpText } from '../pnp-text/read.ts'
import { writePnpText } from '../pnp-text/write.ts'
import { decode } from './decode.ts'
import { detectFormat } from './detect.ts'

type Reader = (text: string, options: { file: string }) => Doc

const doc = randomDocument(11, { terms: 8 })
const names = JSON.stringify([{ name: 'G', sets: [{ name: 'S', children: [{ name: 'A', children: [] }] }] }])
const pnp = JSON.stringify({
  termGroups: [{ name: 'G', termSets: [{ name: 'S', terms: [{ name: 'A', labels: [] }] }] }],
})
const readers: readonly (readonly [string, Reader, string])[] = [
  ['CSV', readCsv, writeSharePointCsv(doc, { ids: true }).text],
  ['wide CSV', readCsv, writeWideCsv(doc).text],
  ['PnP text', readPnpText, writePnpText(doc, { ids: true }).text],
  ['JSON', readJson, writeJson(doc).text],
  ['JSON Lines', readJsonLines, writeJsonLines(doc).text],
  ["PnP's JSON", readPnpJson, pnp],
  ['names', readNamesJson, names],
]

/** A text that is right but for one piece that is cut out and another that is put in. */
function damaged(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: text.length })
  const other = fc.oneof(
    anyText({ maxLength: 4 }),
    fc.constantFrom('"', '\n', ',', '{', '}', '[', ']', '|', ';#', 'null', '1'),
  )
  return fc
    .tuple(place, fc.nat({ max: 12 }), other)
    .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut))
}

describe.each(readers)('%s', (_, read, text) => {
  it('is a document with its faults, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(anyText({ maxLength: 60 }), damaged(text)), (one) => {
        const { groups, faults } = read(one, { file: 'x' })
        expect(Array.isArray(groups)).toBe(true)
        for (const { at, text: says } of faults) {
          expect(at.line).toBeGreaterThan(0)
          expect(says).not.toBe('')
        }
        if (faults.some(({ severity }) => severity === 'stops')) expect(groups).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

it('JSON is read where JSON.parse reads it, and refused elsewhere with a place', () => {
  const [, , text] = readers[3] as (typeof readers)[number]
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged(text), anyText({ maxLength: 12 })), (one) => {
      let expected: unknown
      let isJson = true
      try {
        expected = JSON.parse(one)
      } catch {
        isJson = false
      }
      try {
        const value = parseJson(one)
        expect(isJson).toBe(true)
        expect(JSON.stringify(value)).toBe(JSON.stringify(expected))
      } catch (error) {
        if (!(error instanceof JsonMistake)) throw error
        if (isJson) expect(error.message).toMatch(/twice|levels/)
        expect(error.line).toBeLessThanOrEqual(one.split(/\r\n|\n|\r/).length)
      }
    }),
    { numRuns: 500 },
  )
})

it('any bytes are text or a fault, and any text has a format or a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const decoded = decode(bytes, { file: 'x' })
      if ('code' in decoded) return
      expect(typeof detectFormat(decoded.text, 'x')).toMatch(/string|object/)
    }),
    { numRuns: 500 },
  )
})
