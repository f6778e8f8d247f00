/** Adapter: `/_relata/deliveries` over the rows of deliveries (events.md §6.6). */
import { instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { starPattern } from '#base/text/star-pattern.ts'
import type { DeliveryCaller } from '#control/feed/deliveries/caller.ts'
import type { DeliveriesControl, DeliveriesWish, ReplayWish } from '#control/feed/deliveries/deliveries.ts'
import type { Prepared, ReadTx, Store, Tx } from '#edm/ports.ts'
import { type Expr, member, param } from '#edm/query.ts'
import type { TargetRow } from '#notify/kinds/kind.ts'
import { type DeliveryRow, rowIdOf } from '#notify/lanes/item.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { delivery, deliveryTarget } from '#workloads/events/types.ts'
import { needRight } from './delivery-rights.ts'
import { summaryOf } from './summary.ts'
import { mayRead, type WebhooksFacts } from './webhooks-control.ts'

/** Rows that are read to find those of one page. */
const readAtOnce = 500
const mostReplayed = 10_000

function shownDelivery(row: DeliveryRow): Json {
  const { id: _, lane: __, nextReal, ...shown } = row
  return { ...shown, nextReal }
}

function bounded(left: string, op: 'ge' | 'lt', name: string): Expr {
  return { op, left: member(left), right: param(name) }
}

/** Rows of one instant and later ones, newest first; `skip` of them are passed over. */
function newestFirst(store: Store): Prepared {
  return store.prepare({
    type: delivery,
    branches: [{ op: 'and', args: [bounded('lastDateTime', 'ge', 'from'), bounded('lastDateTime', 'lt', 'to')] }],
    order: [{ by: member('lastDateTime'), descending: true }],
    limit: true,
    skip: true,
    shape: [],
    carry: Object.keys(delivery.props).filter((name) => name !== 'id'),
  })
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
  throw new AppError('notFound', `There is no target '${id}'.`, { target: 'target' })
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

function listingOn({ store }: WebhooksFacts, targets: Seen): Pick<DeliveriesControl, 'list'> {
  const page = newestFirst(store)
  return {
    list: async (caller, wish) => {
      const seen = await targets.ids(caller)
      const { from = earliest, to = latest, limit } = wish
      const matches = matcherOf(wish)
      const value: Json[] = []
      let skip = /^\d{1,9}$/.test(wish.after ?? '') ? Number(wish.after) : 0
      for (;;) {
        const bind = { from, to, skip, limit: readAtOnce }
        const rows = await store.read(caller.tenantId, (tx) => tx.query(page, bind))
        for (const { row } of rows) {
          skip += 1
          const found = row as unknown as DeliveryRow
          if (seen?.has(found.targetId) === false || !matches(found)) continue
          value.push(shownDelivery(found))
          if (value.length === limit) return { value, next: String(skip) }
        }
        if (rows.length < readAtOnce) return { value, next: undefined }
      }
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
        if (last === undefined)
          throw new AppError('notFound', `There is no delivery of event ${sequence} to this target.`, {
            target: 'sequence',
          })
        const made = await sendAgain(tx, last, now())
        await touch(tx, target)
        return made
      })
      await deliveries.changed(caller.tenantId)
      return shownDelivery(row)
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
