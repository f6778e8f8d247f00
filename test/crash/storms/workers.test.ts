/**
 * Several processes on one SQLite file, with a file that the log goes to and a webhook: one of them is killed, then the first,
 * while clients write. All that was committed is told, in order, and the file has the chain from its first link on, in order;
 * SIGHUP to the first process has every one of them open the file anew (events.md §6, §9.5).
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { verifyExport } from '#workloads/audit/verify.ts'
import { build, endAll } from '../built-server.ts'
import { checkReceipts, committedIn, control, startReceiver, told } from './receipts.ts'
import {
  auditAt,
  checkWhole,
  expectPlain,
  type Load,
  makePlace,
  type Opened,
  open,
  pause,
  startLoad,
  taxonomyAt,
  times,
} from './storm-kit.ts'

const { contoso } = wellKnown
const timeout = times(180_000, 900_000)
const schedule = `own=${['0', ...Array.from({ length: 39 }, () => '1s')].join(',')}`

beforeAll(build, 60_000)
afterAll(endAll)

const workersOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

interface Line {
  readonly n: number
  readonly link: string
  readonly tenant: string
  readonly record?: unknown
}

const lineIn = (text: string): Line | undefined => {
  try {
    return JSON.parse(text) as Line
  } catch {
    // A part of a line is what a process left that was killed in the middle of writing it.
    return undefined
  }
}

/** Those of Contoso, in the order of the files. */
const linesIn = async (...files: readonly string[]): Promise<Line[]> => {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const lines = texts.flatMap((text) => text.split('\n').flatMap((one) => lineIn(one) ?? []))
  return lines.filter(({ tenant }) => tenant === contoso)
}

const until = async (what: string, holds: () => unknown): Promise<void> => {
  for (const limit = Date.now() + 60_000; !(await holds()); await pause(50))
    if (Date.now() > limit) throw new Error(`not in time: ${what}`)
}

const title = 'workers tell of all that was committed when they are killed, to one file and one webhook'
it.runIf(process.platform === 'linux')(title, { timeout }, async () => {
  const place = await makePlace('sqlite')
  const receiver = await startReceiver()
  const [file, old] = [join(place.location, 'audit.jsonl'), join(place.location, 'audit.1.jsonl')]
  const flags = ['--audit-sink', `file:${file}`, '--gdap-request-latency', '1', '--delivery-schedule', schedule]
  const start = (): Promise<Opened> => open(place, ...flags, '--workers', '3')
  let { server, ask } = await start()
  const made = taxonomyAt(ask)
  const set = await made.set(await made.group('Storm'))
  const events = ['granular-admin-*', 'relata.granular-admin-*', 'relata.taxonomy.*']
  const { id } = await control(server, '/webhooks', { url: receiver.url, events })
  const [{ cursor: after }] = ((await control(server, '/deliveries/summary')) as { value: [{ cursor: number }] }).value
  const loads: Load[] = []
  const during = async (strike: () => Promise<unknown>): Promise<void> => {
    const load = startLoad(ask, set, 4, true)
    loads.push(load)
    await load.reach(times(80, 800))
    await strike()
    await load.reach(load.met.acknowledged)
    await load.end()
  }
  for (let round = 0; round < times(1, 20); round += 1) {
    await during(async () => {
      await until('a line', () => existsSync(file))
      if (round > 0) return
      await rename(file, old)
      process.kill(server.pid, 'SIGHUP')
      await until('the new file', () => existsSync(file))
    })
    await during(async () => {
      const [first = 0, ...others] = workersOf(server.pid)
      process.kill(first, 'SIGKILL')
      await until('another worker', () => workersOf(server.pid).length > others.length)
    })
    // All of them end with the first process.
    await during(() => server.end('SIGKILL'))
    ;({ server, ask } = await start())
  }
  await server.end('SIGTERM')
  // Alone, a server need not wait until beats have stood still.
  const last = await open(place, ...flags)
  await told(last.server)
  const dead = (await control(last.server, `/deliveries?target=${id}&state=dead`)) as { value: unknown[] }
  expect(dead.value).toEqual([])
  for (const { met } of loads) expectPlain(met)
  await auditAt(
    last.ask,
    set,
    loads.flatMap(({ entries }) => entries),
    true,
  )

  const exported = (await (await fetch(`${last.server.http}/_relata/audit`)).text()).trimEnd().split('\n')
  const { end, without } = await verifyExport(exported)
  expect(without).toEqual([])
  const chain = new Map(exported.slice(1, -1).map((text) => [lineIn(text)?.n, lineIn(text)]))
  const sent = async () =>
    ((await control(last.server, '/audit/status')) as { sinks: { sent: number }[] }).sinks[0]?.sent
  await until('the file', async () => (await sent()) === end)
  await last.server.end('SIGTERM')
  let newest = 0
  let again = 0
  for (const { n, link, record } of await linesIn(old, file)) {
    expect(n).toBeLessThanOrEqual(newest + 1)
    if (n <= newest) again += 1
    newest = Math.max(newest, n)
    expect({ link, record }).toEqual({ link: chain.get(n)?.link, record: chain.get(n)?.record })
  }
  expect(newest).toBe(end)
  // Nothing was renamed away from a process that went on with the old file.
  expect((await linesIn(old)).length).toBeLessThan(newest)
  // Only what was under way when a process was killed.
  expect(again).toBeLessThanOrEqual(200 * times(2, 40))

  const committed = await committedIn(place, after)
  expect(committed.length).toBeGreaterThan(100)
  checkReceipts(receiver.receipts, committed)
  checkWhole('--location', place.location)
  await receiver.close()
  await place.remove()
})
