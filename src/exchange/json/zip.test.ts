import { strToU8, zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { randomDocument } from '../../../test/_support/documents.ts'
import { writeFolder } from './write-folder.ts'
import { isZip, unzipFolder, zipFolder } from './zip.ts'

const file = 'taxonomy.zip'
const head = strToU8('{"format":"relata-taxonomy/1"}')

function codeOf(bytes: Uint8Array): string {
  const result = unzipFolder(bytes, file)
  return 'code' in result ? `${result.code}: ${result.text}` : [...result.keys()].join(' ')
}

it('holds a folder, and the same folder gives the same bytes', () => {
  const files = writeFolder(randomDocument(7)).changed
  const bytes = zipFolder(files)
  expect(isZip(bytes)).toBe(true)
  expect(unzipFolder(bytes, file)).toEqual(files)
  expect(zipFolder(files)).toEqual(bytes)
})

it('finds the folder that has relata.json, and takes only JSON', () => {
  const bytes = zipSync({
    'main/': new Uint8Array(),
    'main/relata.json': head,
    'main/g/s.json': head,
    'main/x.md': head,
  })
  expect(codeOf(bytes)).toBe('relata.json g/s.json')
  expect(codeOf(zipSync({ 'a.json': head }))).toMatch(/^format-unknown: .*relata\.json/)
})

it('says of a package of PnP what to unpack', () => {
  const bytes = zipSync({ '[Content_Types].xml': head, 'Files/template.xml': head, 'manifest.rels': head })
  expect(codeOf(bytes)).toMatch(/^format-unknown: .*Unpack it as a zip file.*: 'Files\/template\.xml'\.$/)
  const result = unzipFolder(zipSync({ manifest: head }), 'site.pnp')
  expect('code' in result && result.text).toContain('site.pnp is a package')
})

it('refuses what is too much, outside the folder or no zip file', () => {
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`${at}.json`, head]))
  expect(codeOf(zipSync(many))).toMatch(/^limit: .*1000 entries/)
  expect(codeOf(zipSync({ 'a.json': strToU8('0'.repeat(1_000_000)) }))).toMatch(/^limit: .*100 times/)
  expect(codeOf(zipSync({ '../a.json': head }))).toMatch(/^limit: .*outside/)
  expect(codeOf(strToU8('PK\u0003\u0004 and no more'))).toMatch(/^syntax: /)
  expect(isZip(strToU8('PK'))).toBe(false)
})

it('names the file that is no text', () => {
  const bytes = zipSync({ 'relata.json': head, 'g/s.json': Uint8Array.of(0x7b, 0xff) })
  expect(codeOf(bytes)).toMatch(/^encoding: g\/s\.json .* byte 1/)
})
