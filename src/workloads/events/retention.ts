/** How long events are kept for who is still to be told of them, and rows of deliveries (events.md §6.6). */
import type { ReadTx } from '#edm/ports.ts'
import { constant, type Expr, member } from '#edm/query.ts'
import { delivery, deliveryLane, deliveryTarget } from './types.ts'

/** A target that is off holds events for so long. */
const offDays = 30
const settledDays = 7
const deadDays = 30
const removedDays = 30

function isState(state: string): Expr {
  return { op: 'eq', left: member('state'), right: constant(state) }
}

/** Events above these numbers are still needed: by lanes that have not read them, and by what waits. */
export async function heldEvents(tx: ReadTx): Promise<readonly { readonly above: number; readonly days?: number }[]> {
  const held: { above: number; days?: number }[] = []
  for (const { id: targetId, state } of await tx.find(deliveryTarget, {})) {
    if (state === 'removed') continue
    const days = state === 'active' ? {} : { days: offDays }
    for (const { cursor } of await tx.find(deliveryLane, { targetId })) held.push({ above: cursor, ...days })
    // In the order of their ids, which is that of their numbers.
    for (const open of ['waiting', 'behind'])
      for (const { sequence } of await tx.find(delivery, { targetId, state: open }, 1))
        held.push({ above: sequence - 1, ...days })
  }
  return held
}

const settled: Expr = { op: 'or', args: [isState('delivered'), isState('skipped')] }

const dead: Expr = { op: 'or', args: [isState('dead'), isState('redelivered')] }

/** Rows of deliveries before the targets that they name. */
export const deliveryRecords = [
  { type: delivery, since: 'lastDateTime', days: settledDays, only: settled },
  { type: delivery, since: 'lastDateTime', days: deadDays, only: dead },
  { type: deliveryTarget, since: 'changedDateTime', days: removedDays, only: isState('removed') },
]
