/** The relationships of a seed, each taken as far as the seed says: by the partner's requests and the customer's answers. */
import { instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Actor, WriteContext } from '#edm/ports.ts'
import { user } from '#workloads/directory/people.ts'
import { globalAdministrator } from '#workloads/directory/role-catalogue.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import { approve, type CustomerFacts, reject } from '#workloads/gdap/rules/relationship/customer-decision.ts'
import { addDuration } from '#workloads/gdap/rules/relationship/duration.ts'
import { reminderDays } from '#workloads/gdap/rules/relationship/lifecycle.ts'
import { relationship } from '#workloads/gdap/types.ts'
import type { SeedRelationship } from './format/seed-format.ts'
import { hasTimes, timesOf, untimely } from './format/seed-times.ts'
import { type Post, type SeedFacts, seedRoles } from './seed-facts.ts'
import { roleIdOf, type TenantPlan } from './seed-plan.ts'

const all = '/tenantRelationships/delegatedAdminRelationships'

function rolesOf(given: readonly string[], facts: SeedFacts) {
  const roles = seedRoles(facts)
  return { unifiedRoles: given.map((role) => ({ roleDefinitionId: roleIdOf(role, roles) ?? role })) }
}

/** The sign-in name of somebody who may answer for the customer. */
async function answererOf({ store }: SeedFacts, tenantId: string): Promise<string | undefined> {
  return store.read(tenantId, async (tx) => {
    const [holding] = await tx.find(roleHolding, { roleTemplateId: globalAdministrator }, 1)
    const person = holding === undefined || holding.userId === null ? undefined : await tx.get(user, holding.userId)
    return person?.userPrincipalName ?? undefined
  })
}

interface Step {
  readonly facts: SeedFacts
  /** Of the partner. */
  readonly tenantId: string
  /** The id behind a name of a group. */
  readonly find: TenantPlan['find']
  readonly post: Post
  readonly id: string
  readonly seed: SeedRelationship
  /** Where the relationship is in the seed. */
  readonly at: string
}

async function answer(
  { facts, tenantId: partnerId, id, seed, at }: Step,
  decision: (context: WriteContext, customer: CustomerFacts) => Promise<unknown>,
): Promise<void> {
  const customer = facts.tenants.find(seed.customer ?? '')
  if (customer === undefined)
    throw new AppError('invalid', 'A relationship that is answered needs its customer.', { target: `${at}/customer` })
  const { displayName, defaultDomain, id: tenantId } = customer
  const actor: Actor = { kind: 'user', tenantId, permissions: new Set() }
  const by = await answererOf(facts, tenantId)
  await facts.engine.inTenant(partnerId, actor, (context) =>
    decision(context, {
      relationshipId: id,
      customer: { tenantId, displayName, defaultDomain },
      ...(by === undefined ? {} : { by }),
    }),
  )
  await facts.engine.settle()
}

async function assign({ facts, find, post, id, seed, at }: Step): Promise<void> {
  for (const [place, { group, roles = seed.roles }] of (seed.assignments ?? []).entries()) {
    await post(
      `${all}/${id}/accessAssignments`,
      {
        accessContainer: { accessContainerId: find(group) ?? group, accessContainerType: 'securityGroup' },
        accessDetails: rolesOf(roles, facts),
      },
      `${at}/assignments/${place}`,
    )
    await facts.engine.settle()
  }
}

/** As if it had begun its whole duration ago, so that the service ends it now. */
async function expire({ facts, tenantId, id, seed }: Step): Promise<void> {
  const actor: Actor = { kind: 'system', tenantId, permissions: new Set() }
  await facts.engine.inTenant(tenantId, actor, async ({ tx, now, agenda }) => {
    const length = Date.parse(addDuration(now, seed.duration)) - Date.parse(now)
    const began = new Date(Date.parse(now) - length).toISOString()
    await tx.update(relationship, id, {
      createdDateTime: began,
      activatedDateTime: began,
      endDateTime: now,
      autoExtendDuration: 'PT0S',
    })
    for (const days of reminderDays) await agenda.drop(`gdap.reminder${days}`, id)
    await agenda.set({ kind: 'gdap.end', subject: id, due: now })
  })
  await facts.engine.settle()
}

async function advance(step: Step): Promise<void> {
  const { facts, post, id, seed, at } = step
  const { status } = seed
  if (status === 'created') return
  await post(`${all}/${id}/requests`, { action: 'lockForApproval' }, at)
  if (status === 'approvalPending') return
  if (status === 'rejected') return answer(step, reject)
  await answer(step, approve)
  await assign(step)
  if (status === 'terminated') await post(`${all}/${id}/requests`, { action: 'terminate' }, at)
  if (status === 'expired') await expire(step)
  await facts.engine.settle()
}

/** Gives the relationship the times of the seed, as if all had happened then. */
async function date({ facts, tenantId, id, seed }: Step): Promise<void> {
  if (!hasTimes(seed)) return
  const actor: Actor = { kind: 'system', tenantId, permissions: new Set() }
  await facts.engine.inTenant(tenantId, actor, async ({ tx, now, agenda }) => {
    const { times, dues } = timesOf(seed, now)
    await tx.update(relationship, id, times)
    for (const [kind, due] of dues) await (due > now ? agenda.set({ kind, subject: id, due }) : agenda.drop(kind, id))
  })
  await facts.engine.settle()
}

/** `at`: where the relationship is in the seed. */
export async function seedRelationship(
  facts: SeedFacts,
  post: Post,
  partner: Pick<TenantPlan, 'id' | 'find'>,
  seed: SeedRelationship,
  at: string,
): Promise<void> {
  const { displayName, duration, autoExtendDuration = 'PT0S', roles } = seed
  const wrong = untimely(seed, instantOf(facts.clock.now()))
  if (wrong !== undefined) throw new AppError('invalid', wrong.message, { target: `${at}/${wrong.name}` })
  const customer = seed.customer === undefined ? undefined : facts.tenants.find(seed.customer)
  const id = await post(
    all,
    {
      displayName,
      duration,
      autoExtendDuration,
      accessDetails: rolesOf(roles, facts),
      ...(customer === undefined ? {} : { customer: { tenantId: customer.id } }),
    },
    at,
  )
  const step = { facts, tenantId: partner.id, find: partner.find, post, id, seed, at }
  await advance(step)
  await date(step)
}
