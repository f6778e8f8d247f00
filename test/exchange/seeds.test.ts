/** Files of terms as seeds: when a server starts, and into one that runs. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentIn } from '#app/seed/packs/content-flag.ts'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let folder: string
const csv = [
  'Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description,Level 1 Term,Level 2 Term',
  'Geo,,1033,,,,',
  ',,,,,Europe,',
  ',,,,,Europe,Berlin',
].join('\n')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-seeds-'))
  await writeFile(join(folder, 'places.csv'), csv)
  server = await startTestServer({ seed: await contentIn(`contoso,${join(folder, 'places.csv')}`) })
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function termsOf(set: string): Promise<string[]> {
  const { body } = await server.send('GET', '/v1.0/termStore/sets')
  const found = body.value.find((one: { localizedNames: { name: string }[] }) => one.localizedNames[0]?.name === set)
  if (found === undefined) return []
  const terms = await server.send('GET', `/v1.0/termStore/sets/${found.id}/terms`)
  return terms.body.value.map((one: { labels: { name: string }[] }) => one.labels[0]?.name).sort()
}

describe('a file of terms', () => {
  it('is a seed of a start, in a group with its name', async () => {
    expect(await termsOf('Geo')).toEqual(['Berlin', 'Europe'])
    const { body } = await server.send('GET', '/v1.0/termStore/groups')
    expect(body.value.map((one: { displayName: string }) => one.displayName)).toContain('places')
  })

  it('is added to a server that runs, where it is sent with its text', async () => {
    const text = csv.replace('Geo', 'Rivers').replaceAll('Europe', 'Rhine').replace('Berlin', 'Aare')
    const seed = { terms: 'rivers.csv', text, group: 'places' }
    const answer = await fetch(`${server.http}/_relata/seed`, jsonPost({ seed }))
    expect(await answer.json()).toMatchObject({ value: [{ isNew: false }] })
    expect(await termsOf('Rivers')).toEqual(['Aare', 'Rhine'])
  })

  it('is refused with what is wrong in it, and then nothing of it is there', async () => {
    const seed = { terms: 'bad.csv', text: csv.replace('Geo', 'Bad').replace('Berlin', 'Ber;lin') }
    const answer = await fetch(`${server.http}/_relata/seed`, jsonPost({ seed }))
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('char: ')
    expect(await termsOf('Bad')).toEqual([])
    const stray = await fetch(`${server.http}/_relata/seed`, jsonPost({ seed: { terms: 'a.csv', texts: 'x' } }))
    expect(stray.status).toBe(400)
  })
})
