/** `relata terms validate`, in this process: ids and paths, severities of a folder, and a baseline (exchange.md §12). */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relata } from '../_support/command.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { labels, type Taxonomy, taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let made: Taxonomy
let folder: string
let group: string
let geo: string
let europe: string
let berlin: string

async function validate(...args: readonly string[]) {
  const { status, stdout, stderr } = await relata(['terms', ...args, '--url', server.http])
  return { status, lines: stdout.trim().split('\n'), stderr }
}

const remarks = ['--rules', 'missing-description']
const none = (path: string): string => `info missing-description ${path}: The term has no description.`

beforeAll(async () => {
  server = await startTestServer()
  made = taxonomyOver(server.send)
  folder = await mkdtemp(join(tmpdir(), 'relata-validate-'))
  group = await made.group('Places')
  geo = await made.set(group, 'Geo')
  europe = await made.term(geo, 'Europe')
  berlin = await made.term({ set: geo, term: europe }, 'Berlin')
  await made.term(geo, 'Asia')
  await made.set(group, 'Streets')
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

describe('what is looked over', () => {
  const all = ['Geo/Asia', 'Geo/Europe', 'Geo/Europe/Berlin']

  it.each<[string, () => string, readonly string[]]>([
    ['the id of a group', () => group, all],
    ['the id of a set', () => geo.toUpperCase(), all],
    ['the id of a term', () => europe, ['Geo/Europe', 'Geo/Europe/Berlin']],
    ['the path of a group', () => 'places', all],
    ['the path of a set', () => 'Places/Geo', all],
    ['the name of a set', () => 'Geo', all],
    ['the path of a term', () => 'Geo/Europe/Berlin', ['Geo/Europe/Berlin']],
    ['the path of a term from its group on', () => 'Places/Geo/Europe', ['Geo/Europe', 'Geo/Europe/Berlin']],
  ])('is given by %s', async (_, what, paths) => {
    const { lines, stderr } = await validate('validate', what(), ...remarks)
    expect([lines, stderr]).toEqual([[...paths.map(none), `0 errors, 0 warnings, ${paths.length} remarks`], ''])
  })

  it('has to be there, and is named once', async () => {
    expect(await validate('validate', 'Geo/Atlantis')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("The set has no term 'Atlantis'."),
    })
    for (const what of ['Atlantis', 'Places/Geo2/x', '00000000-0000-4000-8000-00000000dead'])
      expect(await validate('validate', what)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(`There is no group, set or term '${what}'.`),
      })
    expect(await validate('validate', 'atlantis.csv')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no file or folder atlantis.csv'),
    })
    expect(await validate('validate', 'Geo', '--set', 'Geo')).toMatchObject({ status: 2 })
    const both = await made.set(await made.group('Both'), 'Both')
    await made.term(both, 'Term')
    expect(await validate('validate', 'Both')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('name it by its id, or as GROUP/SET'),
    })
    expect((await validate('validate', 'Both/Both', ...remarks)).lines).toContain(none('Both/Term'))
  })
})

describe('severities', () => {
  const grade = async (severity: unknown): Promise<string> => {
    const file = join(folder, 'taxonomy', 'relata.json')
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), severity }))
    return join(folder, 'taxonomy')
  }

  it('are those of the folder, for itself, a server and the exit code', async () => {
    expect(await validate('pull', '--dir', join(folder, 'taxonomy'), '--group', 'Places')).toMatchObject({ status: 0 })
    const dir = await grade({ 'missing-description': 'error', 'lonely-child': 'off' })
    const error = 'error missing-description Geo/Asia: The term has no description.'
    for (const args of [[dir], ['Geo', '--dir', dir]]) {
      const { status, lines } = await validate('validate', ...args)
      expect([status, lines[0]]).toEqual([3, error])
      expect(lines.join('\n')).not.toContain('lonely-child')
      expect(lines.at(-1)).toMatch(/^3 errors, /)
    }
    expect((await validate('validate', 'Geo', '--dir', dir, '--rules', '+lonely-child')).lines.join('\n')).toContain(
      'info lonely-child Geo/Europe',
    )
    expect((await validate('validate', 'Geo')).status).toBe(0)
    // A pull leaves them.
    await validate('pull', '--dir', dir, '--group', 'Places')
    expect(JSON.parse(await readFile(join(dir, 'relata.json'), 'utf8')).severity['lonely-child']).toBe('off')
  })

  it('are refused where they are none', async () => {
    for (const [severity, text] of [
      [{ depe: 'error' }, "'depe' is no rule"],
      [{ deep: 'bad' }, "'bad' is not one of error, warning, info, off."],
      [['deep'], '"severity" is not of the form'],
      [{ deep: 1 }, '"severity" is not of the form'],
    ] as const)
      expect(await validate('validate', await grade(severity))).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(text),
      })
    await grade({})
    expect(await validate('validate', '--dir', join(folder, 'nowhere'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('relata.json'),
    })
  })
})

describe('a baseline', () => {
  it('hides what was there, so that only what is new fails', async () => {
    const [findings, taxonomy] = [join(folder, 'known.ndjson'), join(folder, 'known.json')]
    const warned = ['Streets', '--rules', 'label-mixed-script,missing-description', '--fail-on', 'warning']
    const streets = (await server.send('GET', `/v1.0/termStore/groups/${group}/sets`)).body.value.find(
      ({ localizedNames }: { localizedNames: { name: string }[] }) => localizedNames[0]?.name === 'Streets',
    ).id
    await made.term(streets, 'Сider')
    expect((await validate('validate', ...warned)).status).toBe(3)
    await writeFile(findings, (await validate('validate', ...warned, '--json')).lines.join('\n'))
    await validate('export', '--set', 'Streets', '--format', 'json', '-o', taxonomy)
    for (const against of [findings, taxonomy])
      expect(await validate('validate', ...warned, '--against', against)).toEqual({
        status: 0,
        lines: [`0 errors, 0 warnings, 0 remarks; 2 known from ${against}`],
        stderr: '',
      })
    await made.term(streets, 'Вread')
    for (const against of [findings, taxonomy]) {
      const { status, lines } = await validate('validate', ...warned, '--against', against)
      expect(status).toBe(3)
      expect(lines).toEqual([
        expect.stringContaining('warning label-mixed-script Streets/Вread'),
        none('Streets/Вread'),
        `0 errors, 1 warnings, 1 remarks; 2 known from ${against}`,
      ])
    }
  })

  it('knows a term that was renamed by its id, and one of a file without ids by its path', async () => {
    const known = join(folder, 'berlin.ndjson')
    await writeFile(known, (await validate('validate', berlin, ...remarks, '--json')).lines.join('\n'))
    await server.send('PATCH', `/v1.0/termStore/sets/${geo}/terms/${berlin}`, { labels: labels('Berlin-Mitte') })
    expect((await validate('validate', berlin, ...remarks, '--against', known)).lines).toEqual([
      `0 errors, 0 warnings, 0 remarks; 1 known from ${known}`,
    ])
    const csv = join(folder, 'names.csv')
    await writeFile(csv, 'Term Set Name,LCID,Level 1 Term\nNames,1033,\n,,One\n')
    expect((await validate('validate', csv, ...remarks, '--against', csv)).lines).toEqual([
      `0 errors, 0 warnings, 0 remarks; 1 known from ${csv}`,
    ])
    expect(await validate('validate', csv, '--against', join(folder, 'nowhere.csv'))).toMatchObject({ status: 1 })
  })
})
