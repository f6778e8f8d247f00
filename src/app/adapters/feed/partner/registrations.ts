/** Adapter: registrations and validation events of Partner Center's API over the rows of targets (events.md §2.3, §2.6). */
import { type Clock, instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { bucketOf, type Ids } from '#base/ids.ts'
import type { PartnerParts } from '#control/feed/partner/endpoint.ts'
import type { PartnerRegistration, RegistrationWish } from '#control/feed/partner/registration.ts'
import type { Validation } from '#control/feed/partner/validation-events.ts'
import type { ReadTx, Store, Tx } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import { checkAddress } from '#notify/addresses/check-address.ts'
import type { TargetRow } from '#notify/kinds/kind.ts'
import { type PartnerCenterSettings, settingsOf } from '#notify/kinds/partner-center.ts'
import type { Targets } from '#notify/targets.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
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

export function registeringOn({ store, ids, clock, targets, deliveries, off }: RegistrationFacts): Registering {
  const now = (): string => instantOf(clock.now())
  const newest = store.prepare({
    type: outboxEvent,
    branches: [constant(true)],
    order: [{ by: member('sequence'), descending: true }],
    limit: true,
    shape: [],
    carry: ['sequence'],
  })
  const check = (wish: RegistrationWish): void => {
    if (off !== undefined) throw new AppError('invalid', off)
    checkAddress(wish.webhookUrl, deliveries.policy, 'webhookUrl')
  }
  /** Names that were not asked for before are told from now on. */
  const sinceOf = async (tx: Tx, row: TargetRow, names: readonly string[]) => {
    const before = JSON.parse(row.events) as string[]
    const { since = {} } = settingsOf(row)
    const added = names.filter((name) => !before.includes(name))
    const last = added.length === 0 ? 0 : (((await tx.query(newest, { limit: 1 }))[0]?.row['sequence'] as number) ?? 0)
    const kept = names.flatMap((name) =>
      since[name] === undefined || added.includes(name) ? [] : [[name, since[name]]],
    )
    return Object.fromEntries([...kept, ...added.map((name) => [name, last])]) as Record<string, number>
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
    register: async (tenantId, wish, origin) => {
      check(wish)
      return write(tenantId, async (tx) => {
        if ((await registrationIn(tx)) !== undefined)
          throw new AppError('conflict', 'There is a registration for webhooks already. PUT replaces it.', {
            target: 'webhookUrl',
          })
        const at = now()
        const { webhookUrl: url, webhookEvents: events } = wish
        const settings = { ...settingsFor(wish, at, origin) }
        const row = await targets.add(tx, { id: ids.mint(), kind: 'partnerCenter', url, events, settings }, at)
        return shownOf(row, tenantId)
      })
    },
    replace: async (tenantId, wish, origin) => {
      check(wish)
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
        return shownOf({ ...row, ...patch }, tenantId)
      })
    },
    unregister: (tenantId) =>
      write(tenantId, async (tx) => {
        const row = await registrationIn(tx)
        if (row !== undefined) await targets.remove(tx, row.id, now())
        return row !== undefined
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
