/** docs/gdap-bulk.md: its files, and its commands with what they print, from top to bottom. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { relata } from '../_support/command.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { approveAll, settle } from '../bulk/kit.ts'
import { hasCurl, pageAt, runScript } from './paste.ts'

const page = pageAt('docs/gdap-bulk.md')

let server: TestServer
let folder: string
let before: string
beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'relata-page-'))
  before = process.cwd()
  process.chdir(folder)
})
afterAll(async () => {
  process.chdir(before)
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

/** A command of the page, which speaks to the server of the test; `jq` is played by the test. */
async function typed(line: string): Promise<string> {
  const [command = '', filter] = line.split(' | ')
  const [, , name] = command.split(' ')
  const where = name === 'init' || name === 'import' ? [] : ['--to', server.http]
  const { status, stdout, stderr } = await relata([...command.split(' ').slice(1), ...where])
  // A run of more than a second says how far it is.
  const errors = stderr.replace(/^\d+\/\d+ done, .*\n/gm, '')
  expect({ line, status, errors }).toEqual({ line, status: 0, errors: '' })
  if (filter === undefined) return stdout
  expect(filter).toBe("jq -r '.[].DisplayName'")
  return JSON.parse(stdout)
    .map(({ DisplayName }: { DisplayName: string }) => `${DisplayName}\n`)
    .join('')
}

it('leads from a pack to groups that have their roles', async () => {
  const blocks = [...page.matchAll(/^```(\w+) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, kind, more, text]) => ({
    kind,
    more,
    text,
  }))
  expect(blocks.filter(({ kind }) => kind === 'console').length).toBeGreaterThan(6)
  for (const { kind, more = '', text = '' } of blocks) {
    if (kind === 'yaml' || kind === 'csv') await writeFile(join(folder, more), text)
    if (kind !== 'console') continue
    if (more === 'after approval') await approveAll(server, 'rel_')
    if (more === 'after provisioning') await settle(server)
    for (const part of text.split(/^\$ /m).filter((one) => one !== '')) {
      const [line = '', ...said] = part.split('\n')
      expect(await typed(line)).toBe(said.join('\n'))
    }
  }
  expect(JSON.parse(await readFile('plan.json', 'utf8'))).toMatchObject({ format: 'relata-gdap-plan/1', steps: [] })
})

it('plans over HTTP', async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const [, script = ''] = /^```sh\n(curl [\s\S]*?)^```$/m.exec(page) ?? []
  const out = await runScript(['-c', script.replace('https://localhost:4365', server.http)])
  expect(JSON.parse(out)).toMatchObject({ summary: { create: 1, lock: 1 }, problems: [] })
})
