/** SQLite to PostgreSQL and back: every row is there, as it was, and both answer alike. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { checkStore } from '#app/upkeep/check.ts'
import { systemClock } from '#base/clock.ts'
import { run } from '#cli/program.ts'
import type { DatabasePlace } from '#store/bulk.ts'
import { migrations } from '#store/migrations/all.ts'
import { migrate } from '#store/sqlite/migrate.ts'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { copyAll, openBulk, tablesInOrder } from '#store/transfer.ts'
import { deliveryLane } from '#workloads/events/types.ts'
import { models } from '#workloads/models.ts'
import { freshPostgres } from '../_support/database.ts'
import { jsonPost, startTestServer } from '../_support/server.ts'
import { taxonomyOver } from '../_support/taxonomy.ts'
import { webhookReceiver } from '../_support/webhook-receiver.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-copy-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const patience = { timeout: 10_000, interval: 50 }
const options = { models: Object.values(models), clock: systemClock }

const contentOf = async (place: DatabasePlace): Promise<Record<string, unknown>> => {
  const bulk = await openBulk(place, { ...options, writes: false })
  try {
    const content: Record<string, unknown> = {}
    for (const { name, columns, primaryKey } of tablesInOrder()) {
      const list = columns.map((column) => `"${column.name}"`).join(', ')
      const key = primaryKey.map((column) => `"${column}"`).join(', ')
      content[name] = await bulk.rows(`select ${list} from "${name}" order by ${key}`, [])
    }
    return content
  } finally {
    await bulk.close()
  }
}

describe('relata copy', () => {
  it('brings a seeded database with terms to PostgreSQL and back', { timeout: 60_000 }, async () => {
    const first = join(folder, 'first')
    const server = await startTestServer({ location: first, inMemory: false })
    const made = taxonomyOver(server.send)
    const set = await made.set(await made.group("O'Neil & ünïcode 😀"))
    for (let n = 0; n < 2_100; n += 100)
      await Promise.all(Array.from({ length: 100 }, (_, at) => made.term(set, `Term ${n + at}`)))
    const list = (await server.send('GET', `/v1.0/termStore/sets/${set}/children?$top=50`)).body.value
    await server.close()

    const url = await freshPostgres()
    const back = join(folder, 'back')
    expect(await run(['copy', first, '-'], { RELATA_COPY_TO: url })).toBe(0)
    expect(await run(['copy', '-', back], { RELATA_COPY_FROM: url })).toBe(0)
    const [there, here, again] = [
      await contentOf({ location: first }),
      await contentOf({ url }),
      await contentOf({ location: back }),
    ]
    expect(here).toEqual(there)
    expect(again).toEqual(there)
    expect((there['term_store_term'] as unknown[]).length).toBeGreaterThanOrEqual(2_100)

    const other = await startTestServer({ location: back, inMemory: false, databaseUrl: url })
    expect((await other.send('GET', `/v1.0/termStore/sets/${set}/children?$top=50`)).body.value).toEqual(list)
    await other.close()
  })

  it('takes targets along, with their secrets and what waits, also from under a running server', {
    timeout: 60_000,
  }, async () => {
    const receiver = await webhookReceiver()
    receiver.answer(() => 500)
    const location = join(folder, 'targets')
    const deliverySchedule = { own: [0, 3_600_000, 3_600_000] }
    const first = await startTestServer({ location, inMemory: false, deliverySchedule })
    try {
      const wish = { url: receiver.url, events: ['relata.taxonomy.*'], signing: 'ed25519' }
      const made = await fetch(`${first.http}/_relata/webhooks`, jsonPost(wish))
      const { id, publicKey } = (await made.json()) as { id: string; publicKey: string }
      const watched = await taxonomyOver(first.send).group('Watched')
      const told = (await receiver.until(1))[0]?.json
      const rows = async ({ http }: { readonly http: string }) =>
        ((await (await fetch(`${http}/_relata/deliveries`)).json()) as { value: Record<string, unknown>[] }).value
      await vi.waitFor(
        async () => expect(await rows(first)).toMatchObject([{ state: 'waiting', attempts: 1 }]),
        patience,
      )
      // It has the lanes, and their rows say so in the copy, too.
      const url = await freshPostgres()
      expect(await run(['copy', location, '-'], { RELATA_COPY_TO: url })).toBe(0)
      const before = await contentOf({ location })
      await first.close()
      const there = await contentOf({ url })
      for (const table of ['relata_delivery', 'relata_delivery_target'])
        expect([table, there[table]]).toEqual([table, before[table]])

      receiver.answer(() => 202)
      receiver.clear()
      const second = await startTestServer({ location: join(folder, 'empty'), inMemory: false, databaseUrl: url })
      try {
        const lanes = await second.parts.store.read(wellKnown.contoso, (tx) => tx.find(deliveryLane, { targetId: id }))
        expect(lanes).toHaveLength(8)
        await second.clock({ advance: 'PT2H' })
        // Nobody waits for the end of a lease: the other server is not on this database.
        const [again] = await receiver.until(1)
        expect(again?.json).toMatchObject({ id: told.id, subject: `termStore/groups/${watched}` })
        expect(again?.headers['relata-attempt']).toBe('2')
        const shown = await (await fetch(`${second.http}/_relata/webhooks/${id}`)).json()
        expect(shown).toMatchObject({ url: receiver.url, publicKey, state: 'active' })
        await vi.waitFor(
          async () => expect(await rows(second)).toMatchObject([{ state: 'delivered', attempts: 2 }]),
          patience,
        )
        // And it is told of what comes.
        await taxonomyOver(second.send).group('Another')
        await receiver.until(2)
        const found: unknown[] = []
        await checkStore(second.parts.store, {}, (finding) => found.push(finding))
        expect(found).toEqual([])
      } finally {
        await second.close()
      }
    } finally {
      await first.close().catch(() => undefined)
      await receiver.close()
    }
  })

  it('takes terms whose ids come before those of the terms above them, however many there are', async () => {
    const first = join(folder, 'descending')
    const server = await startTestServer({ location: first, inMemory: false })
    const made = taxonomyOver(server.send)
    const set = await made.set(await made.group('Descending'))
    const idOf = (at: number) => `${String(99_999_999 - at)}-0000-4000-8000-000000000000`
    const address = `/v1.0/termStore/sets/${set}`
    const add = async (at: number, parent: string) => {
      const body = { id: idOf(at), labels: [{ name: `D${at}`, languageTag: 'en-US', isDefault: true }] }
      expect((await server.send('POST', `${parent}/children`, body)).status).toBe(201)
    }
    await add(0, address)
    for (let n = 1; n < 2_101; n += 100)
      await Promise.all(Array.from({ length: 100 }, (_, at) => add(n + at, `${address}/terms/${idOf(0)}`)))
    await server.close()
    const url = await freshPostgres()
    const back = join(folder, 'descending-back')
    expect(await run(['copy', first, '-'], { RELATA_COPY_TO: url })).toBe(0)
    expect(await run(['copy', '-', back], { RELATA_COPY_FROM: url })).toBe(0)
    const there = await contentOf({ location: first })
    expect((there['term_store_term'] as unknown[]).length).toBeGreaterThanOrEqual(2_101)
    expect(await contentOf({ url })).toEqual(there)
    expect(await contentOf({ location: back })).toEqual(there)
  })

  it('refuses a target that is not empty, and leaves one as it was when it fails', async () => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')]
    for (const location of [from, to]) await (await startTestServer({ location, inMemory: false })).close()
    const before = await contentOf({ location: to })
    expect(await run(['copy', from, to], {})).toBe(1)
    expect(await contentOf({ location: to })).toEqual(before)

    const url = await freshPostgres()
    const source = await openBulk({ location: from }, { ...options, writes: false })
    const target = await openBulk({ url }, { ...options, writes: true })
    const fail = () => {
      throw new Error('stopped in the middle')
    }
    await expect(copyAll(source, target, fail)).rejects.toThrow('in the middle')
    await source.close()
    await target.close()
    const empty = await contentOf({ url })
    expect(Object.values(empty).flat()).toEqual([])
  })

  it('refuses a source of an older version, which a server of that version may be using, and leaves it alone', async () => {
    const location = join(folder, 'older')
    await mkdir(location)
    // Opening a connection does not create the file.
    await writeFile(databaseFile(location), '')
    const connection = openConnection(databaseFile(location), 0)
    migrate(connection, systemClock, migrations.slice(0, 1))
    connection.close()
    const before = await readFile(databaseFile(location))
    expect(await run(['copy', location, join(folder, 'newer')], {})).toBe(1)
    expect(await readFile(databaseFile(location))).toEqual(before)
  })

  it('refuses a source that is not there', async () => {
    expect(await run(['copy', join(folder, 'nothing'), join(folder, 'new')], {})).toBe(1)
    expect(await run(['copy', '-', join(folder, 'new')], {})).toBe(2)
  })
})
