/** Fills an empty database with the default seed. The taxonomy goes through the engine, so it obeys every rule. */

import { hashSecret } from '#auth/directory.ts'
import type { Clock } from '#base/clock.ts'
import { instantOf } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import { createStore } from '#domain/term-store/store.ts'
import type { DraftOf } from '#edm/infer.ts'
import type { Actor, Store } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import { application, tenant } from '#model/directory.ts'
import { group, site } from '#model/sites.ts'
import {
  applications,
  type SeedGroup,
  type SeedSet,
  type SeedTenant,
  type SeedTerm,
  tenants,
  wellKnown,
} from './seed-data.ts'

export interface SeedFacts {
  readonly store: Store
  readonly handle: Handle
  readonly clock: Clock
  readonly ids: Ids
}

const seedDirectory = async ({ store, clock, ids }: SeedFacts, plan: SeedTenant, secretHash: string): Promise<void> => {
  await store.addTenant(plan.id)
  await store.write(plan.id, async (tx) => {
    const now = instantOf(clock.now())
    await tx.insert(tenant, { id: plan.id, displayName: plan.displayName, defaultDomain: plan.domain })
    for (const { id, displayName, appRoles } of applications) {
      await tx.insert(application, { id, displayName, secretHash, appRoles: [...appRoles] })
    }
    await tx.insert(group, { id: plan.team.id, displayName: plan.team.displayName })
    for (const { siteCollectionId, webId, path, displayName } of plan.sites) {
      await tx.insert(site, {
        id: siteIdOf(plan, path),
        displayName,
        name: path.split('/').at(-1) ?? '',
        webUrl: `https://${plan.domain}${path === '' ? '' : `/${path}`}`,
        hostName: plan.domain,
        path,
        siteCollectionId,
        webId,
        isRoot: path === '',
        groupId: path === plan.team.site ? plan.team.id : null,
        createdDateTime: now,
        lastModifiedDateTime: now,
      } as DraftOf<typeof site>)
    }
    await createStore(tx, { id: plan.storeId, languageTags: [...plan.languages], now, ids })
  })
}

/** `{host},{siteCollectionGuid},{webGuid}`: the id the site with this path has. */
const siteIdOf = (plan: SeedTenant, path: string): string => {
  const found = plan.sites.find((entry) => entry.path === path) ?? plan.sites[0]
  return `${plan.domain},${found.siteCollectionId},${found.webId}`
}

type Post = (path: string, body: unknown) => Promise<void>

const labelsOf = (seed: SeedTerm) =>
  Object.entries(seed.labels).flatMap(([languageTag, given]) => {
    const names = typeof given === 'string' ? [given] : given
    return names.map((name, at) => ({ name, languageTag, isDefault: at === 0 }))
  })

const seedTerms = async (post: Post, address: string, parent: string, terms: readonly SeedTerm[]): Promise<void> => {
  for (const seed of terms) {
    const descriptions =
      seed.description === undefined ? {} : { descriptions: [{ description: seed.description, languageTag: 'en-US' }] }
    await post(`${parent}/children`, { id: seed.id, labels: labelsOf(seed), ...descriptions })
    await seedTerms(post, address, `${address}/terms/${seed.id}`, seed.children ?? [])
  }
}

const seedSet = async (post: Post, root: string, groupId: string, seed: SeedSet): Promise<void> => {
  const address = `${root}/sets/${seed.id}`
  await post(`${root}/sets`, {
    id: seed.id,
    parentGroup: { id: groupId },
    description: seed.description ?? '',
    localizedNames: Object.entries(seed.names).map(([languageTag, name]) => ({ languageTag, name })),
  })
  await seedTerms(post, address, address, seed.terms)
}

const seedRelations = async (post: Post, root: string, seed: SeedSet): Promise<void> => {
  for (const { relationship, home, toTerm, fromTerm } of seed.relations ?? []) {
    await post(`${root}/sets/${home}/terms/${toTerm}/relations`, {
      relationship,
      set: { id: seed.id },
      ...(fromTerm === undefined ? {} : { fromTerm: { id: fromTerm } }),
    })
  }
}

const rootOf = (plan: SeedTenant, seed: SeedGroup): string =>
  seed.site === undefined ? '/termStore' : `/sites/${siteIdOf(plan, seed.site)}/termStore`

const seedTaxonomy = async ({ handle, ids }: SeedFacts, plan: SeedTenant): Promise<void> => {
  const actor: Actor = {
    kind: 'app',
    tenantId: plan.id,
    appId: wellKnown.daemon,
    permissions: new Set(['TermStore.ReadWrite.All']),
  }
  const post: Post = async (path, body) => {
    const requestId = ids.mint()
    const answer = await handle({
      method: 'POST',
      version: 'v1.0',
      path,
      query: '',
      headers: {},
      body: new TextEncoder().encode(JSON.stringify(body)),
      origin: 'https://localhost',
      requestId,
      clientRequestId: requestId,
      actor,
    })
    invariant(answer.status < 300, `the seed was refused: POST ${path}: ${answer.body}`)
  }
  for (const seed of plan.groups) {
    const root = rootOf(plan, seed)
    const scope = seed.site === undefined ? 'global' : 'siteCollection'
    await post(`${root}/groups`, { id: seed.id, displayName: seed.displayName, description: seed.description, scope })
    for (const set of seed.sets) await seedSet(post, root, seed.id, set)
  }
  for (const seed of plan.groups) for (const set of seed.sets) await seedRelations(post, rootOf(plan, seed), set)
}

/** Does nothing where any tenant exists already. */
export const seedDefault = async (facts: SeedFacts): Promise<void> => {
  if ((await facts.store.tenants()).length > 0) return
  const secretHash = await hashSecret(wellKnown.secret)
  for (const plan of tenants) {
    await seedDirectory(facts, plan, secretHash)
    await seedTaxonomy(facts, plan)
  }
}
