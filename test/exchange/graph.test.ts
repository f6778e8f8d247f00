/** `relata terms --to graph`: against a server that answers as Graph does, with `--strict`. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { run } from '#cli/program.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

let server: TestServer
let folder: string
let token: string

beforeAll(async () => {
  server = await startTestServer({ strict: true })
  token = await server.token()
  folder = await mkdtemp(join(tmpdir(), 'relata-graph-'))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function terms(...args: readonly string[]) {
  let text = ''
  const keep = (piece: string | Uint8Array): boolean => {
    text += typeof piece === 'string' ? piece : new TextDecoder().decode(piece)
    return true
  }
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(keep))
  try {
    const where = ['--to', 'graph', '--graph-url', `${server.http}/v1.0`]
    return { status: await run(['terms', ...args, ...where], { RELATA_TOKEN: token }), text }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

function id(number: number): string {
  return `0d000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

const label = (name: string) => [{ name, languageTag: 'en-US', isDefault: true }]
const node = (number: number, name: string, more: object = {}) => ({
  kind: 'home',
  id: id(number),
  labels: label(name),
  ...more,
})

async function writeTaxonomy(dir: string, media: readonly object[], loans: readonly object[]): Promise<void> {
  const { mkdir } = await import('node:fs/promises')
  await mkdir(join(dir, 'library'), { recursive: true })
  const write = (path: string, value: object) => writeFile(join(dir, path), JSON.stringify(value, undefined, 2))
  await write('relata.json', { format: 'relata-taxonomy/1', default: 'en-US', languages: ['en-US'] })
  await write('library/group.json', { id: id(1), displayName: 'Lending' })
  await write('library/media.json', {
    id: id(2),
    localizedNames: [{ name: 'Media', languageTag: 'en-US' }],
    children: media,
  })
  await write('library/loans.json', {
    id: id(3),
    localizedNames: [{ name: 'Loans', languageTag: 'en-US' }],
    children: loans,
  })
}

describe('relata terms --to graph', () => {
  it('makes groups, sets, terms, pins and reuses, and has nothing to do then', async () => {
    const dir = join(folder, 'a')
    const media = [
      node(10, 'Print', {
        descriptions: [{ description: 'on paper', languageTag: 'en-US' }],
        children: [node(11, 'Map', { children: [node(12, 'Sea chart')] })],
      }),
      node(13, 'Sound'),
    ]
    const loans = [
      {
        kind: 'reuse',
        id: id(10),
        children: [{ kind: 'reuse', id: id(11), children: [{ kind: 'reuse', id: id(12) }] }],
      },
      { kind: 'pin', id: id(13) },
    ]
    await writeTaxonomy(dir, media, loans)
    const planned = await terms('plan', '--dir', dir, '-o', join(folder, 'plan'), '--detailed-exit-code')
    expect(planned, planned.text).toMatchObject({ status: 4 })
    const applied = await terms('apply', join(folder, 'plan'), '--dir', dir, '--yes')
    expect(applied, applied.text).toMatchObject({ status: 0, text: expect.stringContaining('done') })
    const ids = JSON.parse(await readFile(join(dir, '.relata/ids.json'), 'utf8'))
    expect(Object.keys(ids)).toEqual([1, 2, 3, 10, 11, 12, 13].map(id))
    expect(ids[id(10)]).not.toBe(id(10))
    const { body } = await server.send('GET', `/v1.0/sites/root/termStore/sets/${ids[id(3)]}/terms`)
    expect(body.value.map((one: { labels: { name: string }[] }) => one.labels[0]?.name).sort()).toEqual([
      'Map',
      'Print',
      'Sea chart',
      'Sound',
    ])
    const again = await terms('plan', '--dir', dir, '--detailed-exit-code')
    expect(again, again.text).toMatchObject({ status: 0 })
  })

  it('renames a term that it knows by the id that Graph gave', async () => {
    const dir = join(folder, 'a')
    const path = join(dir, 'library/media.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"Sea chart"', '"Nautical chart"'))
    const done = await terms('import', dir, '--dir', dir, '--yes')
    expect(done, done.text).toMatchObject({
      status: 0,
      text: expect.stringContaining('"Sea chart" → "Nautical chart"'),
    })
    expect(await terms('plan', '--dir', dir, '--detailed-exit-code')).toMatchObject({ status: 0 })
  })

  it('refuses what Graph cannot do, and says where it can be done', async () => {
    const dir = join(folder, 'a')
    const path = join(dir, 'library/media.json')
    const before = await readFile(path, 'utf8')
    await writeFile(path, before.replace(`"labels": [`, `"isDeprecated": true, "labels": [`))
    const planned = await terms('plan', '--dir', dir)
    expect(planned).toMatchObject({
      status: 3,
      text: expect.stringContaining('Microsoft Graph cannot do this (deprecate)'),
    })
    await writeFile(path, before)
  })

  it('finds by their paths what somebody else has made, and keeps the ids', async () => {
    const dir = join(folder, 'b')
    await writeTaxonomy(dir, [node(20, 'Print', { children: [node(21, 'Map')] })], [])
    const planned = await terms('plan', '--dir', dir, '--detailed-exit-code')
    expect(planned, planned.text).toMatchObject({ status: 0 })
    const ids = JSON.parse(await readFile(join(dir, '.relata/ids.json'), 'utf8'))
    expect(Object.keys(ids)).toEqual([1, 2, 3, 20, 21].map(id))
  })

  it('pulls what Graph holds, with the ids of the folder', async () => {
    const dir = join(folder, 'a')
    const pulled = await terms('pull', '--dir', dir, '--group', 'Lending')
    expect(pulled, pulled.text).toMatchObject({ status: 0 })
    expect(await readFile(join(dir, 'library/media.json'), 'utf8')).toContain(id(12))
    expect(await terms('plan', '--dir', dir, '--detailed-exit-code')).toMatchObject({ status: 0 })
  })

  it('gives a set with what it shares with others, and plans nothing for it', async () => {
    const paths = await terms('export', '--set', 'Loans', '--format', 'pnp-text')
    expect(paths.text).toContain('Lending|Loans|Print|Map|Nautical chart')
    expect(paths.text).toContain('Lending|Loans|Sound')
    const dir = join(folder, 'c')
    const pulled = await terms('pull', '--dir', dir, '--set', 'Loans')
    expect(pulled, pulled.text).toMatchObject({ status: 0 })
    expect(await readFile(join(dir, 'lending/loans.json'), 'utf8')).toContain('"reuse"')
    const planned = await terms('plan', '--dir', dir, '--detailed-exit-code')
    expect(planned, planned.text).toMatchObject({ status: 0 })
  })

  it('needs a token', async () => {
    token = ''
    expect(await terms('plan', '--dir', join(folder, 'a'))).toMatchObject({ status: 2 })
  })
})
