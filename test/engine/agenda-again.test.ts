/**
 * A database that others use may undo a transaction after its work was done, and the store runs the work anew: what
 * the engine remembers of the first run must not count.
 */
import { afterEach, expect, it } from 'vitest'
import { fixedClock, movableClock } from '#base/clock.ts'
import type { Store } from '#edm/ports.ts'
import { actorOf, type Clockwork, epoch, one, openClockwork, two } from './clockwork.ts'

const open: Clockwork[] = []
afterEach(async () => {
  for (const world of open.splice(0)) await world.close()
})

const undone = new Error('undone')

/** While `isOn`, all work is done twice: the first time it is undone. */
const twice = (state: { isOn: boolean; undone: number }) => {
  const wrap = (store: Store): Store => ({
    ...store,
    write: async (tenantId, work) => {
      if (!state.isOn) return store.write(tenantId, work)
      await store
        .write(tenantId, async (tx) => {
          await work(tx)
          throw undone
        })
        .catch((error: unknown) => {
          if (error !== undone) throw error
          state.undone += 1
        })
      return store.write(tenantId, work)
    },
  })
  return wrap
}

/** A job that failed is done again: PostgreSQL's store does so where it shared its transaction with others. */
const againWhereItFails = (store: Store): Store => ({
  ...store,
  write: (tenantId, work) => store.write(tenantId, work).catch(() => store.write(tenantId, work)),
})

const opened = async (state: { isOn: boolean; undone: number }, base = fixedClock(new Date(epoch))) => {
  const world = await openClockwork({ wrap: twice(state), tenants: [one, two], clock: movableClock(base) })
  open.push(world)
  await world.engine.settle()
  state.isOn = true
  return world
}

it('fires each entry once in a sweep whose transactions were undone', async () => {
  const state = { isOn: false, undone: 0 }
  const world = await opened(state)
  for (let n = 0; n < 8; n++) await world.set(n % 2 === 0 ? one : two, n, `s${n}`)
  world.move(20)
  await world.engine.settle()
  expect((await world.rung()).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => [`s${n}`, n]))
  expect(state.undone).toBeGreaterThan(8)
  expect([await world.waiting(one), await world.waiting(two)]).toEqual([[], []])
})

it('fires what came due in the transaction of a write that was undone', async () => {
  const state = { isOn: false, undone: 0 }
  const base = fixedClock(new Date(epoch))
  const world = await opened(state, base)
  await world.set(one, 1, 'a')
  await world.set(one, 2, 'b')
  // It goes on without a word, so nobody but the write itself is there to fire them.
  base.set(new Date(epoch + 5_000))
  await world.set(one, 100, 'later')
  expect((await world.rung()).sort()).toEqual([
    ['a', 1],
    ['b', 2],
  ])
  expect(await world.waiting(one)).toEqual(['later'])
  expect((await world.send('GET', '/lines')).json.value).toHaveLength(2)
})

it('reports an entry once that failed in a transaction that was done again', async () => {
  const world = await openClockwork({
    wrap: againWhereItFails,
    tenants: [one, two],
    kinds: {
      ring: async (_, subject) => {
        if (subject.startsWith('bad')) throw new Error(`${subject} is broken`)
      },
    },
  })
  open.push(world)
  for (const [n, subject] of ['a', 'bad 1', 'b', 'bad 2', 'bad 3', 'c'].entries()) await world.set(one, n, subject)
  await world.set(two, 2.5, 'd')
  world.move(100)
  await world.engine.settle()
  expect((await world.rung()).map(([subject]) => subject)).toEqual(['a', 'b', 'd', 'c'])
  expect(world.reports.map(([where]) => where)).toEqual([1, 2, 3].map((n) => `agenda ring bad ${n}`))
  expect(await world.waiting(one)).toEqual(['bad 1', 'bad 2', 'bad 3'])
})

it('does not hold against an entry how often it fired for writes that were refused', async () => {
  const base = fixedClock(new Date(epoch))
  const world = await openClockwork({ tenants: [one], clock: movableClock(base) })
  open.push(world)
  await world.set(one, 1, 'a')
  base.set(new Date(epoch + 5_000))
  const refused = new Error('refused')
  const write = () =>
    world.engine.inTenant(one, actorOf(one), async () => {
      throw refused
    })
  for (let n = 0; n < 150; n++) await expect(write()).rejects.toBe(refused)
  await world.engine.settle()
  expect(await world.rung()).toEqual([['a', 1]])
  expect(world.reports).toEqual([])
})
