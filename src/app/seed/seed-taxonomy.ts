/** The taxonomy of a seed: sent to the engine as requests, so that the rules of the term store hold for it. */
import { anyApplication } from '#workloads/term-store/rules/roles/roles.ts'
import { group } from '#workloads/term-store/types.ts'
import type { SeedSet, SeedTerm, SeedTermGroup } from './format/seed-format.ts'
import type { Post, SeedFacts } from './seed-facts.ts'
import type { TenantPlan } from './seed-plan.ts'
import { siteIdOf } from './seed-tenant.ts'

function labelsOf(seed: SeedTerm) {
  return Object.entries(seed.labels).flatMap(([languageTag, given]) => {
    const names = typeof given === 'string' ? [given] : given
    return names.map((name, at) => ({ name, languageTag, isDefault: at === 0 }))
  })
}

function pairsOf(given: Readonly<Record<string, string>>) {
  return Object.entries(given).map(([key, value]) => ({ key, value }))
}

/** What is the same for all terms of a set. */
interface SetPlace {
  readonly post: Post
  readonly address: string
}

async function seedTerms({ post, address }: SetPlace, parent: string, terms: readonly SeedTerm[], at: string) {
  for (const [place, seed] of terms.entries()) {
    const here = `${at}/${place}`
    const { id, descriptions = {}, properties = {}, children = [] } = seed
    const told = Object.entries(descriptions).map(([languageTag, description]) => ({ description, languageTag }))
    const made = await post(
      `${parent}/children`,
      {
        ...(id === undefined ? {} : { id }),
        labels: labelsOf(seed),
        ...(told.length === 0 ? {} : { descriptions: told }),
        ...(Object.keys(properties).length === 0 ? {} : { properties: pairsOf(properties) }),
      },
      here,
    )
    await seedTerms({ post, address }, `${address}/terms/${made}`, children, `${here}/children`)
  }
}

async function seedSet(post: Post, root: string, groupId: string, seed: SeedSet, at: string): Promise<string> {
  const { id, names, description = '', isOpen, terms = [] } = seed
  const made = await post(
    `${root}/sets`,
    {
      ...(id === undefined ? {} : { id }),
      parentGroup: { id: groupId },
      description,
      localizedNames: Object.entries(names).map(([languageTag, name]) => ({ languageTag, name })),
      ...(isOpen === undefined ? {} : { isOpen }),
    },
    at,
  )
  const address = `${root}/sets/${made}`
  await seedTerms({ post, address }, address, terms, `${at}/terms`)
  return made
}

async function seedRelations(post: Post, root: string, setId: string, seed: SeedSet, at: string): Promise<void> {
  for (const [place, { relationship, home, toTerm, fromTerm }] of (seed.relations ?? []).entries()) {
    await post(
      `${root}/sets/${home}/terms/${toTerm}/relations`,
      {
        relationship,
        set: { id: setId },
        ...(fromTerm === undefined ? {} : { fromTerm: { id: fromTerm } }),
      },
      `${at}/relations/${place}`,
    )
  }
}

/** Graph has no call for these roles. */
async function appoint({ store }: SeedFacts, plan: TenantPlan, groupId: string, seed: SeedTermGroup): Promise<void> {
  const idsOf = (references: readonly string[] = []): string[] =>
    references.filter((one) => one !== anyApplication).map((one) => plan.find(one) ?? one.toLowerCase())
  const roles = { managers: idsOf(seed.managers), contributors: idsOf(seed.contributors) }
  if (roles.managers.length + roles.contributors.length === 0) return
  await store.write(plan.id, (tx) => tx.update(group, groupId, roles))
}

/** The group of that id or name, where the tenant was there before: it gets the sets of the seed. */
async function groupThere(
  { store }: SeedFacts,
  { id: tenantId, isAddition }: TenantPlan,
  { id, displayName }: SeedTermGroup,
): Promise<string | undefined> {
  if (isAddition !== true) return undefined
  const groups = await store.read(tenantId, (tx) => tx.find(group, {}))
  const wanted = displayName.toLowerCase()
  const found = groups.find((one) =>
    id === undefined ? (one.displayName ?? '').toLowerCase() === wanted : one.id === id.toLowerCase(),
  )
  return found?.id
}

/** `at`: where the tenant is in the seed. */
export async function seedTaxonomy(facts: SeedFacts, post: Post, plan: TenantPlan, at: string): Promise<void> {
  const relating: (() => Promise<void>)[] = []
  for (const [place, seed] of (plan.termStore.groups ?? []).entries()) {
    const here = `${at}termStore/groups/${place}`
    const root = seed.site === undefined ? '/termStore' : `/sites/${siteIdOf(plan, seed.site, here)}/termStore`
    const { id, displayName, description = '', sets = [] } = seed
    const scope = seed.site === undefined ? 'global' : 'siteCollection'
    const body = { ...(id === undefined ? {} : { id }), displayName, description, scope }
    const groupId = (await groupThere(facts, plan, seed)) ?? (await post(`${root}/groups`, body, here))
    await appoint(facts, plan, groupId, seed)
    for (const [number, set] of sets.entries()) {
      const setId = await seedSet(post, root, groupId, set, `${here}/sets/${number}`)
      relating.push(() => seedRelations(post, root, setId, set, `${here}/sets/${number}`))
    }
  }
  // When all sets are there, since a relation leads from one to another.
  for (const relate of relating) await relate()
}
