/** All rows of a store as an image, and an image in the place of all rows of a file. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Store, StoreContent } from '#edm/ports.ts'
import { openStore } from '#store/store.ts'
import { addBook, addShelf, here, idsOf, queryOf, there } from './fixture.ts'
import { book, libraryMigrations, libraryModels, shelf } from './library.ts'

const common = { models: libraryModels, migrations: libraryMigrations }
const closing: (() => unknown)[] = []
let store: Store
let location: string
const { TMPDIR: usualTemporary } = process.env
const temporary = mkdtempSync(join(tmpdir(), 'relata-content-'))
process.env['TMPDIR'] = temporary

const contentOf = ({ content }: Store): Required<Pick<StoreContent, 'image' | 'replace'>> => {
  if (content?.replace === undefined) throw new Error('the content of this store cannot be replaced')
  return { image: content.image, replace: content.replace }
}

const shelves = queryOf(shelf)
const books = queryOf(book)

beforeEach(async () => {
  location = mkdtempSync(join(tmpdir(), 'relata-content-'))
  store = await openStore({ ...common, location })
  const [opened, folder] = [store, location]
  closing.push(async () => {
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await store.addTenant(here)
})

afterAll(async () => {
  for (const close of closing.toReversed()) await close()
  if (usualTemporary === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usualTemporary
  rmSync(temporary, { recursive: true, force: true })
})

describe('the content of a file', () => {
  it('opens as a copy that knows nothing of later writes', async () => {
    const first = await addShelf(store)
    const copy = await openStore({ ...common, location: undefined, image: await contentOf(store).image() })
    closing.push(() => copy.close())
    const second = await addShelf(store)
    const other = await addShelf(copy)
    expect((await idsOf(store, shelves)).sort()).toEqual([first, second].sort())
    expect((await idsOf(copy, shelves)).sort()).toEqual([first, other].sort())
  })

  it('has one image as long as nobody writes, and another one after each write', async () => {
    const { image } = contentOf(store)
    const first = await image()
    expect(await image()).toBe(first)
    await addShelf(store)
    const second = await image()
    expect(second).not.toBe(first)
    expect(await image()).toBe(second)
  })

  it('is replaced for what has read it before, with its tenants', async () => {
    const { image, replace } = contentOf(store)
    const kept = await addShelf(store)
    const before = await image()
    await store.addTenant(there)
    await addShelf(store, there)
    await addShelf(store)
    await replace(before)
    expect(await idsOf(store, shelves)).toEqual([kept])
    expect((await store.tenants()).map(({ id }) => id)).toEqual([here])
    await expect(addShelf(store, there)).rejects.toMatchObject({ reason: 'tenant' })
    // The number of the tenant is given again, and nothing of the one before is found.
    await store.addTenant(there)
    expect(await idsOf(store, shelves, {}, there)).toEqual([])
    const later = await addShelf(store)
    expect((await idsOf(store, shelves)).sort()).toEqual([kept, later].sort())
  })

  it('stays as it is where the image is none', async () => {
    const { image, replace } = contentOf(store)
    const kept = await addShelf(store)
    const foreign = (await image()).slice()
    foreign.fill(0x20, 100, 3_000)
    for (const bytes of [new Uint8Array(), new TextEncoder().encode('no database at all'.repeat(400)), foreign])
      await expect(replace(bytes)).rejects.toMatchObject({ kind: 'precondition', reason: 'image' })
    expect(await idsOf(store, shelves)).toEqual([kept])
    expect(await addShelf(store)).toBeDefined()
  })

  it('is not touched by the removal of a tenant that was under way', async () => {
    const { image, replace } = contentOf(store)
    await store.addTenant(there)
    const shelfId = await addShelf(store, there)
    const added = await Promise.all(Array.from({ length: 1_500 }, () => addBook(store, { shelfId }, there)))
    const before = await image()
    const beside = new DatabaseSync(join(location, 'relata.db'))
    closing.push(() => beside.close())
    const left = beside.prepare('select count(*) as "count" from "lib_book"')
    const removal = store.removeTenant(there)
    while (left.get()?.['count'] === added.length) await nextTurn()
    await replace(before)
    await removal
    expect(await idsOf(store, books, {}, there)).toHaveLength(added.length)
    expect(await addShelf(store, there)).toBeDefined()
  })
})

describe('a copy for which there is no memory', () => {
  it('is in a temporary folder, works as all others, and leaves nothing behind', async () => {
    const first = await addShelf(store)
    const image = await contentOf(store).image()
    const databases = (): number =>
      readdirSync(temporary, { recursive: true }).filter((name) => /relata-memory-.*relata\.db$/.test(String(name)))
        .length
    const before = databases()
    const copies = await Promise.all(
      [1, 2, 3].map(() => openStore({ ...common, location: undefined, image, memoryForCopies: 0 })),
    )
    expect(databases()).toBe(before + copies.length)
    const [one, two] = copies as [Store, Store]
    const second = await addShelf(one)
    expect((await idsOf(one, shelves)).sort()).toEqual([first, second].sort())
    expect(await idsOf(two, shelves)).toEqual([first])
    const again = await openStore({ ...common, location: undefined, image: await contentOf(one).image() })
    expect((await idsOf(again, shelves)).sort()).toEqual([first, second].sort())
    for (const copy of [...copies, again]) await copy.close()
    expect(databases()).toBe(before)
  })
})
