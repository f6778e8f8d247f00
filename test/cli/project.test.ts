/** `relata init` and `relata config`, as a person or a script meets them in the folder of a project. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { run } from '#cli/program.ts'
import { catchPrinted, clearErr, clearOut, err, out } from '../_support/printed.ts'

let folder: string
catchPrinted()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-project-'))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const textOf = (name: string) => readFile(join(folder, name), 'utf8')

describe('relata init', () => {
  it('writes a configuration that is valid, and hides .relata from git', async () => {
    await writeFile(join(folder, '.gitignore'), 'dist')
    expect(await run(['init'], {})).toBe(0)
    expect(JSON.parse(await textOf('relata.config.json'))).toEqual({ port: 4365, location: '.relata', seed: 'default' })
    expect(await textOf('.gitignore')).toBe('dist\n.relata/\n')
    expect(await run(['config', 'validate'], {})).toBe(0)
    expect(err).toBe('')
  })

  it('names the schema of the package that the project has', async () => {
    await mkdir(join(folder, 'node_modules/relata'), { recursive: true })
    expect(await run(['init', '--yaml'], {})).toBe(0)
    expect(await textOf('relata.config.yaml')).toContain('$schema=./node_modules/relata/generated/config-1.schema.json')
    expect(await run(['config', 'validate'], {})).toBe(0)
  })

  it('changes nothing that is there', async () => {
    await writeFile(join(folder, 'relata.config.yaml'), 'port: 1\n')
    await writeFile(join(folder, '.gitignore'), '/.relata\n')
    expect(await run(['init'], {})).toBe(0)
    expect(await textOf('relata.config.yaml')).toBe('port: 1\n')
    expect(await textOf('.gitignore')).toBe('/.relata\n')
    expect(out).toContain('relata.config.yaml is there already')
  })
})

describe('relata config', () => {
  it('validate lists what is set and where, without secrets', async () => {
    await writeFile(join(folder, 'relata.config.json'), '{"port": 1, "host": "localhost"}')
    const environment = { RELATA_DATABASE_URL: 'postgres://u:secret@h/d' }
    expect(await run(['config', 'validate', '--port', '2'], environment)).toBe(0)
    expect(out).toBe(`relata.config.json is valid
  port         2  (--port)
  host         localhost  (relata.config.json: host)
  databaseUrl  (secret)  (RELATA_DATABASE_URL)
`)
    clearOut()
    expect(await run(['config', 'validate', '--json'], environment)).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      file: 'relata.config.json',
      valid: true,
      settings: [{ name: 'port', value: '1', from: 'relata.config.json: port' }, {}, { value: '(secret)' }],
    })
  })

  it('validate says all that is wrong and exits with 2, as a start does', async () => {
    await writeFile(join(folder, 'other.json'), '{"prot": 1, "logLevel": "x"}')
    const wrong = `relata: other.json: prot: 'prot' is not known here; 'port' is
relata: other.json: logLevel: 'x' is not one of error, warn, info, debug
`
    expect(await run(['config', 'validate', 'other.json'], {})).toBe(2)
    expect(err).toBe(wrong)
    clearErr()
    expect(await run(['start', '-c', 'other.json'], {})).toBe(2)
    expect(await run(['start'], { RELATA_CONFIG: 'other.json' })).toBe(2)
    expect(err).toBe(wrong + wrong)
    expect(await run(['config', 'validate'], { RELATA_CONFIG: 'none' })).toBe(0)
  })

  it('takes seeds of YAML, whose paths are relative to the file', async () => {
    await mkdir(join(folder, 'conf'))
    await writeFile(join(folder, 'conf/relata.config.yaml'), 'seed:\n  - contoso\n  - more.yaml\n')
    await writeFile(join(folder, 'conf/more.yaml'), 'tenants:\n  - displayName: A\n    defaultDomain: a.example\n')
    expect(await run(['config', 'validate', 'conf/relata.config.yaml'], {})).toBe(0)
    expect(out).toContain(`contoso,${join(folder, 'conf/more.yaml')}`)
    await writeFile(join(folder, 'conf/more.yaml'), 'tenants: 1\n')
    expect(await run(['config', 'validate', 'conf/relata.config.yaml'], {})).toBe(2)
    expect(err).toContain('relata.config.yaml: seed: ')
  })

  it('schema prints the one that is published', async () => {
    expect(await run(['config', 'schema'], {})).toBe(0)
    expect(out).toBe(await readFile(new URL('../../generated/config-1.schema.json', import.meta.url), 'utf8'))
  })

  it('a folder on the command line is the database that is meant, whatever the file says', async () => {
    await writeFile(join(folder, 'relata.config.json'), '{"databaseUrl": "postgres://u:p@127.0.0.1:1/d"}')
    expect(await run(['tenant', 'list', '-l', join(folder, 'data')], {})).toBe(1)
    expect(err).toContain(join(folder, 'data'))
    expect(err).not.toContain('127.0.0.1')
  })
})
