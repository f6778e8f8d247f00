import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError, Faults } from '#base/errors.ts'
import { checkAgainst } from '#base/schema-check.ts'
import { defaultConfig, optionOf, readConfig, settings, settingsByOption } from '../config.ts'
import { plainJson } from './commented-json.ts'
import { findConfigFile, readConfigFile, schemaOf } from './config-file.ts'

let root: string
let count = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'relata-config-'))
})
afterAll(() => rm(root, { recursive: true }))

/** A folder of its own with one file; its path. */
const fileWith = async (text: string | Uint8Array, name = 'relata.config.json'): Promise<string> => {
  count += 1
  const folder = join(root, String(count))
  await mkdir(join(folder, '.relata'), { recursive: true })
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

const outcomeOf = async (text: string, name?: string, flags = {}, environment = {}) => {
  const path = await fileWith(text, name)
  return readConfig(flags, environment, await readConfigFile(path, join(path, '..')))
}

const configOf = async (...given: Parameters<typeof outcomeOf>) => {
  const outcome = await outcomeOf(...given)
  if ('faults' in outcome) throw new Error(outcome.faults.join('\n'))
  return outcome.config
}

/** Without where each value is set. */
const valuesOf = async (...given: Parameters<typeof outcomeOf>) => {
  const { sources: _, ...values } = await configOf(...given)
  return values
}

const faultsOf = async (...given: Parameters<typeof outcomeOf>) => {
  const outcome = await outcomeOf(...given)
  return 'faults' in outcome ? outcome.faults : []
}

describe('a configuration file', () => {
  it('says the same in JSON, in JSON with comments, and in YAML', async () => {
    const wanted = { ...defaultConfig, port: 5000, inMemory: true, allowedHost: ['a', 'b'], logLevel: 'warn' }
    const json = '{"$schema": "x", "port": 5000, "inMemory": true, "allowedHost": ["a", "b"], "logLevel": "warn"}'
    expect(await valuesOf(json)).toEqual(wanted)
    const commented = `{
  // for tests
  "port": 5000, /* "port": 1 */ "inMemory": true,
  "allowedHost": ["a", "b",], "logLevel": "warn",
}`
    expect(await valuesOf(commented, 'relata.config.jsonc')).toEqual(wanted)
    const yaml = 'port: 5000\ninMemory: true\nallowedHost:\n  - a\n  - b\nlogLevel: warn # less\n'
    expect(await valuesOf(yaml, 'relata.config.yaml')).toEqual(wanted)
    expect(await valuesOf('# nothing yet\n', 'relata.config.yml')).toEqual(defaultConfig)
    expect(Object.keys((await configOf(json)).sources ?? {}).sort()).toEqual([
      'allowedHost',
      'inMemory',
      'logLevel',
      'port',
    ])
  })

  it('tells the line of a setting, where the file shows it plainly', async () => {
    const linesOf = async (text: string, name?: string) =>
      Object.fromEntries(
        Object.entries((await configOf(text, name)).sources ?? {}).map(([option, { line }]) => [option, line]),
      )
    const issuers = '"issuers": [\n    {\n      "issuer": "https://a.example",\n      "audience": "x"\n    }\n  ]'
    const json = `{\n  // of the port\n  "port": 5000,\n  ${issuers},\n  "logLevel": "warn"\n}`
    expect(await linesOf(json)).toEqual({ port: 3, issuers: 4, logLevel: 10 })
    expect(await linesOf('# none\n\nport: 1\nlogLevel: warn\n', 'relata.config.yaml')).toEqual({ port: 3, logLevel: 4 })
    expect(await linesOf('{"port": 1}')).toEqual({ port: undefined })
  })

  it('stands behind variables, and these behind flags', async () => {
    const json = '{"port": 1, "logLevel": "warn", "maxTerms": 3}'
    const environment = { RELATA_PORT: '2', RELATA_LOG_LEVEL: 'error' }
    const config = await configOf(json, undefined, { port: '4' }, environment)
    expect(config).toMatchObject({ port: 4, logLevel: 'error', limits: { terms: 3 } })
  })

  it('names paths relative to itself, and secrets in files', async () => {
    const path = await fileWith('{"location": "data", "cert": "a.pem", "key": "/b.pem", "databaseUrlFile": "url"}')
    const folder = join(path, '..')
    await writeFile(join(folder, 'url'), 'postgres://u:p@h/d\n')
    const outcome = readConfig({}, {}, await readConfigFile(path, '/'))
    expect(outcome).toMatchObject({
      config: {
        location: join(folder, 'data'),
        cert: join(folder, 'a.pem'),
        key: '/b.pem',
        databaseUrl: 'postgres://u:p@h/d',
      },
    })
  })

  it('may hold issuers as they are', async () => {
    const issuer = { issuer: 'https://a.example', audience: 'x' }
    for (const issuers of [issuer, [issuer]])
      expect((await configOf(JSON.stringify({ issuers }))).issuers.map((one) => one.issuer)).toEqual([issuer.issuer])
  })

  it('is refused with all that is wrong, each by its name', async () => {
    expect(
      await faultsOf('{"prot": 1, "port": "5", "inMemory": "yes", "logLevel": "loud", "rateLimit": 0, "host": ""}'),
    ).toEqual([
      "relata.config.json: prot: 'prot' is not known here; 'port' is",
      "relata.config.json: port: '5' is not a whole number; write it without quotes",
      "relata.config.json: inMemory: 'yes' is not true or false",
      "relata.config.json: logLevel: 'loud' is not one of error, warn, info, debug",
      'relata.config.json: rateLimit: 0 is not a whole number from 1 to 1000000',
      'relata.config.json: host: The text is empty',
    ])
    expect(await faultsOf('{"publicUrl": "x", "databaseUrl": "y"}')).toEqual([
      'relata.config.json: databaseUrl: the value is not an address such as postgres://user:password@host:5432/database',
      "relata.config.json: publicUrl: 'x' is not an address such as https://terms.example",
    ])
    expect(await faultsOf('port:\n', 'relata.config.yaml')).toEqual([
      'relata.config.yaml: port: null is not a whole number',
    ])
    expect(await faultsOf('{"httpOnly": true, "transparent": true}')).toEqual([
      '--http-only cannot be used with --transparent',
    ])
  })

  it('that cannot be read says why, and where', async () => {
    const told = async (text: string | Uint8Array, name?: string) => {
      const path = await fileWith(text, name)
      return readConfigFile(path, join(path, '..')).catch((error: Error) => error.message)
    }
    expect(await told('{\n  "port": 1\n  "host": "a"\n}')).toMatch(/^relata\.config\.json: .*line 3 column 3/)
    expect(await told('a: 1\na: 2\n', 'relata.config.yaml')).toMatch(/^relata\.config\.yaml: .*unique.* line 2/)
    expect(await told('a: !!js/function x\n', 'relata.config.yaml')).toMatch(/: Unresolved tag: .* line 1, column 4$/)
    expect(await told('a: 1\n---\nb: 1\n', 'relata.config.yaml')).toBe(
      'relata.config.yaml: it has several documents; keep one',
    )
    const notText = [Buffer.from('\uFEFF{}', 'utf16le'), Buffer.from('{"seed": "caf\xe9"}', 'latin1')]
    expect(await Promise.all(notText.map((bytes) => told(bytes)))).toEqual([
      'the configuration file relata.config.json cannot be read: it is UTF-16; save it as UTF-8',
      'the configuration file relata.config.json cannot be read: it is not UTF-8; save it as UTF-8',
    ])
    expect(await told('[]')).toBe('relata.config.json: it is not an object of settings')
    expect(await readConfigFile('/nowhere/x.json').catch((error: Error) => error.message)).toBe(
      'the configuration file /nowhere/x.json cannot be read: ENOENT: no such file or directory',
    )
  })

  it('is not quoted where it is not JSON or YAML: it may have a password', async () => {
    const password = 'postgres://u:sesame@db/relata'
    for (const [text, name] of [
      ['{ "databaseUrl": sesame }', 'relata.config.json'],
      [`{ sesame: "${password}" }`, 'relata.config.jsonc'],
      [`databaseUrl: "${password}\nport: 1`, 'relata.config.yaml'],
    ] as const) {
      const refused = outcomeOf(text, name)
      await expect(refused, name).rejects.toThrow(name)
      await expect(refused, name).rejects.not.toThrow('sesame')
    }
    await expect(outcomeOf('{ "port": x }')).rejects.toThrow(
      /relata\.config\.json: it is not JSON( \(line 1 column \d+\))?$/,
    )
  })

  it('is found in the folder, then in .relata; two beside each other are refused', async () => {
    const path = await fileWith('{}', '.relata/relata.config.yaml')
    const folder = join(path, '..', '..')
    expect(findConfigFile(folder)).toBe(path)
    await writeFile(join(folder, 'relata.config.json'), '{}')
    expect(findConfigFile(folder)).toBe(join(folder, 'relata.config.json'))
    await writeFile(join(folder, 'relata.config.yaml'), '')
    expect(() => findConfigFile(folder)).toThrow(
      'there are relata.config.json and relata.config.yaml: keep one, or name one with --config',
    )
    expect(findConfigFile(join(root))).toBeUndefined()
  })
})

it('the schema of the file has every setting, and takes its default', () => {
  const schema = schemaOf(settingsByOption)
  for (const entry of Object.values(settings)) {
    const name = optionOf(entry.flags)
    expect(Object.keys(schema.properties ?? {})).toContain(name)
    if (!['string', 'number', 'boolean'].includes(typeof entry.initial)) continue
    const faults = new Faults()
    checkAgainst({ [name]: entry.initial }, schema, faults)
    expect(() => faults.throwIfAny(), name).not.toThrow(AppError)
  }
})

it('comments and last commas go from JSON, and texts stay', () => {
  const text = '{"a": "// \\" /* , ]", /* x\ny */ "b": [1, // , ]\n], }'
  expect(JSON.parse(plainJson(text))).toEqual({ a: '// " /* , ]', b: [1] })
  expect(plainJson(text)).toHaveLength(text.length)
})
