/** Commands that speak to a running server, with the built program and one stand-in for all tests. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { build, root } from '../crash/built-server.ts'

const program = join(root, 'dist/bin/relata.js')
const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RELATA_')))
let folder: string

const relata = (args: readonly string[], environment: Record<string, string> = {}) =>
  spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', env: { ...bare, ...environment } })

/** What a command prints that succeeds. */
const said = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = relata(args)
  expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
  return stdout
}

const jsonOf = (...args: readonly string[]) => JSON.parse(said(...args, '--json'))

/** What a command complains of that fails. */
const refused = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = relata(args)
  expect({ args, status, stdout }).toEqual({ args, status: 1, stdout: '' })
  return stderr
}

let origin: string
beforeAll(async () => {
  await build()
  folder = await mkdtemp(join(tmpdir(), 'relata-remote-'))
  said('start', '--detach', '--port', '0', '--in-memory')
  origin = jsonOf('status').url
}, 60_000)
afterAll(async () => {
  relata(['stop', '--all'])
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  said('reset')
})

const relationship = () => jsonOf('gdap', 'list', '--customer', 'fabrikam.example')[0]

describe('relata world', () => {
  it('adds worlds that have clocks of their own, and ends them', () => {
    const id = said('world', 'add', 'mine', '--clock', '2031-01-01T00:00:00Z').trim()
    expect(id).toBe('mine')
    const [, address] = said('world', 'add', '--own-port').trim().split(' ')
    expect(address).toMatch(/^https:\/\/localhost:\d+$/)
    expect(jsonOf('world', 'list')).toMatchObject([{ id: 'default', url: origin }, { id: 'mine' }, { url: address }])
    expect(said('clock', '--world', 'mine')).toBe('2031-01-01T00:00:00.000Z, frozen\n')
    expect(relata(['clock'], { RELATA_WORLD: 'mine' }).stdout).toMatch(/^2031/)
    expect(relata(['status'], { RELATA_URL: address ?? '' }).stdout).toContain(`url            ${address}\n`)
    for (const world of jsonOf('world', 'list').slice(1)) said('world', 'remove', world.id)
    expect(said('world', 'list')).toMatch(/^default .*\n$/)
    expect(refused('world', 'show', 'mine')).toBe("relata: There is no world 'mine'.\n")
    expect(refused('clock', '--world', 'mine')).toContain('no such world')
  })
})

describe('relata clock', () => {
  it('shows, stops, sets, moves and resets it', () => {
    expect(jsonOf('clock', 'set', '2030-05-01T00:00:00Z')).toMatchObject({
      frozen: false,
      now: expect.stringMatching(/^2030-05-01T/),
    })
    expect(jsonOf('clock', 'freeze').frozen).toBe(true)
    expect(said('clock', 'advance', 'P30D')).toMatch(/^2030-05-31T.*, frozen\n$/)
    expect(jsonOf('clock', 'run').frozen).toBe(false)
    expect(said('clock', 'reset')).not.toMatch(/^2030/)
    expect(refused('clock', 'advance', '30 days')).toContain('ISO 8601 duration')
    expect(relata(['clock', 'advance'])).toMatchObject({ status: 2 })
  })

  it('says what is due', () => {
    const { due } = jsonOf('clock', 'due', '--top', '1')
    expect(due).toHaveLength(1)
    expect(said('clock', 'due', '--top', '1')).toContain(`due  ${due[0].dueDateTime}  ${due[0].kind}`)
  })
})

describe('relata gdap', () => {
  it('answers for the customer', () => {
    const { id, status, autoExtendDuration } = relationship()
    expect(status).toBe('active')
    const customer = ['--customer', 'fabrikam.example']
    const word = autoExtendDuration === 'PT0S' ? 'on' : 'off'
    expect(jsonOf('gdap', 'auto-extend', id, word, ...customer).autoExtendDuration).not.toBe(autoExtendDuration)
    expect(said('gdap', 'terminate', id, ...customer)).toMatch(new RegExp(`^${id} terminat\\w+\n$`))
    expect(relationship().status).toMatch(/^terminat/)
    expect(refused('gdap', 'approve', id, ...customer)).toMatch(/^relata: /)
    expect(refused('gdap', 'reject', 'x', ...customer)).toContain('delegatedAdminRelationshipId')
    expect(relata(['gdap', 'approve', id])).toMatchObject({ status: 2, stderr: expect.stringContaining('--customer') })
    expect(relata(['gdap', 'auto-extend', id, 'maybe', ...customer])).toMatchObject({ status: 2 })
  })
})

describe('relata reset', () => {
  it('puts the world back', () => {
    const { id } = relationship()
    said('gdap', 'terminate', id, '--customer', 'fabrikam.example')
    expect(said('reset')).toBe('reset default\n')
    expect(relationship().status).toBe('active')
  })
})

describe('relata requests', () => {
  it('lists, shows and follows what is asked', async () => {
    const graph = `${origin.replace('https:', 'http:')}/v1.0/sites/root/termStore`
    said('requests', 'clear')
    expect((await fetch(graph)).status).toBe(401)
    const [found, ...more] = jsonOf('requests', '--path', '/v1.0/**', '--status', '4xx')
    expect(more).toEqual([])
    expect(found).toMatchObject({ method: 'GET', path: '/v1.0/sites/root/termStore', status: 401 })
    expect(said('requests', '--path', 'termStore')).toContain(`401  `)
    expect(JSON.parse(said('requests', 'show', found.id))).toMatchObject({ id: found.id, response: {} })
    expect(said('requests', 'show', found.id, '--as', 'curl')).toMatch(/^curl /)
    expect(refused('requests', '--status', 'bad')).toContain("'status'")
    expect(relata(['requests', '-f', '--top', '1'])).toMatchObject({ status: 2 })

    const follower = spawn(process.execPath, [program, 'requests', '-f', '--json', '--path', 'termStore'], {
      cwd: folder,
      env: bare,
    })
    const line = new Promise<string>((resolve) => follower.stdout.on('data', (part) => resolve(String(part))))
    // Until it listens there is nobody to tell.
    const asking = setInterval(() => void fetch(graph), 100)
    expect(JSON.parse(await line)).toMatchObject({ path: '/v1.0/sites/root/termStore', status: 401 })
    clearInterval(asking)
    follower.kill('SIGTERM')
  })
})

describe('which server is meant', () => {
  it('is said by --url, a variable, the state in the location, or the port, in that order', async () => {
    const elsewhere = ['--location', join(folder, 'nowhere')]
    expect(relata(['status', ...elsewhere, '-p', '9'])).toMatchObject({
      status: 1,
      stderr:
        'relata: no server answers at https://localhost:9 (ECONNREFUSED)\ntip: relata start starts one, and --url names another\n',
    })
    expect(jsonOf('status', ...elsewhere, '--url', origin)).toMatchObject({ url: origin })
    expect(relata(['status', ...elsewhere], { RELATA_URL: origin }).status).toBe(0)
    const { port } = new URL(origin)
    await writeFile(join(folder, 'relata.config.json'), JSON.stringify({ port: Number(port), location: 'nowhere' }))
    expect(jsonOf('status')).toMatchObject({ url: origin })
    await rm(join(folder, 'relata.config.json'))
    for (const wrong of ['localhost', 'ftp://localhost'])
      expect(relata(['status', '--url', wrong])).toMatchObject({ status: 2, stderr: expect.stringContaining(wrong) })
  })

  it('may speak plain HTTP only, though its address is not known', async () => {
    const location = join(folder, 'plain')
    said('start', '--detach', '--http-only', '--seed', 'none', '--in-memory', '--port', '0', '--location', location)
    const { url } = jsonOf('status', '--location', location)
    expect(url).toMatch(/^http:/)
    const { port } = new URL(url)
    expect(jsonOf('status', '-p', port).health.status).toBe('healthy')
    said('stop', '--location', location)
  })

  it('a registry has no worlds, and says so', async () => {
    const location = join(folder, 'registry')
    said(
      'start',
      '--detach',
      '--http-only',
      '--registry',
      '--in-memory',
      '--silent',
      '--port',
      '0',
      '--location',
      location,
    )
    const found = relata(['reset', '--location', location])
    expect(found.stderr).toMatch(
      /^relata: the server at http:\S+ has no POST \/_relata\/reset: it is a registry, or of another version\n$/,
    )
    expect(relata(['status', '--location', location]).status).toBe(0)
    said('stop', '--location', location)
  })
})
