/** Writes that share a transaction or follow one, against lists in memory: what each reads, which are refused, what is left. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { StoreError } from '#base/errors.ts'
import type { Prepared, Store, Tx } from '#edm/ports.ts'
import { equal, member, param } from '#edm/query.ts'
import { freshId, here } from './fixture.ts'
import { book, shelf } from './library.ts'

type Step =
  | { readonly do: 'insert'; readonly shelf: number; readonly name: number }
  | { readonly do: 'rename'; readonly shelf: number; readonly name: number }
  | { readonly do: 'add'; readonly shelf: number; readonly amount: number }
  | { readonly do: 'remove'; readonly shelf: number }
  | { readonly do: 'get'; readonly shelf: number }
  | { readonly do: 'set'; readonly shelf: number; readonly amount: number }
  | { readonly do: 'find' | 'seek' | 'has' | 'page' | 'either'; readonly name: number }
  | { readonly do: 'titled'; readonly name: number }
  | { readonly do: 'throw' }
  | { readonly do: 'protect' }

/** The first two are there. */
const shelfNo = fc.nat({ max: 2 })
const name = fc.nat({ max: 6 })
const someName = fc.nat({ max: 2 })
/** Mostly what is not refused, and mostly reads, some of them again. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('insert' as const), shelf: fc.nat({ max: 5 }), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), shelf: fc.nat({ max: 1 }), name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('add' as const, 'add' as const, 'set' as const),
      shelf: fc.nat({ max: 1 }),
      amount: fc.nat({ max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), shelf: fc.nat({ max: 5 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('get' as const), shelf: shelfNo }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('titled' as const), name: someName }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('protect' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('find' as const, 'seek' as const, 'has' as const, 'page' as const, 'either' as const),
      name: someName,
    }),
  },
)
const ending = fc.constantFrom(null, null, null, null, 'throw' as const)
/** The last two: whether it comes when all before it are committed, and so in a transaction of its own, and reads ahead. */
const write = fc.tuple(fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }), ending, fc.boolean(), fc.boolean())

interface World {
  readonly shelves: Map<number, { readonly name: number; readonly count: number }>
  readonly titled: number[]
}

/** What a write reads, or what it is refused with. */
type Answer = readonly unknown[] | string

const inModel = (world: World, steps: readonly Step[]): { answer: Answer; after: World } => {
  const shelves = new Map(world.shelves)
  const titled = [...world.titled]
  const read: unknown[] = []
  const refused = (answer: string) => ({ answer, after: world })
  const isTaken = (wanted: number, except: number) =>
    [...shelves].some(([no, { name: known }]) => no !== except && known === wanted)
  for (const one of steps) {
    if (one.do === 'throw') return refused('thrown')
    if (one.do === 'titled') titled.push(one.name)
    if (one.do === 'find' || one.do === 'page')
      read.push([...shelves].filter(([, row]) => row.name === one.name).map(([no, { count }]) => [no, count]))
    if (one.do === 'either')
      read.push(
        [...shelves].filter(([, row]) => row.name === 0 || row.name === one.name).map(([no, { count }]) => [no, count]),
      )
    if (one.do === 'has') read.push([...shelves.values()].some((row) => row.name === one.name))
    if (one.do === 'seek') read.push(titled.filter((known) => known === one.name).length)
    if (!('shelf' in one)) continue
    const row = shelves.get(one.shelf)
    if (one.do === 'get') read.push(row === undefined ? null : { name: row.name, count: row.count })
    else if (one.do === 'insert') {
      if (row !== undefined || isTaken(one.name, one.shelf)) return refused('unique')
      shelves.set(one.shelf, { name: one.name, count: 0 })
    } else if (row === undefined) return refused('missing')
    else if (one.do === 'remove') shelves.delete(one.shelf)
    else if (one.do === 'add') shelves.set(one.shelf, { ...row, count: row.count + one.amount })
    else if (one.do === 'set') shelves.set(one.shelf, { ...row, count: one.amount })
    else if (one.do === 'rename') {
      if (isTaken(one.name, one.shelf)) return refused('unique')
      shelves.set(one.shelf, { ...row, name: one.name })
    }
  }
  return { answer: read, after: { shelves, titled } }
}

export const describeWrites = (open: () => Promise<Store>): void => {
  let store: Store
  let named: Prepared
  beforeAll(async () => {
    store = await open()
    named = store.prepare({
      type: shelf,
      branches: [equal(member('displayName'), param('name'))],
      order: [],
      shape: [],
      carry: ['bookCount'],
    })
    return () => store.close()
  })

  describe('writes that share a transaction, or come after one', () => {
    it('see what those before wrote and kept, and fail alone', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(write, { minLength: 2, maxLength: 6, size: 'max' }), async (writes) => {
          const mark = freshId('turn')
          const idOf = (no: number) => `${mark}-${no}`
          const nameOf = (no: number) => `${mark} ${no}`
          const noOf = (id: string) => Number(id.slice(mark.length + 1))
          const home = idOf(9)
          await store.write(here, async (tx) => {
            for (const no of [0, 1, 9]) await tx.insert(shelf, { id: idOf(no), displayName: nameOf(no) })
          })
          const run = async (tx: Tx, steps: readonly Step[]): Promise<unknown[]> => {
            const read: unknown[] = []
            for (const one of steps) {
              if (one.do === 'throw') throw new Error('thrown')
              if (one.do === 'protect') tx.pipeline.savepoint()
              if (one.do === 'insert') await tx.insert(shelf, { id: idOf(one.shelf), displayName: nameOf(one.name) })
              if (one.do === 'rename') await tx.update(shelf, idOf(one.shelf), { displayName: nameOf(one.name) })
              if (one.do === 'add') await tx.add(shelf, idOf(one.shelf), { bookCount: one.amount })
              if (one.do === 'set') await tx.update(shelf, idOf(one.shelf), { bookCount: one.amount })
              if (one.do === 'remove') await tx.remove(shelf, idOf(one.shelf))
              if (one.do === 'titled')
                await tx.insert(book, {
                  id: freshId('book'),
                  shelfId: home,
                  titles: [{ name: nameOf(one.name) }] as never,
                })
              if (one.do === 'get') {
                const row = await tx.get(shelf, idOf(one.shelf))
                read.push(
                  row === undefined
                    ? null
                    : { name: Number(row.displayName?.slice(mark.length + 1)), count: row.bookCount },
                )
              }
              if (one.do === 'find')
                read.push(
                  (await tx.find(shelf, { displayName: nameOf(one.name) })).map((row) => [noOf(row.id), row.bookCount]),
                )
              if (one.do === 'either')
                read.push(
                  (await tx.find(shelf, [{ displayName: nameOf(one.name) }, { displayName: nameOf(0) }])).map((row) => [
                    noOf(row.id),
                    row.bookCount,
                  ]),
                )
              if (one.do === 'page')
                read.push(
                  (await tx.query(named, { name: nameOf(one.name) })).map(({ row }) => [
                    noOf(row.id),
                    row['bookCount'],
                  ]),
                )
              if (one.do === 'has') read.push(await tx.has(shelf, { displayName: nameOf(one.name) }))
              if (one.do === 'seek')
                read.push((await tx.findByElement(book, 'titles', [{ name: nameOf(one.name) }])).length)
            }
            return read
          }
          const asked: Promise<Answer>[] = []
          for (const [steps, end, isApart, mayReadAhead] of writes) {
            if (isApart) await Promise.all(asked)
            const work = (tx: Tx) => run(tx, end === null ? steps : [...steps, { do: 'throw' }])
            asked.push(
              store
                .write(here, work, { mayReadAhead })
                .catch((error: unknown) => (error instanceof StoreError ? error.reason : (error as Error).message)),
            )
          }
          const answers = await Promise.all(asked)
          let world: World = { shelves: new Map([0, 1].map((no) => [no, { name: no, count: 0 }])), titled: [] }
          const expected: Answer[] = []
          for (const [steps, end] of writes) {
            const { answer, after } = inModel(world, end === null ? steps : [...steps, { do: 'throw' }])
            expected.push(answer)
            world = after
          }
          // Who throws in the end may not hear what would have become of writes that were not sent yet.
          const heard = answers.map((answer, at) =>
            answer === 'thrown' && writes[at]?.[1] === 'throw' ? expected[at] : answer,
          )
          expect(heard).toEqual(expected)
          const left = await store.read(here, (tx) =>
            Promise.all([0, 1, 2, 3, 4, 5].map((no) => tx.get(shelf, idOf(no)))),
          )
          expect(left.map((row) => row?.bookCount)).toEqual(
            [0, 1, 2, 3, 4, 5].map((no) => world.shelves.get(no)?.count),
          )
        }),
        { numRuns: 400 },
      )
    })

    it('read what one before them added, though one between was refused and what was known is forgotten', async () => {
      const id = freshId('shelf')
      await store.write(here, (tx) => tx.insert(shelf, { id, displayName: id }))
      const reading = (work: (tx: Tx) => unknown) =>
        store.write(here, async (tx) => {
          await tx.get(shelf, id)
          return work(tx)
        })
      const refused = () => Promise.reject(new Error('refused'))
      const count = async (tx: Tx) => (await tx.get(shelf, id))?.bookCount
      const writes = [reading((tx) => tx.add(shelf, id, { bookCount: 2 })), reading(refused), reading(count)]
      expect(await Promise.allSettled(writes)).toMatchObject([
        { status: 'fulfilled' },
        { status: 'rejected', reason: { message: 'refused' } },
        { status: 'fulfilled', value: 2 },
      ])
    })

    it('read ahead what was written before, also where it has not been sent yet', async () => {
      const [first, second] = [freshId('shelf'), freshId('shelf')]
      const ahead = { mayReadAhead: true }
      const isThere = (id: string) => (tx: Tx) => tx.has(shelf, { displayName: id })
      const later: Promise<boolean>[] = []
      const insert = (id: string, then: () => void) => async (tx: Tx) => {
        const wasThere = await isThere(id)(tx)
        await tx.insert(shelf, { id, displayName: id })
        then()
        return wasThere
      }
      const askLater = () => {
        if (later.length > 0) return
        for (const id of [first, second]) later.push(store.write(here, isThere(id), ahead))
      }
      const inserted = [
        store.write(here, insert(first, askLater), ahead),
        store.write(
          here,
          insert(second, () => undefined),
          ahead,
        ),
        store.write(here, isThere(first), ahead),
      ]
      expect(await Promise.all(inserted)).toEqual([false, false, true])
      expect(await Promise.all(later)).toEqual([true, true])
    })

    it('never read a row of a refused write, however long its parallel parts go on', async () => {
      for (let turns = 0; turns < 14; turns++) {
        const id = freshId('shelf')
        const isThere = async (tx: Pick<Tx, 'get'>) => (await tx.get(shelf, id)) !== undefined
        const refused = store.write(here, async (tx) => {
          tx.pipeline.savepoint()
          await tx.insert(shelf, { id, displayName: id })
          const fail = async () => {
            for (let at = 0; at < turns; at++) await null
            throw new Error('refused')
          }
          const goOn = async () => {
            for (let at = 0; at < 20; at++) await isThere(tx)
          }
          await Promise.all([fail(), goOn()])
        })
        const beside = store.write(here, isThere)
        expect(await Promise.allSettled([refused, beside])).toMatchObject([
          { status: 'rejected', reason: { message: 'refused' } },
          { status: 'fulfilled', value: false },
        ])
        expect([await store.write(here, isThere), await store.read(here, isThere)]).toEqual([false, false])
      }
    })

    it('hear of a refused write where they ask', async () => {
      const id = freshId('shelf')
      await store.write(here, (tx) => tx.insert(shelf, { id }))
      const heard: unknown[] = []
      const work = store.write(here, async (tx) => {
        await tx.insert(shelf, { id: freshId('shelf') })
        await tx.pipeline.flush()
        try {
          await tx.insert(shelf, { id })
          await tx.pipeline.flush()
        } catch (error) {
          heard.push(error)
        }
      })
      await expect(work).rejects.toMatchObject({ kind: 'conflict', reason: 'unique' })
      // Perhaps twice: what shares a transaction with a write that failed may be done again.
      expect(heard.at(-1)).toMatchObject({ kind: 'conflict', reason: 'unique' })
    })
  })
}
