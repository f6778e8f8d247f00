/** docs/cli.md: its tables are those of the program, and its commands do what the page says. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#app/config.ts'
import { emittedPages } from '../../scripts/emitted.js'
import { build } from '../crash/built-server.ts'
import { blocksIn, hasCurl, pageAt, typedIn } from './paste.ts'

const page = pageAt('docs/cli.md')
const [exec = '', stays = '', config = '', ...moreCommands] = blocksIn(page, 'sh')
const [file = '', ...moreFiles] = blocksIn(page, 'json')

let folder: string
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-cli-page-'))
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The page says nothing of the port, and the usual one may be in use. */
const elsewhere = { RELATA_PORT: '0' }

describe('docs/cli.md', () => {
  it('has the commands and the settings of the program (npm run emit)', () => {
    expect(emittedPages()['cli.md']).toBe(page)
    expect(moreCommands).toEqual([])
    expect(moreFiles).toEqual([])
  })

  it('has a server for one command', async ({ skip }) => {
    if (!hasCurl()) skip('curl is not installed')
    expect(await typedIn(folder, exec, elsewhere)).toBe('{"status":"ready"}\n')
  })

  it('has one that stays, until it is stopped', { timeout: 60_000 }, async () => {
    const out = await typedIn(folder, stays, elsewhere)
    expect(out).toMatch(/^process \d+, log \S+\nrelata is ready on (https:\S+)\nurl +\1\n/)
    expect(out).toMatch(/ +active +Contoso /)
    expect(out).toMatch(/reset default\n[\s\S]*\nstopped https:\S+\n$/)
  })

  it('has a configuration file that is valid, and what checks it', async () => {
    const values = JSON.parse(file)
    expect(readConfig({}, {}, { name: 'x', folder, values })).toHaveProperty('config')
    const out = await typedIn(folder, config)
    expect(out).toMatch(
      /^wrote relata\.config\.json\n[\s\S]*relata\.config\.json is valid\n[\s\S]*\n\{"file":"relata\.config\.json",/,
    )
  })

  it('names exit codes that are the program’s', () => {
    const codes = [...page.matchAll(/^\| (\d+) \| /gm)].map(([, code]) => Number(code))
    expect(codes).toEqual([0, 1, 2, 130, 141])
    const program = new URL('../../dist/bin/relata.js', import.meta.url).pathname
    const codeOf = (...args: readonly string[]) =>
      spawnSync(process.execPath, [program, ...args], { cwd: folder }).status
    expect([codeOf('version'), codeOf('status', '-p', '9'), codeOf('status', '--nothing')]).toEqual([0, 1, 2])
  })
})
