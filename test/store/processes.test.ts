/** What several processes on one database need of it, and of one another. Each store here stands for a process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { Store, Tx } from '#edm/ports.ts'
import { openStore } from '#store/store.ts'
import { freshPostgres } from '../_support/database.ts'
import { sql } from '../nodes/pair.ts'
import { here, there } from './fixture.ts'
import { libraryMigrations, libraryModels, shelf } from './library.ts'

const common = { models: libraryModels, migrations: libraryMigrations, location: undefined, announced: [shelf.name] }
const opened: Store[] = []
const folders: string[] = []
afterAll(async () => {
  for (const store of opened) await store.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const open = async (url: string, busyMillis = 5_000): Promise<Store> => {
  const store = await openStore({ ...common, url, busyMillis })
  opened.push(store)
  return store
}

/** Other tests use the same server: connections of this one are told by the name of its schema. */
const nameOf = (url: string): string => /t_\w+/.exec(url)?.[0] ?? ''

const twoOn = async (): Promise<{ url: string; one: Store; other: Store }> => {
  const schema = await freshPostgres()
  const url = `${schema}&application_name=${nameOf(schema)}`
  const [one, other] = [await open(url), await open(url)]
  for (const id of [here, there]) await one.addTenant(id)
  return { url, one, other }
}

/** A write that is under way until it is let go. */
const held = async (store: Store, work: (tx: Tx) => unknown = async () => undefined) => {
  let letGo: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let begun: () => void = () => undefined
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const done = store.write(here, async (tx) => {
    await work(tx)
    begun()
    await gate
  })
  await isBegun
  return { letGo, done }
}

describe('processes on one PostgreSQL', () => {
  it('keep the text of who was first', async () => {
    const { one, other } = await twoOn()
    const [first, second] = await Promise.all([
      one.processes.texts?.create('key', 'a'),
      other.processes.texts?.create('key', 'b'),
    ])
    expect(first).toBe(second)
    expect(await other.processes.texts?.read('key')).toBe(first)
    await one.processes.texts?.write('key', 'c')
    expect(await other.processes.texts?.read('key')).toBe('c')
    expect(await other.processes.texts?.read('other')).toBeUndefined()
  })

  it('write in one tenant one after another, and do nothing where another is at it and they need not wait', async () => {
    const { one, other } = await twoOn()
    const first = await held(one, (tx) => tx.insert(shelf, { id: 'a' }))
    const ifFree = { ifFree: true } as const
    const busy = other.write(here, async () => expect.unreachable(), ifFree)
    await expect(busy).rejects.toMatchObject({ kind: 'unavailable', reason: 'elsewhere' })
    expect(await other.write(there, async () => 'done', ifFree)).toBe('done')
    const second = other.write(here, async (tx) => (await tx.get(shelf, 'a'))?.id)
    first.letGo()
    await first.done
    expect(await second).toBe('a')
    await other.write(here, (tx) => tx.update(shelf, 'a', { bookCount: 2 }), ifFree)
    expect((await one.read(here, (tx) => tx.get(shelf, 'a')))?.bookCount).toBe(2)
  })

  it('read ahead while another writes, and see what it wrote', async () => {
    const { one, other } = await twoOn()
    const first = await held(one, (tx) => tx.insert(shelf, { id: 'a', bookCount: 1 }))
    let runs = 0
    const add = async (tx: Tx): Promise<number | undefined> => {
      runs += 1
      const count = (await tx.get(shelf, 'a'))?.bookCount
      await tx.add(shelf, 'a', { bookCount: 1 })
      return count
    }
    const adding = [1, 2, 3].map(() => other.write(here, add, { mayReadAhead: true }))
    await vi.waitFor(() => expect(runs).toBe(3))
    first.letGo()
    await first.done
    expect((await Promise.all(adding)).toSorted()).toEqual([1, 2, 3])
    expect(runs).toBe(6)
    expect((await one.read(here, (tx) => tx.get(shelf, 'a')))?.bookCount).toBe(4)
  })

  it('tell writes that have read ahead that another wrote for too long, and change nothing', async () => {
    const { url, one } = await twoOn()
    const hurried = await open(url, 100)
    const first = await held(one)
    const adding = ['a', 'b'].map((id) =>
      hurried.write(
        here,
        async (tx) => {
          await tx.get(shelf, id)
          await tx.insert(shelf, { id })
        },
        { mayReadAhead: true },
      ),
    )
    for (const outcome of await Promise.allSettled(adding))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable', reason: 'locked' } })
    first.letGo()
    await first.done
    await hurried.write(here, (tx) => tx.insert(shelf, { id: 'a' }), { mayReadAhead: true })
    expect((await one.read(here, (tx) => tx.find(shelf, {}))).map(({ id }) => id)).toEqual(['a'])
  })

  it('run work anew whose transaction was undone with its connection', async () => {
    const { url, one } = await twoOn()
    let runs = 0
    await one.write(here, async (tx) => {
      runs += 1
      await tx.insert(shelf, { id: 'again', displayName: `run ${runs}` })
      if (runs > 1) return
      const [mine] = await sql<{ pid: number }>(
        url,
        `select pid from pg_locks l join pg_stat_activity a using (pid)
         where l.locktype = 'advisory' and a.state = 'idle in transaction' and a.application_name = '${nameOf(url)}'
         and pg_terminate_backend(pid)`,
      )
      expect(mine).toBeDefined()
      await tx.get(shelf, 'other')
    })
    expect(runs).toBe(2)
    expect((await one.read(here, (tx) => tx.get(shelf, 'again')))?.displayName).toBe('run 2')
  })

  it('do alone what only one of them may', async () => {
    const { one, other } = await twoOn()
    let inside = 0
    const work = async (): Promise<void> => {
      inside += 1
      expect(inside).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 50))
      inside -= 1
    }
    await Promise.all([one.processes.alone(work), other.processes.alone(work), one.processes.alone(work)])
  })

  it('know whether they are the only one', async () => {
    const { url, one, other } = await twoOn()
    expect(await one.processes.join?.()).toBe(true)
    expect(await other.processes.join?.()).toBe(true)
    expect(await one.processes.claim?.()).toBe(false)
    await other.close()
    await vi.waitFor(async () => expect(await one.processes.claim?.()).toBe(true), { timeout: 5_000 })
    expect(await one.processes.claim?.()).toBe(true)
    expect(await (await open(url)).processes.join?.()).toBe(false)
  })

  it('hear of announced rows, and again when the connection that listens was lost', async () => {
    const { url, one, other } = await twoOn()
    const heard: (string | undefined)[] = []
    other.processes.watch?.((tenantId) => heard.push(tenantId))
    expect(await other.processes.join?.()).toBe(true)
    await one.write(here, (tx) => tx.insert(shelf, { id: 'heard' }))
    await vi.waitFor(() => expect(heard).toEqual([here]), { timeout: 5_000 })
    await sql(
      url,
      `select pg_terminate_backend(pid) from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and a.application_name = '${nameOf(url)}' and pid <> pg_backend_pid()`,
    )
    // Something may have been missed.
    await vi.waitFor(() => expect(heard).toContain(undefined), { timeout: 10_000 })
    await one.write(there, (tx) => tx.insert(shelf, { id: 'heard' }))
    await vi.waitFor(() => expect(heard.at(-1)).toBe(there), { timeout: 5_000 })
  })
})

const twoOnFile = async (): Promise<readonly [Store, Store]> => {
  const location = mkdtempSync(join(tmpdir(), 'relata-processes-'))
  folders.push(location)
  const two = [await openStore({ ...common, location }), await openStore({ ...common, location })] as const
  opened.push(...two)
  await two[0].addTenant(here)
  return two
}

describe('processes on one SQLite file', () => {
  it('count what others have written', async () => {
    const [one, other] = await twoOnFile()
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    await turn()
    const before = other.processes.foreignWrites?.()
    await turn()
    expect(other.processes.foreignWrites?.()).toBe(before)
    await one.write(here, (tx) => tx.insert(shelf, { id: 'a' }))
    await turn()
    expect(other.processes.foreignWrites?.()).not.toBe(before)
    const own = one.processes.foreignWrites?.()
    await one.write(here, (tx) => tx.insert(shelf, { id: 'b' }))
    await turn()
    expect(one.processes.foreignWrites?.()).toBe(own)
  })

  it('know nothing in a write that another has changed since', async () => {
    const [one, other] = await twoOnFile()
    await one.write(here, (tx) => tx.insert(shelf, { id: 'a', displayName: 'first' }))
    const seenBy = (store: Store) =>
      store.write(here, async (tx) => [
        (await tx.get(shelf, 'a'))?.displayName,
        (await tx.find(shelf, { displayName: 'first' })).length,
        await tx.has(shelf, { displayName: 'first' }),
      ])
    expect(await seenBy(one)).toEqual(['first', 1, true])
    expect(await seenBy(other)).toEqual(['first', 1, true])
    await other.write(here, (tx) => tx.update(shelf, 'a', { displayName: 'second' }))
    expect(await seenBy(one)).toEqual(['second', 0, false])
    await one.write(here, (tx) => tx.remove(shelf, 'a'))
    expect(await seenBy(other)).toEqual([undefined, 0, false])
  })
})
