/** Adds, changes and removes tenants: for `/_relata/tenants` and for `relata tenant`. */
import { AppError, busy, StoreError } from '#base/errors.ts'
import { printableJson } from '#base/json.ts'
import type { Actor } from '#edm/ports.ts'
import type { TenantList } from '../adapters/tenant-list.ts'
import { checkTenants } from '../seed/format/seed-check.ts'
import type { Seed, SeedTenant } from '../seed/format/seed-format.ts'
import { type CustomerWish, customerOf, nameOfCustomer, relationshipWith } from '../seed/packs/template.ts'
import { postTo, runSeed } from '../seed/seed.ts'
import { seedRoles } from '../seed/seed-facts.ts'
import { seedRelationship } from '../seed/seed-relationships.ts'
import { leavePartners, type PartnerFacts } from './leave-partners.ts'
import { type TenantPatch, updateTenant } from './tenant-update.ts'
import { type TenantView, viewOf } from './tenant-view.ts'

export interface ManagementFacts extends PartnerFacts {
  readonly tenants: TenantList
  /** Says who did what, for the log. */
  readonly note: (text: string) => void
}

export interface TenantManagement {
  list(): Promise<readonly TenantView[]>
  /** Throws `notFound`. */
  show(idOrDomain: string): Promise<TenantView>
  /** Whole or not at all. `paths`: where each is in what was sent. Throws `invalid` with every fault. */
  add(tenants: readonly SeedTenant[], paths: readonly string[], by: string): Promise<readonly TenantView[]>
  addCustomers(count: number, wish: CustomerWish, by: string): Promise<readonly TenantView[]>
  /** `actor`: whom the log of the directory names; absent: an application named `by`. */
  update(idOrDomain: string, patch: TenantPatch, by: string, actor?: Actor): Promise<TenantView>
  /** `confirm`: the name of the tenant as it is shown. */
  remove(idOrDomain: string, confirm: string, by: string): Promise<TenantView>
}

function pathBefore(path: string): string {
  return path === '' ? '' : path.replace(/\d+$/, '')
}

async function addTo(
  facts: ManagementFacts,
  seed: Seed,
  paths: readonly string[],
  by: string,
): Promise<readonly TenantView[]> {
  const { store, tenants, note } = facts
  const views = await store.processes.alone(async () => {
    await tenants.refresh()
    checkTenants(seed.tenants, paths, tenants, seedRoles(facts))
    // A removal by an earlier release may have left some that name a tenant of this id.
    await leavePartners(
      facts,
      seed.tenants.flatMap(({ id }) => id?.toLowerCase() ?? []),
    )
    const made: TenantView[] = []
    for (const id of await runSeed(facts, seed, pathBefore(paths[0] ?? ''))) {
      const view = await viewOf(store, id)
      if (view !== undefined) made.push(view)
    }
    return made
  })
  for (const { id, displayName, defaultDomain } of views)
    note(`tenant added by ${by}: ${id} ${printableJson(displayName)} (${defaultDomain})`)
  return views
}

/** The first customers of the template that are not there yet. */
function missingCustomers({ tenants }: ManagementFacts, count: number): SeedTenant[] {
  const found: SeedTenant[] = []
  for (let at = 0; found.length < count; at++)
    if (tenants.find(nameOfCustomer(at).domain) === undefined) found.push(customerOf(at))
  return found
}

async function addCustomersTo(facts: ManagementFacts, count: number, wish: CustomerWish, by: string) {
  const { tenants } = facts
  await tenants.refresh()
  const { partner: named, relationship: status } = wish
  const partner = named === undefined ? undefined : tenants.find(named)
  if (named !== undefined && partner === undefined)
    throw new AppError('invalid', `There is no tenant '${named}'.`, { target: 'partner' })
  const customers = missingCustomers(facts, count)
  const views = await addTo(
    facts,
    { tenants: customers },
    customers.map(() => ''),
    by,
  )
  if (partner === undefined || status === 'none') return views
  const place = { id: partner.id, find: () => undefined }
  for (const customer of customers)
    await seedRelationship(facts, postTo(facts, partner.id), place, relationshipWith(customer, status), 'relationship')
  return views
}

async function removeFrom(facts: ManagementFacts, view: TenantView, confirm: string, by: string): Promise<void> {
  const { store, tenants, note } = facts
  if (confirm !== view.displayName)
    throw new AppError(
      'invalid',
      `'confirm' has to be the name of the tenant, '${view.displayName}': nothing was removed.`,
      {
        target: 'confirm',
      },
    )
  // Before, so that an interrupted removal leaves none that goes on; and after, for those that came meanwhile.
  await leavePartners(facts, [view.id])
  await store.removeTenant(view.id)
  await tenants.refresh()
  await leavePartners(facts, [view.id])
  note(`tenant removed by ${by}: ${view.id} ${printableJson(view.displayName)} (${view.defaultDomain})`)
}

/** As records of the tenant name who changes it. */
function actorIn(tenantId: string, by: string, actor: Actor | undefined): Actor {
  if (actor === undefined) return { kind: 'app', tenantId, name: by, permissions: new Set() }
  // Somebody of another tenant has no row here.
  return actor.tenantId === tenantId ? actor : { ...actor, tenantId, homeTenantId: actor.tenantId }
}

/** One change after another; a database that cannot answer is a refusal that says so. */
function oneByOne() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work).catch((error: unknown) => {
      throw error instanceof StoreError && error.kind === 'unavailable' ? busy(error) : error
    })
    last = done.catch(() => undefined)
    return done
  }
}

export function tenantsWith(facts: ManagementFacts): TenantManagement {
  const inTurn = oneByOne()
  const { store, tenants, note } = facts
  const show = async (idOrDomain: string): Promise<TenantView> => {
    if (tenants.find(idOrDomain) === undefined) await tenants.refresh()
    const known = tenants.find(idOrDomain)
    const view = known === undefined ? undefined : await viewOf(store, known.id)
    if (view !== undefined) return view
    throw new AppError('notFound', `There is no tenant '${idOrDomain}'.`, { target: 'id' })
  }
  return {
    show,
    list: async () => {
      await tenants.refresh()
      const views = await Promise.all(tenants.all().map(({ id }) => viewOf(store, id)))
      return views.filter((view) => view !== undefined)
    },
    add: (given, paths, by) => inTurn(() => addTo(facts, { tenants: given }, paths, by)),
    addCustomers: (count, wish, by) => inTurn(() => addCustomersTo(facts, count, wish, by)),
    update: async (idOrDomain, patch, by, actor) => {
      const before = await show(idOrDomain)
      await inTurn(() => store.processes.alone(() => updateTenant(facts, before, patch, actorIn(before.id, by, actor))))
      await tenants.reload(before.id)
      note(`tenant changed by ${by}: ${before.id} ${Object.keys(patch).join(', ')}`)
      return show(before.id)
    },
    remove: async (idOrDomain, confirm, by) => {
      const view = await show(idOrDomain)
      await inTurn(() => removeFrom(facts, view, confirm, by))
      return view
    },
  }
}
