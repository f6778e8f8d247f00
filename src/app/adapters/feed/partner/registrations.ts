/** Adapter: registrations and validation events of Partner Center's API over the rows of targets (events.md §2.3, §2.6). */
import { type Clock, instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { bucketOf, type Ids } from '#base/ids.ts'
import type { PartnerParts, Registrant } from '#control/feed/partner/endpoint.ts'
import type { PartnerRegistration, RegistrationWish } from '#control/feed/partner/registration.ts'
import type { Validation } from '#control/feed/partner/validation-events.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import { checkAddress } from '#notify/addresses/check-address.ts'
import type { TargetRow } from '#notify/kinds/kind.ts'
import { type PartnerCenterSettings, settingsOf } from '#notify/kinds/partner-center.ts'
import type { Targets } from '#notify/targets.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import { type Managed, recordManagement, urlShown } from '#workloads/directory/management-record.ts'
import { changesOf } from '#workloads/directory/rules/audit-record.ts'
import { factsText } from '#workloads/events/event-facts.ts'
import { testEvent } from '#workloads/events/names.ts'
import { delivery, deliveryTarget, validationEvent } from '#workloads/events/types.ts'
import type { Deliveries } from '../../../deliveries/deliveries.ts'

export interface RegistrationFacts {
  readonly store: Store
  /** Of the rows. */
  readonly ids: Ids
  readonly clock: Clock
  readonly targets: Targets
  readonly deliveries: Pick<Deliveries, 'policy' | 'changed'>
  /** Why nothing can be signed; undefined: it can. */
  readonly off: string | undefined
  /** Only what Microsoft has: its log has no records of registrations. */
  readonly strict: boolean
}

const perMinute = 2
const minuteMillis = 60_000
const keptMillis = 7 * 24 * 60 * minuteMillis

export async function registrationIn(tx: ReadTx): Promise<TargetRow | undefined> {
  return (await tx.find(deliveryTarget, { kind: 'partnerCenter' })).find(({ state }) => state !== 'removed')
}

function shownOf(row: TargetRow, tenantId: string): PartnerRegistration {
  const { signatureTokenToMsSignatureHeader, properties, lastModified } = settingsOf(row)
  return {
    webhookUrl: row.url,
    webhookEvents: JSON.parse(row.events) as string[],
    signatureTokenToMsSignatureHeader,
    subscriberId: tenantId,
    lastModified,
    ...(properties === undefined ? {} : { properties }),
  }
}

function settingsFor(wish: RegistrationWish, now: string, origin: string): PartnerCenterSettings {
  const { signatureTokenToMsSignatureHeader, properties } = wish
  return {
    signatureTokenToMsSignatureHeader,
    lastModified: now,
    origin,
    ...(properties === undefined ? {} : { properties }),
  }
}

/** What waits for a name that is not asked for any more is not sent. */
async function skipDropped(tx: Tx, target: TargetRow, names: readonly string[], now: string): Promise<void> {
  for (const state of ['waiting', 'behind'] as const)
    for (const row of await tx.find(delivery, { targetId: target.id, state }))
      if (!names.includes(row.eventName))
        await tx.update(delivery, row.id, { state: 'skipped', nextWorld: null, nextReal: null, lastDateTime: now })
}

/** What a record shows of a registration. */
function recordedOf({ url, events }: Pick<TargetRow, 'url' | 'events'>) {
  return { webhookUrl: urlShown(url), webhookEvents: JSON.parse(events) as string[] }
}

/** In the log of the tenant. `before`: undefined of a new one. */
async function recordIn(
  { ids, strict }: RegistrationFacts,
  { actor, request }: Registrant,
  tx: Tx,
  activity: Managed['activity'],
  { before, after }: { readonly before: TargetRow | undefined; readonly after: TargetRow },
): Promise<void> {
  if (strict) return
  const changes = changesOf(before === undefined ? {} : recordedOf(before), recordedOf(after))
  const { id, url, changedDateTime: now } = after
  await recordManagement(
    { tx, ids, now, actor, request },
    { activity, type: 'WebhookRegistration', id, displayName: urlShown(url), changes },
  )
}

type Registering = Pick<PartnerParts, 'registration' | 'register' | 'replace' | 'unregister'>
type Validating = Pick<PartnerParts, 'validate' | 'validation'>

function validationOf(row: { id: string; callbackUrl: string; results: string }, tenantId: string): Validation {
  const results = JSON.parse(row.results) as { status: number | null; error: string | null; at: string }[]
  return {
    correlationId: row.id,
    partnerId: tenantId,
    callbackUrl: row.callbackUrl,
    results: results.map(({ status, error, at }) => ({ status: status ?? undefined, error: error ?? undefined, at })),
  }
}

/** Names that were not asked for before are told from now on. */
function sinceOn(store: Store) {
  const newest = store.prepare({
    type: outboxEvent,
    branches: [constant(true)],
    order: [{ by: member('sequence'), descending: true }],
    limit: true,
    shape: [],
    carry: ['sequence'],
  })
  return async (tx: Tx, row: TargetRow, names: readonly string[]) => {
    const before = JSON.parse(row.events) as string[]
    const { since = {} } = settingsOf(row)
    const added = names.filter((name) => !before.includes(name))
    const last = added.length === 0 ? 0 : (((await tx.query(newest, { limit: 1 }))[0]?.row['sequence'] as number) ?? 0)
    const kept = names.flatMap((name) =>
      since[name] === undefined || added.includes(name) ? [] : [[name, since[name]]],
    )
    return Object.fromEntries([...kept, ...added.map((name) => [name, last])]) as Record<string, number>
  }
}

export function registeringOn(facts: RegistrationFacts): Registering {
  const { store, ids, clock, targets, deliveries, off } = facts
  const now = (): string => instantOf(clock.now())
  const sinceOf = sinceOn(store)
  const check = (wish: RegistrationWish): void => {
    if (off !== undefined) throw new AppError('invalid', off)
    checkAddress(wish.webhookUrl, deliveries.policy, 'webhookUrl')
  }
  /** Those who send are told when it is committed. */
  const write = async <T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const value = await store.write(tenantId, work)
    await deliveries.changed(tenantId)
    return value
  }
  return {
    registration: (tenantId) =>
      store.read(tenantId, async (tx) => {
        const row = await registrationIn(tx)
        return row && shownOf(row, tenantId)
      }),
    register: async (by, wish) => {
      check(wish)
      const { tenantId } = by.actor
      const { origin } = by.request
      return write(tenantId, async (tx) => {
        if ((await registrationIn(tx)) !== undefined)
          throw new AppError('conflict', 'There is a registration for webhooks already. PUT replaces it.', {
            target: 'webhookUrl',
          })
        const at = now()
        const { webhookUrl: url, webhookEvents: events } = wish
        const settings = { ...settingsFor(wish, at, origin) }
        const row = await targets.add(tx, { id: ids.mint(), kind: 'partnerCenter', url, events, settings }, at)
        await recordIn(facts, by, tx, 'Add webhook registration', { before: undefined, after: row })
        return shownOf(row, tenantId)
      })
    },
    replace: async (by, wish) => {
      check(wish)
      const { tenantId } = by.actor
      const { origin } = by.request
      return write(tenantId, async (tx) => {
        const row = await registrationIn(tx)
        if (row === undefined) return undefined
        const at = now()
        const since = await sinceOf(tx, row, wish.webhookEvents)
        const patch = {
          url: wish.webhookUrl,
          events: JSON.stringify(wish.webhookEvents),
          settings: JSON.stringify({ ...settingsFor(wish, at, origin), since }),
          changedDateTime: at,
        }
        await tx.update(deliveryTarget, row.id, patch)
        await skipDropped(tx, row, wish.webhookEvents, at)
        await recordIn(facts, by, tx, 'Update webhook registration', { before: row, after: { ...row, ...patch } })
        return shownOf({ ...row, ...patch }, tenantId)
      })
    },
    unregister: (by) =>
      write(by.actor.tenantId, async (tx) => {
        const row = await registrationIn(tx)
        if (row === undefined) return false
        const changedDateTime = now()
        await targets.remove(tx, row.id, changedDateTime)
        const after = { ...row, changedDateTime }
        await recordIn(facts, by, tx, 'Delete webhook registration', { before: row, after })
        return true
      }),
  }
}

export function validatingOn({ store, ids, clock }: Pick<RegistrationFacts, 'store' | 'ids' | 'clock'>): Validating {
  const recent = store.prepare({
    type: validationEvent,
    branches: [{ op: 'gt', left: member('createdDateTime'), right: param('since') }],
    order: [{ by: member('createdDateTime'), descending: true }],
    limit: true,
    shape: [],
    carry: ['createdDateTime'],
  })
  const waitIn = async (tx: ReadTx): Promise<number> => {
    const millis = clock.now().getTime()
    const since = instantOf(new Date(millis - minuteMillis))
    const rows = (await tx.query(recent, { since, limit: perMinute })).map(({ row }) => String(row['createdDateTime']))
    const oldest = rows[perMinute - 1]
    return oldest === undefined ? 0 : Math.max(1, Math.ceil((Date.parse(oldest) + minuteMillis - millis) / 1000))
  }
  return {
    validate: (tenantId) =>
      store.write(tenantId, async (tx) => {
        const target = await registrationIn(tx)
        if (target === undefined || !(JSON.parse(target.events) as string[]).includes(testEvent))
          throw new AppError('invalid', `There is no registration for webhooks that asks for '${testEvent}'.`, {
            target: 'webhookEvents',
          })
        const waitSeconds = await waitIn(tx)
        if (waitSeconds > 0) return { waitSeconds }
        const [correlationId, at] = [ids.mint(), instantOf(clock.now())]
        await tx.insert(validationEvent, {
          id: correlationId,
          targetId: target.id,
          callbackUrl: target.url,
          createdDateTime: at,
        })
        await tx.insert(outboxEvent, {
          id: ids.mint(),
          eventName: testEvent,
          resourceName: 'test',
          resourcePath: `/webhooks/v1/registration/validationEvents/${correlationId}`,
          subjectId: correlationId,
          auditId: null,
          changedDateTime: at,
          orderingKey: correlationId,
          bucket: bucketOf(correlationId),
          customerId: null,
          facts: factsText({ changeType: 'created', entity: 'test' }),
        })
        return { correlationId }
      }),
    validation: (tenantId, correlationId) =>
      store.read(tenantId, async (tx) => {
        const row = await tx.get(validationEvent, correlationId)
        if (row === undefined || Date.parse(row.createdDateTime) < clock.now().getTime() - keptMillis) return undefined
        return validationOf(row, tenantId)
      }),
  }
}
