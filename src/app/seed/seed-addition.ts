/** A tenant of a seed that is there already: what it has is found, so that the seed can refer to it and add to it. */
import { AppError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { Store } from '#edm/ports.ts'
import { group, user } from '#workloads/directory/people.ts'
import { application } from '#workloads/directory/types.ts'
import type { TenantFacts } from '#workloads/gdap/rules/settings.ts'
import { site } from '#workloads/sites/types.ts'
import { store as termStore } from '#workloads/term-store/types.ts'
import type { SeedTenant } from './format/seed-format.ts'
import { finderOf, planOf, type TenantPlan } from './seed-plan.ts'

/** All that the seed refers to by name or id. */
function referencesOf({ groups = [], sites = [], termStore: taxonomy, relationships = [] }: SeedTenant): string[] {
  return [
    ...groups.flatMap(({ members = [] }) => members),
    ...sites.flatMap((one) => one.group ?? []),
    ...(taxonomy?.groups ?? []).flatMap(({ managers = [], contributors = [] }) => [...managers, ...contributors]),
    ...relationships.flatMap(({ assignments = [] }) => assignments.map((one) => one.group)),
  ]
}

/** Throws `invalid` for a reference to nothing, and for what is there already. */
export async function additionTo(
  there: TenantFacts,
  given: SeedTenant,
  { store, ids }: { readonly store: Store; readonly ids: Ids },
  at: string,
): Promise<TenantPlan> {
  const seed = { ...given, id: there.id, displayName: there.displayName, defaultDomain: there.defaultDomain }
  const plan = planOf(seed, ids)
  const unknown = referencesOf(seed).filter((reference) => plan.find(reference) === undefined)
  const found = await store.read(there.id, async (tx) => ({
    people: unknown.length === 0 ? [] : await tx.find(user, {}),
    groups: unknown.length === 0 ? [] : await tx.find(group, {}),
    sites: await tx.find(site, {}),
    stores: await tx.find(termStore, {}),
    applications: await tx.find(application, {}),
  }))
  const known = finderOf(found.people as unknown as TenantPlan['people'], found.groups as TenantPlan['groups'])
  const find = (reference: string): string | undefined => plan.find(reference) ?? known(reference)
  const stray = unknown.find((reference) => find(reference) === undefined)
  if (stray !== undefined)
    throw new AppError('invalid', `'${stray}' is neither a person nor a group of the tenant '${there.displayName}'.`, {
      target: at,
    })
  const has = new Set(found.applications.map(({ id }) => id))
  const paths = new Set((given.sites ?? []).map(({ path }) => path))
  return {
    ...plan,
    find,
    isAddition: true,
    groups: plan.groups.filter(({ displayName }) => given.groups?.some((one) => one.displayName === displayName)),
    sites: plan.sites.filter(({ path }) => paths.has(path)),
    sitesThere: new Map(found.sites.map((one) => [one.path ?? '', one.id])),
    // Those that are well known may be named by every seed.
    applications:
      given.applications === 'well-known' ? plan.applications.filter(({ id }) => !has.has(id)) : plan.applications,
  }
}
