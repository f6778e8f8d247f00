/** A server is killed while clients write and steps fall due, again and again: what was acknowledged stays, each step is once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, endAll } from '../built-server.ts'
import { type Due, type Entry, relationshipsPath } from '../ledger.ts'
import {
  auditAt,
  chance,
  checkWhole,
  engines,
  expectPlain,
  isLong,
  makePlace,
  open,
  pause,
  seed,
  startLoad,
  taxonomyAt,
  times,
} from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)
const timeout = isLong ? 3_600_000 : 120_000

/** What is due after a second, so that the kill is in the middle of it. */
const latency = ['--gdap-request-latency', '1']

/** Each acknowledged request has gone both steps, once: the log of the partner has one record for each. */
const expectOnce = async (ask: Parameters<typeof auditAt>[0], dues: readonly Due[]): Promise<void> => {
  for (const { relationship, request } of dues) {
    const path = `${relationshipsPath}/${relationship}/requests/${request}`
    for (let turn = 0; ; turn += 1) {
      const { status, text } = await ask('GET', path)
      expect(status, text).toBe(200)
      if ((JSON.parse(text) as { status: string }).status === 'succeeded') break
      expect(turn, `${request} is not done: ${text}`).toBeLessThan(200)
      await pause(50)
    }
  }
  const wanted = new Set(dues.flatMap(({ request, relationship }) => [request, relationship]))
  const records = new Map<string, number>()
  let next: string | undefined = '/v1.0/auditLogs/directoryAudits?$top=500'
  while (next !== undefined) {
    const { status, text } = await ask('GET', next)
    expect(status, text).toBe(200)
    const page = JSON.parse(text) as {
      value: { operationType: string; targetResources: { id: string }[] }[]
      '@odata.nextLink'?: string
    }
    for (const { operationType, targetResources } of page.value)
      for (const { id } of targetResources)
        if (wanted.has(id) && !/update/i.test(operationType)) {
          const key = `${operationType} of ${id}`
          records.set(key, (records.get(key) ?? 0) + 1)
        }
    const link: URL | undefined = page['@odata.nextLink'] === undefined ? undefined : new URL(page['@odata.nextLink'])
    next = link && link.pathname + link.search
  }
  expect([...records].filter(([, count]) => count > 1)).toEqual([])
  if (dues.length > 0) expect(records.size).toBeGreaterThan(0)
}

describe.each(engines)('on %s', (engine) => {
  it(`keeps what it acknowledged when it is killed under load, seed ${seed}`, { timeout }, async () => {
    const place = await makePlace(engine)
    let { server, ask } = await open(place, ...latency)
    const made = taxonomyAt(ask)
    const set = await made.set(await made.group())
    const entries: Entry[] = []
    const dues: Due[] = []
    for (let round = 0; round < times(2, 40); round += 1) {
      const load = startLoad(ask, set, 6, true)
      await load.reach(150 + chance(150))
      await pause(chance(20))
      await server.end('SIGKILL')
      // Only now: until then they write, so that some are in the air.
      await load.end()
      expectPlain(load.met)
      entries.push(...load.entries)
      dues.push(...load.clients.flatMap((client) => client.dues))
      ;({ server, ask } = await open(place, ...latency))
      await expectOnce(ask, dues)
      const { done, undone } = await auditAt(ask, set, entries, true)
      // There was something in the air.
      expect(load.met.broken).toBeGreaterThan(0)
      expect(done + undone).toBeGreaterThan(0)
    }
    expect((await server.end('SIGTERM')).code).toBe(0)
    checkWhole('--location', place.location, ...place.flags)
    await place.remove()
  })
})
