/** `relata audit verify` on the files that a sink has written, as an operator holds them: rotated, of several tenants. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { sinkIn } from '#notify/sinks/sink-setting.ts'
import { relata } from '../_support/command.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'

const { contoso, northwind } = wellKnown
let server: TestServer
let folder: string
let lines: string[]
/** Names of files in the folder. */
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-verify-'))
  server = await startTestServer({ auditSink: [sinkIn(`file:${at('audit.jsonl')}`)] })
  for (let count = 0; count < 6; count += 1)
    for (const tenant of [contoso, northwind]) {
      const body = { displayName: `G${count}`, mailEnabled: false, mailNickname: `g${count}`, securityEnabled: true }
      const made = await server.send('POST', '/v1.0/groups', body, { tenant })
      expect(made.status, made.text).toBe(201)
    }
  await vi.waitFor(
    async () => {
      const written = await readFile(at('audit.jsonl'), 'utf8')
      for (const tenant of [contoso, northwind])
        expect(written.split('\n').some((line) => line.includes(tenant) && line.includes('"G5"'))).toBe(true)
      expect(written.endsWith('\n')).toBe(true)
    },
    { timeout: 20_000, interval: 50 },
  )
  lines = (await readFile(at('audit.jsonl'), 'utf8')).trimEnd().split('\n')
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

/** Writes the lines as two files, the first of which was renamed, and verifies both. */
const verify = async (all: readonly string[], ...more: readonly string[]) => {
  const half = Math.floor(lines.length / 2)
  await writeFile(at('audit.1.jsonl'), `${all.slice(0, half).join('\n')}\n`)
  await writeFile(at('audit.2.jsonl'), `${all.slice(half).join('\n')}\n`)
  const { status, stdout, stderr } = await relata([
    'audit',
    'verify',
    at('audit.1.jsonl'),
    at('audit.2.jsonl'),
    ...more,
  ])
  return { status, stdout, stderr: stderr.replaceAll(`${folder}/`, '') }
}

interface Line {
  readonly n: number
  readonly tenant: string
}
const lineAt = (place: number): Line => JSON.parse(lines[place] ?? '')
/** Place of the last line of Contoso, of one from the end. */
const ofContoso = (fromEnd: number): number =>
  lines
    .map((_, place) => place)
    .filter((place) => lineAt(place).tenant === contoso)
    .at(-1 - fromEnd) ?? -1
const placed = (place: number): string => {
  const half = Math.floor(lines.length / 2)
  return place < half ? `audit.1.jsonl:${place + 1}` : `audit.2.jsonl:${place - half + 1}`
}

it('says of each tenant how far it is whole', async () => {
  const { status, stdout, stderr } = await verify(lines)
  expect([status, stderr]).toEqual([0, ''])
  for (const tenant of [contoso, northwind]) {
    const last = lines.map((_, place) => lineAt(place)).findLast((line) => line.tenant === tenant)
    expect(stdout).toContain(`${tenant}: whole, 1 to ${last?.n}\n  link of ${last?.n}: `)
  }
})

it('names the line of the file where one was removed, changed or moved', async () => {
  const place = ofContoso(2)
  const { n } = lineAt(place)
  const removed = await verify(lines.toSpliced(place, 1, ''))
  expect(removed).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(
      `relata: ${placed(ofContoso(1))}: ${contoso}: ${n} is missing: after ${n - 1} (${placed(ofContoso(3))}) comes ${n + 1}\n`,
    ),
  })
  // The other tenant is whole all the same.
  expect(removed.stdout).toContain(`${northwind}: whole`)
  const changed = await verify(lines.with(place, (lines[place] ?? '').replace('"Add group"', '"Add user"')))
  expect(changed).toMatchObject({
    status: 1,
    stderr: `relata: ${placed(place)}: ${contoso}: ${n} was changed: its link is not the one of its record\n`,
  })
  const next = ofContoso(1)
  const swapped = await verify(lines.with(place, lines[next] ?? '').with(next, lines[place] ?? ''))
  expect(swapped).toMatchObject({
    status: 1,
    stderr: `relata: ${placed(next)}: ${contoso}: ${n} is in the wrong place, behind ${placed(place)}\n`,
  })
})

it('finds a tail that was cut, by a checkpoint that was kept', async () => {
  const token = await server.token()
  const exported = await relata(['audit', 'export', '-o', at('export.jsonl'), '--url', server.http], {
    RELATA_TOKEN: token,
  })
  expect(exported.status, exported.stderr).toBe(0)
  const keys = await (await fetch(`${server.http}/_relata/webhooks/jwks.json`)).text()
  await writeFile(at('keys.json'), keys)
  const held = ['--checkpoint', at('export.jsonl'), '--keys', at('keys.json')]
  const whole = await verify(lines, ...held)
  const { n } = lineAt(ofContoso(0))
  expect(whole).toMatchObject({ status: 0, stderr: '' })
  expect(whole.stdout).toContain(`  held against the checkpoint of ${n}\n`)
  expect(whole.stdout).toMatch(/\nthe signatures of the checkpoints are right\n$/)
  // The files have no signatures of their own.
  expect(await verify(lines, '--keys', at('keys.json'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('no signature was checked: files of a sink have none'),
  })
  const cut = lines.with(ofContoso(0), '')
  expect(await verify(cut)).toMatchObject({ status: 0 })
  expect(await verify(cut, ...held)).toMatchObject({
    status: 1,
    stderr: `relata: ${contoso}: ${n} is missing: the files end with ${n - 1} (${placed(ofContoso(1))}), and the checkpoint is of ${n}\n`,
  })
  // Exports are verified as before, also several.
  const exports = await relata(['audit', 'verify', at('export.jsonl'), at('export.jsonl')])
  expect([exports.status, exports.stdout.split('whole, 1 to').length]).toEqual([0, 3])
})

it('says what is no record, and where there is none at all', async () => {
  const { status, stdout } = await verify(lines.toSpliced(1, 0, '{"n":'))
  expect([status, stdout]).toEqual([0, expect.stringContaining(`${at('audit.1.jsonl')}:2\n`)])
  await writeFile(at('none.jsonl'), '\n')
  expect(await relata(['audit', 'verify', at('none.jsonl')])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('the file is empty'),
  })
})
