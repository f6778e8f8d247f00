/** Adapter: `/_relata/deliveries` over the rows of deliveries (events.md §6.6). */
import { instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { shortText } from '#base/text/short-text.ts'
import { starPattern } from '#base/text/star-pattern.ts'
import type { DeliveryCaller } from '#control/feed/deliveries/caller.ts'
import type { DeliveriesControl, DeliveriesWish, ReplayWish } from '#control/feed/deliveries/deliveries.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, Tx } from '#edm/ports.ts'
import { type Expr, member, type Position, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import type { OutboxRow, TargetRow } from '#notify/kinds/kind.ts'
import { type DeliveryRow, rowIdOf } from '#notify/lanes/item.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { cloudEventOf } from '#workloads/events/canonical.ts'
import { delivery, deliveryLane, deliveryTarget } from '#workloads/events/types.ts'
import { readsAll, subscription } from '#workloads/subscriptions/types.ts'
import { needRight, readerFor } from './delivery-rights.ts'
import { wantedBy } from './lag.ts'
import { summaryOf } from './summary.ts'
import type { WebhooksFacts } from './webhooks-control.ts'

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
  return new AppError('notFound', `There is no target '${shortText(id)}'.`, { target: 'target' })
}

/** The world clock and the real one, as rows hold instants. */
interface Now {
  readonly world: string
  readonly real: string
}

/** Throws where the target is told of nothing now, so that what is sent again would wait all the same. */
function checkIsTold({ id, kind, state, reason, pausedUntil }: TargetRow, { real }: Now): void {
  const enable = kind === 'webhook' ? ` POST /_relata/webhooks/${id}/enable lets it go on.` : ''
  if (state !== 'active')
    throw new AppError('conflict', `The target is ${state}${reason === null ? '.' : `: ${reason}`}${enable}`, {
      target: 'target',
    })
  if (pausedUntil !== null && pausedUntil > real)
    throw new AppError('conflict', `The receiver asked to wait until ${pausedUntil}. The target goes on by itself.`, {
      target: 'target',
    })
}

/** The delivery that has to be settled before this one is sent; undefined: there is none. */
async function aheadOf(tx: ReadTx, { lanes }: TargetRow, row: DeliveryRow): Promise<DeliveryRow | undefined> {
  const { targetId, orderingKey, sequence } = row
  const waiting = await tx.find(delivery, { targetId, state: 'waiting', ...(lanes === 1 ? {} : { orderingKey }) })
  return waiting.sort((one, other) => one.sequence - other.sequence).find((other) => other.sequence < sequence)
}

/** A delivery that has not ended is due now, with the attempts that it has had. Throws where nothing can be hastened. */
async function hasten(tx: Tx, target: TargetRow, row: DeliveryRow, { world, real }: Now): Promise<DeliveryRow> {
  const ahead = await aheadOf(tx, target, row)
  if (ahead !== undefined)
    throw new AppError('conflict', `This event is sent after event ${ahead.sequence} of its subject, which waits.`)
  const { state, nextWorld, nextReal } = row
  const isDue = nextWorld === null || nextReal === null || nextWorld <= world || nextReal <= real
  if (state !== 'waiting' || isDue) throw new AppError('conflict', 'This event is on its way to the target already.')
  await tx.update(delivery, row.id, { nextWorld: world, nextReal: real })
  return { ...row, nextWorld: world, nextReal: real }
}

/** A new round of a delivery that has ended. Returns the row; throws where the event is not kept any more. */
async function sendAgain(tx: Tx, ended: DeliveryRow, { world, real }: Now): Promise<DeliveryRow> {
  const rounds = await tx.find(delivery, { targetId: ended.targetId, sequence: ended.sequence })
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

/** The subscription that a target is there for; undefined: it is for none. */
function subscriptionOf({ id, kind, settings }: TargetRow): string | undefined {
  if (kind !== 'graph') return undefined
  const { lifeCycleOf = id } = JSON.parse(settings) as { readonly lifeCycleOf?: string }
  return lifeCycleOf
}

/** A subscription is its application's alone, as in Graph: its address may hold a secret. */
function isOwn({ actor }: DeliveryCaller, row: RowOf<typeof subscription> | undefined): boolean {
  if (actor === undefined || actor.permissions.has(readsAll)) return true
  return row !== undefined && row.applicationId === (actor.appId ?? null)
}

/** The targets that the caller may see. */
function targetsSeen(facts: WebhooksFacts) {
  const { store } = facts
  const needSeen = async (caller: DeliveryCaller, row: TargetRow): Promise<void> => {
    await needRight(facts, caller.actor, eventsOf(row))
    const about = subscriptionOf(row)
    if (about === undefined) return
    const found = await store.read(caller.tenantId, (tx) => tx.get(subscription, about))
    if (!isOwn(caller, found)) throw noTarget(row.id)
  }
  return {
    need: async (caller: DeliveryCaller, id: string): Promise<TargetRow> => {
      const row = await store.read(caller.tenantId, (tx) => needTarget(tx, id))
      await needSeen(caller, row)
      return row
    },
    /** One that may have been removed: its rows are kept for a while. */
    known: async (caller: DeliveryCaller, id: string): Promise<TargetRow> => {
      const row = await store.read(caller.tenantId, (tx) => tx.get(deliveryTarget, id))
      if (row === undefined) throw noTarget(id)
      await needSeen(caller, row)
      return row
    },
    /** Their ids; undefined: all. */
    ids: async (caller: DeliveryCaller): Promise<ReadonlySet<string> | undefined> => {
      const { tenantId, actor } = caller
      if (actor === undefined) return undefined
      await needRight(facts, actor, [])
      const mayRead = await readerFor(facts, actor)
      return store.read(tenantId, async (tx) => {
        const found = new Map((await tx.find(subscription, {})).map((row) => [row.id, row]))
        const isSeen = (row: TargetRow): boolean => {
          const about = subscriptionOf(row)
          return mayRead(eventsOf(row)) && (about === undefined || isOwn(caller, found.get(about)))
        }
        return new Set((await tx.find(deliveryTarget, {})).filter(isSeen).map(({ id }) => id))
      })
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
        checkIsTold(target, now())
        const hasEnded = last.state !== 'waiting' && last.state !== 'behind'
        const made = await (hasEnded ? sendAgain(tx, last, now()) : hasten(tx, target, last, now()))
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
async function isSentAgain(tx: Tx, row: DeliveryRow, now: Now): Promise<boolean> {
  const rounds = await tx.find(delivery, { targetId: row.targetId, sequence: row.sequence })
  if (rounds.some(({ round }) => round > row.round)) return false
  if ((await tx.get(outboxEvent, row.eventId)) === undefined) return false
  await sendAgain(tx, row, now)
  return true
}
