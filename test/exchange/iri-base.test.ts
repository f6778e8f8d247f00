/** The setting `--iri-base`: exchange.md §6.2, §6.4. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '#app/config.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
const iriBase = 'https://taxonomy.example/terms-of-ours'

beforeAll(async () => {
  server = await startTestServer({ iriBase })
})

afterAll(() => server.close())

async function ask(path: string, body?: string): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const how = body === undefined ? {} : { method: 'POST', headers, body }
  const answer = await fetch(`${server.http}/_relata/term-store/${path}`, how)
  return answer.text()
}

it.each(['turtle', 'rdf-xml', 'json-ld'])(
  'is that of the IRIs in %s, from which ids are read again',
  async (format) => {
    const made = taxonomyOver(server.send)
    const group = await made.group(`Base ${format}`)
    const set = await made.set(group, 'Based')
    const term = await made.term(set, 'One')
    const text = await ask(`export?format=${format}&group=${group}`)
    for (const one of [`groups/${group}`, `sets/${set}`, `terms/${term}`]) expect(text).toContain(`${iriBase}/${one}`)
    expect(text).not.toContain('urn:uuid:')
    const back = await ask(`plan?format=${format}`, text)
    expect(back.split('\n').filter((line) => line.includes('"action"'))).toEqual([])
    // By path it would be a new term.
    const renamed = await ask(`plan?format=${format}`, text.replaceAll('One', 'Uno'))
    const records = renamed.split('\n').filter((line) => line.includes('"action"'))
    expect(records.map((line) => JSON.parse(line))).toMatchObject([{ action: 'update', id: term }])
  },
)

it.each(['taxonomy', 'https://a b/', 'https://a.example/#', '<x:y>'])('is not %s', (text) => {
  expect(readConfig({ iriBase: text }, {})).toMatchObject({ faults: [expect.stringContaining('absolute IRI')] })
})
