import { describe, expect, it } from 'vitest'
import { decode, encode } from './decode.ts'
import { detectFormat } from './detect.ts'

const file = 'x.txt'
const text = 'Straße „Öl“ 🌍\r\n'

function decoded(bytes: Uint8Array, encoding?: string): string {
  const result = decode(bytes, { file, ...(encoding === undefined ? {} : { encoding }) })
  return 'code' in result ? `${result.code}: ${result.text}` : result.text
}

function swapped(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes).swap16()
}

describe('bytes to text', () => {
  it('takes the encoding from the byte order mark', () => {
    for (const encoding of ['utf-8', 'utf-8-bom', 'utf-16'] as const) expect(decoded(encode(text, encoding))).toBe(text)
    expect(decoded(swapped(encode(text, 'utf-16')))).toBe(text)
    expect(decoded(encode(text, 'utf-8-bom'), 'windows-1252')).toBe(text)
  })

  it('knows UTF-16 without its mark by NUL at every other byte', () => {
    const bytes = encode('Geo|Set|A\n', 'utf-16').subarray(2)
    expect(decoded(bytes)).toBe('Geo|Set|A\n')
    expect(decoded(swapped(bytes))).toBe('Geo|Set|A\n')
  })

  it('takes the encoding from the XML declaration, and from the caller', () => {
    const xml = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a b="\u00e9"/>', 'latin1')
    expect(decoded(xml)).toContain('\u00e9')
    expect(decoded(Buffer.from('Stra\u00dfe', 'latin1'), 'windows-1252')).toBe('Straße')
    expect(decoded(Buffer.from('a'), 'utf-7')).toContain("encoding: 'utf-7'")
  })

  it.each([
    [[0x61, 0x62, 0xe9, 0x63], 2],
    [[0xff], 0],
    [[...Buffer.from('é🌍'), 0x80], 6],
    [[0x61, 0xf0, 0x9f, 0x8c], 1],
    [[...Buffer.from('x'.repeat(5000)), 0xc3, 0x28, ...Buffer.from('y'.repeat(9000))], 5000],
  ])('names the first byte that is not UTF-8', (bytes, at) => {
    expect(decoded(Uint8Array.from(bytes))).toMatch(new RegExp(`^encoding: .* at byte ${at}\\. .*windows-1252`))
  })
})

const header = 'Term Set Name;Level 1 Term'

describe('the format of a file', () => {
  it.each([
    ['{"@context": {}}', 'json-ld'],
    ['[ {"@graph": []} ]', 'json-ld'],
    ['{ "format": "relata-taxonomy/1" }', 'json'],
    ['{"format":"relata-taxonomy/1","as":"lines"}\n{"record":"group"}', 'jsonl'],
    ['{"termGroups": []}', 'pnp-json'],
    ['[{"name": "G", "sets": []}]', 'names-json'],
    [
      '<?xml version="1.0"?>\n<pnp:TermGroups xmlns:pnp="http://schemas.dev.office.com/PnP/2022/09/ProvisioningSchema"/>',
      'pnp-xml',
    ],
    ['<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', 'rdf-xml'],
    ['<!-- x --><Concept xmlns="http://www.w3.org/2004/02/skos/core#">', 'rdf-xml'],
    ['# a comment\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .', 'turtle'],
    ['BASE <https://example.org/>', 'turtle'],
    ['<https://example.org/a> <https://example.org/b> "c" .', 'turtle'],
    [`${header}\nGeo;A`, 'sharepoint-csv'],
    [`"TERM  set name","Kind"\n`, 'wide-csv'],
    ['\n\nGeo|Set|A', 'pnp-text'],
    ['Geo;#{00000000-0000-4000-8000-000000000001}', 'pnp-text'],
  ])('%j', (content, format) => {
    expect(detectFormat(content, 'x')).toBe(format)
  })

  it('goes by the word of the caller, then by the extension', () => {
    expect(detectFormat('Geo|Set', 'x.ttl')).toBe('turtle')
    expect(detectFormat('Geo|Set', 'x.ttl', 'pnp-text')).toBe('pnp-text')
    expect(detectFormat('Geo|Set', 'x', 'excel')).toMatchObject({ code: 'format-unknown' })
  })

  it.each(['', 'hello', '{"a": 1}', '<html><body/></html>'])('refuses %j', (content) => {
    expect(detectFormat(content, 'x')).toMatchObject({ code: 'format-unknown', severity: 'stops' })
  })
})
