/** Adapter: what the control addresses of webhooks and deliveries need; their code is loaded with their first request. */
import { millisOn, systemClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type { DeliveriesParts } from '#control/feed/deliveries/deliveries.ts'
import type { WebhooksParts } from '#control/feed/deliveries/webhooks.ts'
import type { Actor } from '#edm/ports.ts'
import { webhookTest } from '#notify/lanes/target-list.ts'
import { eventNames } from '#workloads/events/names.ts'
import { whenUsed } from '../adapters/taxonomy/when-used.ts'
import type { TenantList } from '../adapters/tenant-list.ts'
import type { Parts } from '../parts.ts'

const webhookCalls = ['list', 'show', 'add', 'change', 'remove', 'test', 'rotate', 'enable'] as const
const deliveryCalls = ['list', 'show', 'redeliver', 'replay', 'summary'] as const

/** The tenant of that id or domain; without one the only one, or the usual one of several. */
function tenantNamed(tenants: TenantList, usualTenant: string) {
  return async (wanted: string | undefined): Promise<string> => {
    await tenants.refresh()
    const all = tenants.all()
    const found = wanted === undefined ? (all.length === 1 ? all[0] : tenants.find(usualTenant)) : tenants.find(wanted)
    if (found !== undefined) return found.id
    if (wanted !== undefined) throw new AppError('notFound', `There is no tenant '${wanted}'.`, { target: 'tenant' })
    throw new AppError('invalid', "'tenant' is missing: the id or domain of the tenant.", { target: 'tenant' })
  }
}

export function deliveryAddressesOf(
  { store, clock, ids, deliveries, adminAgents, tenants }: Parts,
  needActor: (request: OwnRequest) => Promise<Actor>,
  usualTenant: string,
): Omit<WebhooksParts & DeliveriesParts, 'registry'> {
  const facts = { store, clock, ids, deliveries, adminAgents, realNow: millisOn(systemClock) }
  return {
    needActor,
    tenantId: tenantNamed(tenants, usualTenant),
    eventNames: [...eventNames, webhookTest],
    webhooks: whenUsed(async () => (await import('./webhooks-control.ts')).webhooksControlOf(facts), webhookCalls),
    deliveries: whenUsed(
      async () => (await import('./deliveries-control.ts')).deliveriesControlOf(facts),
      deliveryCalls,
    ),
  }
}
