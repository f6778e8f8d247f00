/** The examples of docs/roles.md, run as a reader would run them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { roleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { startTestServer } from '../_support/server.ts'
import { compiledSource } from '../_support/source-program.ts'
import { blocksIn, hasCurl, pageAt, paste, runScript } from './paste.ts'

const page = pageAt('docs/roles.md')
const [listing = '', updating = '', asking = ''] = blocksIn(page, 'sh')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-docs-roles-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const relata = `relata() { '${process.execPath}' --conditions=source --disable-warning=ExperimentalWarning '${main}' "$@"; }`
const run = (script: string): Promise<string> =>
  runScript(['-euo', 'pipefail', '-c', `cd '${folder}'\n${relata}\n${script}`], { HOME: folder, ...compiledSource })

it('a role of the catalogue is as the page shows it, and so are the numbers', () => {
  const [role = ''] = blocksIn(page, 'json')
  expect(roleCatalogue).toContainEqual(JSON.parse(role))
  for (const [, value, count] of page.matchAll(/`(yes|likely|no|unknown)` \((\d+)/g))
    expect(roleCatalogue.filter(({ gdap }) => gdap === value)).toHaveLength(Number(count))
})

it('the commands list and update the catalogue of a database', { timeout: 120_000 }, async () => {
  const server = await startTestServer({ inMemory: false, location: join(folder, '.relata') })
  await server.close()
  const [line = ''] = blocksIn(page, 'text')
  expect(await run(listing)).toContain(line)
  expect(await run(updating)).toBe(
    [
      'the catalogue of 2026-08-21 is the same\nnothing was changed: this was a dry run',
      'the catalogue of 2026-08-21 is the same\ntenants brought up to it: 0\n',
    ].join('\n'),
  )
})

it('the requests show and update that of a server', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const server = await startTestServer()
  try {
    const pasted = await paste(`cd '${folder}'\n${asking}`, server.http)
    expect(JSON.parse(pasted)).toMatchObject({ asOf: '2026-08-21', changed: [], dryRun: true })
  } finally {
    await server.close()
  }
})
