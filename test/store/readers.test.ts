/**
 * The reader processes of a SQLite file: what can take long is read there while the event loop goes on, sees what was
 * committed before, and really ends when its request does.
 * @module-tag slow
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Deadline, EndReason } from '#base/deadline.ts'
import type { StoreError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'
import { all, constant, type Expr, equal, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { openStore } from '#store/store.ts'
import { here } from './fixture.ts'
import { book, libraryMigrations, libraryModels, shelf } from './library.ts'

const books = 12_000
const folder = mkdtempSync(join(tmpdir(), 'relata-readers-'))
let store: Store

beforeAll(async () => {
  store = await openStore({ models: libraryModels, migrations: libraryMigrations, location: folder, lasting: false })
  await store.addTenant(here)
  await store.write(here, async (tx) => {
    await tx.insert(shelf, { id: 's', displayName: 's' })
    for (let at = 0; at < books; at += 1)
      await tx.insert(book, {
        id: `b${at}`,
        shelfId: 's',
        heading: `Heading ${at}`,
        sortKey: `${at}`,
        titles: [{ name: `Title ${at}`, isMain: true, tongue: 'en' }],
      })
  })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const contains = (of: string, text: string): Expr => ({
  op: 'call',
  name: 'contains',
  args: [member('heading', of), constant(text)],
})
const asked = (filter: Expr): RowQuery => ({
  type: book,
  branches: [constant(true)],
  filter,
  asked: true,
  order: [{ by: member('sortKey'), descending: false }],
  limit: true,
  shape: [],
  carry: ['heading'],
})
/** Some book of the same key. */
const linked = (as: string, of: string, where: Expr, key = 'shelfId'): Expr => ({
  op: 'some',
  type: book.name,
  as,
  within: equal(member(key, as), member(key, of)),
  where,
})
/** Each book with each other one: hours. */
const endless = asked(linked('c', 'it', linked('d', 'c', contains('d', 'nowhere'))))
/** Each book with itself, so that it is not read on the event loop. */
const many = asked(linked('c', 'it', { op: 'or', args: [contains('it', 'Heading 77'), contains('it', 'new')] }, 'id'))

/** A deadline that ends when told to. */
function deadlineOf() {
  const works = new Set<(why: EndReason) => void>()
  const deadline = {
    limitSeconds: 30,
    ended: undefined as EndReason | undefined,
    onEnd: (work: (why: EndReason) => void) => {
      works.add(work)
      return () => works.delete(work)
    },
  } satisfies Deadline
  const end = (why: EndReason): void => {
    deadline.ended = why
    for (const work of works) work(why)
  }
  return { deadline, end }
}

const readingAs = (query: RowQuery, deadline?: Deadline) => {
  const prepared = store.prepare(query)
  return store.read(here, (tx) => tx.query(prepared, { limit: 100 }), deadline)
}

const titleName: Expr = { op: 'member', path: ['name'], of: 't' }
const titled = (where: Expr, variable = 't', op: 'any' | 'all' = 'any'): Expr => ({
  op,
  over: ['titles'],
  of: 'it',
  variable,
  where,
})
const titleContains = (text: string): Expr =>
  titled({ op: 'call', name: 'contains', args: [titleName, constant(text)] })
const sameTitles = titled(titled(equal({ op: 'member', path: ['name'], of: 'u' }, titleName), 'u'), 't', 'all')

/** A few books with many titles. */
const addFat = async (to: Store): Promise<void> => {
  await to.addTenant(here)
  await to.write(here, async (tx) => {
    await tx.insert(shelf, { id: 's', displayName: 's' })
    for (let at = 0; at < 30; at += 1) {
      const titles = Array.from({ length: 300 }, (_, of) => ({
        name: `Title ${at} ${of}`,
        isMain: false,
        tongue: 'en',
      }))
      await tx.insert(book, { id: `b${at}`, shelfId: 's', heading: `Heading ${at}`, sortKey: `${at}`, titles })
    }
  })
}

const isLinux = existsSync('/proc/self/cmdline')
const commandOf = (id: string): string => {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
/** Ids of the processes that read our file. */
/** More processor time than a start takes, in hundredths of a second. */
const isReading = (id: number): boolean => {
  try {
    const [, facts = ''] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')
    const [user, system] = facts.split(' ').slice(11, 13).map(Number)
    return Number(user) + Number(system) >= 60
  } catch {
    return false
  }
}
const processes = (of = folder): number[] =>
  readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id) && commandOf(id).includes(of))
    .map(Number)

const turned = () => new Promise((resolve) => setTimeout(resolve, 5))
const until = async (holds: () => boolean) => {
  while (!holds()) await turned()
}

describe('a costly statement on a SQLite file', () => {
  it('is read in another process, and the event loop goes on', async () => {
    const { deadline, end } = deadlineOf()
    const read = readingAs(endless, deadline)
    const refused = expect(read).rejects.toMatchObject({ kind: 'unavailable', reason: 'gone' })
    for (let turns = 0; turns < 20; turns += 1) await turned()
    expect(await store.read(here, (tx) => tx.get(book, 'b1'))).toMatchObject({ heading: 'Heading 1' })
    end('gone')
    await refused
  })

  it('really ends at its deadline, and the next one is read', async ({ skip }) => {
    if (!isLinux) skip('processes are looked at in /proc')
    // A process that has read something is ready, and is given the next statement at once.
    await readingAs(many)
    const ready = processes()
    expect(ready.length).toBeGreaterThan(0)
    const { deadline, end } = deadlineOf()
    const read = readingAs(endless, deadline)
    const refused = expect(read).rejects.toMatchObject({ kind: 'unavailable', reason: 'timeout' })
    await turned()
    end('timeout')
    await refused
    await until(() => ready.some((id) => !processes().includes(id)))
    expect(await readingAs(many)).toHaveLength(100)
  })

  it('sees what was committed before it', async () => {
    for (let at = 0; at < 5; at += 1) {
      const id = `new${at}`
      await store.write(here, (tx) => tx.insert(book, { id, shelfId: 's', heading: `new ${at}`, sortKey: `!${at}` }))
      const [first] = await readingAs({ ...many, filter: linked('c', 'it', contains('it', `new ${at}`), 'id') })
      expect(first?.row).toMatchObject({ id, heading: `new ${at}` })
    }
  })

  it('gives the same page as on the event loop', async () => {
    const all77 = store.prepare(many, 'text')
    const text = await store.read(here, (tx) => tx.query(all77, { limit: 3 }))
    const rows = await readingAs(many)
    expect(text.json).toBe(
      rows
        .slice(0, 3)
        .map(({ json }) => json)
        .join(','),
    )
    expect(text.next).toEqual(rows[2]?.position)
  })

  it.each([
    ['Title 11999', 1],
    ['Title', 3],
  ])('is one of which an index finds many rows, and gives the same for %s', async (start, length) => {
    const name: Expr = { op: 'member', path: ['name'], of: 't' }
    const where: Expr = { op: 'call', name: 'startswith', args: [name, param('start')] }
    const prepared = store.prepare(asked({ op: 'any', over: ['titles'], of: 'it', variable: 't', where }), 'text')
    const bind = { limit: 3, start }
    const { json, next } = await store.read(here, (tx) => tx.query(prepared, bind))
    const rows = JSON.parse(`[${json}]`) as unknown[]
    expect([rows.length, next === undefined]).toEqual([length, length < 3])
    const inWrite = await store.write(here, (tx) => tx.query(prepared, bind))
    expect({ json, next }).toEqual(inWrite)
  })

  it('does not starve the statements of other tenants, however many one sends', async () => {
    const other = '22222222-2222-4222-8222-222222222222'
    await store.addTenant(other)
    const ends = Array.from({ length: 6 }, () => deadlineOf())
    const reads = ends.map(({ deadline }) => readingAs(endless, deadline))
    const prepared = store.prepare(many)
    expect(await store.read(other, (tx) => tx.query(prepared, { limit: 100 }))).toEqual([])
    for (const { end } of ends) end('gone')
    const outcomes = await Promise.allSettled(reads)
    expect(outcomes.map(({ status }) => status)).toEqual(ends.map(() => 'rejected'))
  })

  it('does not keep short ones waiting behind long ones of the same tenant, and admits a hundred of these', async () => {
    const ends = Array.from({ length: 110 }, () => deadlineOf())
    const endlessly = ({ deadline }: { deadline: Deadline }) =>
      readingAs(endless, deadline).catch(({ reason }: StoreError) => reason)
    const reads = ends.slice(0, 20).map(endlessly)
    expect(await readingAs(many)).toHaveLength(100)
    reads.push(...ends.slice(20).map(endlessly))
    for (const { end } of ends) end('gone')
    const reasons = await Promise.all(reads)
    expect(new Set(reasons)).toEqual(new Set(['crowded', 'gone']))
  })

  it('is read once more if its process is killed from outside, and not a third time', async ({ skip }) => {
    if (!isLinux) skip('processes are looked at in /proc')
    const { deadline, end } = deadlineOf()
    let reason: string | undefined
    const read = readingAs(endless, deadline).catch((error: StoreError) => {
      reason = error.reason
    })
    // One that was killed may be listed for a moment more.
    const killed = new Set<number>()
    const reading = () => processes().filter((id) => isReading(id) && !killed.has(id))
    for (const round of [1, 2]) {
      await until(() => reading().length > 0)
      expect([round, reason]).toEqual([round, undefined])
      for (const id of reading()) {
        process.kill(id, 'SIGKILL')
        killed.add(id)
      }
    }
    await until(() => reason !== undefined)
    end('gone')
    await read
    expect(reason).toBe('readers')
    expect(await readingAs(many)).toHaveLength(100)
  })

  it('throws the errors of the statement', async () => {
    const { deadline } = deadlineOf()
    const wrong = asked({ op: 'call', name: 'contains', args: [member('heading'), param('part')] })
    const prepared = store.prepare(wrong)
    const read = store.read(here, (tx) => tx.query(prepared, { limit: 1, part: 'a\0b' }), deadline)
    await expect(read).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('is refused in a write, for which all other writes wait', async () => {
    const prepared = store.prepare(endless)
    const write = store.write(here, (tx) => tx.query(prepared, { limit: 1 }))
    await expect(write).rejects.toMatchObject({ kind: 'invalid', facts: { check: 'limit.cost' } })
  })
})

describe('what is tested for each element of long lists', () => {
  const starting = titled({ op: 'call', name: 'startswith', args: [titleName, constant('Title 7 ')] })
  let fat: Store
  let fatFolder: string
  beforeEach(async () => {
    fatFolder = mkdtempSync(join(tmpdir(), 'relata-readers-fat-'))
    const location = fatFolder
    fat = await openStore({ models: libraryModels, migrations: libraryMigrations, location, lasting: false })
    await addFat(fat)
  })
  afterEach(async () => {
    await fat.close()
    rmSync(fatFolder, { recursive: true, force: true })
  })
  const reading = (filter: Expr) => fat.read(here, (tx) => tx.query(fat.prepare(asked(filter)), { limit: 100 }))

  it('is read on the event loop where it is little', async ({ skip }) => {
    if (!isLinux) skip('processes are looked at in /proc')
    expect(await reading(titled(equal(titleName, constant('title 7 7'))))).toHaveLength(1)
    expect(await reading(starting)).toHaveLength(1)
    expect(processes(fatFolder)).toEqual([])
  })

  it('stays on the event loop where it is none of a request, however long it takes', async ({ skip }) => {
    if (!isLinux) skip('processes are looked at in /proc')
    const filter: Expr = { op: 'or', args: Array.from({ length: 10 }, (_, at) => titleContains(`zz${at}`)) }
    const prepared = fat.prepare({ ...asked(filter), asked: false })
    for (let at = 0; at < 3; at += 1)
      expect(await fat.read(here, (tx) => tx.query(prepared, { limit: 100 }))).toHaveLength(0)
    expect(processes(fatFolder)).toEqual([])
  })

  it.each<[string, Expr, number]>([
    [
      'of rows that an index finds',
      all(starting, { op: 'or', args: Array.from({ length: 10 }, (_, at) => titleContains(`zz${at}`)) }),
      0,
    ],
    ['of all rows', { op: 'or', args: [titleContains('7 299'), titleContains('zz'), titleContains('zy')] }, 3],
    ['of one row, within each other', all(equal(member('id'), constant('b1')), sameTitles), 1],
  ])('is read in another process, %s', async (_, filter, length) => {
    expect(await reading(filter)).toHaveLength(length)
    if (isLinux) expect(processes(fatFolder)).not.toEqual([])
  })

  it('is refused in a write', async () => {
    const prepared = fat.prepare(asked(sameTitles))
    const write = fat.write(here, (tx) => tx.query(prepared, { limit: 1 }))
    await expect(write).rejects.toMatchObject({ kind: 'invalid', facts: { check: 'limit.cost' } })
  })
})

it('a read that takes too much memory is refused, and those beside it are answered', async () => {
  const location = mkdtempSync(join(tmpdir(), 'relata-readers-memory-'))
  const long = await openStore({ models: libraryModels, migrations: libraryMigrations, location, lasting: false })
  try {
    await long.addTenant(here)
    await long.write(here, async (tx) => {
      await tx.insert(shelf, { id: 's', displayName: 's' })
      for (let at = 0; at < 100; at += 1) {
        const titles = Array.from({ length: 100 }, (_, of) => ({
          name: `${at} ${of} ${'Long '.repeat(400)}`,
          isMain: false,
          tongue: 'en',
        }))
        await tx.insert(book, { id: `b${at}`, shelfId: 's', heading: `Heading ${at}`, sortKey: `${at}`, titles })
      }
    })
    const reading = (filter: Expr) => long.read(here, (tx) => tx.query(long.prepare(asked(filter)), { limit: 100 }))
    const greedy = reading({ op: 'or', args: Array.from({ length: 100 }, (_, at) => titleContains(`zz${at}`)) })
    const refused = expect(greedy).rejects.toMatchObject({ kind: 'invalid', facts: { check: 'limit.memory' } })
    expect(await reading(titleContains('7 99 long'))).toHaveLength(10)
    await refused
  } finally {
    await long.close()
    rmSync(location, { recursive: true, force: true })
  }
})

it('costly statements over rows in memory are refused, since nothing can end them', async () => {
  const memory = await openStore({ models: libraryModels, migrations: libraryMigrations, location: undefined })
  try {
    await memory.addTenant(here)
    await memory.write(here, async (tx) => {
      await tx.insert(shelf, { id: 's', displayName: 's' })
      for (let at = 0; at < 2_000; at += 1) await tx.insert(book, { id: `b${at}`, shelfId: 's', heading: `${at}` })
    })
    const reading = (query: RowQuery) => {
      const prepared = memory.prepare(query)
      return memory.read(here, (tx) => tx.query(prepared, { limit: 5 }))
    }
    expect(await reading(asked(all(contains('it', '7'), contains('it', '9'))))).toHaveLength(5)
    await expect(reading(endless)).rejects.toMatchObject({ kind: 'invalid', facts: { check: 'limit.cost' } })
  } finally {
    await memory.close()
  }
})
