/** Statements end with the requests they are for, and waiting for the locks of others ends: nothing goes on at the server. */
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Deadline } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'
import { member, param } from '#edm/query.ts'
import { openStore } from '#store/store.ts'
import { freshPostgres } from '../_support/database.ts'
import { request } from '../_support/deadline.ts'
import { addBook, addShelf, here, page, queryOf } from '../store/fixture.ts'
import { book, libraryMigrations, libraryModels, shelf } from '../store/library.ts'

let url = ''
let name = ''
/** Holds locks. */
let other: pg.Client
/** Looks on: within a transaction, PostgreSQL shows what it has shown before. */
let watcher: pg.Client
let store: Store
let shelfId = ''
let bookId = ''

const open = async (more: { readonly connections?: number; readonly answerMillis?: number } = {}): Promise<void> => {
  store = await openStore({ models: libraryModels, migrations: libraryMigrations, location: undefined, url, ...more })
  await store.addTenant(here)
  shelfId = await addShelf(store)
  bookId = await addBook(store, { shelfId, note: 'one' })
}

beforeAll(() => {
  vi.spyOn(pg.Client.prototype, 'query')
})
afterAll(() => {
  vi.restoreAllMocks()
})
beforeEach(async () => {
  const fresh = await freshPostgres()
  name = new URL(fresh).searchParams.get('options')?.split('=').at(-1) ?? ''
  url = `${fresh}&application_name=${name}`
  other = new pg.Client({ connectionString: `${fresh}&application_name=other` })
  watcher = new pg.Client({ connectionString: fresh })
  await Promise.all([other.connect(), watcher.connect()])
})
afterEach(async () => {
  await other.query('rollback')
  await store.close()
  await Promise.all([other.end(), watcher.end()])
})

/** What the server does for the store at this moment. */
const running = async (): Promise<string[]> => {
  const text = `select query from pg_stat_activity where application_name = $1 and state <> 'idle' and query like '%lib_book%'`
  return (await watcher.query<{ query: string }>(text, [name])).rows.map(({ query }) => query)
}
const untilRunning = (count: number) =>
  vi.waitFor(async () => expect(await running()).toHaveLength(count), { timeout: 10_000 })

/** From now on, reading books takes longer than anybody waits. */
const slowDown = () =>
  other.query(`alter table lib_book rename to slow_book;
    create view lib_book as select slow_book.* from slow_book, (select pg_sleep(60)) as s`)
const lockBooks = () => other.query('begin; lock table lib_book in access exclusive mode')

const readBook = (deadline?: Deadline) => store.read(here, (tx) => tx.get(book, bookId), deadline)
const searchBooks = (text: string, deadline?: Deadline) => {
  const where = { op: 'call', name: 'contains', args: [member('note'), param('text')] } as const
  return store.read(here, (tx) => tx.query(store.prepare(queryOf(book, { branches: [where] })), { text }), deadline)
}

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (error) {
    return error instanceof StoreError ? `${error.kind}: ${error.reason}` : String(error)
  }
}

/** How often a statement about books was sent since the last call. */
const sent = (): number => {
  const { calls } = vi.mocked(pg.Client.prototype.query).mock
  const count = calls.filter(([statement]) => {
    const { text } = statement as { readonly text?: string }
    return text?.includes('lib_book') === true
  }).length
  calls.length = 0
  return count
}

it.each(['timeout', 'gone'] as const)('ends the statements of a request that has ended: %s', async (why) => {
  await open()
  await slowDown()
  const { deadline, end, waiting } = request()
  const failed = [readBook(deadline), searchBooks('one', deadline)].map(failureOf)
  await untilRunning(2)
  end(why)
  expect(await Promise.all(failed)).toEqual([`unavailable: ${why}`, `unavailable: ${why}`])
  await untilRunning(0)
  // Whoever has a request that has ended gets no statement any more.
  expect(await failureOf(readBook(deadline))).toBe(`unavailable: ${why}`)
  expect(await running()).toEqual([])
  expect(waiting.size).toBeLessThanOrEqual(2)
})

it('forgets a request that was answered', async () => {
  await open()
  const { deadline, waiting } = request()
  expect(await readBook(deadline)).toMatchObject({ note: 'one' })
  expect(waiting.size).toBe(0)
})

it('goes on with a statement that others wait for', async () => {
  await open()
  await lockBooks()
  const [first, second] = [request(), request()]
  const ended = failureOf(readBook(first.deadline))
  const answered = readBook(second.deadline)
  await untilRunning(1)
  first.end('gone')
  expect(await ended).toBe('unavailable: gone')
  expect(await running()).toHaveLength(1)
  await other.query('rollback')
  expect(await answered).toMatchObject({ note: 'one' })
})

it('ends a statement that nobody waits for any more', async () => {
  await open()
  await lockBooks()
  const both = [request(), request()]
  const failed = both.map(({ deadline }) => failureOf(readBook(deadline)))
  await untilRunning(1)
  for (const { end } of both) end('gone')
  await Promise.all(failed)
  await untilRunning(0)
})

it('asks once where the database takes too long, and keeps the connection out of use', async () => {
  await open({ answerMillis: 400 })
  await slowDown()
  sent()
  expect(await failureOf(readBook())).toBe('unavailable: timeout')
  expect(sent()).toBe(1)
  await untilRunning(0)
})

it('asks once where the table is locked by somebody else, and says so', async () => {
  await open({ answerMillis: 400 })
  await lockBooks()
  sent()
  expect(await failureOf(readBook())).toBe('unavailable: locked')
  expect(sent()).toBe(1)
})

it('keeps connections for cheap reads while costly ones run, and ends those that wait for their turn', async () => {
  await open({ connections: 2 })
  await slowDown()
  const { deadline, end } = request()
  const costly = Array.from({ length: 8 }, () => failureOf(searchBooks('one', deadline)))
  await untilRunning(1)
  expect(await store.read(here, (tx) => tx.get(shelf, shelfId))).toMatchObject({ id: shelfId })
  end('timeout')
  expect(new Set(await Promise.all(costly))).toEqual(new Set(['unavailable: timeout']))
  await untilRunning(0)
  await other.query('drop view lib_book; alter table slow_book rename to lib_book')
  // Every turn was given back.
  expect(await Promise.all([searchBooks('one'), searchBooks('two'), searchBooks('three')])).toHaveLength(3)
})

it('ends writes that wait for a row of somebody else, with nothing written', async () => {
  await open({ answerMillis: 1_000 })
  await other.query('begin; select * from lib_book for update')
  const began = performance.now()
  const { deadline, end } = request()
  const note = (text: string) =>
    store.write(
      here,
      async (tx) => {
        await tx.insert(shelf, { id: `by-${text}` })
        await tx.update(book, bookId, { note: text })
      },
      { deadline },
    )
  const failed = [failureOf(note('a')), failureOf(note('b'))]
  await untilRunning(1)
  // Comes when the others are already at work, and waits for them.
  failed.push(failureOf(note('c')))
  setTimeout(() => end('timeout'), 1_000)
  for (const reason of await Promise.all(failed)) expect(reason).toMatch(/^unavailable: (locked|timeout)$/)
  expect(performance.now() - began).toBeLessThan(10_000)
  await other.query('rollback')
  expect(await readBook()).toMatchObject({ note: 'one' })
  expect(await page(store, queryOf(shelf))).toHaveLength(1)
  await store.write(here, (tx) => tx.update(book, bookId, { note: 'd' }))
  expect(await readBook()).toMatchObject({ note: 'd' })
})

it('does not end a commit that waits for a standby, as it would be acknowledged', async () => {
  url = `${url}%20-c%20synchronous_commit%3Don`.replace(/(&application_name=[^%]*)(.*)$/, '$2$1')
  await open({ answerMillis: 400 })
  const standbys = (names: string) =>
    other
      .query(`alter system set synchronous_standby_names = '${names}'`)
      .then(() => other.query('select pg_reload_conf()'))
  await standbys('nobody')
  try {
    await vi.waitFor(async () => {
      const { rows } = await other.query('show synchronous_standby_names')
      expect(rows[0]).toEqual({ synchronous_standby_names: 'nobody' })
    }, 10_000)
    const waits = `select from pg_stat_activity where application_name = $1 and wait_event = 'SyncRep'`
    const isWaiting = async () => (await other.query(waits, [name])).rowCount === 1
    let isAcknowledged = true
    let written: Promise<void> | undefined
    // The checkpointer tells all sessions of the standbys in its own time: until then commits do not wait.
    while (isAcknowledged) {
      isAcknowledged = false
      written = store
        .write(here, (tx) => tx.update(book, bookId, { note: 'two' }))
        .then(() => {
          isAcknowledged = true
        })
      await vi.waitUntil(async () => isAcknowledged || (await isWaiting()), 10_000)
    }
    await other.query('select pg_sleep(1)')
    expect(await isWaiting()).toBe(true)
    expect(isAcknowledged).toBe(false)
    await standbys('')
    await written
  } finally {
    await standbys('')
  }
})
