/** `relata audit export` and `verify`: parts of the log, what is wrong usage, and exit codes (events.md §9.5). */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { relata } from '../_support/command.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'

let server: TestServer
let folder: string
/** A day that is not so far ahead that records are too old. */
let day: string
beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'relata-audit-'))
  day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  await server.clock({ freeze: true, set: `${day}T10:00:00Z` })
  const taxonomy = taxonomyOver(server.send)
  const group = await taxonomy.group('At ten')
  await server.clock({ advance: 'PT1H' })
  await taxonomy.set(group, 'At eleven')
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const exported = (...more: readonly string[]) => relata(['audit', 'export', '--url', server.http, ...more])
const names = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line).record.targetResources[0].displayName)

it('says on the standard error how many records it has written to a file', async () => {
  const file = join(folder, 'told.jsonl')
  const whole = await exported('--from', day)
  expect(whole).toMatchObject({ status: 0, stderr: '' })
  expect(await exported('--from', day, '-o', file)).toEqual({
    status: 0,
    stdout: '',
    stderr: `wrote ${file} (2 records)\n`,
  })
  expect(names(await readFile(file, 'utf8'))).toEqual(names(whole.stdout))
  const one = await exported('--from', `${day}T11:00:00Z`, '-o', file)
  expect(one.stderr).toBe(`wrote ${file} (1 record)\n`)
})

it('exports what happened in a period, of the tenant that is named', async () => {
  const from = await exported('--from', day)
  expect([from.status, names(from.stdout)]).toEqual([0, ['At ten', 'At eleven']])
  const until = await exported('--from', day, '--to', `${day}T11:00:00Z`)
  expect(names(until.stdout)).toEqual(['At ten'])
  const other = await exported('--tenant', 'fabrikam.example')
  expect(JSON.parse(other.stdout.split('\n')[0] ?? '')).toMatchObject({ tenant: wellKnown.fabrikam })
  expect(await exported('--tenant', 'nobody.example')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining("'nobody.example'"),
  })
})

it('verifies a part, and tells a checkpoint that is none from one that does not fit', async () => {
  const file = join(folder, 'audit.jsonl')
  expect((await exported('--from', day, '-o', file)).status).toBe(0)
  const verify = (...more: readonly string[]) => relata(['audit', 'verify', file, ...more])
  expect(await verify()).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /audit\.jsonl: whole, \d+ to \d+ of c0117050-[\s\S]*no checkpoint that was kept elsewhere/,
    ),
  })
  expect(await verify('--checkpoint', file)).toMatchObject({ status: 0 })
  const other = join(folder, 'other.jsonl')
  await exported('--tenant', 'fabrikam.example', '-o', other)
  const foreign = await verify('--checkpoint', other)
  expect([foreign.status, foreign.stderr]).toEqual([1, expect.stringMatching(/^relata: .*audit\.jsonl: .*checkpoint/)])
  await writeFile(join(folder, 'none.txt'), 'nothing')
  expect(await verify('--checkpoint', join(folder, 'none.txt'))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('has no checkpoint'),
  })
  expect(await verify('--keys', join(folder, 'none.txt'))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('is no set of keys'),
  })
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('At eleven', 'At twelve'))
  const changed = await verify()
  expect([changed.status, changed.stderr]).toEqual([1, expect.stringMatching(/: \d+ was changed: /)])
})

it('proves nothing by keys where no signature is there to be checked', async () => {
  const [file, cut, keys] = ['signed.jsonl', 'unsigned.jsonl', 'keys.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await exported('--from', day, '-o', file)
  await writeFile(keys, await (await fetch(`${server.http}/_relata/webhooks/jwks.json`)).text())
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const { end, checkpoint } = JSON.parse(lines.at(-1) ?? '')
  const endingWith = (last: object) =>
    writeFile(cut, `${lines.with(-1, JSON.stringify({ end, ...last })).join('\n')}\n`)
  const verify = (...more: readonly string[]) => relata(['audit', 'verify', cut, '--keys', keys, ...more])
  await endingWith({ checkpoint })
  expect(await verify()).toMatchObject({ status: 0, stdout: expect.stringContaining('the signatures are right') })
  for (const last of [{}, { checkpoint: null }, { checkpoint: 1 }]) {
    await endingWith(last)
    expect(await verify()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `relata: ${cut}: no signature was checked: the last line has no checkpoint\n`,
    })
  }
  // A checkpoint of the last record that was kept elsewhere is a signature as well, one of an earlier record is not.
  expect(await verify('--checkpoint', file)).toMatchObject({ status: 0 })
  const early = join(folder, 'early.jsonl')
  await exported('--from', day, '--to', `${day}T11:00:00Z`, '-o', early)
  expect(await verify('--checkpoint', early)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`no signature was checked for what comes after ${end.n - 1}: `),
  })
  // What is not signed at all has no header that could be read.
  await endingWith({ checkpoint: `x.${checkpoint.split('.')[1]}.x` })
  expect(await verify()).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('the checkpoint is no JWS of one'),
  })
})

/** Some editors and libraries take them for the end of a line, and JSON does not. */
const separators = 'A\u2028B\u2029C\u0085D'

it('verifies records with separators of lines and of paragraphs in their texts', async () => {
  const directoryGroup = { mailEnabled: false, mailNickname: 'separators', securityEnabled: true }
  const made = await server.send('POST', '/v1.0/groups', { displayName: separators, ...directoryGroup })
  expect(made.status).toBe(201)
  const file = join(folder, 'separators.jsonl')
  await exported('--from', day, '-o', file)
  expect(names(await readFile(file, 'utf8'))).toContain(separators)
  expect(await relata(['audit', 'verify', file])).toMatchObject({ status: 0, stderr: '' })
  // As Windows writes it.
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'))
  expect(await relata(['audit', 'verify', file])).toMatchObject({ status: 0, stderr: '' })
})
