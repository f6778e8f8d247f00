/** docs/requests.md: what it tells the reader to type runs, and what it says of the answers is so. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { known } from '#control/requests/filter.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { blocksIn, hasCurl, pageAt, runScript } from './paste.ts'

const page = pageAt('docs/requests.md')
const [list = '', asTest = ''] = blocksIn(page, 'sh')
const [example = ''] = blocksIn(page, 'json')

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
  folder = await mkdtemp(join(tmpdir(), 'relata-docs-'))
  const refused = await server.send('POST', '/v1.0/termStore/groups', { displayName: 'x' }, { app: wellKnown.reader })
  expect(refused.status).toBe(403)
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const run = (script: string) =>
  runScript(['-euo', 'pipefail', '-c', `cd '${folder}'\n${script.replaceAll('http://localhost:4365', server.http)}`])

it('lists what was refused, with the members that the page shows', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const answer = JSON.parse(await run(list))
  const shown = JSON.parse(example)
  const [one] = answer.value
  expect(Object.keys(one)).toEqual(Object.keys(shown.value[0]))
  expect(Object.keys(one.refusal)).toEqual(Object.keys(shown.value[0].refusal))
  for (const member of ['check', 'section', 'step', 'code', 'layer', 'wanted'])
    expect([member, one.refusal[member]]).toEqual([member, shown.value[0].refusal[member]])
  expect(one.refusal.held).toEqual(expect.arrayContaining(shown.value[0].refusal.held))
})

it('writes a test', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  await run(asTest)
  const text = await readFile(join(folder, 'recorded.test.mjs'), 'utf8')
  expect(text).toContain("import { expect, it } from 'vitest'")
  expect(text).toContain('toBe(403)')
})

it('has all parameters', () => {
  const section = page.split(/^## /m).find((text) => text.startsWith('A list')) ?? ''
  const rows = [...(section.split('All that are given')[0]?.matchAll(/^\| `(\w+)` \|/gm) ?? [])]
  expect(rows.map(([, name]) => name).sort()).toEqual([...known].sort())
})
