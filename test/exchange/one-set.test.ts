/** Exports of a single set whose terms are at home in others, which are not asked for. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
  const csv = await readFile(new URL('../../docs/taxonomy-journey.csv', import.meta.url))
  const plan = await post('plan?file=museum.csv&addLanguages=true&fix=chars', new Uint8Array(csv))
  await post('apply', plan)
  await server.parts.exchange.settle()
})

afterAll(() => server.close())

async function post(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const answer = await fetch(`${server.http}/_relata/term-store/${path}`, { method: 'POST', headers, body })
  expect(answer.ok).toBe(true)
  return answer.text()
}

async function exported(query: string): Promise<string> {
  const answer = await fetch(`${server.http}/_relata/term-store/export?set=Tours&${query}`)
  expect(answer.ok).toBe(true)
  return answer.text()
}

/** No change is planned for it; it names a group itself or not. */
async function changesNothing(text: string, query: string): Promise<void> {
  const lines = (await post(`plan?file=tours&${query}`, text)).trimEnd().split('\n')
  expect(lines.flatMap((line) => JSON.parse(line).action ?? [])).toEqual([])
}

describe('a set that shares the terms of others, exported alone', () => {
  it('has their paths in PnP’s text, with what a pin shows', async () => {
    const text = await exported('format=pnp-text')
    const paths = text.replaceAll('\r\n', '\n').replaceAll('Harbour museum|Tours|', '')
    expect(paths).toContain('Hall 1|Fibres|Flax\nHall 1|Fibres|Touch wall\n')
    expect(paths).toContain('Steamers|Paddle steamers|Stern-wheelers|Boilers|Fittings|Gauges\n')
    await changesNothing(text, 'format=pnp-text')
  })

  it('has their rows in SharePoint’s CSV, and none of them in its losses', async () => {
    const text = await exported('format=sharepoint-csv')
    expect(text).toContain('"","","","False","","Hall 1","Fibres","Flax","","","",""')
    expect(text).toContain('"","","","True","","Hall 1","Fibres","Touch wall","","","",""')
    expect(text).toContain('"Steamers","Paddle steamers"')
    const losses = (await exported('format=sharepoint-csv&report=only')).trimEnd().split('\n')
    expect(losses.map((line) => JSON.parse(line).what)).not.toContain('term')
    await changesNothing(text, 'format=sharepoint-csv&group=Harbour%20museum')
  })

  it('loses no place in the wide CSV, and shows what other sets hold in no other format', async () => {
    const text = await exported('format=wide-csv')
    expect(text).toContain('"Hall 1","Fibres","Flax"')
    expect(text).not.toContain('"Paddle steamers"')
    expect(await exported('format=wide-csv&report=only')).not.toContain('"term"')
    await changesNothing(text, 'format=wide-csv')
    expect(await exported('format=json')).not.toContain('Paddle steamers')
  })
})
