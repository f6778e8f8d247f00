/** Adapter: `/_relata/deliveries` over the rows of deliveries (events.md §6.6). */
import { instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { starPattern } from '#base/text/star-pattern.ts'
import type { DeliveryCaller } from '#control/feed/deliveries/caller.ts'
import type { DeliveriesControl, DeliveriesWish, ReplayWish } from '#control/feed/deliveries/deliveries.ts'
import type { ReadTx, Tx } from '#edm/ports.ts'
import { type Expr, member, type Position, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { OutboxRow, TargetRow } from '#notify/kinds/kind.ts'
import { type DeliveryRow, rowIdOf } from '#notify/lanes/item.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { cloudEventOf } from '#workloads/events/canonical.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import { needRight } from './delivery-rights.ts'
import { wantedBy } from './lag.ts'
import { summaryOf } from './summary.ts'
import { mayRead, type WebhooksFacts } from './webhooks-control.ts'

/** Rows that are read to find those of one page. */
const readAtOnce = 500
const mostReplayed = 10_000

/** With the time of its event, as long as that is kept. */
async function shownDeliveries(tx: ReadTx, rows: readonly DeliveryRow[]): Promise<Json[]> {
  const sequences = [...new Set(rows.map(({ sequence }) => sequence))]
  const events = await tx.find(
    outboxEvent,
    sequences.map((sequence) => ({ sequence })),
  )
  const times = new Map(events.map(({ id, changedDateTime }) => [id, changedDateTime]))
  return rows.map(({ id: _, lane: __, nextReal, ...shown }) => {
    return { ...shown, nextReal, eventDateTime: times.get(shown.eventId) ?? null }
  })
}

function bounded(left: string, op: 'ge' | 'lt', name: string): Expr {
  return { op, left: member(left), right: param(name) }
}

/**
 * By events, the newest first, as their ids are in the order in which they were made: a row keeps its place whatever becomes of
 * it, so that a list that is read page by page has each row once.
 */
const newestFirst: RowQuery = {
  type: delivery,
  branches: [{ op: 'and', args: [bounded('lastDateTime', 'ge', 'from'), bounded('lastDateTime', 'lt', 'to')] }],
  order: [
    { by: member('eventId'), descending: true },
    { by: member('round'), descending: true },
  ],
  limit: true,
  shape: [],
  carry: Object.keys(delivery.props).filter((name) => name !== 'id'),
}

const [earliest, latest] = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']

function matcherOf({ target, state, event, subject }: DeliveriesWish): (row: DeliveryRow) => boolean {
  const isNamed = event === undefined ? () => true : starPattern(event)
  return (row) =>
    (target === undefined || row.targetId === target) &&
    (state === undefined || row.state === state) &&
    (subject === undefined || row.subjectId === subject || row.orderingKey === subject) &&
    isNamed(row.eventName)
}

async function needTarget(tx: ReadTx, id: string): Promise<TargetRow> {
  const row = await tx.get(deliveryTarget, id)
  if (row !== undefined && row.state !== 'removed') return row
  throw noTarget(id)
}

function noTarget(id: string): AppError {
  return new AppError('notFound', `There is no target '${id}'.`, { target: 'target' })
}

/** A new round of a delivery that has ended. Returns the row; throws where the event is not kept any more, or is on its way. */
async function sendAgain(
  tx: Tx,
  ended: DeliveryRow,
  { world, real }: { world: string; real: string },
): Promise<DeliveryRow> {
  const rounds = await tx.find(delivery, { targetId: ended.targetId, sequence: ended.sequence })
  if (rounds.some(({ state }) => state === 'waiting' || state === 'behind'))
    throw new AppError('conflict', 'This event is on its way to the target already.')
  if ((await tx.get(outboxEvent, ended.eventId)) === undefined)
    throw new AppError('gone', 'This event is not kept any more, so it cannot be sent again.')
  const round = Math.max(...rounds.map((row) => row.round)) + 1
  // What became of it is in the next round.
  for (const { id, state } of rounds) if (state === 'dead') await tx.update(delivery, id, { state: 'redelivered' })
  const { id: _, lastStatus: __, lastError: ___, answer: ____, ...rest } = ended
  return tx.insert(delivery, {
    ...rest,
    id: rowIdOf(ended.targetId, ended.sequence, round),
    round,
    state: 'waiting',
    attempts: 0,
    nextWorld: world,
    nextReal: real,
    firstDateTime: null,
    lastDateTime: world,
  })
}

/** Targets change when rows are added for them, so that whoever works on their lanes looks for these. */
async function touch(tx: Tx, target: TargetRow): Promise<void> {
  await tx.update(deliveryTarget, target.id, { changedDateTime: target.changedDateTime })
}

function eventsOf({ events }: TargetRow): readonly string[] {
  return JSON.parse(events) as string[]
}

/** The targets that the caller may see. */
function targetsSeen(facts: WebhooksFacts) {
  const { store } = facts
  return {
    need: async ({ tenantId, actor }: DeliveryCaller, id: string): Promise<TargetRow> => {
      const row = await store.read(tenantId, (tx) => needTarget(tx, id))
      await needRight(facts, actor, eventsOf(row))
      return row
    },
    /** One that may have been removed: its rows are kept for a while. */
    known: async ({ tenantId, actor }: DeliveryCaller, id: string): Promise<TargetRow> => {
      const row = await store.read(tenantId, (tx) => tx.get(deliveryTarget, id))
      if (row === undefined) throw noTarget(id)
      await needRight(facts, actor, eventsOf(row))
      return row
    },
    /** Their ids; undefined: all. */
    ids: async ({ tenantId, actor }: DeliveryCaller): Promise<ReadonlySet<string> | undefined> => {
      if (actor === undefined) return undefined
      await needRight(facts, actor, [])
      const rows = await store.read(tenantId, (tx) => tx.find(deliveryTarget, {}))
      const seen = new Set<string>()
      for (const row of rows) if (await mayRead(facts, actor, row)) seen.add(row.id)
      return seen
    },
  }
}

type Seen = ReturnType<typeof targetsSeen>

function placeText(place: Position): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Id of the event, round, and id of the row. Throws `invalid` for anything else. */
function placeIn(text: string): Position {
  try {
    const place = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    const [eventId, round, id, ...more] = place
    const isPlace = typeof eventId === 'string' && Number.isSafeInteger(round) && typeof id === 'string'
    if (isPlace && more.length === 0) return [eventId, round as number, id]
  } catch {
    // Refused below.
  }
  throw new AppError('invalid', "'after' is what nextLink has, and nothing else.", { target: 'after' })
}

function listingOn({ store }: WebhooksFacts, targets: Seen): Pick<DeliveriesControl, 'list'> {
  const [first, next] = [store.prepare(newestFirst), store.prepare({ ...newestFirst, after: true })]
  return {
    list: async (caller, wish) => {
      let after = wish.after === undefined ? undefined : placeIn(wish.after)
      const seen = await targets.ids(caller)
      const { from = earliest, to = latest, limit } = wish
      const matches = matcherOf(wish)
      const found: DeliveryRow[] = []
      const value = (): Promise<Json[]> => store.read(caller.tenantId, (tx) => shownDeliveries(tx, found))
      for (;;) {
        const bind = { from, to, limit: readAtOnce }
        const rows = await store.read(caller.tenantId, (tx) =>
          after === undefined ? tx.query(first, bind) : tx.query(next, { ...bind, after }),
        )
        for (const { row, position } of rows) {
          after = position
          const one = row as unknown as DeliveryRow
          if (seen?.has(one.targetId) === false || !matches(one)) continue
          found.push(one)
          if (found.length === limit) return { value: await value(), next: placeText(position) }
        }
        if (rows.length < readAtOnce) return { value: await value(), next: undefined }
      }
    },
  }
}

function noDelivery(sequence: number): AppError {
  return new AppError('notFound', `There is no delivery of event ${sequence} to this target.`, { target: 'sequence' })
}

/** Whether it is the next lane's turn to take it up: there is no row of what has not been tried. */
async function isDue(tx: ReadTx, row: TargetRow, event: OutboxRow): Promise<boolean> {
  const lane = event.bucket % row.lanes
  const [found] = await tx.find(deliveryLane, { targetId: row.id, lane })
  const isAhead = found !== undefined && event.sequence > Math.max(found.cursor, row.createdAfterSequence)
  return isAhead && wantedBy(row)(event)
}

function showingOn({ store, deliveries }: WebhooksFacts, targets: Seen): Pick<DeliveriesControl, 'show'> {
  return {
    show: async (caller, targetId, sequence) => {
      const target = await targets.known(caller, targetId)
      return store.read(caller.tenantId, async (tx) => {
        const rounds = await tx.find(delivery, { targetId, sequence })
        rounds.sort((one, other) => other.round - one.round)
        const [event] = await tx.find(outboxEvent, { sequence }, 1)
        const [last] = rounds
        if (last === undefined && (event === undefined || !(await isDue(tx, target, event)))) throw noDelivery(sequence)
        const origin = deliveries.publicUrl ?? caller.origin
        return {
          targetId,
          sequence,
          state: last?.state ?? 'due',
          event: event === undefined ? null : cloudEventOf(event, caller.tenantId, origin),
          rounds: await shownDeliveries(tx, rounds),
        }
      })
    },
  }
}

function repeatingOn(facts: WebhooksFacts, targets: Seen): Pick<DeliveriesControl, 'redeliver' | 'replay'> {
  const { store, clock, deliveries, realNow } = facts
  const now = () => ({ world: instantOf(clock.now()), real: instantOf(new Date(realNow())) })
  return {
    redeliver: async (caller, targetId, sequence) => {
      const target = await targets.need(caller, targetId)
      const row = await store.write(caller.tenantId, async (tx) => {
        const rounds = await tx.find(delivery, { targetId, sequence })
        const last = rounds.sort((one, other) => one.round - other.round).at(-1)
        if (last === undefined) throw noDelivery(sequence)
        const made = await sendAgain(tx, last, now())
        await touch(tx, target)
        return (await shownDeliveries(tx, [made]))[0] as Json
      })
      await deliveries.changed(caller.tenantId)
      return row
    },
    replay: async (caller, { target: id, state, from = earliest, to = latest }: ReplayWish) => {
      const target = await targets.need(caller, id)
      const count = await store.write(caller.tenantId, async (tx) => {
        const rows = await tx.find(delivery, { targetId: id, state })
        const wanted = rows.filter(({ lastDateTime: at }) => at !== null && at >= from && at < to)
        let sent = 0
        for (const row of wanted.sort((one, other) => one.sequence - other.sequence).slice(0, mostReplayed))
          if (await isSentAgain(tx, row, now())) sent += 1
        await touch(tx, target)
        return sent
      })
      await deliveries.changed(caller.tenantId)
      return count
    },
  }
}

export function deliveriesControlOf(facts: WebhooksFacts): DeliveriesControl {
  const targets = targetsSeen(facts)
  return {
    ...listingOn(facts, targets),
    ...showingOn(facts, targets),
    ...repeatingOn(facts, targets),
    summary: async (caller) => {
      const seen = await targets.ids(caller)
      const all = await summaryOf(facts.store, caller.tenantId, facts.realNow())
      return all.filter(({ target }) => seen?.has(target) !== false)
    },
  }
}

/** Of several rounds of an event only the last one is sent again. */
async function isSentAgain(tx: Tx, row: DeliveryRow, now: { world: string; real: string }): Promise<boolean> {
  const rounds = await tx.find(delivery, { targetId: row.targetId, sequence: row.sequence })
  if (rounds.some(({ round }) => round > row.round)) return false
  if ((await tx.get(outboxEvent, row.eventId)) === undefined) return false
  await sendAgain(tx, row, now)
  return true
}
