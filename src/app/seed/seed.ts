/** Fills an empty database with the default seed. What has rules of its own goes through the engine, so it obeys them. */

import { hashSecret } from '#auth/directory/directory.ts'
import type { Clock } from '#base/clock.ts'
import { instantOf } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { DraftOf } from '#edm/infer.ts'
import type { Actor, Store, Tx } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { EngineControls } from '#engine/session.ts'
import { membership } from '#workloads/directory/membership.ts'
import { group, user } from '#workloads/directory/people.ts'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import { createTenant } from '#workloads/directory/rules/tenant.ts'
import { application } from '#workloads/directory/types.ts'
import { approve } from '#workloads/gdap/rules/relationship/customer-decision.ts'
import { site } from '#workloads/sites/types.ts'
import { anyApplication } from '#workloads/term-store/rules/roles/roles.ts'
import { createStore } from '#workloads/term-store/rules/store.ts'
import { registrationRow } from '../adapters/registration-row.ts'
import { writePermissions } from './permissions.ts'
import {
  applications,
  type SeedApplication,
  type SeedGroup,
  type SeedSet,
  type SeedTenant,
  type SeedTerm,
  tenants,
  wellKnown,
} from './seed-data.ts'
import { relationships, type SeedRelationship, securityGroups, users } from './seed-directory.ts'

export interface SeedFacts {
  readonly store: Store
  readonly engine: Handle & EngineControls
  readonly clock: Clock
  readonly ids: Ids
  /** Called when all tenants are there: from then on the rules must know them. */
  readonly onTenants: () => Promise<void>
}

async function seedPeople(tx: Tx, plan: SeedTenant, now: string, ids: Ids): Promise<void> {
  for (const { id, displayName, name, isAdministrator } of users[plan.id] ?? []) {
    await tx.insert(user, {
      id,
      displayName,
      userPrincipalName: `${name}@${plan.domain}`,
      mail: `${name}@${plan.domain}`,
      mailNickname: name,
      accountEnabled: true,
      createdDateTime: now,
    })
    if (isAdministrator) {
      await tx.insert(roleHolding, { id: ids.mint(), userId: id, roleTemplateId: globalAdministrator })
    }
  }
  for (const { members, ...facts } of securityGroups[plan.id] ?? []) {
    await tx.insert(group, { ...facts, createdDateTime: now, mailEnabled: false, securityEnabled: true })
    for (const memberId of members) await tx.insert(membership, { id: ids.mint(), groupId: facts.id, memberId })
  }
}

function administratorsOf({ id }: SeedTenant): string[] {
  return (users[id] ?? []).filter(({ isAdministrator }) => isAdministrator).map((person) => person.id)
}

async function seedDirectory({ store, clock, ids }: SeedFacts, plan: SeedTenant, secretHash: string): Promise<void> {
  await store.addTenant(plan.id)
  await store.write(plan.id, async (tx) => {
    const now = instantOf(clock.now())
    await createTenant(tx, { id: plan.id, displayName: plan.displayName, domain: plan.domain, now })
    for (const seed of applications) await tx.insert(application, applicationRow(seed, secretHash))
    await seedPeople(tx, plan, now, ids)
    await tx.insert(group, {
      id: plan.team.id,
      displayName: plan.team.displayName,
      groupTypes: ['Unified'],
      mail: `team@${plan.domain}`,
      mailEnabled: true,
      mailNickname: 'team',
      securityEnabled: false,
      visibility: 'Private',
      createdDateTime: now,
    })
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
    const administrators = [...administratorsOf(plan), anyApplication]
    await createStore(tx, { id: plan.storeId, languageTags: [...plan.languages], now, ids, administrators })
  })
}

function applicationRow(seed: SeedApplication, secretHash: string): DraftOf<typeof application> {
  const { id, displayName, appRoles, signsIn } = seed
  const row = { id, displayName, appRoles: [...appRoles] }
  if (signsIn === undefined) return { ...row, secretHash }
  return {
    ...row,
    secretHash: signsIn.hasSecret ? secretHash : '',
    registration: registrationRow({ displayName, ...signsIn }),
  }
}

/** `{host},{siteCollectionGuid},{webGuid}`: the id the site with this path has. */
function siteIdOf(plan: SeedTenant, path: string): string {
  const found = plan.sites.find((entry) => entry.path === path) ?? plan.sites[0]
  return `${plan.domain},${found.siteCollectionId},${found.webId}`
}

/** The id of what was made. */
type Post = (path: string, body: unknown) => Promise<string>

function labelsOf(seed: SeedTerm) {
  return Object.entries(seed.labels).flatMap(([languageTag, given]) => {
    const names = typeof given === 'string' ? [given] : given
    return names.map((name, at) => ({ name, languageTag, isDefault: at === 0 }))
  })
}

async function seedTerms(post: Post, address: string, parent: string, terms: readonly SeedTerm[]): Promise<void> {
  for (const seed of terms) {
    const descriptions =
      seed.description === undefined ? {} : { descriptions: [{ description: seed.description, languageTag: 'en-US' }] }
    await post(`${parent}/children`, { id: seed.id, labels: labelsOf(seed), ...descriptions })
    await seedTerms(post, address, `${address}/terms/${seed.id}`, seed.children ?? [])
  }
}

async function seedSet(post: Post, root: string, groupId: string, seed: SeedSet): Promise<void> {
  const address = `${root}/sets/${seed.id}`
  await post(`${root}/sets`, {
    id: seed.id,
    parentGroup: { id: groupId },
    description: seed.description ?? '',
    localizedNames: Object.entries(seed.names).map(([languageTag, name]) => ({ languageTag, name })),
  })
  await seedTerms(post, address, address, seed.terms)
}

async function seedRelations(post: Post, root: string, seed: SeedSet): Promise<void> {
  for (const { relationship, home, toTerm, fromTerm } of seed.relations ?? []) {
    await post(`${root}/sets/${home}/terms/${toTerm}/relations`, {
      relationship,
      set: { id: seed.id },
      ...(fromTerm === undefined ? {} : { fromTerm: { id: fromTerm } }),
    })
  }
}

function rootOf(plan: SeedTenant, seed: SeedGroup): string {
  return seed.site === undefined ? '/termStore' : `/sites/${siteIdOf(plan, seed.site)}/termStore`
}

function actorOf(plan: SeedTenant): Actor {
  return {
    kind: 'app',
    tenantId: plan.id,
    appId: wellKnown.daemon,
    permissions: new Set(writePermissions),
  }
}

function postTo({ engine, ids }: SeedFacts, plan: SeedTenant): Post {
  return async (path, body) => {
    const requestId = ids.mint()
    const answer = await engine({
      method: 'POST',
      version: 'v1.0',
      path,
      query: '',
      headers: {},
      body: new TextEncoder().encode(JSON.stringify(body)),
      origin: 'https://localhost',
      requestId,
      clientRequestId: requestId,
      actor: actorOf(plan),
    })
    invariant(answer.status < 300, `the seed was refused: POST ${path}: ${answer.body}`)
    return (JSON.parse(answer.body ?? '{}') as { id: string }).id
  }
}

async function seedTaxonomy(post: Post, plan: SeedTenant): Promise<void> {
  for (const seed of plan.groups) {
    const root = rootOf(plan, seed)
    const scope = seed.site === undefined ? 'global' : 'siteCollection'
    await post(`${root}/groups`, { id: seed.id, displayName: seed.displayName, description: seed.description, scope })
    for (const set of seed.sets) await seedSet(post, root, seed.id, set)
  }
  for (const seed of plan.groups) for (const set of seed.sets) await seedRelations(post, rootOf(plan, seed), set)
}

function rolesOf({ roles }: SeedRelationship) {
  return {
    unifiedRoles: roles.map((roleDefinitionId) => ({ roleDefinitionId })),
  }
}

async function approveFor({ engine }: SeedFacts, plan: SeedTenant, relationshipId: string, customerId: string) {
  const customer = tenants.find(({ id }) => id === customerId)
  invariant(customer !== undefined, `the seed has no tenant ${customerId}`)
  const { displayName, domain: defaultDomain } = customer
  const actor: Actor = { kind: 'user', tenantId: customerId, permissions: new Set() }
  await engine.inTenant(plan.id, actor, (context) =>
    approve(context, {
      relationshipId,
      customer: { tenantId: customerId, displayName, defaultDomain },
      by: `admin@${defaultDomain}`,
    }),
  )
}

async function seedRelationship(facts: SeedFacts, plan: SeedTenant, seed: SeedRelationship): Promise<void> {
  const post = postTo(facts, plan)
  const all = '/tenantRelationships/delegatedAdminRelationships'
  const { displayName, duration, autoExtendDuration, customer, until, group: groupId } = seed
  const id = await post(all, {
    displayName,
    duration,
    autoExtendDuration,
    accessDetails: rolesOf(seed),
    ...(customer === undefined ? {} : { customer: { tenantId: customer } }),
  })
  if (until === 'created') return
  await post(`${all}/${id}/requests`, { action: 'lockForApproval' })
  if (until === 'approvalPending') return
  invariant(customer !== undefined, `${displayName} has no customer to approve it`)
  await approveFor(facts, plan, id, customer)
  await facts.engine.settle()
  if (groupId === undefined) return
  await post(`${all}/${id}/accessAssignments`, {
    accessContainer: { accessContainerId: groupId, accessContainerType: 'securityGroup' },
    accessDetails: rolesOf(seed),
  })
  await facts.engine.settle()
}

/** For a database without tenants. */
export async function seedDefault(facts: SeedFacts): Promise<void> {
  const secretHash = await hashSecret(wellKnown.secret)
  for (const plan of tenants) await seedDirectory(facts, plan, secretHash)
  await facts.onTenants()
  for (const plan of tenants) {
    await seedTaxonomy(postTo(facts, plan), plan)
    for (const seed of relationships[plan.id] ?? []) await seedRelationship(facts, plan, seed)
  }
}
