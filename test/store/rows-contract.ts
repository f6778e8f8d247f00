/** What every database must do with rows and transactions. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '#edm/ports.ts'
import { notNull } from '#edm/query.ts'
import { addBook, addLoan, addShelf, freshId, here, idsOf, page, queryOf, shapeOf, there } from './fixture.ts'
import { book, loan, shelf } from './library.ts'

const nasty = ['"', '\\', '\u001f', '\n\r\t', '😀', '\u2028\u2029', "o'neil", '</script>', 'é e\u0301', '$' + '{x}', '']

export const describeRows = (open: () => Promise<Store>): void => {
  let store: Store
  beforeAll(async () => {
    store = await open()
    return () => store.close()
  })

  describe('rows', () => {
    it('gives back what was stored, initial values filled in', async () => {
      const shelfId = await addShelf(store)
      const id = freshId('book')
      const draft = { id, shelfId, isLent: true, titles: [{ tongue: 'en', name: 'A', extra: 1 }] as never, tags: ['x'] }
      const inserted = await store.write(here, (tx) => tx.insert(book, draft))
      expect(inserted).toEqual({
        id,
        note: null,
        heading: null,
        made: null,
        pages: null,
        isLent: true,
        isRare: false,
        mood: 'calm',
        titles: [{ name: 'A', tongue: 'en' }],
        tags: ['x'],
        place: null,
        sortKey: '',
        shelfId,
        parentId: null,
      })
      expect(await store.read(here, (tx) => tx.get(book, id))).toEqual(inserted)
    })

    it('gives a row as it is at that moment of a transaction', async () => {
      const shelfId = await addShelf(store)
      const id = await addBook(store, { shelfId, note: 'long', titles: [{ name: 'A', tongue: 'en' }] })
      expect(await store.read(here, (tx) => tx.get(book, 'none'))).toBeUndefined()
      expect(await store.read(there, (tx) => tx.get(book, id))).toBeUndefined()
      await store.write(here, async (tx) => {
        expect(await tx.get(book, id)).toMatchObject({ id, isRare: false, note: 'long' })
        await tx.update(book, id, { isRare: true, note: 'longer' })
        expect(await tx.get(book, id)).toMatchObject({ isRare: true, note: 'longer' })
        await tx.remove(book, id)
        expect(await tx.get(book, id)).toBeUndefined()
        await tx.insert(book, { id, shelfId, isRare: true })
        expect(await tx.get(book, id)).toMatchObject({ id, shelfId, isRare: true, note: null, titles: [] })
      })
    })

    it('stores a collection that is null or missing as an empty one', async () => {
      const shelfId = await addShelf(store)
      const row = await store.write(here, (tx) =>
        tx.insert(book, { id: freshId(), shelfId, tags: null as unknown as string[] }),
      )
      expect([row.tags, row.titles]).toEqual([[], []])
      const [found] = await page(
        store,
        queryOf(book, {
          filter: { op: 'eq', left: { op: 'member', path: ['id'], of: 'it' }, right: { op: 'const', value: row.id } },
          shape: shapeOf(book),
        }),
      )
      expect(JSON.parse(found?.json ?? '')).toMatchObject({ tags: [], titles: [] })
    })

    it('keeps any text as it is, in columns, lists and complex values', async () => {
      const shelfId = await addShelf(store)
      for (const text of nasty) {
        const id = await addBook(store, {
          shelfId,
          note: text,
          heading: text,
          tags: [text],
          titles: [{ name: text }],
          place: { city: text },
        })
        const row = await store.read(here, (tx) => tx.get(book, id))
        expect(row).toMatchObject({
          note: text,
          heading: text,
          tags: [text],
          titles: [{ name: text }],
          place: { city: text },
        })
        const [found] = await page(
          store,
          queryOf(book, {
            filter: { op: 'eq', left: { op: 'member', path: ['id'], of: 'it' }, right: { op: 'const', value: id } },
            shape: shapeOf(book),
          }),
        )
        expect(JSON.parse(found?.json ?? '')).toMatchObject({
          id,
          note: text,
          tags: [text],
          titles: [{ name: text }],
          place: { city: text },
        })
      }
    })

    it('refuses U+0000 wherever a text may be, and completes half a character', async () => {
      const shelfId = await addShelf(store)
      const text = 'a\u0000'
      for (const draft of [{ note: text }, { tags: [text] }, { titles: [{ name: text }] }, { place: { city: text } }])
        await expect(addBook(store, { shelfId, ...draft })).rejects.toMatchObject({ kind: 'invalid' })
      const id = await addBook(store, { shelfId, note: '\ud83d', tags: ['\ud83d'], place: { city: 'x\ude00' } })
      const row = await store.read(here, (tx) => tx.get(book, id))
      expect(row).toMatchObject({ note: '\ufffd', tags: ['\ufffd'], place: { city: 'x\ufffd' } })
    })

    it('changes what a patch names and nothing else', async () => {
      const shelfId = await addShelf(store)
      const id = await addBook(store, { shelfId, note: 'a', heading: 'Old', titles: [{ name: 'Before' }], pages: 3 })
      await store.write(here, (tx) => tx.update(book, id, { heading: 'New', titles: [{ name: 'After' }] as never }))
      expect(await store.read(here, (tx) => tx.get(book, id))).toMatchObject({
        note: 'a',
        heading: 'New',
        titles: [{ name: 'After' }],
        pages: 3,
      })
      const [before, after, folded] = await store.read(here, async (tx) => [
        await tx.findByElement(book, 'titles', [{ name: 'BEFORE' }]),
        await tx.findByElement(book, 'titles', [{ name: 'AFTER' }]),
        await tx.find(book, { heading: 'NEW', shelfId }),
      ])
      expect([before, after, folded?.map((row) => (row as { id: string }).id)]).toEqual([[], [id], [id]])
    })

    it('adds to whole numbers', async () => {
      const id = await addShelf(store)
      await store.write(here, async (tx) => {
        await tx.add(shelf, id, { bookCount: 5 })
        await tx.add(shelf, id, { bookCount: -2 })
      })
      expect((await store.read(here, (tx) => tx.get(shelf, id)))?.bookCount).toBe(3)
    })

    it('finds rows by values, null equal to null, in the order of ids', async () => {
      const shelfId = await addShelf(store)
      const [a, b, c] = [
        await addBook(store, { shelfId }),
        await addBook(store, { shelfId, isRare: true }),
        await addBook(store, { shelfId, note: 'n' }),
      ]
      const ids = async (where: object, limit?: number) =>
        (await store.read(here, (tx) => tx.find(book, { shelfId, ...where }, limit))).map(({ id }) => id)
      expect(await ids({})).toEqual([a, b, c].sort())
      expect(await ids({ note: null })).toEqual([a, b].sort())
      expect(await ids({ isRare: true })).toEqual([b])
      expect(await ids({}, 2)).toHaveLength(2)
      expect(await ids({}, 0)).toEqual([])
    })

    it('finds rows by any of several lists of values, each once', async () => {
      const shelfId = await addShelf(store)
      const [a, b, c] = [
        await addBook(store, { shelfId, note: 'n', isRare: true }),
        await addBook(store, { shelfId, isRare: true }),
        await addBook(store, { shelfId }),
      ]
      await addBook(store, { shelfId: await addShelf(store), isRare: true, note: 'n' })
      const ids = async (wheres: readonly object[], limit?: number) =>
        (
          await store.write(here, (tx) =>
            tx.find(
              book,
              wheres.map((where) => ({ shelfId, ...where })),
              limit,
            ),
          )
        ).map(({ id }) => id)
      expect(await ids([{ note: 'n' }, { isRare: true }])).toEqual([a, b].sort())
      expect(await ids([{ note: notNull }, { note: null, isRare: false }])).toEqual([a, c].sort())
      expect(await ids([{}])).toEqual([a, b, c].sort())
      expect(await ids([{ note: 'n' }, {}], 2)).toEqual([a, b, c].sort().slice(0, 2))
      expect([await ids([]), await ids([], 1)]).toEqual([[], []])
    })

    it('says whether there is a row, by the same values', async () => {
      const shelfId = await addShelf(store)
      await addBook(store, { shelfId, heading: 'Straße', note: 'n' })
      const has = (where: object) => store.read(here, (tx) => tx.has(book, { shelfId, ...where }))
      expect(await Promise.all([has({}), has({ heading: 'STRASSE' }), has({ heading: 'STRAßE' })])).toEqual([
        true,
        false,
        true,
      ])
      expect(await Promise.all([has({ note: null }), has({ note: 'n' }), has({ isRare: true })])).toEqual([
        false,
        true,
        false,
      ])
      expect(await store.read(there, (tx) => tx.has(book, { shelfId }))).toBe(false)
    })

    it('finds owners by several members of one element', async () => {
      const shelfId = await addShelf(store)
      const name = freshId('Name')
      const id = await addBook(store, {
        shelfId,
        titles: [
          { name, tongue: 'en', isMain: true },
          { name: 'other', tongue: 'de', isMain: false },
        ],
      })
      const owners = (where: Record<string, string | boolean>) =>
        store.read(here, (tx) => tx.findByElement(book, 'titles', [where]))
      expect(await owners({ name: name.toUpperCase(), tongue: 'EN', isMain: true })).toEqual([id])
      expect(await owners({ name, tongue: 'de' })).toEqual([])
      expect(await owners({ name, isMain: false })).toEqual([])
    })

    it('finds owners by any of several elements, each once, or the first few elements', async () => {
      const shelfId = await addShelf(store)
      const [name, second] = [freshId('Name'), freshId('Name')]
      const made: string[] = []
      for (const names of [[name, second], [second], [name], ['third']])
        made.push(await addBook(store, { shelfId, titles: names.map((one) => ({ name: one })) }))
      const owners = (names: readonly string[], limit?: number) =>
        store.write(here, (tx) =>
          tx.findByElement(
            book,
            'titles',
            names.map((one) => ({ name: one })),
            limit,
          ),
        )
      const both = made.slice(0, 3).sort()
      expect(await owners([name, second])).toEqual(both)
      expect([...new Set(await owners([name, second], 9))].sort()).toEqual(both)
      expect(await owners([name, second], 9)).toHaveLength(4)
      expect(await owners([name, second], 3)).toHaveLength(3)
      expect([await owners([]), await owners([], 1)]).toEqual([[], []])
    })

    it('removes a row and its elements', async () => {
      const shelfId = await addShelf(store)
      const name = freshId('Gone')
      const id = await addBook(store, { shelfId, titles: [{ name }] })
      await store.write(here, (tx) => tx.remove(book, id))
      expect(await store.read(here, (tx) => tx.get(book, id))).toBeUndefined()
      expect(await store.read(here, (tx) => tx.findByElement(book, 'titles', [{ name }]))).toEqual([])
    })

    it('names what is wrong with a write', async () => {
      const shelfId = await addShelf(store)
      const id = await addBook(store, { shelfId })
      await addLoan(store, { shelfId, toBookId: id })
      const displayName = freshId('Shelf')
      await store.write(here, (tx) => tx.insert(shelf, { id: freshId(), displayName }))
      const failing = (work: Parameters<typeof store.write<unknown>>[1]) => expect(store.write(here, work)).rejects
      await failing((tx) => tx.insert(shelf, { id: shelfId })).toMatchObject({ kind: 'conflict', reason: 'unique' })
      await failing((tx) => tx.insert(shelf, { id: freshId(), displayName: displayName.toUpperCase() })).toMatchObject({
        kind: 'conflict',
        reason: 'unique',
      })
      await failing((tx) => tx.insert(loan, { id: freshId(), shelfId, toBookId: id })).toMatchObject({
        kind: 'conflict',
        reason: 'unique',
      })
      await failing((tx) => tx.insert(book, { id: freshId(), shelfId: 'none' })).toMatchObject({
        kind: 'conflict',
        reason: 'reference',
      })
      await failing((tx) => tx.update(book, id, { parentId: 'none' })).toMatchObject({
        kind: 'conflict',
        reason: 'reference',
      })
      await failing((tx) => tx.remove(book, id)).toMatchObject({ kind: 'conflict', reason: 'reference' })
      await failing((tx) => tx.update(book, 'none', { note: 'a' })).toMatchObject({
        kind: 'precondition',
        reason: 'missing',
      })
      await failing((tx) => tx.add(shelf, 'none', { bookCount: 1 })).toMatchObject({
        kind: 'precondition',
        reason: 'missing',
      })
      await failing((tx) => tx.remove(book, 'none')).toMatchObject({ kind: 'precondition', reason: 'missing' })
      await failing((tx) => tx.insert(book, { id: freshId(), shelfId, wrong: 1 } as never)).toThrow(/no row key wrong/)
    })
  })

  describe('tenants', () => {
    it('do not see each other, and may use the same ids', async () => {
      const shelfId = await addShelf(store)
      const id = await addBook(store, { shelfId, titles: [{ name: 'Shared' }] })
      expect(await store.read(there, (tx) => tx.get(book, id))).toBeUndefined()
      expect(await idsOf(store, queryOf(shelf), {}, there)).toEqual([])
      expect(await store.read(there, (tx) => tx.findByElement(book, 'titles', [{ name: 'shared' }]))).toEqual([])
      expect(await store.read(there, (tx) => tx.query(store.prepare(queryOf(book), 'count'), {}))).toBe(0)
      await expect(store.write(there, (tx) => tx.insert(book, { id, shelfId }))).rejects.toMatchObject({
        reason: 'reference',
      })
      await expect(store.write(there, (tx) => tx.update(book, id, { note: 'x' }))).rejects.toMatchObject({
        reason: 'missing',
      })
      await expect(store.write(there, (tx) => tx.remove(book, id))).rejects.toMatchObject({ reason: 'missing' })
      await store.write(there, (tx) => tx.insert(shelf, { id: shelfId, displayName: 'theirs' }))
      expect((await store.read(here, (tx) => tx.get(shelf, shelfId)))?.displayName).toBeNull()
      await store.write(there, (tx) => tx.remove(shelf, shelfId))
    })

    it('are listed, added once, and needed', async () => {
      expect(await store.tenants()).toEqual([{ id: here }, { id: there }])
      await expect(store.addTenant(here)).rejects.toMatchObject({ kind: 'conflict', reason: 'unique' })
      await expect(store.read('nobody', (tx) => tx.get(book, 'x'))).rejects.toMatchObject({
        kind: 'precondition',
        reason: 'tenant',
      })
      await expect(store.write('nobody', (tx) => tx.get(book, 'x'))).rejects.toMatchObject({
        kind: 'precondition',
        reason: 'tenant',
      })
    })
  })

  describe('transactions', () => {
    it('lose only the write that throws, of those that share a commit', async () => {
      const ids = [freshId('shelf'), freshId('shelf'), freshId('shelf')] as const
      const answers = await Promise.allSettled([
        store.write(here, (tx) => tx.insert(shelf, { id: ids[0] })),
        store.write(here, async (tx) => {
          await tx.insert(shelf, { id: ids[1] })
          throw new Error('no')
        }),
        store.write(there, (tx) => tx.insert(shelf, { id: ids[2] })),
      ])
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(
        await Promise.all(
          ids.map((id, at) => store.read(at === 2 ? there : here, async (tx) => (await tx.get(shelf, id))?.id)),
        ),
      ).toEqual([ids[0], undefined, ids[2]])
      await store.write(there, (tx) => tx.remove(shelf, ids[2]))
    })

    it('know nothing of what another tenant wrote beside a write that failed', async () => {
      const id = freshId('shelf')
      const [kept, failed] = await Promise.allSettled([
        store.write(there, async (tx) => {
          if ((await tx.get(shelf, id)) === undefined) await tx.insert(shelf, { id })
          return (await tx.get(shelf, id))?.id
        }),
        store.write(here, async (tx) => {
          await tx.insert(shelf, { id: freshId('shelf') })
          throw new Error('no')
        }),
      ])
      expect([kept.status, failed.status]).toEqual(['fulfilled', 'rejected'])
      expect(await store.read(there, async (tx) => (await tx.get(shelf, id))?.id)).toBe(id)
      await store.write(there, (tx) => tx.remove(shelf, id))
    })

    it('do not keep a yes that a removal beside it has made a no', async () => {
      const [id, displayName] = [freshId('shelf'), freshId('Name')]
      await store.write(here, (tx) => tx.insert(shelf, { id, displayName }))
      await store.write(here, async (tx) => {
        // Not one after the other, as rules that ask together do.
        const [has] = await Promise.all([tx.has(shelf, { displayName }), tx.remove(shelf, id)])
        expect(has).toBe(true)
        expect(await tx.has(shelf, { displayName })).toBe(false)
      })
    })

    it('are lost with a statement that failed, even where the write goes on', async () => {
      const id = await addShelf(store)
      const [before, after] = [freshId('shelf'), freshId('shelf')]
      const work = store.write(here, async (tx) => {
        await tx.insert(shelf, { id: before })
        const goOn = async (lost: string) => tx.insert(shelf, { id: lost })
        await goOn(id).catch(() => undefined)
        await goOn(after).catch(() => undefined)
      })
      await expect(work).rejects.toMatchObject({ kind: 'conflict', reason: 'unique' })
      for (const lost of [before, after]) expect(await store.read(here, (tx) => tx.get(shelf, lost))).toBeUndefined()
    })

    it('run one after another, and see what the ones before wrote', async () => {
      const id = await addShelf(store)
      await Promise.all(
        Array.from({ length: 600 }, () =>
          store.write(here, async (tx) => {
            const row = await tx.get(shelf, id)
            await Promise.resolve()
            await tx.update(shelf, id, { bookCount: (row?.bookCount ?? 0) + 1 })
          }),
        ),
      )
      expect((await store.read(here, (tx) => tx.get(shelf, id)))?.bookCount).toBe(600)
    })

    it('are not seen by readers before they are committed', async () => {
      const id = freshId('shelf')
      let inside: () => void = () => undefined
      let letGo: () => void = () => undefined
      const isInside = new Promise<void>((resolve) => {
        inside = resolve
      })
      const goOn = new Promise<void>((resolve) => {
        letGo = resolve
      })
      const writing = store.write(here, async (tx) => {
        await tx.insert(shelf, { id })
        inside()
        await goOn
        throw new Error('undo')
      })
      await isInside
      const reading = store.read(here, (tx) => tx.get(shelf, id))
      setTimeout(letGo, 20)
      expect(await reading).toBeUndefined()
      await expect(writing).rejects.toThrow('undo')
    })

    it('cannot be used after their end', async () => {
      const tx = await store.write(here, async (transaction) => transaction)
      await expect(async () => tx.insert(shelf, { id: freshId() })).rejects.toThrow(/after its end/)
      await expect(async () => tx.get(shelf, 'x')).rejects.toThrow(/after its end/)
    })
  })
}
