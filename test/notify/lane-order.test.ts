/**
 * The order of a lane, against a model that is plain: each event settles once, in the order of its key, whatever fails, is
 * behind, is sent again by hand, or is cut off by a crash between two settles (events.md §6.1, §6.3).
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OutboxRow } from '#notify/kinds/kind.ts'
import { type DeliveryRow, type Item, itemOfRow } from '#notify/lanes/item.ts'
import { type Fate, LaneQueue } from '#notify/lanes/lane-queue.ts'

const targetId = 'target'
const eventOf = (sequence: number, key: number): OutboxRow =>
  ({
    id: `event-${sequence}`,
    sequence,
    eventName: 'name',
    subjectId: `subject-${key}`,
    orderingKey: `key-${key}`,
  }) as unknown as OutboxRow

/** The database of the lane: what has been settled. */
class Rows {
  readonly rows = new Map<string, DeliveryRow>()
  cursor = 0

  settle(queue: LaneQueue): void {
    const changes = queue.takeChanges()
    const cursor = queue.cursorWith(changes)
    for (const { item, row } of changes) {
      const { id, sequence, round, eventId, eventName, subjectId, orderingKey } = item
      expect(this.rows.has(id), `${id} is stored as it is known`).toBe(item.isStored)
      this.rows.set(id, {
        ...{ id, targetId, lane: 0, sequence, round, eventId, eventName, subjectId, orderingKey },
        ...row,
      })
    }
    queue.written(changes)
    expect(cursor).toBeGreaterThanOrEqual(this.cursor)
    this.cursor = cursor
  }

  /** What the next owner reads. */
  open(isSerial: boolean): LaneQueue {
    const all = [...this.rows.values()]
    return new LaneQueue({
      targetId,
      isSerial,
      cursor: this.cursor,
      items: all.filter(({ state }) => state === 'waiting' || state === 'behind').map(itemOfRow),
      settled: all.filter(({ sequence }) => sequence > this.cursor).map(({ sequence }) => sequence),
    })
  }
}

type Step =
  | { readonly do: 'read'; readonly count: number }
  | { readonly do: 'send'; readonly most: number; readonly fate: 'delivered' | 'waiting' | 'dead' }
  | { readonly do: 'settle' | 'crash' | 'due' }

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('read' as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({
      do: fc.constant('send' as const),
      most: fc.integer({ min: 1, max: 4 }),
      fate: fc.constantFrom('delivered' as const, 'waiting' as const, 'delivered' as const, 'dead' as const),
    }),
    fc.record({ do: fc.constantFrom('settle' as const, 'settle' as const, 'due' as const, 'crash' as const) }),
  ),
  { minLength: 5, maxLength: 80 },
)

const soon = { world: 0, real: 0 }
const later = { world: 1_000, real: 1_000 }
const fateOf = (state: 'delivered' | 'waiting' | 'dead'): Fate =>
  state === 'waiting' ? { state, next: later } : { state }

it('settles each event once and in the order of its key, over failures and crashes', () => {
  fc.assert(
    fc.property(
      steps,
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 30, maxLength: 30 }),
      fc.boolean(),
      (list, keys, isSerial) => {
        const events = keys.map((key, index) => eventOf(index + 1, key))
        const keyOf = ({ orderingKey }: { orderingKey: string }): string => (isSerial ? '' : orderingKey)
        const rows = new Rows()
        let queue = rows.open(isSerial)
        /** By key: sequences whose first receipt the receiver has seen, in this order. */
        const receipts = new Map<string, number[]>()
        const underWay: Item[][] = []
        const receive = (items: readonly Item[]): void => {
          for (const item of items) {
            const seen = receipts.get(keyOf(item)) ?? []
            receipts.set(keyOf(item), seen)
            if (!seen.includes(item.sequence)) seen.push(item.sequence)
          }
        }
        const run = (step: Step): void => {
          if (step.do === 'read') {
            const to = Math.min(events.length, queue.readTo + step.count)
            queue.take(
              events.filter(({ sequence }) => sequence > queue.readTo && sequence <= to),
              to,
            )
          } else if (step.do === 'send') {
            const items = queue.next(step.most)
            if (items.length > 0) underWay.push([...items])
            // Another one may end first.
            const ended = underWay.splice(underWay.length > 2 ? 1 : 0, 1)[0]
            if (ended === undefined) return
            const settled = new Set(
              [...rows.rows.values()]
                .filter(({ state }) => state === 'delivered' || state === 'dead')
                .map(({ sequence }) => sequence),
            )
            for (const { sequence } of ended)
              expect(settled.has(sequence), 'nothing that is settled is sent').toBe(false)
            if (step.fate !== 'waiting') receive(ended)
            queue.finish(ended, () => fateOf(step.fate))
          } else if (step.do === 'settle') rows.settle(queue)
          else if (step.do === 'due') queue.wakeDue(later)
          else {
            // Those under way may have been received, or not.
            for (const items of underWay.splice(0)) receive(items)
            queue = rows.open(isSerial)
          }
        }
        for (const step of list) run(step as Step)
        // To the end: everything is read, sent and settled.
        for (let turn = 0; turn < 200; turn += 1) {
          run({ do: 'read', count: 30 })
          run({ do: 'due' })
          run({ do: 'send', most: 3, fate: 'delivered' })
          run({ do: 'settle' })
        }
        expect(queue.held).toBe(0)
        expect(rows.cursor).toBe(events.length)
        const states = [...rows.rows.values()].map(({ state }) => state)
        expect(states).toHaveLength(events.length)
        expect(states.filter((state) => state !== 'delivered' && state !== 'dead')).toEqual([])
        for (const seen of receipts.values()) expect(seen).toEqual([...seen].sort((one, other) => one - other))
      },
    ),
    { numRuns: 400 },
  )
})

it('sends again by hand in order, before later events of the key', () => {
  const rows = new Rows()
  const queue = rows.open(false)
  queue.take([eventOf(1, 1), eventOf(2, 1), eventOf(3, 1)], 3)
  queue.finish(queue.next(1), () => fateOf('dead'))
  queue.finish(queue.next(1), () => fateOf('waiting'))
  rows.settle(queue)
  const dead = [...rows.rows.values()].find(({ sequence }) => sequence === 1) as DeliveryRow
  const again = {
    ...dead,
    id: 'again',
    round: 1,
    state: 'waiting',
    attempts: 0,
    nextWorld: '1970-01-01T00:00:00.000Z',
    nextReal: '1970-01-01T00:00:00.000Z',
  }
  queue.add([itemOfRow(again), itemOfRow(again)])
  const order: number[] = []
  for (let turn = 0; turn < 6; turn += 1) {
    queue.wakeDue(turn < 3 ? soon : later)
    const items = queue.next(1)
    order.push(...items.map(({ sequence }) => sequence))
    queue.finish(items, () => fateOf('delivered'))
  }
  expect(order).toEqual([1, 2, 3])
})

it('does not take a redelivery again that has ended, though its row still says that it waits', () => {
  const rows = new Rows()
  const queue = rows.open(false)
  queue.take([eventOf(1, 1)], 1)
  queue.finish(queue.next(1), () => fateOf('dead'))
  rows.settle(queue)
  const [dead] = [...rows.rows.values()]
  const again = itemOfRow({ ...(dead as DeliveryRow), id: 'again', round: 1, state: 'waiting', attempts: 0 })
  const stale = () => itemOfRow({ ...(dead as DeliveryRow), id: 'again', round: 1, state: 'waiting', attempts: 0 })
  queue.add([again])
  queue.wakeDue(soon)
  queue.finish(queue.next(1), () => fateOf('delivered'))
  // Before it is written, while it is, and for who had read the row before.
  queue.add([stale()])
  expect(queue.held).toBe(0)
  const changes = queue.takeChanges()
  queue.add([stale()])
  queue.written(changes)
  queue.add([stale()])
  expect([queue.held, queue.hasReady]).toEqual([0, false])
})

it('sends what waits as early as its row says, unless the row is of before its last attempt', () => {
  const rows = new Rows()
  const queue = rows.open(false)
  queue.take([eventOf(1, 1)], 1)
  const fail = (): void =>
    queue.finish(queue.next(1), (item) => {
      item.attempts += 1
      item.lastAt = `1970-01-01T00:00:0${item.attempts}.000Z`
      return fateOf('waiting')
    })
  const hastened = (row: DeliveryRow): Item => ({ ...itemOfRow(row), next: soon })
  const rowNow = (): DeliveryRow => [...rows.rows.values()][0] as DeliveryRow
  fail()
  rows.settle(queue)
  const first = rowNow()
  queue.wakeDue(soon)
  expect(queue.hasReady).toBe(false)
  queue.hasten([hastened(first)])
  queue.wakeDue(soon)
  expect(queue.hasReady).toBe(true)
  fail()
  for (const isWritten of [false, true]) {
    if (isWritten) rows.settle(queue)
    queue.hasten([hastened(first)])
    queue.wakeDue(soon)
    expect(queue.hasReady, `the second attempt is written: ${isWritten}`).toBe(false)
  }
  queue.hasten([hastened(rowNow())])
  queue.wakeDue(soon)
  expect(queue.hasReady).toBe(true)
})
