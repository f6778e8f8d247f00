/**
 * A server is killed while it tells a receiver of events, again and again; on PostgreSQL there are two. The receiver's ledger
 * has each committed event in the end, and none that was not; of each key their first receipts are in order (case 3).
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#store/sqlite/driver.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { type BuiltServer, build, endAll } from '../built-server.ts'
import {
  chance,
  checkWhole,
  engines,
  isLong,
  makePlace,
  type Opened,
  open,
  type Place,
  pause,
  seed,
  startLoad,
  taxonomyAt,
  times,
} from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)
const timeout = isLong ? 3_600_000 : 180_000

interface Receipt {
  readonly id: string
  readonly sequence: number
}

/** Fails now and then, and keeps what it has been told, in order. */
const startReceiver = async () => {
  const receipts: Receipt[] = []
  let failed = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (chance(40) === 0) {
        failed += 1
        response.writeHead(503).end()
        return
      }
      const { id, sequence } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { id: string; sequence: string }
      receipts.push({ id, sequence: Number(sequence) })
      response.writeHead(202).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    receipts,
    get failed() {
      return failed
    },
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Committed extends Receipt {
  readonly key: string
}

const text = 'select id, sequence, ordering_key from relata_outbox_event'

/** The outbox, as the database has it. */
const committedIn = async ({ url, location }: Place, after: number): Promise<Committed[]> => {
  let rows: unknown[][]
  if (url === undefined) {
    const connection = openDatabase(databaseFile(location))
    rows = connection.prepare(text).all([]) as unknown[][]
    connection.close()
  } else {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    rows = (await client.query<unknown[]>({ text, rowMode: 'array' })).rows
    await client.end()
  }
  return rows
    .map(([id, sequence, key]) => ({ id: String(id), sequence: Number(sequence), key: String(key) }))
    .filter(({ sequence }) => sequence > after)
}

const control = async (server: BuiltServer, path: string, body?: unknown): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${server.http}/_relata${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const said = await answer.text()
  expect(answer.ok, said).toBe(true)
  return JSON.parse(said) as Record<string, unknown>
}

/** Resolves when nothing is left to be told. */
const told = async (server: BuiltServer): Promise<void> => {
  for (let waited = 0; ; waited += 100) {
    const { value } = (await control(server, '/deliveries/summary')) as { value: Record<string, number>[] }
    if (value.every(({ lagEvents, waiting, behind }) => lagEvents === 0 && waiting === 0 && behind === 0)) return
    expect(waited, JSON.stringify(value)).toBeLessThan(60_000)
    await pause(100)
  }
}

const schedule = `own=${Array.from({ length: 40 }, (_, at) => (at === 0 ? '0' : '1s')).join(',')}`
const flags = ['--gdap-request-latency', '1', '--delivery-schedule', schedule]
const names = ['granular-admin-*', 'relata.granular-admin-*', 'relata.taxonomy.*']

describe.each(engines)('on %s', (engine) => {
  it(`tells of all that was committed when it is killed, seed ${seed}`, { timeout }, async () => {
    const place = await makePlace(engine)
    const receiver = await startReceiver()
    const nodes: Opened[] = []
    for (let at = 0; at < (engine === 'postgres' ? 2 : 1); at += 1) nodes.push(await open(place, ...flags))
    const [first] = nodes as [Opened]
    const made = taxonomyAt(first.ask)
    const set = await made.set(await made.group())
    const { id } = await control(first.server, '/webhooks', { url: receiver.url, events: names })
    const [{ cursor: after }] = (
      (await control(first.server, '/deliveries/summary')) as { value: [{ target: string; cursor: number }] }
    ).value
    for (let round = 0; round < times(engine === 'postgres' ? 2 : 6, 60); round += 1) {
      const at = round % nodes.length
      const { server, ask } = nodes[at] as Opened
      const load = startLoad(ask, set, 4, true)
      await load.reach(80 + chance(80))
      await pause(chance(40))
      await server.end('SIGKILL')
      await load.end()
      nodes[at] = await open(place, ...flags)
    }
    // Alone, the last one need not wait until beats have stood still.
    if (!isLong) await Promise.all(nodes.map(({ server }) => server.end('SIGKILL')))
    const last = isLong ? (nodes[0] as Opened) : await open(place, ...flags)
    await told(last.server)
    const { value } = (await control(last.server, `/deliveries?target=${id}&state=dead`)) as { value: unknown[] }
    expect(value).toEqual([])
    for (const { server } of [...nodes, last]) await server.end('SIGTERM')
    const committed = await committedIn(place, after)
    expect(committed.length).toBeGreaterThan(100)
    expect(new Set(receiver.receipts.map((receipt) => receipt.id))).toEqual(new Set(committed.map((event) => event.id)))
    const keys = new Map(committed.map((event) => [event.id, event.key]))
    const seen = new Set<string>()
    const highest = new Map<string, number>()
    for (const receipt of receiver.receipts) {
      if (seen.has(receipt.id)) continue
      seen.add(receipt.id)
      const key = String(keys.get(receipt.id))
      expect(receipt.sequence, `of ${key}`).toBeGreaterThan(highest.get(key) ?? 0)
      highest.set(key, receipt.sequence)
    }
    expect(receiver.failed).toBeGreaterThan(0)
    checkWhole('--location', place.location, ...place.flags)
    await receiver.close()
    await place.remove()
  })
})
