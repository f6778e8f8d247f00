/** docs/audit.md: its commands do what the page says, and its numbers are those of the vectors. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { checkpointEvery } from '#notify/audit/chain.ts'
import { sinkIn } from '#notify/sinks/sink-setting.ts'
import { syslogMessage } from '#notify/sinks/syslog-sink.ts'
import { startTestServer, type TestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { build } from '../crash/built-server.ts'
import { blocksIn, hasCurl, pageAt, typedIn } from './paste.ts'

const page = pageAt('docs/audit.md')
const [first = '', kept = '', withKeys = '', sent = ''] = blocksIn(page, 'sh')
const [shown = ''] = blocksIn(page, 'text')
const [head = '', statement = ''] = blocksIn(page, 'json')

let server: TestServer
let folder: string
beforeAll(async () => {
  await build()
  server = await startTestServer({ inMemory: true, databaseUrl: undefined })
  folder = await mkdtemp(join(tmpdir(), 'relata-docs-audit-'))
  const taxonomy = taxonomyOver(server.send)
  await taxonomy.set(await taxonomy.group('Audited'), 'Audited')
}, 60_000)
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const typed = (script: string) =>
  typedIn(folder, script.replaceAll('http://localhost:4365', server.http), { RELATA_URL: server.http })

it('exports the log and verifies the file, with the words that the page shows', { timeout: 30_000 }, async () => {
  const text = await typed(first)
  const form = (words: string) =>
    words
      .replace(/\d+ to \d+/, '')
      .replace(/of \d+: [0-9a-f]{64}/, '')
      .replace(/of [0-9a-f-]{36}/, '')
  expect(form(text)).toBe(form(shown))
  const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8')).trimEnd().split('\n')
  expect(Object.keys(JSON.parse(lines[0] ?? ''))).toEqual(Object.keys(JSON.parse(head)))
  expect(Object.keys(JSON.parse(lines[1] ?? ''))).toEqual(['n', 'link', 'record'])
  const { checkpoint } = JSON.parse(lines.at(-1) ?? '')
  const said = JSON.parse(Buffer.from(checkpoint.split('.')[1], 'base64url').toString())
  expect(Object.keys(said)).toEqual(Object.keys(JSON.parse(statement)))
  expect(page).toContain(`After each ${checkpointEvery.toLocaleString('en-US')} records`)
})

it('holds it against a checkpoint and the keys', { timeout: 30_000 }, async ({ skip }) => {
  if (!hasCurl()) skip('curl is not installed')
  const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8')).trimEnd().split('\n')
  await typed(kept)
  expect(await typed(withKeys)).toMatch(/held against the checkpoint of \d+; the signatures are right/)
  // What the page says of a file that somebody has changed.
  const refused = async (change: (all: string[]) => readonly string[]): Promise<string> => {
    await writeFile(join(folder, 'changed.jsonl'), `${change([...lines]).join('\n')}\n`)
    return typed('relata audit verify changed.jsonl').then(
      () => 'nothing',
      ({ code, stderr }: { code: number; stderr: string }) => `${code} ${stderr}`,
    )
  }
  expect(await refused((all) => all.toSpliced(3, 1))).toBe('1 relata: changed.jsonl: 3 is missing: after 2 comes 4\n')
  expect(await refused((all) => all.with(4, (all[4] ?? '').replace('success', 'failure')))).toBe(
    '1 relata: changed.jsonl: 4 was changed: its link is not the one of its record\n',
  )
  expect(await refused((all) => all.slice(0, -1))).toMatch(
    /^1 .*: cut off: the file ends after \d+ without its last line/,
  )
})

it('is sent to a file', { timeout: 60_000 }, async () => {
  const own = await mkdtemp(join(tmpdir(), 'relata-docs-sink-'))
  try {
    await typedIn(own, `${sent.trim()} --port 0 --silent`, { RELATA_URL: '' })
    await vi.waitFor(
      async () => {
        const [line = ''] = (await readFile(join(own, 'audit.jsonl'), 'utf8')).split('\n')
        expect(Object.keys(JSON.parse(line))).toEqual(['n', 'link', 'tenant', 'record'])
      },
      { timeout: 30_000, interval: 100 },
    )
  } finally {
    await typedIn(own, 'relata stop', { RELATA_URL: '' }).catch(() => undefined)
    await rm(own, { recursive: true, force: true })
  }
})

it('shows places as they are read, and a message as it is written', () => {
  const section = page.split(/^## /m).find((text) => text.startsWith('Sending')) ?? ''
  const places = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, place]) => place ?? '')
  expect(places.map((place) => sinkIn(place).kind)).toEqual(['file', 'syslog', 'otlp'])
  const record = {
    tenantId: 't',
    n: 42,
    link: 'l',
    leaf: 'f',
    activityDateTime: '2026-01-06T10:00:00.000Z',
    text: '{}',
  }
  const [, example = ''] = /`(<110>[^`]+)`/.exec(section) ?? []
  const message = syslogMessage({ ...record, isFailure: false }, 32_473, 'host')
    .toString()
    .replace(/^\d+ /, '')
  expect(example.replace('link="…" tenant="…"', 'link="l" tenant="t"').replace('{…}', '{}')).toBe(message)
})
