/** Adapter: `/_relata/webhooks` over the rows of targets (events.md §4.1). */
import { randomUUID } from 'node:crypto'
import { instantOf, type MovableClock } from '#base/clock.ts'
import { AppError, Faults } from '#base/errors.ts'
import { bucketOf, type Ids } from '#base/ids.ts'
import type { Json } from '#base/json.ts'
import type { DeliveryCaller } from '#control/feed/deliveries/caller.ts'
import { deliveryAddress } from '#control/feed/deliveries/deliveries.ts'
import { nothingKept, type WebhookWish } from '#control/feed/deliveries/webhook-wish.ts'
import { noWebhook, type WebhooksControl } from '#control/feed/deliveries/webhooks.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import { checkAddress } from '#notify/addresses/check-address.ts'
import type { TargetRow } from '#notify/kinds/kind.ts'
import { askWebhook } from '#notify/kinds/webhook/handshake.ts'
import {
  isSecret,
  makeSecret,
  publicKeyOf,
  rotationMillis,
  type Secrets,
  secretsIn,
} from '#notify/kinds/webhook/signing.ts'
import { type WebhookSettings, webhookSettings } from '#notify/kinds/webhook/webhook-kind.ts'
import { mayWant, webhookTest } from '#notify/lanes/target-list.ts'
import { targetsOn } from '#notify/targets.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { addressShown, type Managed, recordManagement } from '#workloads/directory/management-record.ts'
import { changesOf } from '#workloads/directory/rules/audit-record.ts'
import { delivery, deliveryTarget } from '#workloads/events/types.ts'
import type { Deliveries } from './deliveries.ts'
import { needRight, readerFor } from './delivery-rights.ts'

export interface WebhooksFacts {
  /** Whose writes wake the deliverer. */
  readonly store: Store
  readonly clock: MovableClock
  readonly ids: Ids
  readonly deliveries: Deliveries
  readonly adminAgents: boolean
  /** Milliseconds since 1970 by the real clock. */
  readonly realNow: () => number
}

/** Of a tenant: each is asked for each event. */
const mostWebhooks = 100

function eventsOf({ events }: TargetRow): readonly string[] {
  return JSON.parse(events) as string[]
}

/** As it is shown, without its secret and the values of its headers, which may be secrets of the receiver. */
export function shownWebhook(row: TargetRow, realNow: number): Json {
  const { mode, signing, batch, headers, description } = webhookSettings(row)
  const secrets = secretsIn(row.secret)
  const isPaused = row.pausedUntil !== null && Date.parse(row.pausedUntil) > realNow
  return {
    id: row.id,
    url: row.url,
    events: eventsOf(row),
    customers: row.customers === null ? null : JSON.parse(row.customers),
    ...{ mode, signing, batch, description },
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, null])),
    ...(signing === 'ed25519' && secrets !== undefined ? { publicKey: publicKeyOf(secrets.current) } : {}),
    state: row.state === 'active' && isPaused ? 'paused' : row.state,
    reason: row.reason,
    pausedUntil: isPaused ? row.pausedUntil : null,
    failingSince: row.failingSince,
    createdDateTime: row.createdDateTime,
    changedDateTime: row.changedDateTime,
  }
}

function secretFor(wish: WebhookWish): string {
  const { signing = 'hmac', secret } = wish
  if (secret === undefined) return makeSecret(signing)
  if (signing === 'ed25519' || !isSecret(secret))
    throw new AppError('invalid', "'secret' is whsec_ and 24 to 64 bytes in base64; keys of ed25519 are made here.", {
      target: 'secret',
    })
  return secret
}

/** The secret of HMAC; of Ed25519 nobody has to know the private key. */
function shownSecret(secret: string): Json {
  return secret.startsWith('whsk_') ? { publicKey: publicKeyOf(secret) } : { secret }
}

function settingsFor(wish: WebhookWish, origin: string): WebhookSettings {
  const { mode = 'structured', signing = 'hmac', batch = false, headers = {}, description = null } = wish
  return { mode, signing, batch, headers: headersAfter({}, headers), description, origin }
}

/** Those of the wish, where a null stands for the value that is there, in whatever case its name is written. */
function headersAfter(
  before: WebhookSettings['headers'],
  wish: NonNullable<WebhookWish['headers']>,
): WebhookSettings['headers'] {
  const kept = new Map(Object.entries(before).map(([name, value]) => [name.toLowerCase(), value]))
  const faults = new Faults('badRequest')
  const after = Object.entries(wish).map(([name, value]) => {
    const content = value ?? kept.get(name.toLowerCase())
    if (content === undefined) faults.add(`headers/${name}`, nothingKept(name))
    return [name, content ?? ''] as const
  })
  faults.throwIfAny()
  return Object.fromEntries(after)
}

/** What a change leaves of the settings. */
function settingsAfter(before: WebhookSettings, { mode, batch, headers, description }: WebhookWish): WebhookSettings {
  const after = {
    ...before,
    ...(mode === undefined ? {} : { mode }),
    ...(batch === undefined ? {} : { batch }),
    ...(headers === undefined ? {} : { headers: headersAfter(before.headers, headers) }),
    ...(description === undefined ? {} : { description }),
  }
  if (after.batch && after.mode === 'binary')
    throw new AppError('invalid', "'batch' is for the structured mode: the binary one has one event in a request.", {
      target: 'batch',
    })
  return after
}

function patchOf(row: TargetRow, wish: WebhookWish): Partial<TargetRow> {
  const { url, events, customers, state } = wish
  return {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events: JSON.stringify(events) }),
    ...(customers === undefined ? {} : { customers: customers === null ? null : JSON.stringify(customers) }),
    ...(state === undefined ? {} : enabledOr(state)),
    settings: JSON.stringify(settingsAfter(webhookSettings(row), wish)),
  }
}

function enabledOr(state: 'active' | 'paused'): Partial<TargetRow> {
  if (state === 'active') return { state, reason: null, pausedUntil: null, failingSince: null }
  return { state, reason: 'Somebody has paused it.', pausedUntil: null }
}

async function rowOf(tx: ReadTx, id: string): Promise<TargetRow> {
  const row = await tx.get(deliveryTarget, id)
  if (row === undefined || row.kind !== 'webhook' || row.state === 'removed') throw noWebhook(id)
  return row
}

/** Names that were not asked for before are told of from now on: waiting ones of others are not sent. */
async function skipDropped(tx: Tx, target: TargetRow, isWanted: (name: string) => boolean, now: string): Promise<void> {
  for (const state of ['waiting', 'behind'] as const)
    for (const row of await tx.find(delivery, { targetId: target.id, state }))
      if (!isWanted(row.eventName))
        await tx.update(delivery, row.id, { state: 'skipped', nextWorld: null, nextReal: null, lastDateTime: now })
}

/** What a record shows of a webhook; its header fields may hold secrets. */
function recordedOf({ url, events, customers, state }: TargetRow) {
  return {
    url: addressShown(url),
    events: JSON.parse(events) as string[],
    customers: customers === null ? null : (JSON.parse(customers) as string[]),
    state,
  }
}

/** In the log of the tenant. `before`: undefined of a new one. */
async function recordIn(
  { ids }: WebhooksFacts,
  { actor, request }: DeliveryCaller,
  tx: Tx,
  activity: Managed['activity'],
  { before, after }: { readonly before: TargetRow | undefined; readonly after: TargetRow },
): Promise<void> {
  const changes = changesOf(before === undefined ? {} : recordedOf(before), recordedOf(after))
  await recordManagement(
    { tx, ids, now: after.changedDateTime, actor, by: request.remote, request },
    { activity, type: 'Webhook', id: after.id, displayName: addressShown(after.url), changes },
  )
}

/** What the operations have in common. */
function rowsOn(facts: WebhooksFacts) {
  const { store, clock, deliveries, realNow } = facts
  const now = (): string => instantOf(clock.now())
  const shown = (row: TargetRow): Json => shownWebhook(row, realNow())
  const changed = async ({ tenantId }: DeliveryCaller, id: string): Promise<Json> => {
    await deliveries.changed(tenantId)
    return shown(await store.read(tenantId, (tx) => rowOf(tx, id)))
  }
  return {
    now,
    shown,
    changed,
    /** Reads it, and makes sure that the caller may see what it is told of. */
    need: async ({ tenantId, actor }: DeliveryCaller, id: string): Promise<TargetRow> => {
      const row = await store.read(tenantId, (tx) => rowOf(tx, id))
      await needRight(facts, actor, eventsOf(row))
      return row
    },
    put: async (
      caller: DeliveryCaller,
      id: string,
      activity: Managed['activity'],
      patch: (row: TargetRow) => Partial<TargetRow>,
    ): Promise<Json> => {
      await store.write(caller.tenantId, async (tx) => {
        const before = await rowOf(tx, id)
        const change = { ...patch(before), changedDateTime: now() }
        await tx.update(deliveryTarget, id, change)
        await recordIn(facts, caller, tx, activity, { before, after: { ...before, ...change } })
      })
      return changed(caller, id)
    },
  }
}

type Rows = ReturnType<typeof rowsOn>

function listingOn(facts: WebhooksFacts, { shown, need }: Rows): Pick<WebhooksControl, 'list' | 'show'> {
  return {
    list: async ({ tenantId, actor }) => {
      const rows = await facts.store.read(tenantId, (tx) => tx.find(deliveryTarget, { kind: 'webhook' }))
      const mayRead = await readerFor(facts, actor)
      const kept = rows.filter((row) => row.state !== 'removed' && mayRead(eventsOf(row))).map((row) => shown(row))
      if (kept.length === 0) await needRight(facts, actor, [])
      return kept
    },
    show: async (caller, id) => shown(await need(caller, id)),
  }
}

function makingOn(facts: WebhooksFacts, { now, need, changed }: Rows): Pick<WebhooksControl, 'add' | 'remove'> {
  const { store, ids, deliveries } = facts
  const targets = targetsOn(store)
  return {
    add: async (caller, wish) => {
      const { tenantId, actor, origin } = caller
      const { url = '', events = [], customers, handshake } = wish
      await needRight(facts, actor, events)
      checkAddress(url, deliveries.policy, 'url')
      const secret = secretFor(wish)
      if (handshake === true) await askWebhook(await deliveries.sender(), url, origin)
      const settings = { ...settingsFor(wish, origin) }
      const secrets: Secrets = { current: secret }
      const row = await store.write(tenantId, async (tx) => {
        const others = await tx.find(deliveryTarget, { kind: 'webhook' })
        if (others.filter(({ state }) => state !== 'removed').length >= mostWebhooks)
          throw new AppError('conflict', `There are ${mostWebhooks} webhooks already, which is the most.`)
        const draft = { kind: 'webhook', url, events, customers: customers ?? undefined, settings } as const
        const added = await targets.add(tx, { id: ids.mint(), ...draft, secret: JSON.stringify(secrets) }, now())
        await recordIn(facts, caller, tx, 'Add webhook', { before: undefined, after: added })
        return added
      })
      return { ...(await changed(caller, row.id)), ...shownSecret(secret) }
    },
    remove: async (caller, id) => {
      await need(caller, id)
      await store.write(caller.tenantId, async (tx) => {
        const before = await rowOf(tx, id)
        await targets.remove(tx, id, now())
        const after = { ...before, state: 'removed' as const, changedDateTime: now() }
        await recordIn(facts, caller, tx, 'Delete webhook', { before, after })
      })
      await deliveries.changed(caller.tenantId)
    },
  }
}

function changingOn(
  facts: WebhooksFacts,
  { now, need, put }: Rows,
): Pick<WebhooksControl, 'change' | 'rotate' | 'enable'> {
  const { store, deliveries, realNow } = facts
  return {
    change: async (caller, id, wish) => {
      const before = await need(caller, id)
      if (wish.events !== undefined) await needRight(facts, caller.actor, wish.events)
      if (wish.url !== undefined) checkAddress(wish.url, deliveries.policy, 'url')
      const answer = await put(caller, id, 'Update webhook', (row) => patchOf(row, wish))
      const target = deliveries.list.of(caller.tenantId).get(id)
      if (wish.events === undefined || target === undefined) return answer
      await store.write(caller.tenantId, (tx) => skipDropped(tx, before, (name) => mayWant(target, name), now()))
      return answer
    },
    rotate: async (caller, id, given) => {
      const { signing } = webhookSettings(await need(caller, id))
      const current = secretFor({ signing, ...(given === undefined ? {} : { secret: given }) })
      const until = instantOf(new Date(realNow() + rotationMillis))
      const answer = await put(caller, id, 'Change webhook secret', (row) => {
        const old = secretsIn(row.secret)?.current
        const secrets: Secrets = { current, ...(old === undefined ? {} : { previous: { secret: old, until } }) }
        return { secret: JSON.stringify(secrets) }
      })
      return { ...answer, ...shownSecret(current), previousUntil: until }
    },
    enable: async (caller, id) => {
      await need(caller, id)
      return put(caller, id, 'Update webhook', () => enabledOr('active'))
    },
  }
}

function testingOn({ store, ids }: WebhooksFacts, { now, need }: Rows): Pick<WebhooksControl, 'test'> {
  return {
    test: async (caller, id) => {
      await need(caller, id)
      const eventId = ids.mint()
      const at = now()
      await store.write(caller.tenantId, (tx) =>
        tx.insert(outboxEvent, {
          id: eventId,
          eventName: webhookTest,
          resourceName: 'Webhook',
          resourcePath: `/webhooks/${id}`,
          subjectId: randomUUID(),
          changedDateTime: at,
          orderingKey: id,
          bucket: bucketOf(id),
          facts: JSON.stringify({ changeType: 'created', entity: 'webhookTest' }),
        }),
      )
      // Events are numbered when they are committed.
      const sent = await store.read(caller.tenantId, (tx) => tx.get(outboxEvent, eventId))
      const sequence = sent?.sequence ?? 0
      return {
        ...{ id: eventId, type: webhookTest, time: at, sequence },
        delivery: deliveryAddress(caller, id, sequence),
      }
    },
  }
}

export function webhooksControlOf(facts: WebhooksFacts): WebhooksControl {
  const rows = rowsOn(facts)
  return {
    ...listingOn(facts, rows),
    ...makingOn(facts, rows),
    ...changingOn(facts, rows),
    ...testingOn(facts, rows),
  }
}
