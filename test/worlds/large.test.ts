/** Forks of large worlds, which are in a temporary folder and not in memory. */
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { jsonPost, startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { removeFolders, temporaryLocation } from './folders.ts'

let server: TestServer
let children: string
let temporary: string
const { TMPDIR: usualTemporary } = process.env
const terms = 1_200

beforeAll(async () => {
  const location = await temporaryLocation()
  temporary = await temporaryLocation()
  process.env['TMPDIR'] = temporary
  server = await startTestServer({ inMemory: false, location })
  const made = taxonomyOver(server.send)
  const set = await made.set(await made.group())
  children = `/v1.0/termStore/sets/${set}/children`
  const text = 'x'.repeat(900)
  const make = async (from: number): Promise<void> => {
    for (let at = from; at < terms; at += 24) {
      const labels = [{ name: `Term ${at}`, languageTag: 'en-US', isDefault: true }]
      const descriptions = [{ description: text, languageTag: 'en-US' }]
      const { status, text: said } = await server.send('POST', children, { labels, descriptions })
      if (status !== 201) throw new Error(said)
    }
  }
  await Promise.all(Array.from({ length: 24 }, (_, from) => make(from)))
}, 120_000)

afterAll(async () => {
  await server.close()
  if (usualTemporary === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usualTemporary
  await removeFolders()
})

/** Copies in the temporary folder of this test. */
const databases = (): number =>
  readdirSync(temporary, { recursive: true }).filter((name) => String(name).endsWith('relata.db')).length

const firstTerm = async (headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { body } = await server.send('GET', `${children}?$top=1`, undefined, { headers })
  return body.value[0].id
}

it('are worlds as all others, and leave nothing behind', { tags: ['slow'] }, async () => {
  const before = databases()
  const made = await fetch(`${server.http}/_relata/worlds`, jsonPost({}))
  const { id } = (await made.json()) as { id: string }
  expect(databases()).toBeGreaterThan(before)
  const inWorld = { 'relata-world': id }
  const term = await firstTerm(inWorld)
  const path = children.replace(/children$/, `terms/${term}`)
  expect((await server.send('DELETE', path, undefined, { headers: inWorld })).status).toBe(204)
  expect((await server.send('GET', path, undefined, { headers: inWorld })).status).toBe(404)
  expect((await server.send('GET', path)).status).toBe(200)
  const { headers, ...post } = jsonPost({})
  const reset = await fetch(`${server.http}/_relata/reset`, { ...post, headers: { ...headers, ...inWorld } })
  expect(reset.status).toBe(204)
  expect((await server.send('GET', path, undefined, { headers: inWorld })).status).toBe(200)
  const ended = await fetch(`${server.http}/_relata/worlds/${id}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
  })
  expect(ended.status).toBe(204)
  await expect.poll(databases).toBe(before)
})
