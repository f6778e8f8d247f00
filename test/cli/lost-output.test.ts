/** The built program where nobody reads its output, as in `relata roles list | head -n 1`, or it cannot be written. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { type BuiltServer, build, root, startBuilt } from '../crash/built-server.ts'

const program = join(root, 'dist/bin/relata.js')
const brokenPipe = 141
let folder: string
let server: BuiltServer
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-lost-output-'))
  await writeFile(join(folder, 'settings.yaml'), 'format: relata-gdap/1\n')
  await writeFile(join(folder, 'customers.csv'), `CustomerTenantId,Template\n${wellKnown.fabrikam},desk\n`)
  await mkdir(join(folder, 'templates'))
  await writeFile(join(folder, 'templates/desk.yaml'), 'name: desk\nroles: [Security Reader]\n')
  server = await startBuilt(join(folder, 'data'))
}, 60_000)
afterAll(async () => {
  await server.end('SIGTERM')
  await rm(folder, { recursive: true, force: true })
})

const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RELATA_')))

/** A line that commands on a database always say. */
const withoutPlace = (text: string): string => text.replace(/^database: .*\n/, '')

/** The reader has gone before the command begins: one that goes later may have been given everything. */
const unread = (args: readonly string[], lost: 'stdout' | 'stderr' = 'stdout'): Promise<unknown> => {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let other = ''
  child[lost].destroy()
  child[lost === 'stdout' ? 'stderr' : 'stdout'].on('data', (part) => {
    other += part
  })
  return new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, other: withoutPlace(other) })),
  )
}

describe('a command that nobody reads', () => {
  it.each([
    ['version'],
    ['--help'],
    ['roles list'],
    ['roles list --json'],
    ['gdap report expiring'],
    ['gdap plan'],
    ['requests'],
    ['audit export'],
    ['terms export --format json'],
  ])('%s ends without a word, as one does that SIGPIPE ends', async (line) => {
    const words = line.split(' ')
    const isRemote = !/^(version|--help|roles)/.test(line)
    const where = words[0] === 'gdap' ? ['--to', server.http] : isRemote ? ['--url', server.http] : []
    expect(await unread([...words, ...where])).toEqual({ code: brokenPipe, signal: null, other: '' })
  })

  it('ends the same when its reader goes while it follows', async () => {
    const words = ['requests', '--follow', '--url', server.http]
    const child = spawn(process.execPath, [program, ...words], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let isEnded = false
    void ended.then(() => {
      isEnded = true
    })
    child.stdout.once('data', () => child.stdout.destroy())
    // Only what comes while it follows is printed.
    while (!isEnded) await fetch(`${server.http}/v1.0/sites/root/termStore`)
    expect(await ended).toEqual([brokenPipe, null])
  })

  it('ends the same where nobody reads what it says is wrong', async () => {
    expect(await unread(['roles', 'lost'], 'stderr')).toEqual({ code: brokenPipe, signal: null, other: '' })
  })
})

it.each([[[]], [['--workers', '2']]])('a server that nobody reads stops as after SIGTERM: %j', async (flags) => {
  const location = join(folder, `served${flags.length}`)
  const start = ['start', '--http-only', '--port', '0', '--seed', 'none', '--location', location, ...flags]
  expect(await unread(start)).toEqual({ code: 0, signal: null, other: '' })
})

it('says so where the disk of its output is full', async ({ skip }) => {
  if (process.platform !== 'linux') skip('there is no /dev/full')
  const child = spawn(process.execPath, [program, 'roles', 'list'], {
    cwd: folder,
    env,
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (part) => {
    said += part
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect({ code, said: withoutPlace(said) }).toEqual({
    code: 1,
    said: expect.stringMatching(/^relata: ENOSPC: [^\n]*\ntip: the disk is full; [^\n]*\n$/),
  })
})
