/** What a receiver was told of, held against what was committed: for storms over deliveries (events.md §6). */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { expect } from 'vitest'
import { openDatabase } from '#store/sqlite/driver.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import type { BuiltServer } from '../built-server.ts'
import { chance, type Place, pause } from './storm-kit.ts'

export interface Receipt {
  readonly id: string
  readonly sequence: number
}

/** Fails now and then, and keeps what it has been told, in order. */
export const startReceiver = async () => {
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

export interface Committed extends Receipt {
  readonly key: string
}

const text = 'select id, sequence, ordering_key from relata_outbox_event'

/** The outbox, as the database has it. */
export const committedIn = async ({ url, location }: Place, after: number): Promise<Committed[]> => {
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

export const control = async (server: BuiltServer, path: string, body?: unknown): Promise<Record<string, unknown>> => {
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
export const told = async (server: BuiltServer): Promise<void> => {
  for (let waited = 0; ; waited += 100) {
    const { value } = (await control(server, '/deliveries/summary')) as { value: Record<string, number>[] }
    if (value.every(({ lagEvents, waiting, behind }) => lagEvents === 0 && waiting === 0 && behind === 0)) return
    expect(waited, JSON.stringify(value)).toBeLessThan(60_000)
    await pause(100)
  }
}

/** All that was committed was told, and nothing else; of each key the first receipts are in order. */
export const checkReceipts = (receipts: readonly Receipt[], committed: readonly Committed[]): void => {
  expect(new Set(receipts.map(({ id }) => id))).toEqual(new Set(committed.map(({ id }) => id)))
  const keys = new Map(committed.map(({ id, key }) => [id, key]))
  const seen = new Set<string>()
  const highest = new Map<string, number>()
  for (const { id, sequence } of receipts) {
    if (seen.has(id)) continue
    seen.add(id)
    const key = String(keys.get(id))
    expect(sequence, `of ${key}`).toBeGreaterThan(highest.get(key) ?? 0)
    highest.set(key, sequence)
  }
}
