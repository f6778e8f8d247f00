/** Which database a command works on: it says so, and never takes another one than was meant. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { run } from '#cli/program.ts'

let folder: string
/** A folder with a database. */
let location: string

interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

const relata = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const said = ({ mock }: typeof out) => mock.calls.map(([text]) => String(text)).join('')
  try {
    const code = await run(args, environment)
    return { code, out: said(out), error: said(error) }
  } finally {
    out.mockRestore()
    error.mockRestore()
  }
}

const add = ['tenant', 'add', '--name', 'Litware', '--domain', 'litware.example']

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-databases-'))
  location = join(folder, 'here')
  expect(await relata([...add, '--location', location])).toMatchObject({ code: 0 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Nobody answers there: a command that uses it fails. */
const address = 'postgres://relata:geheim@127.0.0.1:1/relata'
const variables: Readonly<Record<string, string>> = { RELATA_DATABASE_URL: address, RELATA_READ_URL: address }

describe('with RELATA_DATABASE_URL', () => {
  it.each([
    ['backup', 'pg_dump'],
    ['restore', 'pg_restore'],
  ])('%s is refused, though there is a folder with a database: %s does it', async (command, program) => {
    const file = join(folder, `${command}.db`)
    const inFile = join(folder, 'address')
    await writeFile(inFile, address)
    for (const environment of [variables, { RELATA_DATABASE_URL_FILE: inFile }]) {
      const { code, out, error } = await relata([command, file], { ...environment, RELATA_LOCATION: location })
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(error).toContain(`relata ${command} is for SQLite, and the database is postgres://127.0.0.1:1/relata`)
      expect(error).toContain(`tip: ${program} does it for PostgreSQL (docs/upgrade.md)`)
      expect(error).not.toContain('geheim')
      expect(existsSync(file)).toBe(false)
    }
  })

  it('a folder that is named on the command line is used all the same', async () => {
    const file = join(folder, 'named.db')
    const there = ['--location', location]
    expect(await relata(['backup', file, ...there], variables)).toMatchObject({ code: 0 })
    const restored = join(folder, 'restored')
    expect(await relata(['restore', file, '--location', restored], variables)).toMatchObject({ code: 0 })
    for (const command of [['check'], ['migrate'], ['tenant', 'list'], ['tenant', 'show', 'litware.example']]) {
      const { code, out, error } = await relata([...command, ...there], variables)
      expect(code, error).toBe(0)
      expect(out + error).toContain(join(location, 'relata.db'))
    }
  })

  it('without such a folder the commands use that database, and say so without its password', async () => {
    for (const command of [['check'], ['tenant', 'list'], add]) {
      const { code, error } = await relata(command, { ...variables, RELATA_LOCATION: location })
      expect(code).toBe(1)
      expect(error).toContain('database: postgres://127.0.0.1:1/relata\n')
      expect(error).not.toContain('geheim')
    }
  })
})

it('with both flags, as a start may have them, it is the database of PostgreSQL', async () => {
  for (const command of [['check'], ['migrate'], ['tenant', 'list']]) {
    const { code, error } = await relata([...command, '--location', location, '--database-url', address])
    expect(code).toBe(1)
    expect(error).not.toContain(join(location, 'relata.db'))
  }
})

it('the help names the variable of a file that holds the address', async () => {
  for (const command of [['start'], ['check'], ['migrate'], ['tenant', 'add'], ['tenant', 'list']])
    expect((await relata([...command, '--help'])).out.replace(/\s+/g, ' ')).toContain(
      '[RELATA_DATABASE_URL or RELATA_DATABASE_URL_FILE]',
    )
})

describe('the database that is used is named', () => {
  it('on stderr, so that the output stays for programs', async () => {
    for (const command of [['check'], ['tenant', 'list'], ['tenant', 'update', 'litware.example', '--name', 'Lit']]) {
      const { error, out } = await relata([...command, '--location', location, '--output', 'json'])
      expect(error).toBe(`database: ${join(location, 'relata.db')}\n`)
      for (const line of out.split('\n').filter((text) => text !== '')) JSON.parse(line)
    }
  })

  it('by backup and copy in what they print', async () => {
    const file = join(folder, 'said.db')
    const backup = await relata(['backup', file, '--location', location])
    expect(backup.out).toContain(`, from ${join(location, 'relata.db')}, `)
    const target = join(folder, 'target')
    const copied = await relata(['copy', location, target])
    expect(copied.out).toMatch(/^copied \d+ rows from .*here.relata\.db to .*target.relata\.db\n$/)
  })
})

describe('a folder that has lost its database', () => {
  it('is refused by every command with the words of a start', async () => {
    const lost = join(folder, 'lost')
    await mkdir(lost, { mode: 0o700 })
    await writeFile(join(lost, 'page.key'), '')
    const there = ['--location', lost]
    const started = await relata(['start', '--http-only', '--port', '0', ...there])
    expect(started.code).toBe(1)
    expect(started.error).toContain('is missing, but there is page.key beside it')
    for (const command of [['check'], ['migrate'], ['backup', join(folder, 'x.db')], ['tenant', 'list'], add]) {
      const { code, error } = await relata([...command, ...there])
      expect(code).toBe(1)
      expect(error).toContain(started.error)
    }
    expect(existsSync(join(lost, 'relata.db'))).toBe(false)
  })

  it('is not confused with one that has none yet, or is not there', async () => {
    for (const name of ['empty', 'nowhere']) {
      if (name === 'empty') await mkdir(join(folder, name))
      const { code, error } = await relata(['tenant', 'list', '--location', join(folder, name)])
      expect(code).toBe(1)
      expect(error).toContain('the first start creates it')
    }
  })
})
