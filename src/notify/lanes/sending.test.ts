import { expect, it } from 'vitest'
import type { OutboxRow, TargetRow } from '../kinds/kind.ts'
import { NodeLimits } from './facts.ts'
import { LaneQueue } from './lane-queue.ts'
import { OwnedLane } from './owned-lane.ts'
import { Sending, type SendingFacts } from './sending.ts'

it('waits once for a process that has all it may have under way, however many targets and looks there are', () => {
  const ids = ['one', 'two', 'three']
  const laneOf = (targetId: string): OwnedLane => {
    const queue = new LaneQueue({ targetId, isSerial: false, cursor: 0, items: [], settled: [] })
    queue.take([{ id: `e-${targetId}`, sequence: 1, orderingKey: 'k', eventName: 'e' } as OutboxRow], 1)
    return new OwnedLane({ id: `${targetId}:0`, lane: 0, targetId, epoch: 1, beat: 1, queue, since: performance.now() })
  }
  const targets = new Map(ids.map((id) => [id, { row: { id, state: 'active', pausedUntil: null } as TargetRow }]))
  const limits = new NodeLimits(1)
  limits.begin()
  const facts = { list: { of: () => targets }, kinds: { get: () => ({ mostEvents: () => 1 }) }, limits, tenantId: 't' }
  let count = 0
  const sending = new Sending(
    facts as unknown as SendingFacts,
    new Map(ids.map((id) => [`${id}:0`, laneOf(id)])),
    () => {
      count += 1
    },
  )
  for (let look = 0; look < 5; look += 1) sending.pump({ world: 0, real: 0 })
  for (let end = 0; end < 20; end += 1) limits.end()
  expect(count).toBe(1)
})
