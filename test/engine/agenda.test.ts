/** What is due happens before anything is seen: once, in order, over all tenants, however the clock was moved. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { fixedClock, movableClock } from '#base/clock.ts'
import { StoreError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'
import {
  actorOf,
  at,
  bell,
  type Clockwork,
  type ClockworkOptions,
  epoch,
  line,
  one,
  openClockwork,
  three,
  two,
} from './clockwork.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relata-agenda-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const opened: Clockwork[] = []
const open = async (options: ClockworkOptions = {}): Promise<Clockwork> => {
  const world = await openClockwork(options)
  opened.push(world)
  return world
}
afterEach(async () => {
  vi.useRealTimers()
  for (const world of opened.splice(0)) await world.close()
})

/** Lets what waits for the database go on while timers are held. */
const turns = async (): Promise<void> => {
  for (let n = 0; n < 50; n++) await new Promise(setImmediate)
}
const pass = async (millis: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(millis)
  await turns()
}

let files = 0
const freshLocation = (): string => join(folder, String(++files))

describe('what is due', () => {
  it('has happened before a request sees anything, at its own instant, as the system', async () => {
    const world = await open({
      bells: {},
      kinds: { ring: async ({ tx, now }, id) => tx.update(bell, id, { rungAt: now }) },
    })
    await world.engine.inTenant(one, actorOf(one), async ({ tx }) => tx.insert(bell, { id: 'b' }))
    await world.set(one, 10, 'b')
    world.move(9.999)
    expect((await world.send('GET', '/bells/b')).json.rungAt).toBeNull()
    world.move(100)
    expect((await world.send('GET', '/bells/b')).json.rungAt).toBe('2026-01-01T00:00:10Z')
    expect(await world.happened()).toEqual([{ tenant: one, what: 'ring b', at: at(10), cause: 'time' }])
    expect(await world.waiting(one)).toEqual([])
  })

  it('happens at its very instant, and not a millisecond earlier', async () => {
    const world = await open()
    await world.set(one, 1, 'a')
    world.move(0.999)
    await world.engine.settle()
    expect(await world.rung()).toEqual([])
    world.move(1)
    await world.engine.settle()
    expect(await world.rung()).toEqual([['a', 1]])
  })

  it('happens in the order of its instants, and of being set where those are equal', async () => {
    const world = await open()
    for (const [seconds, subject] of [
      [30, 'c'],
      [10, 'z'],
      [10, 'a'],
      [20, 'b'],
      [10, 'm'],
    ] as const) {
      await world.set(one, seconds, subject)
    }
    // Set anew, it goes behind the others of its instant.
    await world.set(one, 10, 'z')
    world.move(60)
    await world.engine.settle()
    expect(await world.rung()).toEqual([
      ['a', 10],
      ['m', 10],
      ['z', 10],
      ['b', 20],
      ['c', 30],
    ])
  })

  it('happens in order over all tenants', async () => {
    const world = await open({ tenants: [one, two, three] })
    await world.set(two, 1, 'two 1')
    await world.set(one, 2, 'one 2')
    await world.set(two, 3, 'two 3')
    await world.set(three, 3, 'three 3')
    await world.set(one, 3, 'one 3')
    await world.set(one, 4, 'one 4')
    world.move(10)
    await world.engine.settle()
    expect((await world.rung()).map(([subject]) => subject)).toEqual([
      'two 1',
      'one 2',
      'two 3',
      'three 3',
      'one 3',
      'one 4',
    ])
  })

  it('is replaced by an entry of the same kind and subject, and dropped without complaint', async () => {
    const world = await open({ kinds: { other: async () => undefined } })
    await world.set(one, 10, 'a')
    await world.set(one, 10, 'a', 'other')
    await world.set(one, 50, 'a')
    await world.set(one, 20, 'b')
    await world.drop(one, 'b')
    await world.drop(one, 'b')
    world.move(40)
    await world.engine.settle()
    expect(await world.happened()).toMatchObject([{ what: 'other a', at: at(10) }])
    world.move(60)
    await world.engine.settle()
    expect(await world.happened()).toMatchObject([{ what: 'other a' }, { what: 'ring a', at: at(50) }])
  })

  it('is gone when the request that set it fails', async () => {
    const world = await open()
    const failing = world.engine.inTenant(one, actorOf(one), async ({ agenda }) => {
      await agenda.set({ kind: 'ring', subject: 'a', due: at(0) })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await world.set(one, 5, 'b')
    world.move(10)
    await world.engine.settle()
    expect(await world.rung()).toEqual([['b', 5]])
  })

  it('brings about more, in order, where that is due by now too', async () => {
    const world = await open({
      kinds: {
        first: async ({ agenda, now }, subject) => {
          await agenda.set({ kind: 'ring', subject, due: new Date(Date.parse(now) + 5_000).toISOString() })
        },
        second: async ({ agenda }) => agenda.set({ kind: 'ring', subject: 'at once', due: at(0) }),
        third: async ({ agenda }) => agenda.drop('ring', 'never'),
        fourth: async ({ agenda }) => agenda.set({ kind: 'ring', subject: 'later', due: at(1000) }),
      },
    })
    await world.set(one, 1, 'a', 'first')
    await world.set(one, 3, 'b', 'second')
    await world.set(one, 4, 'c', 'third')
    await world.set(one, 5, 'never')
    await world.set(one, 5, 'd', 'fourth')
    await world.set(one, 6, 'later')
    await world.set(one, 7, 'e')
    world.move(100)
    await world.engine.settle()
    expect((await world.happened()).map(({ what, at: when }) => [what, (Date.parse(when) - epoch) / 1000])).toEqual([
      ['first a', 1],
      ['second b', 3],
      // Set for an instant that was over: time does not go back.
      ['ring at once', 3],
      ['third c', 4],
      ['fourth d', 5],
      ['ring a', 6],
      ['ring e', 7],
    ])
    expect(await world.waiting(one)).toEqual(['later'])
  })

  it('has not happened yet in the answer of the request that set it, and has in the next', async () => {
    const world = await open({
      bells: {
        beforeCreate: async ({ agenda, now }, { draft }) => {
          await agenda.set({ kind: 'ring', subject: 'b', due: now })
          return { row: { ...draft, id: 'b', state: 'quiet' } as never }
        },
      },
      kinds: { ring: async ({ tx }, id) => tx.update(bell, id, { state: 'rung' }) },
    })
    expect((await world.send('POST', '/bells', {})).json.state).toBe('quiet')
    expect((await world.send('GET', '/bells/b')).json.state).toBe('rung')
  })

  it('may be due after the year 9999, and then is not due at once', async () => {
    const world = await open()
    await world.engine.inTenant(one, actorOf(one), ({ agenda }) =>
      agenda.set({ kind: 'ring', subject: 'a', due: new Date(Date.UTC(12_000, 0)).toISOString() }),
    )
    await world.engine.settle()
    expect(await world.rung()).toEqual([])
    expect(await world.waiting(one)).toEqual(['a'])
  })

  it('is refused for a kind nobody fires, and for what is no instant', async () => {
    const world = await open()
    await expect(world.set(one, 1, 'a', 'unheard')).rejects.toThrow(/invariant/)
    const wrong = world.engine.inTenant(one, actorOf(one), ({ agenda }) =>
      agenda.set({ kind: 'ring', subject: 'a', due: '2026-01-01T00:00:00Z' }),
    )
    await expect(wrong).rejects.toThrow(/invariant/)
  })
})

describe('the clock', () => {
  it('may jump over many entries: each has its own instant', async () => {
    const world = await open({
      kinds: {
        daily: async ({ agenda, now }, subject) => {
          await agenda.set({ kind: 'daily', subject, due: new Date(Date.parse(now) + 86_400_000).toISOString() })
        },
      },
    })
    await world.set(one, 86_400, 'a', 'daily')
    world.clock.advance('P1M')
    await world.engine.settle()
    const days = (await world.rung()).map(([, seconds]) => seconds / 86_400)
    expect(days).toEqual(Array.from({ length: 31 }, (_, day) => day + 1))
    expect(await world.waiting(one)).toEqual(['a'])
  })

  it('may go back: nothing happens twice, nothing is lost', async () => {
    const world = await open()
    await world.set(one, 10, 'a')
    await world.set(one, 30, 'b')
    world.move(20)
    await world.engine.settle()
    world.move(0)
    await world.engine.settle()
    expect(await world.rung()).toEqual([['a', 10]])
    // Before what has happened already, and at an instant at which something else did.
    await world.set(one, 5, 'c')
    await world.set(one, 10, 'd')
    world.move(15)
    await world.engine.settle()
    expect(await world.rung()).toEqual([
      ['a', 10],
      ['c', 5],
      ['d', 10],
    ])
    world.move(40)
    await world.engine.settle()
    expect((await world.rung()).slice(3)).toEqual([['b', 30]])
    expect(await world.waiting(one)).toEqual([])
  })

  it('makes things happen without a request while it runs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const clock = movableClock({ now: () => new Date() })
    clock.set(new Date(epoch))
    const world = await open({ clock, atOnce: true })
    const settled = world.set(one, 5, 'a')
    await pass(100)
    await settled
    await pass(4_000)
    expect(await world.waiting(one)).toEqual(['a'])
    await pass(2_000)
    expect(await world.waiting(one)).toEqual([])
    // Moved, it wakes who sleeps.
    const again = world.set(one, 3_600, 'b')
    await pass(100)
    await again
    clock.advance('PT1H')
    await pass(10)
    expect(await world.rung()).toEqual([
      ['a', 5],
      ['b', 3_600],
    ])
  })

  it('wakes nobody while it stands still, and goes on where it was', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const clock = movableClock({ now: () => new Date() })
    clock.freeze(true)
    clock.set(new Date(epoch))
    const world = await open({ clock, atOnce: true })
    const settled = world.set(one, 0.005, 'a')
    await pass(100)
    await settled
    const looks = vi.spyOn(clock, 'now')
    await pass(50_000)
    expect(looks.mock.calls.length).toBeLessThan(10)
    expect(await world.rung()).toEqual([])
    clock.freeze(false)
    await pass(50)
    expect(await world.rung()).toEqual([['a', 0.005]])
  })
})

describe('a database that was closed', () => {
  it('has what came due meanwhile happen before the first request is answered', async () => {
    const location = freshLocation()
    const before = await openClockwork({ location, tenants: [one, two] })
    await before.set(one, 20, 'a')
    await before.set(two, 10, 'b')
    await before.set(one, 10, 'c')
    await before.set(one, 500, 'd')
    await before.close()
    const after = await open({ location, tenants: [one, two] })
    after.move(100)
    expect((await after.send('GET', '/lines')).json.value.map(({ what }: { what: string }) => what)).toEqual([
      'ring c',
      'ring a',
    ])
    expect(await after.rung()).toEqual([
      ['b', 10],
      ['c', 10],
      ['a', 20],
    ])
    // Those that were there come before those of the same instant that are set now.
    await after.set(one, 500, 'e')
    after.move(1000)
    await after.engine.settle()
    expect((await after.rung()).slice(3).map(([subject]) => subject)).toEqual(['d', 'e'])
  })

  it('has it happen without any request too', async () => {
    const location = freshLocation()
    const before = await openClockwork({ location })
    await before.set(one, 20, 'a')
    await before.close()
    const clock = fixedClock(new Date(epoch + 60_000))
    const after = await open({ location, clock: clock as never })
    await vi.waitFor(async () => expect(await after.rung()).toEqual([['a', 20]]), 10_000)
  })

  it('fires nothing twice when it was lost in the middle of a sweep', async () => {
    const location = freshLocation()
    let left = 300
    const gate = new Promise<never>(() => undefined)
    const before = await openClockwork({
      location,
      // The process stops here, with a transaction open.
      kinds: { slow: async () => (left-- > 0 ? undefined : gate) },
    })
    await before.engine.inTenant(one, actorOf(one), async ({ agenda }) => {
      for (let n = 0; n < 600; n++) await agenda.set({ kind: 'slow', subject: `s${n}`, due: at(n) })
    })
    before.move(1000)
    before.engine.settle().catch(() => undefined)
    await vi.waitFor(() => expect(left).toBeLessThan(0), 10_000)
    const committed = (await before.rung()).length
    expect(committed).toBeGreaterThan(0)
    expect(committed).toBeLessThan(300)

    // What a crash leaves is what another connection sees once the lock is gone: a copy of the files as they are.
    const { cp } = await import('node:fs/promises')
    const copy = freshLocation()
    await cp(location, copy, { recursive: true })
    const after = await open({ location: copy, kinds: { slow: async () => undefined } })
    expect((await after.waiting(one)).length).toBe(600 - committed)
    after.move(1000)
    await after.engine.settle()
    expect(await after.rung()).toEqual(Array.from({ length: 600 }, (_, n) => [`s${n}`, n]))
  })
})

describe('an entry that fails', () => {
  const failing = (broken: { is: boolean }, calls: string[] = []): ClockworkOptions => ({
    tenants: [one, two],
    kinds: {
      ring: async (_, subject) => {
        calls.push(subject)
        if (broken.is && subject.startsWith('bad')) throw new Error(`${subject} is broken`)
      },
    },
  })

  it('is reported, leaves nothing behind, and blocks no other', async () => {
    const world = await open(failing({ is: true }))
    for (const [n, subject] of ['a', 'bad 1', 'b', 'bad 2', 'bad 3', 'c'].entries()) await world.set(one, n, subject)
    await world.set(two, 2.5, 'd')
    world.move(100)
    await world.engine.settle()
    expect((await world.rung()).map(([subject]) => subject)).toEqual(['a', 'b', 'd', 'c'])
    expect(world.reports).toEqual([
      ['agenda ring bad 1', 'bad 1 is broken'],
      ['agenda ring bad 2', 'bad 2 is broken'],
      ['agenda ring bad 3', 'bad 3 is broken'],
    ])
    expect(await world.waiting(one)).toEqual(['bad 1', 'bad 2', 'bad 3'])
  })

  it('is not tried with every request', async () => {
    const calls: string[] = []
    const world = await open(failing({ is: true }, calls))
    await world.set(one, 1, 'bad')
    world.move(10)
    for (let n = 0; n < 5; n++) await world.send('GET', '/lines')
    await world.set(one, 11, 'a')
    await world.send('GET', '/lines')
    expect(calls.filter((subject) => subject === 'bad')).toHaveLength(1)
  })

  it('is tried again after a minute, and when the clock is moved', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const broken = { is: true }
    const world = await open({ ...failing(broken), atOnce: true })
    await world.set(one, 1, 'bad')
    world.move(10)
    await world.engine.settle()
    expect(world.reports).toHaveLength(1)
    world.move(20)
    await world.engine.settle()
    expect(world.reports).toHaveLength(2)
    broken.is = false
    await pass(59_000)
    expect(await world.rung()).toEqual([])
    await pass(2_000)
    expect(await world.rung()).toEqual([['bad', 1]])
  })

  it('costs little more than one that does not, however many do', { timeout: 60_000 }, async () => {
    const calls: string[] = []
    const world = await open(failing({ is: true }, calls))
    await world.engine.inTenant(one, actorOf(one), async ({ agenda }) => {
      for (let n = 0; n < 1_000; n++) {
        await agenda.set({ kind: 'ring', subject: n % 3 === 0 ? `good ${n}` : `bad ${n}`, due: at(1) })
      }
    })
    world.move(2)
    await world.engine.settle()
    expect((await world.rung()).length).toBe(334)
    expect(world.reports).toHaveLength(666)
    expect(calls.length).toBeLessThan(2_000)
  })

  it('may be one that comes up again and again at one instant', async () => {
    const world = await open({
      kinds: { again: async ({ agenda, now }, subject) => agenda.set({ kind: 'again', subject, due: now }) },
    })
    await world.set(one, 1, 'a', 'again')
    await world.set(one, 2, 'b')
    world.move(10)
    await world.engine.settle()
    expect(world.reports).toEqual([['agenda again a', expect.stringContaining('again and again')]])
    expect((await world.rung()).at(-1)).toEqual(['b', 2])
  })
})

describe('a database that cannot be written', () => {
  it('fails the requests that wait, and loses nothing', async () => {
    let isBroken = false
    const wrap = (store: Store): Store => ({
      ...store,
      write: (tenantId, work) =>
        isBroken ? Promise.reject(new StoreError('unavailable', 'busy')) : store.write(tenantId, work),
    })
    const world = await open({ wrap })
    await world.set(one, 1, 'a')
    isBroken = true
    world.move(10)
    expect((await world.send('GET', '/lines')).status).toBe(503)
    isBroken = false
    expect((await world.send('GET', '/lines')).json.value).toHaveLength(1)
    expect(await world.rung()).toEqual([['a', 1]])
  })

  it('undoes a whole commit that is lost, and fires it anew', async () => {
    let losing: 'not yet' | 'now' | 'over' = 'not yet'
    const wrap = (store: Store): Store => ({
      ...store,
      write: (tenantId, work) =>
        store.write(tenantId, async (tx) => {
          const value = await work(tx)
          // As a commit that fails does it: the work was done, and is gone, and so is what came after it.
          if (losing === 'not yet' && (await tx.find(line, {})).length > 1) losing = 'now'
          if (losing === 'now') throw new StoreError('unavailable', 'full')
          return value
        }),
    })
    const world = await open({ wrap, tenants: [one, two] })
    for (let n = 0; n < 5; n++) await world.set(n % 2 === 0 ? one : two, n, `s${n}`)
    world.move(10)
    await expect(world.engine.settle()).rejects.toMatchObject({ kind: 'unavailable' })
    losing = 'over'
    expect((await world.rung()).length).toBeLessThan(4)
    await world.engine.settle()
    expect(await world.rung()).toEqual([0, 1, 2, 3, 4].map((n) => [`s${n}`, n]))
  })
})

describe('many at once', () => {
  it('never show a state that is overdue, though requests come while they happen', async () => {
    const world = await open({
      location: freshLocation(),
      kinds: { ring: async ({ tx, now }, id) => tx.update(bell, id, { rungAt: now, state: 'rung' }) },
    })
    const count = 2_000
    await world.engine.inTenant(one, actorOf(one), async ({ tx, agenda }) => {
      for (let n = 0; n < count; n++) {
        await tx.insert(bell, { id: `b${n}`, state: 'quiet' })
        await agenda.set({ kind: 'ring', subject: `b${n}`, due: at(1) })
      }
    })
    world.move(2)
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        for (let turn = 0; turn < n; turn++) await new Promise(setImmediate)
        return world.send('GET', `/bells/b${count - 1 - n}`)
      }),
    )
    expect(new Set(answers.map(({ json }) => json.state))).toEqual(new Set(['rung']))
    expect(await world.waiting(one)).toEqual([])
  })

  it('lets no write of the same commit see what another one made due at once', async () => {
    const world = await open({
      location: freshLocation(),
      bells: {
        beforeCreate: async ({ tx, agenda, now }, { draft }) => {
          const overdue = await tx.find(bell, { state: 'overdue' })
          expect(overdue).toEqual([])
          const { id } = draft as { id: string }
          await agenda.set({ kind: 'ring', subject: id, due: now })
          return { row: { id, state: 'overdue' } as never }
        },
      },
      kinds: { ring: async ({ tx }, id) => tx.update(bell, id, { state: 'rung' }) },
    })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => world.send('POST', '/bells', { id: `b${n}` })),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    expect(world.reports).toEqual([])
    await world.engine.settle()
    expect(await world.rung()).toHaveLength(50)
  })

  it('happen in the transaction of a write, and are undone and happen later where that fails', async () => {
    let isRefusing = true
    const world = await open({
      tenants: [one, two],
      bells: {
        beforeCreate: async ({ tx }, { draft }) => {
          const { length } = await tx.find(line, {})
          if (isRefusing) throw new Error(`no, though ${length} happened`)
          return { row: { ...draft, id: 'b', state: String(length) } as never }
        },
      },
    })
    for (const subject of ['a', 'b', 'c']) await world.set(one, 1, subject)
    await world.set(two, 1, 'd')
    await world.set(one, 2, 'e')
    world.move(2)
    expect((await world.send('POST', '/bells', {})).status).toBe(500)
    expect(world.reports.map(([, message]) => message)).toEqual(['no, though 4 happened'])
    isRefusing = false
    expect((await world.send('POST', '/bells', {})).json.state).toBe('4')
    expect((await world.rung()).map(([subject]) => subject)).toEqual(['a', 'b', 'c', 'd', 'e'])

    // Alone in its tenant, and with a rule that fails: the write does not suffer for it.
    await world.set(one, 2, 'f')
    isRefusing = true
    expect((await world.send('POST', '/bells', {})).status).toBe(500)
    expect((await world.send('GET', '/lines')).json.value).toHaveLength(5)
    expect((await world.rung()).map(([subject]) => subject)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('does not fail a write when an entry due before it fails', async () => {
    const world = await open({ kinds: { bad: async () => Promise.reject(new Error('bad')) } })
    // Set at the instant at which it is due, so that the next write is the first to meet it.
    await world.set(one, 0, 'a', 'bad')
    await world.set(one, 0, 'b')
    await world.set(one, 0, 'c')
    await world.engine.settle()
    expect(await world.rung()).toEqual([
      ['b', 0],
      ['c', 0],
    ])
    expect(world.reports).toEqual([['agenda bad a', 'bad']])
  })

  it('are 9,000 at one instant, each fired once', { tags: ['slow'], timeout: 60_000 }, async () => {
    const location = freshLocation()
    const world = await open({
      location,
      kinds: {
        ring: async ({ tx, ids, now, agenda }, id) => {
          await tx.get(bell, id)
          await tx.find(line, { number: 1 })
          await tx.update(bell, id, { rungAt: now, state: 'rung' })
          await tx.insert(bell, { id: ids.mint(), state: 'echo' })
          await tx.insert(bell, { id: ids.mint(), state: 'echo' })
          await agenda.set({ kind: 'ring', subject: id, due: new Date(Date.parse(now) + 86_400_000).toISOString() })
        },
      },
    })
    await world.engine.inTenant(one, actorOf(one), async ({ tx, agenda }) => {
      for (let n = 0; n < 9_000; n++) {
        await tx.insert(bell, { id: `b${n}` })
        await agenda.set({ kind: 'ring', subject: `b${n}`, due: at(1) })
      }
    })
    world.move(2)
    await world.engine.settle()
    // How long it takes is measured by the bench (bench/parts/due.js).
    const rung = (await world.rung()).map(([name]) => name)
    expect([rung.length, new Set(rung).size]).toEqual([9_000, 9_000])
  })

  it('may belong to tenants that take turns', { tags: ['slow'], timeout: 60_000 }, async () => {
    const world = await open({ location: freshLocation(), tenants: [one, two] })
    for (const tenant of [one, two]) {
      await world.engine.inTenant(tenant, actorOf(tenant), async ({ agenda }) => {
        for (let n = 0; n < 2_000; n++) {
          const seconds = tenant === one ? n : n + 0.5
          await agenda.set({ kind: 'ring', subject: String(seconds), due: at(seconds) })
        }
      })
    }
    world.move(10_000)
    await world.engine.settle()
    expect(await world.rung()).toEqual(Array.from({ length: 4_000 }, (_, n) => [String(n / 2), n / 2]))
  })
})
