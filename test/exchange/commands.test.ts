/** `relata terms`, in this process, on a server of its own. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { run } from '#cli/program.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'relata-terms-'))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const header = ['Term Set Name', 'Term Set Description', 'LCID', 'Available for Tagging', 'Term Description']
  .concat([1, 2, 3, 4, 5, 6, 7].map((level) => `Level ${level} Term`))
  .join(',')

async function terms(...args: readonly string[]) {
  let [stdout, stderr] = ['', '']
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      stdout += typeof text === 'string' ? text : new TextDecoder().decode(text)
      return true
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += text
      return true
    }),
  ]
  try {
    return { status: await run(['terms', ...args, '--url', server.http], {}), stdout, stderr }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

async function file(name: string, ...rows: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, [header, ...rows].join('\n'))
  return path
}

describe('relata terms', () => {
  it('plans, applies what was planned, and then has nothing to do', async () => {
    const [csv, plan] = [await file('geo.csv', 'Geo,,,,', ',,,,,Europe', ',,,,,Europe,Berlin'), join(folder, 'plan')]
    const planned = await terms('plan', csv, '--group', 'Places', '-o', plan, '--detailed-exit-code')
    expect(planned).toEqual({ status: 4, stderr: '', stdout: expect.stringContaining('4 create') })
    expect(planned.stdout).toContain('+ create term Geo/Europe/Berlin  (geo.csv:4)')
    expect(await terms('apply', plan, '--yes')).toEqual({
      status: 0,
      stderr: '',
      stdout: 'done: 4 of 4 records applied\n',
    })
    const again = await terms('plan', csv, '--group', 'Places', '--detailed-exit-code')
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to change') })
  })

  it('exits with 3 and changes nothing where something is refused', async () => {
    const csv = await file('bad.csv', 'Bad,,,,', ',,,maybe,,One', ',,,,,Two;Three')
    const imported = await terms('import', csv, '--group', 'Places', '--yes')
    expect(imported).toMatchObject({ status: 3, stdout: expect.stringContaining('--fix chars writes "Two；Three"') })
    const { body } = await server.send('GET', '/v1.0/termStore/sets')
    expect(JSON.stringify(body)).not.toContain('Bad')
    const some = await terms('import', csv, '--group', 'Places', '--yes', '--fix', 'chars', '--allow-refused')
    expect(some).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 2 of 2') })
  })

  it('exports, and says how much a format leaves out', async () => {
    const out = join(folder, 'geo.txt')
    const exported = await terms('export', '--set', 'Geo', '--format', 'pnp-text', '-o', out)
    expect(exported).toMatchObject({ status: 0, stderr: expect.stringContaining('facts are not in the file') })
    expect(await readFile(out, 'utf8')).toContain('Places|Geo|Europe|Berlin')
    const report = await terms('export', '--set', 'Geo', '--format', 'pnp-text', '--report')
    expect(report.stdout).toContain('"what":"id"')
  })

  it('pulls a folder that plans nothing, and changes the one file of what differs', async () => {
    const dir = join(folder, 'taxonomy')
    expect(await terms('pull', '--dir', dir)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('new places/geo.json'),
    })
    expect((await readdir(dir)).sort()).toContain('relata.json')
    expect(await terms('plan', '--dir', dir, '--detailed-exit-code')).toMatchObject({ status: 0 })
    const path = join(dir, 'places/geo.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"Berlin"', '"Berlin, Berlin"'))
    const planned = await terms('plan', '--dir', dir, '-o', join(folder, 'p'), '--detailed-exit-code')
    expect(planned).toMatchObject({ status: 4, stdout: expect.stringContaining('"Berlin" → "Berlin, Berlin"') })
    expect(await terms('apply', join(folder, 'p'), '--yes')).toMatchObject({ status: 0 })
    expect(await terms('pull', '--dir', dir)).toEqual({ status: 0, stderr: '', stdout: 'nothing has changed\n' })
  })

  it('applies a folder as it is, with one command', async () => {
    const dir = join(folder, 'at-once')
    await terms('pull', '--dir', dir, '--group', 'Places')
    const path = join(dir, 'places/geo.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"Europe"', '"Old Europe"'))
    const applied = await terms('apply', '--dir', dir, '--yes')
    expect(applied).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 1 of 1 records applied') })
    await writeFile(path, (await readFile(path, 'utf8')).replace('"Old Europe"', '"Europe"'))
    expect(await terms('import', '--dir', dir, '--yes')).toMatchObject({ status: 0 })
    expect(await terms('plan', '--dir', dir, '--detailed-exit-code')).toMatchObject({ status: 0 })
    for (const command of ['apply', 'import', 'plan'])
      expect(await terms(command, '--json')).toMatchObject({ status: 2 })
  })

  it('says what is wrong with a path, and what is usage', async () => {
    const [csv, empty, none] = [await file('p.csv', 'P,,,,', ',,,,,A'), join(folder, 'empty.csv'), join(folder, 'none')]
    await writeFile(empty, '')
    const said = async (...args: readonly string[]) => {
      const { status, stderr } = await terms(...args)
      return `${status} ${stderr}`
    }
    expect(await said('plan', none)).toContain(`1 relata: there is no file or folder ${none}`)
    expect(await said('plan', empty)).toContain(`1 relata: ${empty} is empty`)
    expect(await said('validate', empty)).toContain('is empty')
    expect(await said('apply', none, '--yes')).toContain(`1 relata: there is no file ${none}`)
    expect(await said('apply', folder, '--yes')).toContain(`relata terms apply --dir ${folder}`)
    expect(await said('export', '-o', folder)).toContain('is a folder')
    expect(await said('plan', csv, '--group', 'P', '-o', join(none, 'p'))).toContain(`there is no folder ${none}`)
    expect(await said('export', '--format', 'nope')).toContain("2 relata: 'nope' is no format")
    expect(await said('plan', csv, '--group', 'P', '--fix', 'all')).toContain("2 relata: fix: 'all'")
    expect(await said('export', '--to', 'graph', '--graph-url', 'nope')).toContain(
      '2 relata: --to graph: set RELATA_TOKEN',
    )
  })

  it('says which sets have changed since the plan, and plans them again where it is told to', async () => {
    const csv = await file('stale.csv', 'Stale,,,,', ',,,,,One')
    await terms('import', csv, '--group', 'Places', '--yes')
    const next = await file('stale.csv', 'Stale,,,,', ',,,,,One', ',,,,,Two')
    const plan = join(folder, 'stale.ndjson')
    await terms('plan', next, '--group', 'Places', '--language', 'en-GB=en-US', '-o', plan)
    const { body } = await server.send('GET', '/v1.0/termStore/sets')
    const set = body.value.find(
      (one: { localizedNames: { name: string }[] }) => one.localizedNames[0]?.name === 'Stale',
    )
    const label = [{ name: 'Three', languageTag: 'en-US', isDefault: true }]
    await server.send('POST', `/v1.0/termStore/sets/${set.id}/children`, { labels: label })
    expect(await terms('apply', plan, '--yes')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`stale: the set ${set.id}`),
    })
    const again = await terms('apply', plan, '--yes', '--replan')
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('done: 1 of 1 records applied') })
    const { body: listed } = await server.send('GET', `/v1.0/termStore/sets/${set.id}/terms`)
    expect(listed.value).toHaveLength(3)
  })

  it('validates, and exits with 3 for what --fail-on names', async () => {
    const found = await terms('validate', '--set', 'Geo', '--rules', 'lonely-child,missing-description')
    expect(found).toMatchObject({ status: 0, stdout: expect.stringContaining('info lonely-child Geo/Europe') })
    await server.send('PATCH', '/v1.0/termStore', { languageTags: ['en-US', 'de-DE'] })
    const csv = await file('html.csv', 'Html,,,,', ',,,,,A&amp')
    await terms('import', csv, '--group', 'Places', '--yes')
    expect(await terms('validate', '--set', 'Html', '--fail-on', 'warning')).toMatchObject({ status: 3 })
    expect(await terms('validate', '--set', 'Html', '--rules', 'no-such-rule')).toMatchObject({ status: 2 })
    const own = await file('own.csv', 'Own,,,,', ',,,,,One', ',,,,,One,Two', ',,,,,A;B')
    const local = await terms('validate', own, '--rules', 'lonely-child')
    expect(local).toMatchObject({ status: 3, stdout: expect.stringContaining('info lonely-child Own/One') })
    expect(local.stderr).toContain('refused: char Own/A;B')
    expect(await terms('validate', '--fail-on', 'never')).toMatchObject({ status: 2 })
    const part = await terms('validate', own, '--set', 'Own')
    expect(part).toMatchObject({ status: 2, stderr: expect.stringContaining('either by itself') })
  })
})
