/** `--seed`, `--ids` and `--clock` of a start, as a person gives them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { run } from '#cli/program.ts'
import { catchPrinted, clearErr, clearOut, err, out } from '../_support/printed.ts'

let folder: string
catchPrinted()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-seeds-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const readyForm = /relata is ready on (https?:\/\/localhost:(\d+))/

const start = (args: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  run(['--config', 'none', '--port', '0', '--location', join(folder, 'relata'), '--http-only', ...args], variables)

/** Runs the server until `work` is done; the exit code. */
const whileRunning = async (
  args: readonly string[],
  work: (origin: string) => Promise<void>,
  variables: Readonly<Record<string, string>> = {},
): Promise<number> => {
  clearOut()
  const ended = start(args, variables)
  await vi.waitFor(() => expect(out + err).toMatch(readyForm), { timeout: 15_000, interval: 20 })
  try {
    await work(readyForm.exec(out)?.[1] ?? '')
  } finally {
    process.emit('SIGTERM', 'SIGTERM')
  }
  return ended
}

const tenantsOf = async (origin: string): Promise<{ displayName: string; id: string }[]> =>
  ((await (await fetch(`${origin}/_relata/tenants`)).json()) as { value: { displayName: string; id: string }[] }).value

const namesOf = async (origin: string) => (await tenantsOf(origin)).map(({ displayName }) => displayName)

const yaml = `
# A comment.
tenants:
  - displayName: Litware
    defaultDomain: litware.example
    administrators: [ada@litware.example]
  - id: c0117050-0000-4000-8000-000000000001
    people:
      - userPrincipalName: extra@contoso.example
        createdDateTime: -P30D
`

const write = async (name: string, text: string): Promise<string> => {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

describe('--seed', () => {
  it('takes packs and files of YAML and JSON, given again or separated by commas', async () => {
    const file = await write('more.yaml', yaml)
    const other = await write('other.json', '{"tenants":[{"displayName":"Other","defaultDomain":"other.example"}]}')
    const wanted = ['Contoso', 'Fabrikam', 'Litware', 'Northwind Traders', 'Other']
    const args = ['--in-memory', '--seed', 'empty', '--seed', `${file},${other}`]
    const code = await whileRunning(args, async (origin) => {
      expect((await namesOf(origin)).sort()).toEqual(wanted)
      expect(out).toContain(wellKnown.secret)
    })
    expect([code, err]).toEqual([0, ''])
    const variables = { RELATA_SEED: `contoso,${file}` }
    await whileRunning(['--in-memory'], async (origin) => expect(await namesOf(origin)).toContain('Litware'), variables)
  })

  it('says what is wrong with each file, with the path of it and of the member', async () => {
    const spelt = await write('spelt.yaml', yaml.replace('administrators', 'administratores'))
    expect(await start(['--seed', 'contoso', '--seed', spelt])).toBe(2)
    expect(err).toContain(`has ${spelt}, which is not a seed: `)
    expect(err).toContain("tenants/0/administratores: 'administratores' is not known here; 'administrators' is")
    clearErr()
    const stranger = await write('stranger.yaml', yaml)
    expect(await start(['--seed', stranger])).toBe(2)
    expect(err).toMatch(/tenants\/1\/displayName: 'displayName' is missing\. There is no tenant with the id/)
    clearErr()
    const changing = await write('changing.yaml', yaml.replace('    people:', '    isPartner: true\n    people:'))
    expect(await start(['--seed', `contoso,${changing}`])).toBe(2)
    expect(err).toMatch(/changing\.yaml: tenants\/1\/isPartner: The tenant 'Contoso' is there already/)
    clearErr()
    const broken = await write('broken.yaml', 'tenants:\n  - displayName: "A\n')
    expect(await start(['--seed', broken])).toBe(2)
    expect(err).toMatch(/broken\.yaml' is not YAML: .*line \d/)
    clearErr()
    const other = await write('latin.yaml', '')
    await writeFile(other, Buffer.from('tenants:\n  - displayName: "Caf\xe9"\n', 'latin1'))
    expect(await start(['--seed', other])).toBe(2)
    expect(err).toContain("latin.yaml' cannot be read: it is not UTF-8; save it as UTF-8")
    clearErr()
    const late = await write('late.yaml', yaml.replace('-P30D', 'now-30d'))
    expect(await start(['--seed', `contoso,${late}`])).toBe(2)
    expect(err).toMatch(/createdDateTime: 'now-30d' is not an instant such as/)
  })

  it('refuses packages of PnP, terms of a tenant that is not there, and what is no pack', async () => {
    clearErr()
    expect(await start(['--seed', join(folder, 'terms.pnp')])).toBe(2)
    expect(err).toContain('is a PnP package: tenants are read from JSON and YAML only')
    clearErr()
    expect(await start(['--seed', join(folder, 'terms.csv')])).toBe(2)
    expect(err).toContain('cannot be read: ENOENT')
    clearErr()
    expect(await start(['--seed', await write('terms.csv', 'Term Set Name,Level 1 Term\nA,')])).toBe(2)
    expect(err).toContain('which neither is there nor is in a seed before it, such as contoso')
    clearErr()
    expect(await start(['--seed', 'contoso', '--seed', 'none'])).toBe(2)
    expect(err).toContain("has 'none' beside other content")
    clearErr()
    expect(await start(['--seed', 'contosso'])).toBe(2)
    expect(err).toMatch(/--seed: 'contosso' is no pack .*empty, contoso, msp.*cannot be read/)
    clearErr()
    expect(await start(['--registry', '--seed', 'msp'])).toBe(2)
    expect(err).toContain('--registry refuses')
  })

  it('writes a seed into a folder as a whole, and not again', async () => {
    const file = await write('more.yaml', yaml)
    await whileRunning(['--seed', `contoso,${file}`], async (origin) => expect(await namesOf(origin)).toHaveLength(4))
    await whileRunning(['--seed', 'msp'], async (origin) => expect(await namesOf(origin)).toHaveLength(4))
  })
})

describe('--ids and --clock', () => {
  it('make two runs equal, in memory and in a folder', async () => {
    const idOf = async (args: readonly string[]): Promise<unknown> => {
      let found: unknown
      const file = await write('one.yaml', 'tenants: [{ displayName: One, defaultDomain: one.example }]')
      const wish = ['--ids', '7', '--clock', '2026-05-01T09:00:00Z', '--seed', file, ...args]
      await whileRunning(wish, async (origin) => {
        found = await tenantsOf(origin)
        expect(await (await fetch(`${origin}/_relata/clock`)).json()).toEqual({
          now: '2026-05-01T09:00:00.000Z',
          frozen: true,
        })
      })
      return found
    }
    const first = await idOf(['--in-memory'])
    expect(await idOf(['--in-memory'])).toEqual(first)
    expect(await idOf([])).toEqual(first)
  })

  it('are refused where they could not hold', async () => {
    for (const [args, message] of [
      [['--registry', '--ids', '7'], '--ids cannot be used with --registry'],
      [['--registry', '--clock', '2026-05-01T09:00:00Z'], '--clock cannot be used with --registry'],
      [['--workers', '2', '--ids', '7'], '--ids cannot be used with --workers'],
      [['--ids', '-1'], 'is not a whole number from 0 to 4294967295'],
      [['--clock', 'tomorrow'], "--clock: 'tomorrow' is not an instant such as 2026-05-01T00:00:00Z"],
      [['--clock', '2026-05-01T09:00:00'], 'is not an instant'],
    ] as const) {
      clearErr()
      expect(await start(args)).toBe(2)
      expect(err).toContain(message)
    }
    await whileRunning([], async () => undefined)
    clearErr()
    expect(await start(['--ids', '7'])).toBe(1)
    expect(err).toMatch(/the database is not empty, and --ids .*\ntip: use --in-memory/)
  })
})
