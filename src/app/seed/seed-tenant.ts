/** The part of a tenant that has no rules of its own: its row, people, groups, sites, applications and empty term store, in one transaction. */
import { instantOf } from '#base/clock.ts'
import { AppError, invariant } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import type { DraftOf } from '#edm/infer.ts'
import type { Tx } from '#edm/ports.ts'
import type { MarkedRoles } from '#workloads/directory/catalogue/rows.ts'
import { membership } from '#workloads/directory/membership.ts'
import { group, user } from '#workloads/directory/people.ts'
import { bundledRoles, globalAdministrator, type RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { directoryRole, roleHolding, unifiedRoleDefinition } from '#workloads/directory/roles.ts'
import { roleRow } from '#workloads/directory/rules/role.ts'
import { createTenant } from '#workloads/directory/rules/tenant.ts'
import { application } from '#workloads/directory/types.ts'
import { site } from '#workloads/sites/types.ts'
import { createStore } from '#workloads/term-store/rules/store.ts'
import { registrationRow } from '../adapters/registration-row.ts'
import { momentOf } from './format/moment.ts'
import type { SeedApplication } from './format/seed-format.ts'
import type { SecretHash } from './seed-facts.ts'
import { localPart, roleIdOf, storeAdministratorsOf, type TenantPlan } from './seed-plan.ts'

/** Adds the role to those the tenant uses, and gives it to the person. */
export async function giveRole(tx: Tx, ids: Ids, userId: string, roleTemplateId: string): Promise<void> {
  if (await tx.has(roleHolding, { roleTemplateId, userId })) return
  if ((await tx.get(directoryRole, roleTemplateId)) === undefined) {
    const role = await tx.get(unifiedRoleDefinition, roleTemplateId)
    invariant(role !== undefined, 'the seed was checked')
    await tx.insert(directoryRole, roleRow(role))
  }
  await tx.insert(roleHolding, { id: ids.mint(), userId, roleTemplateId })
}

type Person = TenantPlan['people'][number]

export async function addPerson(tx: Tx, person: Person, now: string): Promise<void> {
  const { directoryRoles: _, ...given } = person
  await tx.insert(user, {
    ...given,
    mail: given.mail ?? given.userPrincipalName,
    mailNickname: given.mailNickname ?? localPart(given.userPrincipalName).slice(0, 64),
    accountEnabled: given.accountEnabled ?? true,
    createdDateTime: momentOf(given.createdDateTime, now),
  })
}

async function addPeople(
  tx: Tx,
  { people, administrators }: TenantPlan,
  { now, ids, catalogue }: { readonly now: string; readonly ids: Ids; readonly catalogue: RoleCatalogue },
): Promise<void> {
  for (const person of people) {
    await addPerson(tx, person, now)
    const roles = (person.directoryRoles ?? []).map((role) => roleIdOf(role, catalogue) ?? '')
    const held = administrators.includes(person.id) ? [globalAdministrator, ...roles] : roles
    for (const role of new Set(held)) await giveRole(tx, ids, person.id, role)
  }
}

const notInNickname = /[@()\\[\]";:<>,\s]|[^\x20-\x7e]/g

type Group = TenantPlan['groups'][number]

/** Without its members. */
export async function addGroup(tx: Tx, given: Group, domain: string, now: string): Promise<void> {
  const { id, displayName, description, isAssignableToRole, visibility, type } = given
  const isUnified = type === 'microsoft365'
  const mailNickname =
    given.mailNickname ?? (displayName.replace(notInNickname, '').toLowerCase().slice(0, 64) || 'group')
  await tx.insert(group, {
    id,
    displayName,
    mailNickname,
    mailEnabled: isUnified,
    securityEnabled: !isUnified,
    createdDateTime: momentOf(given.createdDateTime, now),
    ...(description === undefined ? {} : { description }),
    ...(isAssignableToRole === undefined ? {} : { isAssignableToRole }),
    ...(isUnified ? { groupTypes: ['Unified'], mail: `${mailNickname}@${domain}` } : {}),
    ...(isUnified || visibility !== undefined ? { visibility: visibility ?? 'Public' } : {}),
  })
}

async function addGroups(tx: Tx, { groups, domains, find }: TenantPlan, now: string, ids: Ids): Promise<void> {
  for (const one of groups) await addGroup(tx, one, domains.default, now)
  for (const { id: groupId, members = [] } of groups)
    for (const memberId of new Set(members.map((member) => find(member) ?? '')))
      await tx.insert(membership, { id: ids.mint(), groupId, memberId })
}

/** `{host},{siteCollectionGuid},{webGuid}`: the id the site with this path has. */
export function siteIdOf({ sites, sitesThere }: TenantPlan, path: string, at = ''): string {
  const found = sites.find((one) => one.path === path)
  const there = sitesThere?.get(path)
  if (found === undefined && there !== undefined) return there
  if (found === undefined && sitesThere !== undefined)
    throw new AppError('invalid', `There is no site with the path '${path}' in the tenant.`, { target: at })
  invariant(found !== undefined, 'the seed was checked')
  return `${found.hostName},${found.siteCollectionId},${found.webId}`
}

async function addSites(tx: Tx, plan: TenantPlan, now: string): Promise<void> {
  for (const {
    siteCollectionId,
    webId,
    path,
    displayName,
    hostName,
    group: groupName,
    createdDateTime,
  } of plan.sites) {
    const made = momentOf(createdDateTime, now)
    await tx.insert(site, {
      id: siteIdOf(plan, path),
      displayName,
      name: path.split('/').at(-1) ?? '',
      webUrl: `https://${hostName}${path === '' ? '' : `/${path}`}`,
      hostName,
      path,
      siteCollectionId,
      webId,
      isRoot: path === '',
      groupId: groupName === undefined ? null : (plan.find(groupName) ?? null),
      createdDateTime: made,
      lastModifiedDateTime: made,
    } as DraftOf<typeof site>)
  }
}

async function applicationRow(seed: SeedApplication, hashOf: SecretHash): Promise<DraftOf<typeof application>> {
  const { id, displayName, appRoles = [], signIn, secret } = seed
  const secretHash = secret === undefined ? '' : await hashOf(secret)
  const row = { id: id.toLowerCase(), displayName, appRoles: [...appRoles], secretHash }
  return signIn === undefined ? row : { ...row, registration: registrationRow({ displayName, ...signIn }) }
}

/** The tenant must have been added to the store. */
export async function tenantWriter(
  plan: TenantPlan,
  at: Date,
  ids: Ids,
  hashOf: SecretHash,
  roles: MarkedRoles | undefined,
) {
  const { seed, domains, termStore } = plan
  const catalogue = roles?.catalogue ?? bundledRoles
  const applications: DraftOf<typeof application>[] = []
  for (const one of plan.applications) applications.push(await applicationRow(one, hashOf))
  const now = instantOf(at)
  return async (tx: Tx): Promise<void> => {
    const { displayName, countryLetterCode, preferredLanguage } = seed
    if (plan.isAddition !== true)
      await createTenant(tx, { id: plan.id, displayName, domains, now, countryLetterCode, preferredLanguage, roles })
    for (const row of applications) await tx.insert(application, row)
    await addPeople(tx, plan, { now, ids, catalogue })
    await addGroups(tx, plan, now, ids)
    await addSites(tx, plan, now)
    if (plan.isAddition === true) return
    await createStore(tx, {
      id: termStore.id,
      languageTags: termStore.languages,
      defaultLanguageTag: termStore.defaultLanguage,
      now,
      ids,
      administrators: storeAdministratorsOf(plan),
    })
  }
}
