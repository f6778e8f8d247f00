/** What every database must answer: shapes, filters, pages, walks. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AnyRow } from '#edm/infer.ts'
import type { Store } from '#edm/ports.ts'
import { all, constant, type Expr, equal, member, type OrderKey, type Position, param, same } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { instantOut } from '#edm/types.ts'
import { truth } from './evaluate.ts'
import { addBook, addLoan, addShelf, freshId, here, idsOf, page, propsOf, queryOf, shapeOf } from './fixture.ts'
import { aCondition, aRow, someTexts } from './generators.ts'
import { below, book, card, goldCard, mirrored, shelf } from './library.ts'

const onShelf = (shelfId: string): Expr => equal(member('shelfId'), constant(shelfId))

const rowsOn = async (store: Store, shelfId: string): Promise<AnyRow[]> =>
  (await store.read(here, (tx) => tx.find(book, { shelfId }))) as unknown as AnyRow[]

export const describeQueries = (open: () => Promise<Store>): void => {
  let store: Store
  beforeAll(async () => {
    store = await open()
    return () => store.close()
  })

  describe('shapes', () => {
    const jsonOf = async (id: string, shape: RowQuery['shape']) =>
      (await page(store, queryOf(book, { filter: equal(member('id'), param('id')), shape }), { id }))[0]?.json

    it('have members in the order asked, links only where they lead somewhere', async () => {
      const shelfId = await addShelf(store)
      const parentId = await addBook(store, { shelfId })
      const made = '2024-03-01T10:20:30.450Z'
      const id = await addBook(store, {
        shelfId,
        parentId,
        made,
        isLent: false,
        pages: 7,
        place: { street: 's', city: 'c' },
      })
      const all = shapeOf(book, ['shelf', 'parent'])
      const named = (...names: string[]) => names.flatMap((name) => all.find((entry) => entry.name === name) ?? [])
      expect(await jsonOf(id, [])).toBe('{}')
      expect(await jsonOf(id, named('id'))).toBe(`{"id":"${id}"}`)
      expect(await jsonOf(id, named('parent', 'pages', 'shelf'))).toBe(
        `{"parent":{"id":"${parentId}"},"pages":7,"shelf":{"id":"${shelfId}"}}`,
      )
      expect(await jsonOf(parentId, named('parent', 'pages', 'shelf'))).toBe(
        `{"pages":null,"shelf":{"id":"${shelfId}"}}`,
      )
      expect(await jsonOf(parentId, named('pages', 'parent'))).toBe('{"pages":null}')
      expect(await jsonOf(parentId, named('parent'))).toBe('{}')
      expect(await jsonOf(id, named('parent'))).toBe(`{"parent":{"id":"${parentId}"}}`)
      expect(await jsonOf(id, named('isLent', 'isRare', 'mood', 'made', 'place', 'tags'))).toBe(
        '{"isLent":false,"isRare":false,"mood":"calm","made":"2024-03-01T10:20:30.45Z","place":{"city":"c","street":"s"},"tags":[]}',
      )
      expect(await jsonOf(parentId, named('isLent', 'made', 'place'))).toBe('{"isLent":null,"made":null,"place":null}')
    })

    it('print any row as JSON.stringify would', async () => {
      const shelfId = await addShelf(store)
      await fc.assert(
        fc.asyncProperty(aRow, fc.string({ unit: 'grapheme' }), async (draft, note) => {
          const id = await addBook(store, { ...draft, note, shelfId })
          const row = (await store.read(here, (tx) => tx.get(book, id))) as unknown as AnyRow
          const shape = shapeOf(book)
          const made = row['made']
          const wanted = Object.fromEntries(
            shape.map(({ name }) => [name, name === 'made' && typeof made === 'string' ? instantOut(made) : row[name]]),
          )
          expect(await jsonOf(id, shape)).toBe(JSON.stringify(wanted))
        }),
        { numRuns: 60 },
      )
    })

    it('come with the keys that are carried and the place in the order', async () => {
      const shelfId = await addShelf(store)
      const id = await addBook(store, { shelfId, isRare: true, heading: 'ÄB', sortKey: 'k' })
      const query = queryOf(book, {
        filter: onShelf(shelfId),
        carry: ['shelfId', 'id', 'isRare', 'tags'],
        order: [
          { by: member('heading'), descending: false },
          { by: member('pages'), descending: true },
        ],
      })
      const [row] = await page(store, query)
      expect(row?.row).toEqual({ id, shelfId, isRare: true, tags: [] })
      expect(row?.position).toEqual(['äb', null, id])
    })
  })

  describe('filters', () => {
    it('agree with the same expression evaluated row by row', async () => {
      const shelfId = await addShelf(store)
      const drafts = fc.sample(aRow, { numRuns: 60, seed: 7 })
      const made: string[] = []
      // Each third book stands by itself; the others are parts of one before them.
      for (const [at, draft] of drafts.entries()) {
        const parentId = at % 3 === 0 ? null : (made[Math.floor(at / 4)] ?? null)
        made.push(await addBook(store, { ...draft, shelfId, parentId }))
      }
      const rows = await rowsOn(store, shelfId)
      const props = propsOf(book)
      const tables = { 'lib.book': { rows, props } }
      await fc.assert(
        fc.asyncProperty(
          aCondition,
          fc.constantFrom(...someTexts),
          fc.integer({ min: 0, max: 4 }),
          async (condition, text, number) => {
            const bind = { text, number }
            const wanted = rows
              .filter((row) => truth(condition, { row, props, bind, variables: {}, tables }) === true)
              .map(({ id }) => id)
            const query = queryOf(book, { branches: [onShelf(shelfId)], filter: condition })
            expect((await idsOf(store, query, bind)).sort()).toEqual(wanted.sort())
            expect(await store.read(here, (tx) => tx.query(store.prepare(query, 'count'), bind))).toBe(wanted.length)
          },
        ),
        { numRuns: 1000 },
      )
    })

    it('refuse a function they do not know', async () => {
      const asked = (name: string, ...args: Expr[]) =>
        store.read(here, (tx) => tx.query(store.prepare(queryOf(book, { filter: { op: 'call', name, args } })), {}))
      await expect(asked('geo.distance', member('note'))).rejects.toThrow(
        "The function 'geo.distance' is not supported.",
      )
      await expect(asked('contains', member('note'))).rejects.toThrow(
        "The function 'contains' does not take 1 argument.",
      )
      await expect(asked('length', member('note'))).rejects.toThrow(/neither true nor false/)
    })

    it('tell rows of a derived type, and see its members on no others', async () => {
      const [plain, gold] = [freshId('card'), freshId('card')]
      await store.write(here, async (tx) => {
        await tx.insert(card, { id: plain, holder: plain })
        await tx.insert(goldCard, { id: gold, holder: gold, guests: 3 })
      })
      const isGold: Expr = { op: 'isKind', of: 'it', kinds: [goldCard.name] }
      const guests: Expr = { op: 'when', test: isGold, value: member('guests') }
      const among: Expr = { op: 'in', left: member('id'), list: [constant(plain), constant(gold)] }
      const found = async (filter: Expr) => (await idsOf(store, queryOf(card, { branches: [among], filter }))).sort()
      expect(await found(isGold)).toEqual([gold])
      expect(await found({ op: 'not', arg: isGold })).toEqual([plain])
      expect(await found(equal(guests, constant(3)))).toEqual([gold])
      expect(await found({ op: 'not', arg: equal(guests, constant(3)) })).toEqual([plain])
      expect(await found(same(guests, constant(null)))).toEqual([plain])
    })

    it('search for words in any element', async () => {
      const shelfId = await addShelf(store)
      const id = await addBook(store, {
        shelfId,
        titles: [{ name: 'Über Alles' }, { name: 'Grand Piano' }],
        heading: 'Blue Note',
      })
      const found = (ways: string[][], key = 'titles') =>
        idsOf(
          store,
          queryOf(book, { branches: [onShelf(shelfId)], filter: { op: 'search', member: key, text: param('words') } }),
          { words: JSON.stringify(ways) },
        )
      expect(await found([['+über', '+pian']])).toEqual([id])
      expect(await found([['+über', '+pianist']])).toEqual([])
      expect(await found([['+über', '-pianist']])).toEqual([id])
      expect(await found([['-über']])).toEqual([])
      expect(await found([['+pianist'], ['+über']])).toEqual([id])
      expect(await found([[]])).toEqual([id])
      expect(await found([])).toEqual([])
      expect(await found([['+not']], 'heading')).toEqual([id])
      expect(await found([['+nota']], 'heading')).toEqual([])
      expect(await found([['-nota']], 'heading')).toEqual([id])
    })

    it('find what other rows link to', async () => {
      const [shelfId, other] = [await addShelf(store), await addShelf(store)]
      const [a, b] = [await addBook(store, { shelfId: other }), await addBook(store, { shelfId: other })]
      await addLoan(store, { shelfId, toBookId: a })
      const linked: Expr = {
        op: 'linked',
        type: 'lib.loan',
        key: 'toBookId',
        as: 'l',
        where: equal(member('shelfId', 'l'), param('shelf')),
      }
      expect(await idsOf(store, queryOf(book, { branches: [linked] }), { shelf: shelfId })).toEqual([a])
      expect(
        await idsOf(store, queryOf(book, { branches: [onShelf(other)], filter: { op: 'not', arg: linked } }), {
          shelf: shelfId,
        }),
      ).toEqual([b])
    })
  })

  describe('pages', () => {
    const orders = fc.array(
      fc.record({
        by: fc.constantFrom('pages', 'note', 'heading', 'made', 'mood', 'isRare', 'sortKey').map((key) => member(key)),
        descending: fc.boolean(),
      }),
      { maxLength: 3 },
    )

    const rankOf = (row: AnyRow, { by }: OrderKey): string | number | null => {
      const key = by.op === 'member' ? (by.path[0] ?? '') : ''
      const value = row[key]
      if (value === null || value === undefined) return null
      if (key === 'mood') return ['sad', 'calm', 'glad'].indexOf(value as string)
      if (key === 'heading') return (value as string).normalize('NFC').toLowerCase()
      return typeof value === 'boolean' ? Number(value) : (value as string | number)
    }

    const compared = (a: string | number | null, b: string | number | null): number => {
      if (a === b) return 0
      if (a === null || b === null) return a === null ? -1 : 1
      return a < b ? -1 : 1
    }

    it('follow one another without loss or doubles, in the order a sort gives', async () => {
      const shelfId = await addShelf(store)
      for (const draft of fc.sample(aRow, { numRuns: 45, seed: 11 })) await addBook(store, { ...draft, shelfId })
      const rows = await rowsOn(store, shelfId)
      const halves: Expr[] = [all(onShelf(shelfId), equal(member('isRare'), constant(true))), onShelf(shelfId)]
      await fc.assert(
        fc.asyncProperty(
          orders,
          fc.integer({ min: 1, max: 12 }),
          fc.boolean(),
          fc.boolean(),
          async (order, limit, idDown, joined) => {
            const keys = idDown ? [...order, { by: member('id'), descending: true }] : order
            const query = queryOf(book, { branches: joined ? halves : [onShelf(shelfId)], order: keys, limit: true })
            const next = queryOf(book, { ...query, after: true })
            const found: string[] = []
            let after: Position | undefined
            for (;;) {
              const part = await page(
                store,
                after === undefined ? query : next,
                after === undefined ? { limit } : { limit, after },
              )
              found.push(...part.map(({ row }) => row.id))
              if (part.length < limit) break
              after = part.at(-1)?.position
            }
            const compare = (a: AnyRow, b: AnyRow): number => {
              for (const key of order) {
                const way = compared(rankOf(a, key), rankOf(b, key))
                if (way !== 0) return key.descending ? -way : way
              }
              return idDown ? compared(b.id, a.id) : compared(a.id, b.id)
            }
            expect(found).toEqual([...rows].sort(compare).map(({ id }) => id))
          },
        ),
        { numRuns: 150 },
      )
    })

    it('pass over rows, over several branches too', async () => {
      const shelfId = await addShelf(store)
      for (const sortKey of ['a', 'b', 'c', 'd', 'e']) await addBook(store, { shelfId, sortKey, isRare: sortKey < 'c' })
      const order = [{ by: member('sortKey'), descending: false }]
      const branches = [
        all(onShelf(shelfId), equal(member('isRare'), constant(true))),
        all(onShelf(shelfId), equal(member('isRare'), constant(false))),
      ]
      for (const some of [branches, [onShelf(shelfId)]]) {
        const base = { branches: some, order, shape: [], skip: true }
        const keys = async (query: RowQuery, bind: object) =>
          (await page(store, query, { ...bind })).map(({ position }) => position[0])
        expect(await keys(queryOf(book, { ...base, limit: true }), { skip: 1, limit: 3 })).toEqual(['b', 'c', 'd'])
        expect(await keys(queryOf(book, base), { skip: 3 })).toEqual(['d', 'e'])
      }
    })

    it('are refused when a parameter or a position does not fit', async () => {
      const query = queryOf(book, { filter: equal(member('id'), param('id')), after: true })
      await expect(page(store, query, { after: ['x'] })).rejects.toThrow(/the parameter id is not bound/)
      await expect(page(store, query, { id: 'x', after: ['x', 'y'] })).rejects.toThrow(/position does not fit/)
    })

    it('are prepared once for one query', () => {
      const query = queryOf(shelf)
      expect(store.prepare(query)).toBe(store.prepare(query))
    })
  })

  describe('walks', () => {
    it('go down a tree, and through a loan into another shelf', async () => {
      const [mine, theirs] = [await addShelf(store), await addShelf(store)]
      const root = await addBook(store, { shelfId: mine })
      const child = await addBook(store, { shelfId: mine, parentId: root })
      const leaf = await addBook(store, { shelfId: mine, parentId: child })
      const away = await addBook(store, { shelfId: theirs })
      const awayChild = await addBook(store, { shelfId: theirs, parentId: away })
      await addLoan(store, { shelfId: mine, fromBookId: child, toBookId: away })
      const states = await store.read(here, (tx) => tx.query(below, { book: root }))
      expect(states).toEqual([
        { context: mine, node: child, direct: true },
        ...[
          { context: mine, node: leaf, direct: false },
          { context: theirs, node: away, direct: false },
        ].sort((a, b) => (a.context < b.context ? -1 : 1)),
        { context: theirs, node: awayChild, direct: false },
      ])
      const reached: Expr = { op: 'reached', closure: below, bind: { book: param('book') } }
      expect((await idsOf(store, queryOf(book, { branches: [reached] }), { book: root })).sort()).toEqual(
        [child, leaf, away, awayChild].sort(),
      )
    })

    it('leave out the seeds of a set, even one that another seed leads to', async () => {
      const [mine, theirs] = [await addShelf(store), await addShelf(store)]
      const a = await addBook(store, { shelfId: theirs })
      const b = await addBook(store, { shelfId: theirs, parentId: a })
      const c = await addBook(store, { shelfId: theirs, parentId: b })
      await addLoan(store, { shelfId: mine, toBookId: a })
      await addLoan(store, { shelfId: mine, toBookId: b })
      const reached: Expr = { op: 'reached', closure: mirrored, bind: { shelf: constant(mine) } }
      expect(await idsOf(store, queryOf(book, { branches: [reached] }))).toEqual([c])
      expect(await store.read(here, (tx) => tx.query(mirrored, { shelf: mine }))).toEqual([
        { context: theirs, node: b, direct: true },
        { context: theirs, node: c, direct: true },
      ])
    })

    it('end where rows lead in a circle', async () => {
      const shelfId = await addShelf(store)
      const a = await addBook(store, { shelfId })
      const b = await addBook(store, { shelfId, parentId: a })
      await store.write(here, (tx) => tx.update(book, a, { parentId: b }))
      const states = await store.read(here, (tx) => tx.query(below, { book: a }))
      expect(states.map(({ node, direct }) => [node, direct])).toEqual([
        [b, true],
        [a, false],
      ])
    })

    it('go as far as rows lead, straight on or in a circle', async () => {
      const shelfId = await addShelf(store)
      const line: string[] = []
      for (let at = 0; at < 45; at += 1) line.push(await addBook(store, { shelfId, parentId: line.at(-1) ?? null }))
      const [first = '', ...others] = line
      const walked = async () =>
        (await store.read(here, (tx) => tx.query(below, { book: first }))).map(({ node }) => node)
      const reached: Expr = { op: 'reached', closure: below, bind: { book: param('book') } }
      const found = () => idsOf(store, queryOf(book, { branches: [reached] }), { book: first })
      expect([(await walked()).sort(), (await found()).sort()]).toEqual([others.toSorted(), others.toSorted()])
      await store.write(here, (tx) => tx.update(book, first, { parentId: line.at(-1) ?? null }))
      expect([(await walked()).sort(), (await found()).sort()]).toEqual([line.toSorted(), others.toSorted()])
    })

    it('show each row of overlapping branches once', async () => {
      const shelfId = await addShelf(store)
      const id = await addBook(store, { shelfId, sortKey: freshId('k') })
      const twice = queryOf(book, {
        branches: [onShelf(shelfId), all(onShelf(shelfId), same(member('parentId'), constant(null)))],
      })
      expect(await idsOf(store, twice)).toEqual([id])
      expect(await store.read(here, (tx) => tx.query(store.prepare(twice, 'count'), {}))).toBe(1)
    })
  })
}
