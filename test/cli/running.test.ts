/**
 * `relata start --detach`, `status`, `logs` and `stop`, with the built program.
 * @module-tag slow
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { build, root } from '../crash/built-server.ts'

const program = join(root, 'dist/bin/relata.js')
let top: string
/** Of the project of each test. */
let folder: string
beforeAll(async () => {
  await build()
  top = await mkdtemp(join(tmpdir(), 'relata-running-'))
}, 60_000)
afterAll(() => rm(top, { recursive: true, force: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(top, 'project-'))
})
afterEach(() => {
  relata(['stop', '--all'])
})

const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RELATA_')))

const relata = (args: readonly string[], environment: Record<string, string> = {}) =>
  spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', env: { ...bare, ...environment } })

const detached = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = relata(['start', '--detach', '--port', '0', '--in-memory', ...args])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return /relata is ready on (\S+)\n$/.exec(stdout)?.[1] ?? ''
}

const states = () => join(folder, '.relata/servers')
const stateFiles = () => readdirSync(states()).filter((name) => name.endsWith('.json'))
const stateOf = (name: string) =>
  JSON.parse(readFileSync(join(states(), name), 'utf8')) as { pid: number; url: string; log: string; identity: string }

const endOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on('exit', resolve))

describe('a server that is started with --detach', () => {
  it('is found by the other commands, prints to its log, and is stopped', async () => {
    const url = detached()
    const [name = ''] = stateFiles()
    expect(stateOf(name)).toMatchObject({ url, log: expect.stringMatching(/\.log$/) })
    const shown = relata(['status', '--json'])
    expect(shown.status).toBe(0)
    expect(JSON.parse(shown.stdout)).toMatchObject({
      url,
      pid: stateOf(name).pid,
      health: { status: 'healthy' },
      clock: { frozen: false },
      worlds: ['default'],
    })
    expect(relata(['status']).stdout).toMatch(new RegExp(`^url +${url}\n`))
    expect(relata(['logs']).stdout).toContain(`relata is ready on ${url}\n`)
    expect(relata(['logs', '-n', '1']).stdout).toMatch(/^[^\n]*\/_relata\/worlds 200[^\n]*\n$/)
    const follower = spawn(process.execPath, [program, 'logs', '-f', '-n', '1'], { cwd: folder, env: bare })
    let followed = ''
    const hasFollowed = new Promise<void>((resolve) => {
      follower.stdout.on('data', (part) => {
        followed += part
        resolve()
      })
    })
    await hasFollowed
    const ended = endOf(follower)
    const stopped = relata(['stop'])
    expect(stopped).toMatchObject({ status: 0, stdout: `stopped ${url}\n`, stderr: '' })
    expect(await ended).toBe(0)
    expect(followed).toContain('/_relata/worlds')
    expect(readdirSync(states())).toEqual([])
    // Something else may listen on the usual port.
    const { port } = new URL(url)
    expect(relata(['status'], { RELATA_PORT: port })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`no server answers at ${url} `),
    })
  })

  it('says why it does not start, with the code of the start', () => {
    const taken = detached()
    const again = ['start', '--detach', '--in-memory']
    const { port } = new URL(taken)
    expect(relata([...again, '--port', port])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('tip: another program uses this port'),
      stdout: '',
    })
    expect(relata([...again, '--port', 'x'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--port') })
    expect(stateFiles()).toHaveLength(1)
  })

  it('is one of several, which are told apart by their addresses', () => {
    const urls = [detached('--http-only', '--seed', 'none'), detached('--http-only', '--seed', 'none')]
    for (const command of ['status', 'stop', 'logs']) {
      const { status, stderr } = relata([command])
      expect(status, command).toBeGreaterThan(0)
      for (const url of urls) expect(stderr, command).toContain(url)
    }
    expect(relata(['stop', '--url', urls[1] ?? '']).stdout).toBe(`stopped ${urls[1]}\n`)
    expect(relata(['status', '--json']).stdout).toContain(urls[0])
    expect(relata(['stop', '--url', urls[1] ?? ''])).toMatchObject({ status: 1, stdout: '' })
    expect(relata(['status']).status).toBe(0)
  })

  it('may have workers, and all of them go', () => {
    detached('--http-only')
    const { status, stderr } = relata(['start', '--detach', '--port', '0', '--workers', '2', '--http-only'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(relata(['stop', '--all'])).toMatchObject({ status: 0 })
    expect(readdirSync(states())).toEqual([])
  })
})

describe('relata stop', () => {
  it('ends no process that is not ours: not one that has got the id of a server that was killed', async () => {
    detached('--http-only', '--seed', 'none')
    const [name = ''] = stateFiles()
    const state = stateOf(name)
    const log = readFileSync(state.log, 'utf8')
    process.kill(state.pid, 'SIGKILL')
    const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000); console.log(1)'])
    await new Promise((resolve) => other.stdout.once('data', resolve))
    const ended = endOf(other)
    try {
      writeFileSync(join(states(), `${other.pid}.json`), JSON.stringify({ ...state, pid: other.pid }))
      expect(relata(['stop', '--all'])).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/no server runs on .* ended without being stopped\ntip: relata logs prints/),
      })
      expect(other.exitCode).toBeNull()
      // What the one that was killed has printed is still there to be read.
      expect(relata(['logs'])).toMatchObject({ status: 0, stdout: log })
    } finally {
      other.kill('SIGKILL')
    }
    await ended
    detached('--http-only', '--seed', 'none')
    expect(stateFiles()).toHaveLength(1)
    expect(existsSync(state.log)).toBe(false)
  })

  it('stops one that runs in a terminal as well', async () => {
    const child = spawn(process.execPath, [program, '--port', '0', '--in-memory', '--http-only', '--silent'], {
      cwd: folder,
      env: bare,
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const ended = endOf(child)
    expect(relata(['logs'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('prints where it was started'),
    })
    expect(relata(['stop']).status).toBe(0)
    expect(await ended).toBe(0)
  })
})

describe('a registry', () => {
  it('makes no folder for its state where it has none', async () => {
    const child = spawn(
      process.execPath,
      [program, '--port', '0', '--registry', '--in-memory', '--http-only', '--silent', '--location', 'nowhere'],
      { cwd: folder, env: bare },
    )
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const ended = endOf(child)
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
    await mkdir(join(folder, 'nowhere'))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})
