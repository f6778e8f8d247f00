/** Changes of a tenant: what is left out of a patch stays as it is, and a list in it replaces the present one. */
import { instantOf } from '#base/clock.ts'
import { AppError, Faults } from '#base/errors.ts'
import type { PatchOf } from '#edm/infer.ts'
import type { Actor, Tx } from '#edm/ports.ts'
import { membership } from '#workloads/directory/membership.ts'
import { group, user } from '#workloads/directory/people.ts'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import type { RecordContext } from '#workloads/directory/rules/audit-record.ts'
import { recordHolder, recordMember } from '#workloads/directory/rules/members.ts'
import { type TenantDomains, verifiedDomainsOf } from '#workloads/directory/rules/tenant.ts'
import { tenant } from '#workloads/directory/types.ts'
import { store as termStore } from '#workloads/term-store/types.ts'
import { checkLanguages, checkPeople } from '../seed/format/seed-check.ts'
import type { SeedPerson, SeedTenant, SeedTermStore } from '../seed/format/seed-format.ts'
import { actorOf } from '../seed/seed.ts'
import { type SeedFacts, seedRoles } from '../seed/seed-facts.ts'
import { adminAgentsName, planOf } from '../seed/seed-plan.ts'
import { addGroup, giveRole } from '../seed/seed-tenant.ts'
import { settlePeople, settlePerson, storeAdministratorsIn } from './tenant-people.ts'
import { type TenantView, viewIn } from './tenant-view.ts'

export type TenantPatch = Partial<
  Pick<
    SeedTenant,
    | 'displayName'
    | 'defaultDomain'
    | 'initialDomain'
    | 'domains'
    | 'countryLetterCode'
    | 'preferredLanguage'
    | 'isPartner'
    | 'administrators'
    | 'people'
  >
> & { readonly termStore?: Pick<SeedTermStore, 'languages' | 'defaultLanguage' | 'administrators'> }

/** A domain that stops being the default or the initial one stays verified, unless the patch lists the others. */
function domainsAfter(before: TenantView, patch: TenantPatch): TenantDomains {
  const initial = (patch.initialDomain ?? before.initialDomain).toLowerCase()
  const main = (patch.defaultDomain ?? before.defaultDomain).toLowerCase()
  const others = patch.domains ?? [before.defaultDomain, before.initialDomain, ...before.domains]
  return { default: main, initial, all: [...new Set([main, initial, ...others.map((name) => name.toLowerCase())])] }
}

function targetOf(name: string, domains: TenantDomains): string {
  if (name === domains.default) return 'defaultDomain'
  return name === domains.initial ? 'initialDomain' : 'domains'
}

function checkFree({ tenants }: SeedFacts, id: string, domains: TenantDomains, faults: Faults): void {
  for (const name of domains.all) {
    const owner = tenants.find(name)
    if (owner !== undefined && owner.id !== id)
      faults.add(targetOf(name, domains), `The domain '${name}' belongs to the tenant '${owner.displayName}' already.`)
  }
}

/** A domain that people sign in with stays. */
async function checkUnused(tx: Tx, before: TenantView, domains: TenantDomains): Promise<void> {
  const gone = [before.defaultDomain, before.initialDomain, ...before.domains].filter(
    (name) => !domains.all.includes(name),
  )
  if (gone.length === 0) return
  for (const { userPrincipalName } of await tx.find(user, {})) {
    const domain = userPrincipalName?.slice(userPrincipalName.indexOf('@') + 1).toLowerCase() ?? ''
    if (gone.includes(domain))
      throw new AppError(
        'invalid',
        `The domain '${domain}' cannot be removed: '${userPrincipalName}' signs in with it.`,
        {
          target: 'domains',
        },
      )
  }
}

interface Writing {
  readonly tx: Tx
  readonly facts: SeedFacts
  readonly now: string
  readonly before: TenantView
  readonly domains: TenantDomains
  /** For the log of the directory. */
  readonly actor: Actor
}

function recordingOf({ tx, facts, now, actor }: Writing): RecordContext {
  return { tx, actor, ids: facts.ids, now }
}

/** A seed of the tenant as it will be, which says who the administrators are and which groups a partner has. */
function planAfter({ facts, before, domains }: Writing, patch: TenantPatch) {
  const { administrators = [], isPartner } = patch
  return planOf(
    {
      displayName: before.displayName,
      defaultDomain: domains.default,
      domains: domains.all,
      administrators,
      ...(isPartner === undefined ? {} : { isPartner }),
    },
    facts.ids,
  )
}

/** What is said of an administrator: the id, the sign-in name, or both. */
function saidOf(given: NonNullable<TenantPatch['administrators']>[number]): Partial<SeedPerson> {
  if (typeof given !== 'string') return given
  return given.includes('@') ? { userPrincipalName: given } : { id: given }
}

/** Returns the ids of the administrators. */
async function changeAdministrators(writing: Writing, patch: TenantPatch): Promise<readonly string[]> {
  const { tx, facts, now, before, domains } = writing
  const known = before.administrators.map(({ id }) => id)
  if (patch.administrators === undefined) return known
  const context = recordingOf(writing)
  const wanted: string[] = []
  for (const [at, given] of patch.administrators.entries()) {
    const id = await settlePerson(
      { tx, facts, now, actor: writing.actor },
      { person: saidOf(given), path: `administrators/${at}` },
      domains.default,
    )
    if (!known.includes(id)) {
      await giveRole(tx, facts.ids, id, globalAdministrator)
      await recordHolder(context, 'Add member to role', { userId: id, roleTemplateId: globalAdministrator })
    }
    wanted.push(id)
  }
  for (const userId of known.filter((id) => !wanted.includes(id)))
    for (const { id } of await tx.find(roleHolding, { roleTemplateId: globalAdministrator, userId })) {
      await tx.remove(roleHolding, id)
      await recordHolder(context, 'Remove member from role', { userId, roleTemplateId: globalAdministrator })
    }
  const [store] = await tx.find(termStore, {}, 1)
  if (store === undefined) return wanted
  const others = (store.administrators ?? []).filter((id) => !known.includes(id))
  await tx.update(termStore, store.id, { administrators: [...new Set([...wanted, ...others])] })
  return wanted
}

async function addToAgents(writing: Writing, groupId: string, people: readonly string[]): Promise<void> {
  const { tx, facts } = writing
  for (const memberId of people) {
    if (await tx.has(membership, { groupId, memberId })) continue
    await tx.insert(membership, { id: facts.ids.mint(), groupId, memberId })
    await recordMember(recordingOf(writing), 'Add member to group', groupId, memberId)
  }
}

/** The groups of a partner that are missing; its administrators are agents. */
async function changePartner(writing: Writing, patch: TenantPatch, administrators: readonly string[]): Promise<void> {
  const { tx, now, before, domains } = writing
  if (patch.isPartner === true)
    for (const one of planAfter(writing, { isPartner: true }).groups)
      if (!(await tx.has(group, { displayName: one.displayName }))) await addGroup(tx, one, domains.default, now)
  const isMore = patch.isPartner === true || (before.isPartner && patch.administrators !== undefined)
  const [agents] = isMore ? await tx.find(group, { displayName: adminAgentsName }, 1) : []
  if (agents !== undefined) await addToAgents(writing, agents.id, administrators)
}

/** Those of the tenant stay among them. */
async function changeStoreAdministrators({ tx }: Writing, patch: TenantPatch, own: readonly string[]): Promise<void> {
  const { administrators } = patch.termStore ?? {}
  const [store] = administrators === undefined ? [] : await tx.find(termStore, {}, 1)
  if (administrators === undefined || store === undefined) return
  const named = await storeAdministratorsIn(tx, administrators)
  await tx.update(termStore, store.id, { administrators: [...new Set([...own, ...named])] })
}

/** By a request, since the names and labels of the taxonomy change with its languages. */
async function changeLanguages(
  facts: SeedFacts,
  id: string,
  wanted: NonNullable<TenantPatch['termStore']>,
): Promise<void> {
  const { languages, defaultLanguage } = wanted
  if (languages === undefined && defaultLanguage === undefined) return
  const requestId = facts.ids.mint()
  const answer = await facts.engine.handle({
    method: 'PATCH',
    version: 'v1.0',
    path: '/termStore',
    query: '',
    headers: {},
    body: new TextEncoder().encode(
      JSON.stringify({
        ...(languages === undefined ? {} : { languageTags: languages }),
        ...(defaultLanguage === undefined ? {} : { defaultLanguageTag: defaultLanguage }),
      }),
    ),
    origin: 'https://localhost',
    requestId,
    clientRequestId: requestId,
    actor: actorOf(id),
  })
  if (answer.status < 300) return
  const { error } = JSON.parse(answer.body ?? '{}') as { error?: { message?: string } }
  throw new AppError(
    answer.status >= 500 ? 'unavailable' : 'invalid',
    error?.message ?? 'The languages cannot be changed.',
    {
      target: 'termStore',
    },
  )
}

function checkPatch(facts: SeedFacts, before: TenantView, patch: TenantPatch, domains: TenantDomains): void {
  const faults = new Faults()
  checkFree(facts, before.id, domains, faults)
  const { languages } = patch.termStore ?? {}
  if (patch.termStore !== undefined)
    checkLanguages(
      { ...patch.termStore, languages: languages ?? before.termStore?.languages ?? [] },
      'termStore',
      faults,
    )
  if (patch.isPartner === false && before.isPartner)
    faults.add(
      'isPartner',
      `A partner stops being one when its group ${adminAgentsName} is deleted: DELETE /groups/{id}.`,
    )
  if (patch.administrators?.length === 0)
    faults.add('administrators', 'A tenant has at least one administrator: nobody could give the role to anybody.')
  for (const [at, given] of (patch.administrators ?? []).entries()) {
    const name = typeof given === 'string' ? given : (given.userPrincipalName ?? '')
    if (name.includes('@') && !domains.all.includes(name.slice(name.indexOf('@') + 1).toLowerCase()))
      faults.add(
        `administrators/${at}`,
        `'${name}' is in none of the domains of the tenant: ${domains.all.join(', ')}.`,
      )
  }
  checkPeople(
    {
      displayName: before.displayName,
      defaultDomain: domains.default,
      domains: domains.all,
      people: patch.people ?? [],
    },
    faults,
    seedRoles(facts),
  )
  faults.throwIfAny()
}

function rowPatch(patch: TenantPatch, domains: TenantDomains): PatchOf<typeof tenant> {
  const { displayName, countryLetterCode, preferredLanguage, defaultDomain, initialDomain, domains: others } = patch
  const isMoved = defaultDomain !== undefined || initialDomain !== undefined || others !== undefined
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(countryLetterCode === undefined ? {} : { countryLetterCode }),
    ...(preferredLanguage === undefined ? {} : { preferredLanguage }),
    ...(isMoved ? { defaultDomain: domains.default, verifiedDomains: verifiedDomainsOf(domains) } : {}),
  }
}

/** Throws `invalid` with every fault; the tenant is then unchanged. */
export async function updateTenant(
  facts: SeedFacts,
  before: TenantView,
  patch: TenantPatch,
  actor: Actor,
): Promise<void> {
  const { store, clock } = facts
  const domains = domainsAfter(before, patch)
  checkPatch(facts, before, patch, domains)
  const now = instantOf(clock.now())
  if (patch.termStore !== undefined) await changeLanguages(facts, before.id, patch.termStore)
  await store.write(before.id, async (tx) => {
    await checkUnused(tx, (await viewIn(tx, before.id)) ?? before, domains)
    const row = rowPatch(patch, domains)
    if (Object.keys(row).length > 0) await tx.update(tenant, before.id, row)
    await settlePeople({ tx, facts, now, actor }, patch.people ?? [], domains.default)
    // Read now: an administrator may have got another id.
    const writing = { tx, facts, now, before: (await viewIn(tx, before.id)) ?? before, domains, actor }
    const administrators = await changeAdministrators(writing, patch)
    await changePartner(writing, patch, administrators)
    await changeStoreAdministrators(writing, patch, administrators)
  })
}
