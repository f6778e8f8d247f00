/** Starts that are refused: all that an operator reads says what is wrong and how to mend it, and the exit code is right. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadCertificates } from '#app/trust/certificates.ts'
import { run } from '#cli/program.ts'
import { openDatabase } from '#store/sqlite/driver.ts'
import { openStore } from '#store/store.ts'
import { models } from '#workloads/models.ts'
import { relata } from '../_support/command.ts'
import { compiledSource } from '../_support/source-program.ts'

/** Removed at the end, after everything in it that is mounted. */
let folder = ''
/** Of this version, with nothing in it. */
let ready = ''
/** A folder of its own for each test. */
let location = ''
let count = 0

const place = async (name = ''): Promise<string> => {
  count += 1
  const path = join(folder, `${count}${name}`)
  await mkdir(path, { mode: 0o700 })
  return path
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-refusals-'))
  await chmod(folder, 0o755)
  ready = await place('ready')
  await (await openStore({ models: Object.values(models), location: ready })).close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  location = await place()
})

interface Refusal {
  readonly code: number
  /** All of stderr, without the last line break. */
  readonly err: string
  /** What is printed before a start is refused. */
  readonly out: string
}

const refused = async (args: readonly string[], environment: Record<string, string> = {}): Promise<Refusal> => {
  const start = ['start', '--port', '0', '--http-only', '--location', location, ...args]
  const { status, stdout, stderr } = await relata(start, environment)
  return { code: status, err: stderr.trimEnd(), out: stdout }
}

const refusal = (code: number, ...lines: readonly string[]): Refusal => ({ code, err: lines.join('\n'), out: '' })

const inside = (name = 'relata.db'): string => join(location, name)

describe('a start on a location', () => {
  it('that is a file, or below one', async () => {
    await writeFile(inside('file'), '')
    for (const name of ['file', 'file/below'])
      expect(await refused(['--location', inside(name)])).toEqual(
        refusal(
          1,
          `relata: ${inside(name)} is a file, or is below one, where a folder is needed`,
          'tip: name a folder with --location',
        ),
      )
  })

  it('with an empty database', async () => {
    await writeFile(inside(), '')
    expect(await refused([])).toEqual(
      refusal(
        1,
        `relata: ${inside()} is empty, so it is not a database of Relata; nothing was changed`,
        `tip: put a backup in its place (relata restore FILE --replace --location ${location}); to begin with a new database, delete it`,
      ),
    )
  })

  it.each([
    ['a text', 'it is not an SQLite database'],
    ['tables of another program', 'it has other tables (customers)'],
    ['no tables', 'it has no tables'],
  ])('with a database file that is or has %s leaves every byte as it was', async (what, why) => {
    if (what === 'a text')
      await writeFile(inside(), 'This is a letter, and was never meant to be a database.\n'.repeat(40))
    else {
      const connection = openDatabase(inside())
      connection.exec(what === 'no tables' ? 'pragma user_version = 1' : 'create table "customers" ("id")')
      connection.close()
    }
    const before = await readFile(inside())
    expect(await refused([])).toEqual(
      refusal(
        1,
        `relata: ${inside()} is not a database of Relata: ${why}; nothing was changed`,
        `tip: name another folder with --location, or put a backup in its place (relata restore FILE --replace --location ${location})`,
      ),
    )
    expect(await readFile(inside())).toEqual(before)
    expect(await readdir(location)).toEqual(['relata.db'])
  })

  it('with a folder in the place of the database', async () => {
    await mkdir(inside())
    expect(await refused([])).toEqual(
      refusal(1, `relata: ${inside()} is not a file`, 'tip: name another folder with --location'),
    )
  })

  it.each([['keys.json'], ['page.key'], ['relata.db-wal'], ['relata.db.12.1.part']])(
    'with %s but without a database makes no new one',
    async (name) => {
      await writeFile(inside(name), '{}')
      expect(await refused([])).toEqual(
        refusal(
          1,
          `relata: the database ${inside()} is missing, but there is ${name} beside it, so no new one was made`,
          `tip: put a backup in its place (relata restore FILE --location ${location}); to begin with a new database, move those files away`,
        ),
      )
      expect(await readdir(location)).not.toContain('relata.db')
      expect(await readdir(location)).toContain(name)
    },
  )

  it('with a database that a restore has kept names it', async () => {
    await writeFile(inside('relata.db.20261129T120000'), '')
    const { err } = await refused([])
    expect(err).toContain(
      'tip: relata.db.20261129T120000 is the database that the last restore replaced: rename it to relata.db, or restore a backup',
    )
  })

  it('with a database of a newer version', async () => {
    await writeFile(inside(), await readFile(join(ready, 'relata.db')))
    const connection = openDatabase(inside())
    connection.exec(`insert into "relata_migration" values (9999, 'of-tomorrow', 'x', '2099-01-01')`)
    connection.close()
    expect(await refused([])).toEqual(
      refusal(
        1,
        'relata: This database cannot be used by this version of Relata: it has migration 9999 (of-tomorrow), which this version does not know; it was made by a newer one. Nothing was changed.',
        'tip: start the version that made it, or restore a backup of this version (docs/upgrade.md)',
      ),
    )
  })

  it('with a damaged database', async () => {
    const bytes = await readFile(join(ready, 'relata.db'))
    bytes.fill(0xff, 100, 4096)
    await writeFile(inside(), bytes)
    const { code, err } = await refused([])
    expect([code, err.split('\n')[1]]).toEqual([
      1,
      `tip: relata check lists the faults; to restore a backup: relata restore FILE --replace --location ${location}`,
    ])
    expect(err).toContain(`relata: the database ${inside()} is damaged (SQLite: `)
  })

  it('with keys that cannot be read', async () => {
    await writeFile(inside(), await readFile(join(ready, 'relata.db')))
    await writeFile(inside('keys.json'), '{"keys":[]}')
    expect(await refused([])).toEqual(
      refusal(1, `relata: cannot use the signing keys in ${inside('keys.json')}; remove it to have new ones made`),
    )
    await rm(inside('keys.json'))
    await writeFile(inside('page.key'), 'short')
    expect(await refused(['--seed', 'none'])).toEqual(
      refusal(
        1,
        'relata: page.key cannot be used: it has to be 32 random bytes as base64url',
        'tip: put the right file there, or remove it and start again; links to following pages are then no longer valid',
      ),
    )
  })
})

describe('a start with a setting', () => {
  it('that names a port which is in use', async () => {
    const blocker = createServer()
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port))
    })
    expect(await refused(['--port', `${port}`, '--in-memory'])).toEqual(
      refusal(
        1,
        `relata: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
        'tip: another program uses this port; stop it, or use --port 0 to choose a free one',
      ),
    )
    await new Promise((resolve) => blocker.close(resolve))
  })

  it('that names an address of another machine', async () => {
    const { out, ...rest } = await refused(['--host', '203.0.113.9', '--in-memory'])
    expect({ ...rest, out: '' }).toEqual(
      refusal(
        1,
        'relata: listen EADDRNOTAVAIL: address not available 203.0.113.9',
        'tip: --host takes an address of this machine; 0.0.0.0 stands for all of them',
      ),
    )
    // Said before it listens: who can reach the server.
    expect(out).toMatch(/^\S+ warn --host 203\.0\.113\.9: [^\n]+\n$/)
  })

  it('that names an address of another machine, and leaves the authority that clients trust as it is', async () => {
    await loadCertificates({ location, inMemory: false, host: '127.0.0.1', now: new Date() })
    const files = (await readdir(location)).filter((name) => /\.(pem|key)$/.test(name))
    expect(files).toContain('ca.pem')
    const content = () => Promise.all(files.map((name) => readFile(inside(name), 'utf8')))
    const before = await content()
    const startThere = async (...args: string[]) => {
      const spies = [process.stdout, process.stderr].map((out) => vi.spyOn(out, 'write').mockReturnValue(true))
      try {
        return await run(['start', '--port', '0', '--registry', '--host', '203.0.113.7', ...args], {})
      } finally {
        for (const spy of spies) spy.mockRestore()
      }
    }
    expect(await startThere('-l', location)).toBe(1)
    expect(await content()).toEqual(before)
    expect(await startThere('-l', inside('never'))).toBe(1)
    expect(existsSync(inside('never'))).toBe(false)
  })

  it('that names a certificate which is missing, or is none', async () => {
    const files = ['--cert', inside('no.pem'), '--key', inside('no.key')]
    const tip = 'tip: --cert and --key name PEM files that belong together and that the user of the server can read'
    const start = () => run(['start', '--port', '0', '--in-memory', '-l', location, ...files], {})
    const lines = async (): Promise<readonly unknown[]> => {
      let err = ''
      const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
        err += text
        return true
      })
      try {
        return [await start(), ...err.trimEnd().split('\n')]
      } finally {
        spy.mockRestore()
      }
    }
    const named = `relata: cannot use the certificate ${inside('no.pem')} with the key ${inside('no.key')}: `
    expect(await lines()).toEqual([1, `${named}ENOENT: no such file or directory, open '${inside('no.pem')}'`, tip])
    for (const name of ['no.pem', 'no.key']) await writeFile(inside(name), 'a letter')
    const [code, first, second] = await lines()
    expect([code, second]).toEqual([1, tip])
    expect(first).toContain(named)
  })

  it.each([
    [['--issuers', '[{'], {}, "relata: --issuers: '[{' is not JSON"],
    [
      ['--issuers', '/nowhere/issuers.json'],
      {},
      "relata: --issuers: '/nowhere/issuers.json' cannot be read: ENOENT: no such file or directory, open '/nowhere/issuers.json'",
    ],
    [
      [],
      { RELATA_DATABASE_URL_FILE: '/nowhere/url' },
      'relata: RELATA_DATABASE_URL_FILE: the file /nowhere/url cannot be read: ENOENT: no such file or directory',
    ],
    [
      [],
      { RELATA_DATABASE_URL_FILE: tmpdir() },
      `relata: RELATA_DATABASE_URL_FILE: the file ${tmpdir()} cannot be read: EISDIR: illegal operation on a directory`,
    ],
  ])('that cannot be read: %j %j', async (args, environment, line) => {
    expect(await refused(args, environment)).toEqual(refusal(2, line))
  })
})

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
/** `nobody`, where the tests run as root, who may do everything. */
const somebody = 65_534
const isRoot = process.getuid?.() === 0
const user = isRoot ? somebody : process.getuid?.()

/** As a process of its own. */
const spawned = (as: { readonly uid?: number; readonly gid?: number }, ...flags: readonly string[]): Refusal => {
  const common = ['--conditions=source', program, 'start', '--port', '0', '--http-only', '--location', location]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...common, ...flags], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env['PATH'] ?? '', ...compiledSource },
    ...as,
  })
  return { code: status ?? -1, err: stderr.trimEnd(), out: stdout }
}

const refusedAsUser = (): Refusal => spawned(isRoot ? { uid: somebody, gid: somebody } : {})

const give = (path: string): Promise<void> => (isRoot ? chown(path, somebody, somebody) : Promise.resolve())

it('a start of several workers is refused by the first, once', () => {
  mkdirSync(inside('relata.db'))
  expect(spawned({}, '--workers', '3')).toEqual(
    refusal(1, `relata: ${inside()} is not a file`, 'tip: name another folder with --location'),
  )
})

describe.skipIf(process.platform === 'win32')('a start of a user', () => {
  const cure = () =>
    `tip: give ${location} and its files to the user of the server (id ${user}), or name another folder with --location`

  it('who may not write the folder', async () => {
    await chmod(location, 0o555)
    expect(refusedAsUser()).toEqual(
      refusal(1, `relata: the folder ${location} cannot be written: permission denied`, cure()),
    )
    await chmod(location, 0o700)
  })

  it('who may not read a key', async () => {
    await writeFile(inside(), await readFile(join(ready, 'relata.db')))
    await writeFile(inside('page.key'), 'x', { mode: 0o000 })
    await give(location)
    await give(inside())
    expect(refusedAsUser()).toEqual(
      refusal(1, `relata: ${inside('page.key')} cannot be read or written: permission denied`, cure()),
    )
  })

  it('who may not read the database, or not write it', async () => {
    await writeFile(inside(), await readFile(join(ready, 'relata.db')))
    await give(location)
    await chmod(inside(), 0o000)
    const unreadable = refusedAsUser()
    expect(unreadable).toEqual(
      refusal(1, `relata: the database ${inside()} cannot be opened (SQLite: unable to open database file)`, cure()),
    )
    await chmod(inside(), 0o444)
    const readOnly = refusedAsUser()
    expect(readOnly).toEqual(
      refusal(
        1,
        `relata: the database ${inside()} cannot be written: it is read-only for this user (SQLite: attempt to write a readonly database)`,
        cure(),
      ),
    )
  })
})

/** A file system of a few hundred kilobytes; undefined: this machine lets nobody mount one. */
const smallDisk = (path: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k,mode=0700', 'tmpfs', path]).status === 0

describe('a start on a full disk', () => {
  it('is refused with the cure, and goes on from there when there is space', async ({ skip }) => {
    if (!smallDisk(location)) return skip('mounting a small file system is not allowed here')
    try {
      await writeFile(inside('ballast'), Buffer.alloc(290_000))
      const { code, err, out } = await refused(['--seed', 'none'])
      expect([code, out]).toEqual([1, ''])
      const [first, second, ...more] = err.split('\n')
      expect(first).toContain(`relata: the disk of ${location}, or that of the folder for temporary files, is full`)
      expect(second).toBe('tip: free some space, or name another folder with --location, and start again')
      expect(more).toEqual([])
      expect(await readdir(location)).not.toContain('relata.db')
      expect(spawnSync('mount', ['-o', 'remount,size=20m', location]).status).toBe(0)
      await rm(inside('ballast'))
      await (await openStore({ models: Object.values(models), location })).close()
      expect(await readdir(location)).toContain('relata.db')
    } finally {
      spawnSync('umount', [location])
    }
  })
})
