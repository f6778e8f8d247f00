/** Commands that speak to a running server: the commands in this process, the server in one of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { relata } from '../_support/command.ts'
import { build, root } from '../crash/built-server.ts'

const program = join(root, 'dist/bin/relata.js')
const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RELATA_')))
let folder: string

/** Starts and stops servers: as a process. */
const built = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: bare,
  })
  expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
  return stdout
}

/** What a command prints that succeeds. */
const said = async (...args: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await relata(args)
  expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
  return stdout
}

const jsonOf = async (...args: readonly string[]) => JSON.parse(await said(...args, '--json'))

/** What a command complains of that fails. */
const refused = async (...args: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await relata(args)
  expect({ args, status, stdout }).toEqual({ args, status: 1, stdout: '' })
  return stderr
}

let origin: string
let before: string
beforeAll(async () => {
  await build()
  folder = await realpath(await mkdtemp(join(tmpdir(), 'relata-remote-')))
  before = process.cwd()
  process.chdir(folder)
  built('start', '--detach', '--port', '0', '--in-memory')
  origin = (await jsonOf('status')).url
}, 60_000)
afterAll(async () => {
  await relata(['stop', '--all'])
  process.chdir(before)
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await said('reset')
})

const relationship = async () => (await jsonOf('gdap', 'list', '--customer', 'fabrikam.example'))[0]

describe('relata world', () => {
  it('adds worlds that have clocks of their own, and ends them', async () => {
    const id = (await said('world', 'add', 'mine', '--clock', '2031-01-01T00:00:00Z')).trim()
    expect(id).toBe('mine')
    const [, address] = (await said('world', 'add', '--own-port')).trim().split(' ')
    expect(address).toMatch(/^https:\/\/localhost:\d+$/)
    expect(await jsonOf('world', 'list')).toMatchObject([
      { id: 'default', url: origin },
      { id: 'mine' },
      { url: address },
    ])
    expect(await said('clock', '--world', 'mine')).toBe('2031-01-01T00:00:00.000Z, frozen\n')
    expect((await relata(['clock'], { RELATA_WORLD: 'mine' })).stdout).toMatch(/^2031/)
    expect((await relata(['status'], { RELATA_URL: address ?? '' })).stdout).toContain(`url            ${address}\n`)
    for (const world of (await jsonOf('world', 'list')).slice(1)) await said('world', 'remove', world.id)
    expect(await said('world', 'list')).toMatch(/^default .*\n$/)
    expect(await refused('world', 'show', 'mine')).toBe("relata: There is no world 'mine'.\n")
    expect(await refused('clock', '--world', 'mine')).toContain('no such world')
  })
})

describe('relata clock', () => {
  it('shows, stops, sets, moves and resets it', async () => {
    expect(await jsonOf('clock', 'set', '2030-05-01T00:00:00Z')).toMatchObject({
      frozen: false,
      now: expect.stringMatching(/^2030-05-01T/),
    })
    expect((await jsonOf('clock', 'freeze')).frozen).toBe(true)
    expect(await said('clock', 'advance', 'P30D')).toMatch(/^2030-05-31T.*, frozen\n$/)
    expect((await jsonOf('clock', 'run')).frozen).toBe(false)
    expect(await said('clock', 'reset')).not.toMatch(/^2030/)
    expect(await said('clock', 'set', '2031-01-01T00:00:00Z', '--freeze')).toBe('2031-01-01T00:00:00.000Z, frozen\n')
    expect(await refused('clock', 'advance', '30 days')).toContain('ISO 8601 duration')
    expect(await relata(['clock', 'advance'])).toMatchObject({ status: 2 })
  })

  it('says what is due', async () => {
    const { due } = await jsonOf('clock', 'due', '--top', '1')
    expect(due).toHaveLength(1)
    expect(await said('clock', 'due', '--top', '1')).toContain(`due  ${due[0].dueDateTime}  ${due[0].kind}`)
  })
})

describe('relata gdap', () => {
  it('answers for the customer', async () => {
    const { id, status, autoExtendDuration } = await relationship()
    expect(status).toBe('active')
    const customer = ['--customer', 'fabrikam.example']
    const word = autoExtendDuration === 'PT0S' ? 'on' : 'off'
    expect((await jsonOf('gdap', 'auto-extend', id, word, ...customer)).autoExtendDuration).not.toBe(autoExtendDuration)
    expect(await said('gdap', 'terminate', id, ...customer)).toMatch(new RegExp(`^${id} terminat\\w+\n$`))
    expect((await relationship()).status).toMatch(/^terminat/)
    expect(await refused('gdap', 'approve', id, ...customer)).toMatch(/^relata: /)
    expect(await refused('gdap', 'reject', 'x', ...customer)).toContain('delegatedAdminRelationshipId')
    expect(await relata(['gdap', 'approve', id])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--customer'),
    })
    expect(await relata(['gdap', 'auto-extend', id, 'maybe', ...customer])).toMatchObject({ status: 2 })
  })
})

describe('relata reset', () => {
  it('puts the world back', async () => {
    const { id } = await relationship()
    await said('gdap', 'terminate', id, '--customer', 'fabrikam.example')
    expect(await said('reset')).toBe('reset default\n')
    expect((await relationship()).status).toBe('active')
  })
})

describe('relata requests', () => {
  it('lists, shows and follows what is asked', async () => {
    const graph = `${origin.replace('https:', 'http:')}/v1.0/sites/root/termStore`
    await said('requests', 'clear')
    expect((await fetch(graph)).status).toBe(401)
    const [found, ...more] = await jsonOf('requests', '--path', '/v1.0/**', '--status', '4xx')
    expect(more).toEqual([])
    expect(found).toMatchObject({ method: 'GET', path: '/v1.0/sites/root/termStore', status: 401 })
    expect(await said('requests', '--path', 'termStore')).toContain(`401  `)
    expect(JSON.parse(await said('requests', 'show', found.id))).toMatchObject({ id: found.id, response: {} })
    expect(await said('requests', 'show', found.id, '--as', 'curl')).toMatch(/^curl /)
    expect(await refused('requests', '--status', 'bad')).toContain("'status'")
    expect(await relata(['requests', '-f', '--top', '1'])).toMatchObject({ status: 2 })

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

describe('relata fault', () => {
  const graph = () => fetch(`${origin.replace('https:', 'http:')}/v1.0/sites/root/termStore`)

  it('adds rules out of flags, JSON and files, and removes them', async () => {
    await said('fault', 'clear')
    const path = ['--path', '/v1.0/**']
    expect(await said('fault', 'add', '--status', '429', '--retry-after', '3', '--times', '1', ...path)).toBe(
      'added fault-1\n',
    )
    const answer = await graph()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3'])
    expect((await graph()).status).toBe(401)
    await writeFile(join(folder, 'storm.yaml'), 'rules:\n  - what: { drop: true }\n  - what: { latencyMs: 1 }\n')
    expect(await said('fault', 'add', 'storm.yaml')).toBe('added fault-2\nadded fault-3\n')
    await said('fault', 'remove', 'fault-2')
    expect(await jsonOf('fault', 'add', '{"what": {"latencyMs": 2}}')).toMatchObject([{ what: { latencyMs: 2 } }])
    expect(await jsonOf('fault', 'list')).toMatchObject([
      { id: 'fault-1', hits: 1 },
      { id: 'fault-3' },
      { id: 'fault-4' },
    ])
    expect(await said('fault', 'list')).toContain(
      'fault-1  on  1 hits  {"path":"/v1.0/**"}  {"status":429,"retryAfter":3}\n',
    )
    await said('fault', 'clear')
    expect(await said('fault', 'list')).toBe('no faults\n')
    expect(await refused('fault', 'add', '{"what": {"latencyMs": "x"}}')).toBe(
      "relata: what/latencyMs: 'x' is not a whole number.\n",
    )
    expect(await refused('fault', 'add', 'nowhere.json')).toContain('nowhere.json')
    expect(await relata(['fault', 'add'])).toMatchObject({ status: 2, stderr: expect.stringContaining('needs a rule') })
    expect(await relata(['fault', 'add', '{}', '--drop'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('not both'),
    })
    expect(await relata(['fault', 'add', '--status', 'x'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--status'),
    })
  })
})

describe('what only a start reads', () => {
  it('hinders no command about a running server', async () => {
    const variables = { RELATA_SEED: 'gone.yaml', RELATA_FAULTS: 'gone.json', RELATA_ISSUERS: '/gone.json' }
    for (const command of ['status', 'clock'])
      expect({ command, ...(await relata([command], variables)) }).toMatchObject({ command, status: 0, stderr: '' })
    await writeFile(join(folder, 'old.config.json'), '{"seed": "gone.yaml", "faults": "gone.json", "issuers": "/gone"}')
    expect(await relata(['status', '--config', 'old.config.json'])).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('a variable that names a world that has ended', () => {
  const environment = { RELATA_WORLD: 'gone' }
  const saidThere = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await relata(args, environment)
    expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
    return stdout
  }

  it('hinders no command about the server as a whole', async () => {
    expect(await saidThere('world', 'list')).toMatch(/^default /)
    expect(await saidThere('status')).toContain('healthy')
    expect(await saidThere('token')).toMatch(/^ey/)
    await saidThere('world', 'add', 'kept')
    await saidThere('world', 'remove', 'kept')
    expect(await relata(['clock'], environment)).toMatchObject({ status: 1 })
  })
})

describe('what a command complains of', () => {
  it('is said in words of the command line', async () => {
    expect(await relata(['--json', 'status'])).toMatchObject({ status: 2 })
    expect(await relata(['--port', '5', 'status'])).toMatchObject({
      status: 2,
      stderr: 'relata: flags go behind the command: relata status …\n',
    })
    await said('snapshot', 'save', 'twice')
    expect(await refused('snapshot', 'save', 'twice')).toBe(
      "relata: There is a snapshot 'twice' already\ntip: --replace saves over it\n",
    )
    expect(await said('snapshot', 'list')).toMatch(/^twice .* \d+ bytes$/m)
    await said('snapshot', 'delete', 'twice')
    expect(await refused('requests', '--since', 'yesterday')).toContain('neither an instant, such as')
    expect(await refused('fault', 'add', '--status', '503', '--rate', '2')).toMatch(/^relata: rate: 2 is not /)
    const [rule] = await jsonOf('fault', 'add', '--status', '503', '--method', 'post,patch', '--times', '1')
    expect(rule.where).toEqual({ method: ['POST', 'PATCH'] })
    await said('fault', 'clear')
  })
})

describe('relata seed', () => {
  it('adds packs and files, all of them or none', async () => {
    await writeFile(
      join(folder, 'litware.yaml'),
      '\uFEFFtenants:\n  - { displayName: Litware, defaultDomain: litware.example }\n',
    )
    await writeFile(join(folder, 'wrong.json'), '\uFEFF{"tenants": 1} // as Windows writes it')
    await writeFile(join(folder, 'latin.yaml'), Buffer.from('tenants:\n  - displayName: Caf\xe9\n', 'latin1'))
    const names = async (...more: readonly string[]) =>
      (await jsonOf('tenant', 'list', '--url', origin, ...more)).map((one: { displayName: string }) => one.displayName)
    const before = await names()
    expect(await refused('seed', 'litware.yaml', 'wrong.json')).toContain('tenants: 1 is not a list')
    expect(await refused('seed', 'contoso')).toMatch(
      /^relata: The pack 'contoso' needs a server without its tenants, and there are already Contoso, .*\.\n$/,
    )
    expect(await refused('seed', 'latin.yaml')).toContain('latin.yaml cannot be read: it is not UTF-8')
    expect(await names()).toEqual(before)
    expect(await said('seed', 'litware.yaml')).toMatch(/^seeded litware\.yaml\n\S+ {2}litware\.example {2}Litware\n$/)
    expect((await names()).sort()).toEqual([...before, 'Litware'].sort())
    expect(await said('tenant', 'show', 'litware.example', '--url', origin)).toMatch(/^id +\S+\nname +Litware\n/)
    expect(await refused('seed', 'no-such-pack')).toContain('contoso')
    expect(await refused('seed', './none.json')).toBe(
      'relata: ./none.json cannot be read: ENOENT: no such file or directory\n',
    )
    expect(await said('world', 'add', 'bare', '--seed', 'empty')).toBe('bare\n')
    expect(await names('--world', 'bare')).toEqual(before)
    await said('world', 'remove', 'bare')
  })
})

describe('relata snapshot, export and import', () => {
  it('keep what a world holds, and give it back', async () => {
    const end = async () => said('gdap', 'terminate', (await relationship()).id, '--customer', 'fabrikam.example')
    expect(await said('snapshot', 'save', 'before')).toBe('saved before\n')
    expect(await refused('snapshot', 'save', 'before')).toContain('before')
    await said('snapshot', 'save', 'before', '--replace')
    await said('export', 'world.file')
    expect(await refused('export', 'world.file')).toContain('world.file is there already')
    await end()
    await said('snapshot', 'load', 'before')
    expect((await relationship()).status).toBe('active')
    await end()
    expect(await said('import', 'world.file')).toBe('loaded world.file\n')
    expect((await relationship()).status).toBe('active')
    expect(await said('import', 'world.file', '--snapshot', 'copy')).toContain('as the snapshot copy')
    expect((await jsonOf('snapshot', 'list')).map(({ name }: { name: string }) => name).sort()).toEqual([
      'before',
      'copy',
    ])
    await said('world', 'add', 'fork', '--from', 'copy')
    await said('world', 'remove', 'fork')
    for (const name of ['before', 'copy']) await said('snapshot', 'delete', name)
    expect(await said('snapshot', 'list')).toBe('no snapshots\n')
    expect(await refused('snapshot', 'load', 'before')).toContain('before')
  })
})

describe('which server is meant', () => {
  it('has to be named for a change where none runs on the location', async () => {
    const elsewhere = ['--location', join(folder, 'nowhere')]
    const rule = '{"what":{"status":503}}'
    const changes = [
      ['reset'],
      ['seed', 'empty'],
      ['world', 'add'],
      ['world', 'remove', 'one'],
      ...['freeze', 'run', 'reset'].map((word) => ['clock', word]),
      ['clock', 'set', '2026-01-01T00:00:00Z'],
      ['clock', 'advance', 'P1D'],
      ...['approve', 'reject', 'terminate'].map((word) => ['gdap', word, 'x', '--customer', 'fabrikam.example']),
      ['gdap', 'auto-extend', 'x', 'on', '--customer', 'fabrikam.example'],
      ['snapshot', 'save', 'x'],
      ['snapshot', 'load', 'x'],
      ['snapshot', 'delete', 'x'],
      ['import', 'x'],
      ['fault', 'add', rule],
      ['fault', 'add', '--status', '503'],
      ['fault', 'remove', 'x'],
      ['fault', 'clear'],
      ['requests', 'clear'],
    ]
    for (const change of changes) {
      const text = await refused(...change, ...elsewhere)
      expect(text, change.join(' ')).toContain('and this command changes only one that is named\ntip: ')
      expect(text).toContain('--url, --port, RELATA_URL or the configuration file')
    }
    const { port } = new URL(origin)
    expect((await relata(['reset', ...elsewhere, '--url', origin])).status).toBe(0)
    expect((await relata(['reset', ...elsewhere, '--port', port])).status).toBe(0)
    expect((await relata(['reset', ...elsewhere], { RELATA_URL: origin })).status).toBe(0)
    expect((await relata(['reset', ...elsewhere], { RELATA_PORT: port })).status).toBe(0)
    expect((await relata(['reset', ...elsewhere], { RELATA_PORT: '0' })).status).toBe(1)
    await writeFile(join(folder, 'relata.config.json'), JSON.stringify({ port: Number(port), location: 'nowhere' }))
    expect(await said('reset')).toContain('reset')
    await writeFile(join(folder, 'relata.config.json'), JSON.stringify({ location: 'nowhere' }))
    expect(await refused('reset')).toContain('no server runs on')
    await rm(join(folder, 'relata.config.json'))
  })

  it('is said by --url, a variable, the state in the location, or the port, in that order', async () => {
    const elsewhere = ['--location', join(folder, 'nowhere')]
    expect(await relata(['status', ...elsewhere, '-p', '9'])).toMatchObject({
      status: 1,
      stderr:
        'relata: no server answers at https://localhost:9 (ECONNREFUSED)\ntip: relata start starts one, and --url names another\n',
    })
    expect(await jsonOf('status', ...elsewhere, '--url', origin)).toMatchObject({ url: origin })
    expect((await relata(['status', ...elsewhere], { RELATA_URL: origin })).status).toBe(0)
    const { port } = new URL(origin)
    await writeFile(join(folder, 'relata.config.json'), JSON.stringify({ port: Number(port), location: 'nowhere' }))
    expect(await jsonOf('status')).toMatchObject({ url: origin })
    await rm(join(folder, 'relata.config.json'))
    for (const wrong of ['localhost', 'ftp://localhost'])
      expect(await relata(['status', '--url', wrong])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(wrong),
      })
  })

  it('may speak plain HTTP only, though its address is not known', async () => {
    const location = join(folder, 'plain')
    built('start', '--detach', '--http-only', '--seed', 'none', '--in-memory', '--port', '0', '--location', location)
    const { url } = await jsonOf('status', '--location', location)
    expect(url).toMatch(/^http:/)
    const { port } = new URL(url)
    expect((await jsonOf('status', '-p', port)).health.status).toBe('healthy')
    built('stop', '--location', location)
  })

  it('may be gone while a command follows it, which says so', async () => {
    const location = join(folder, 'killed')
    built('start', '--detach', '--http-only', '--seed', 'none', '--in-memory', '--port', '0', '--location', location)
    const { url, pid } = await jsonOf('status', '--location', location)
    const follower = spawn(process.execPath, [program, 'requests', '-f', '--url', url], { cwd: folder, env: bare })
    let complaint = ''
    follower.stderr.on('data', (part) => {
      complaint += part
    })
    const ended = new Promise((resolve) => follower.on('close', resolve))
    const asking = setInterval(() => void fetch(`${url}/v1.0/sites`).catch(() => undefined), 100)
    await new Promise((resolve) => follower.stdout.once('data', resolve))
    clearInterval(asking)
    process.kill(pid, 'SIGKILL')
    expect(await ended).toBe(1)
    expect(complaint).toBe(`relata: the server at ${url} is gone\n`)
  })

  it('a registry has no worlds, and says so', async () => {
    const location = join(folder, 'registry')
    built(
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
    const found = await relata(['reset', '--location', location])
    expect(found.stderr).toMatch(
      /^relata: the server at http:\S+ has no POST \/_relata\/reset: it is a registry, or of another version\n$/,
    )
    expect((await relata(['status', '--location', location])).status).toBe(0)
    built('stop', '--location', location)
  })
})
