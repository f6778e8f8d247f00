/** `relata roles`, as an operator runs it: on no database, on one, on a server, and while servers run on the database. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeState } from '#cli/serve/server-state.ts'
import { digestOf } from '#workloads/directory/role-catalogue.ts'
import { relata as command } from '../_support/command.ts'
import { startTestServer } from '../_support/server.ts'

const reader = '1076ac91-f3d9-41a7-a339-dcdf5f480acc'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-roles-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const relata = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await command(['roles', ...args])
  return { code: status, out: stdout, error: stderr }
}

/** The catalogue without one role, as a file of this day. */
const listOf = async (name: string, asOf: string): Promise<string> => {
  const path = join(folder, name)
  const whole = JSON.parse((await relata('list', '--json', '-l', join(folder, 'none'))).out)
  const roles = whole.roles.filter(({ id }: { id: string }) => id !== reader)
  await writeFile(path, JSON.stringify({ ...whole, asOf, roles, digest: digestOf(roles) }))
  return path
}

it('lists what Relata brings where there is no database, all of it or a part', async () => {
  const place = ['-l', join(folder, 'none')]
  const all = await relata('list', ...place)
  expect(all.code).toBe(0)
  expect(all.out.trim().split('\n')).toHaveLength(145)
  expect(all.out).toContain('62e90394-69f5-4237-9190-012177145e10  yes      Global Administrator  (privileged)\n')
  const usable = await relata('list', '--gdap', 'yes,likely', ...place)
  expect(usable.out.trim().split('\n')).toHaveLength(102)
  const part = JSON.parse((await relata('list', '--gdap', 'no', '--json', ...place)).out)
  expect(part.roles).toHaveLength(13)
  // It is no file to be read again.
  expect(part).not.toHaveProperty('format')
  expect(await relata('list', '--gdap', 'maybe', ...place)).toMatchObject({
    code: 2,
    error: "relata: --gdap: 'maybe' is not one of yes, likely, no, unknown\n",
  })
})

it('updates a database that nobody serves, and refuses what is older, damaged or no list', async () => {
  const location = join(folder, 'alone')
  const place = ['-l', location]
  const server = await startTestServer({ inMemory: false, location })
  await server.close()
  const file = await listOf('later.json', '2026-10-01')
  const dry = await relata('update', '--from', file, '--dry-run', ...place)
  expect(dry.out).toBe(
    `the catalogue of 2026-08-21 becomes that of 2026-10-01\nwithdrawn  ${reader}  Teams Reader\nnothing was changed: this was a dry run\n`,
  )
  const done = await relata('update', '--from', file, ...place)
  expect(done).toMatchObject({ code: 0, error: expect.stringMatching(/^database: .*relata\.db\n$/) })
  expect(done.out).toMatch(/tenants brought up to it: \d+\n$/)
  expect((await relata('list', ...place)).out).toContain('Teams Reader  (withdrawn)\n')
  expect((await relata('update', '--from', file, ...place)).out).toBe(
    'the catalogue of 2026-10-01 is the same\ntenants brought up to it: 0\n',
  )
  const older = await listOf('older.json', '2026-09-30')
  const refused = await relata('update', '--from', older, ...place)
  expect([refused.code, refused.error]).toEqual([1, expect.stringMatching(/an older list is taken only with 'force'/)])
  expect((await relata('update', '--from', older, '--force', ...place)).code).toBe(0)
  const future = await listOf('future.json', '9999-12-31')
  expect(await relata('update', '--from', future, '--force', ...place)).toMatchObject({
    code: 1,
    error: expect.stringMatching(
      /asOf: The list is of 9999-12-31, a day that is yet to come: \d{4}-\d\d-\d\d is the latest/,
    ),
  })
  const few = join(folder, 'few.json')
  await writeFile(
    few,
    JSON.stringify({ format: 'relata-roles/1', asOf: '2026-11-02', roles: [{ id: reader, name: 'One' }] }),
  )
  expect(await relata('update', '--from', few, '--dry-run', ...place)).toMatchObject({
    code: 1,
    error: expect.stringMatching(/roles: The list would withdraw 14\d of 14\d roles: .* only with 'force'/),
  })
  await writeFile(file, (await readFile(file, 'utf8')).replace('Teams Administrator', 'Team Administrator'))
  expect((await relata('update', '--from', file, ...place)).error).toMatch(/digest: The roles have the digest sha256:/)
  await writeFile(file, '{}')
  expect((await relata('update', '--from', file, ...place)).error).toMatch(/This is no list of roles\./)
  expect((await relata('update', '--from', join(folder, 'nothing.json'), ...place)).code).toBe(1)
  expect((await relata('update', '--from', file, '--as-of', '2026-02-30', ...place)).code).toBe(2)
  expect((await relata('update', '--from', file, '-l', join(folder, 'none'))).error).toMatch(/there is no database/)

  // What was read is kept: a start shows it.
  const again = await startTestServer({ inMemory: false, location })
  try {
    const { body } = await again.send('GET', `/v1.0/roleManagement/directory/roleDefinitions/${reader}`)
    expect(body.isEnabled).toBe(false)
    expect(((await (await fetch(`${again.http}/_relata/info`)).json()) as { roles: object }).roles).toEqual({
      asOf: '2026-09-30',
    })
    // And one that runs takes over what a command does to its database.
    const latest = await listOf('latest.json', '2026-11-01')
    expect((await relata('update', '--from', latest, ...place)).code).toBe(0)
    const asOf = async () => ((await (await fetch(`${again.http}/_relata/roles`)).json()) as { asOf: string }).asOf
    await expect.poll(asOf, { timeout: 15_000 }).toBe('2026-11-01')
  } finally {
    await again.close()
  }
})

it('names the server that has moved its clock, and has its database for itself', async () => {
  const location = join(folder, 'moved')
  const server = await startTestServer({ inMemory: false, location })
  try {
    await server.clock({ advance: 'P1D' })
    const update = ['update', '--from', await listOf('moved.json', '2026-10-01'), '--dry-run', '-l', location]
    const inPlace = /^database: [^\n]*\nrelata: a process that has moved its clock [^\n]*\ntip: --url (\S+) updates /
    expect(await relata(...update)).toMatchObject({ code: 1, error: expect.stringMatching(inPlace) })
    const noted = writeState(location, { url: server.http, registry: false, version: '0' })
    const { error } = await relata(...update)
    noted()
    const [, url = ''] = inPlace.exec(error) ?? []
    expect(url).toBe(server.http)
    expect(await relata(...update, '--url', url)).toMatchObject({ code: 0, out: expect.stringContaining(reader) })
  } finally {
    await server.close()
  }
})

it('updates a server that is named, and tells of what it refuses', async () => {
  const server = await startTestServer()
  try {
    const place = ['--url', server.http, '-l', join(folder, 'none')]
    const file = await listOf('served.json', '2026-10-01')
    const done = await relata('update', '--from', file, '--json', ...place)
    expect(JSON.parse(done.out)).toMatchObject({ asOf: '2026-10-01', withdrawn: [{ id: reader }], dryRun: false })
    expect(JSON.parse((await relata('list', '--json', ...place)).out).asOf).toBe('2026-10-01')
    const older = await listOf('too-old.json', '2026-09-01')
    const refused = await relata('update', '--from', older, ...place)
    expect([refused.code, refused.error]).toEqual([
      1,
      expect.stringMatching(/an older list is taken only with 'force'/),
    ])
  } finally {
    await server.close()
  }
})
