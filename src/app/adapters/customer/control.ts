/** Adapter: the customer part of the control addresses, implemented with the engine, the store and the rules of GDAP. */
import { AppError, busy, invariant, StoreError } from '#base/errors.ts'
import type {
  Customer,
  CustomerDirectory,
  CustomerUser,
  Invitation,
  Relationships,
} from '#control/customer/customer.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Actor, ReadTx, Store, WriteContext } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { EngineControls } from '#engine/session.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { user } from '#workloads/directory/people.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import {
  approve,
  type CustomerFacts,
  reject,
  switchExtension,
  terminateByCustomer,
} from '#workloads/gdap/rules/relationship/customer-decision.ts'
import { raiseForReseller } from '#workloads/gdap/rules/relationship/reseller.ts'
import type { GdapSettings, TenantFacts } from '#workloads/gdap/rules/settings.ts'
import { relationship } from '#workloads/gdap/types.ts'
import type { TenantList } from '../tenant-list.ts'
import { relationshipsOfCustomer } from './relationships.ts'

function customerOf({ id, displayName, defaultDomain }: TenantFacts): Customer {
  return {
    tenantId: id,
    displayName,
    defaultDomain,
  }
}

function personOf({ id, displayName, userPrincipalName }: RowOf<typeof user>): CustomerUser {
  return {
    id,
    displayName: displayName ?? userPrincipalName ?? id,
    userPrincipalName: userPrincipalName ?? id,
  }
}

async function holdersIn(tx: ReadTx, roleTemplateIds: readonly string[]): Promise<CustomerUser[]> {
  const people = new Map<string, CustomerUser>()
  for (const roleTemplateId of roleTemplateIds) {
    for (const { userId } of await tx.find(roleHolding, { roleTemplateId })) {
      const row = userId === null || people.has(userId) ? undefined : await tx.get(user, userId)
      if (row !== undefined) people.set(row.id, personOf(row))
    }
  }
  return [...people.values()]
}

export function customerDirectoryOf(store: Store, tenants: TenantList): CustomerDirectory {
  return {
    find: async (idOrDomain) => {
      await tenants.refresh()
      const found = tenants.find(idOrDomain)
      return found === undefined ? undefined : customerOf(found)
    },
    list: async (limit) => {
      await tenants.refresh()
      return tenants.all().slice(0, limit).map(customerOf)
    },
    holders: (tenantId, roleTemplateIds) => store.read(tenantId, (tx) => holdersIn(tx, roleTemplateIds)),
    findPerson: (tenantId, idOrName) =>
      store.read(tenantId, async (tx) => {
        const [row = await tx.get(user, idOrName.toLowerCase())] = await tx.find(user, { userPrincipalName: idOrName })
        return row === undefined ? undefined : personOf(row)
      }),
  }
}

export interface CustomerSideParts {
  readonly gdap: GdapSettings
  readonly store: Store
  readonly engine: Handle & EngineControls
  readonly tenants: TenantList
}

const deeds = { approve, reject, terminate: terminateByCustomer } as const

/** The partner's tenant is the second half of a relationship's id. */
export function partnerIdOf(relationshipId: string): string {
  return relationshipId.slice(37)
}

function invitationOf(row: RowOf<typeof relationship>, partner: Customer, roles: GdapSettings['roles']): Invitation {
  return {
    relationshipId: row.id,
    displayName: row.displayName,
    status: row.status ?? '',
    partner,
    roles: row.accessDetails.unifiedRoles.map(({ roleDefinitionId: id }) => ({ id, name: roles.find(id)?.name ?? id })),
    duration: row.duration,
    autoExtendDuration: row.autoExtendDuration ?? undefined,
    customer:
      row.customer === null || row.customer.tenantId === null
        ? undefined
        : { tenantId: row.customer.tenantId, displayName: row.customer.displayName ?? undefined },
    activated: row.activatedDateTime !== null,
  }
}

type RelationshipRow = RowOf<typeof relationship>

/** The members of a row that need no other row. */
function storedMembers(row: RelationshipRow): Readonly<Record<string, unknown>> {
  const { id, displayName, duration, autoExtendDuration, status, customer, accessDetails } = row
  return { id, displayName, duration, autoExtendDuration, status, customer, accessDetails }
}

function reader(tenantId: string): Actor {
  return {
    kind: 'app',
    tenantId,
    permissions: new Set(['DelegatedAdminRelationship.Read.All']),
  }
}

/** Translates store errors, because no engine does it here. */
function worded(error: unknown): never {
  throw error instanceof StoreError && error.kind === 'unavailable' ? busy(error) : error
}

/** `prunes`: until nothing is kept that is too old, as well. */
export function settleWith(engine: EngineControls, prunes = false) {
  return async (): Promise<void> => {
    await engine.settle().catch(worded)
    if (prunes) await engine.prune().catch(worded)
  }
}

export function relationshipsOf({ gdap, store, engine, tenants }: CustomerSideParts): Relationships {
  const settle = settleWith(engine)
  const partnerOf = async (relationshipId: string): Promise<Customer | undefined> => {
    await tenants.refresh()
    const found = tenants.find(partnerIdOf(relationshipId))
    return found === undefined ? undefined : customerOf(found)
  }
  /**
   * As Graph answers it, after all due entries have fired. The change is made: where it cannot be read again, the answer is
   * what was written, because a refusal would be taken for a change that was not made.
   */
  const shown = async (relationshipId: string, tenantId: string, stored: RelationshipRow | undefined) => {
    const answer = await engine({
      method: 'GET',
      version: 'v1.0',
      path: `/tenantRelationships/delegatedAdminRelationships/${relationshipId}`,
      query: '',
      headers: {},
      body: undefined,
      origin: 'https://graph.microsoft.com',
      requestId: '',
      clientRequestId: '',
      actor: reader(tenantId),
    })
    if (answer.status >= 500 && stored !== undefined) return storedMembers(stored)
    invariant(answer.status === 200, `the relationship was answered for: ${answer.body}`)
    const { '@odata.context': _, ...members } = JSON.parse(answer.body ?? '{}') as Record<string, unknown>
    return members
  }
  /** The deed of a customer, in the tenant of the partner. */
  const decide = async (
    { relationshipId, customer, by }: { relationshipId: string; customer: Customer; by: CustomerUser },
    deed: (context: WriteContext, facts: CustomerFacts) => Promise<unknown>,
  ) => {
    const partner = await partnerOf(relationshipId)
    if (partner === undefined)
      throw new AppError('notFound', `There is no relationship '${relationshipId}'.`, { target: 'relationshipId' })
    const { tenantId } = partner
    const actor: Actor = { kind: 'user', tenantId: customer.tenantId, userId: by.id, permissions: new Set() }
    const { displayName, defaultDomain } = customer
    const facts = { relationshipId, customer: { tenantId: customer.tenantId, displayName, defaultDomain } }
    const stored = await engine
      .inTenant(tenantId, actor, async (context) => {
        await deed(context, { ...facts, by: by.userPrincipalName })
        return context.tx.get(relationship, relationshipId)
      })
      .catch(worded)
    return shown(relationshipId, tenantId, stored)
  }
  return {
    raise: async ({ reseller, indirectProvider, draft }) => {
      const { tenantId } = reseller
      const actor: Actor = { kind: 'app', tenantId: indirectProvider.tenantId, permissions: new Set() }
      const facts = { resellerTenantId: tenantId, indirectProviderTenantId: indirectProvider.tenantId, draft }
      const { id, stored } = await engine
        .inTenant(tenantId, actor, async (context) => {
          const made = await raiseForReseller(gdap, context, facts)
          return { id: made.id, stored: await context.tx.get(relationship, made.id) }
        })
        .catch(worded)
      return shown(id, tenantId, stored)
    },
    invitation: async (relationshipId) => {
      const partner = await partnerOf(relationshipId)
      if (partner === undefined) return undefined
      await settle()
      return store.read(partner.tenantId, async (tx) => {
        const row = await tx.get(relationship, relationshipId)
        if (row !== undefined) return invitationOf(row, partner, gdap.roles)
        const [record] = await tx.find(directoryAudit, { subjectId: relationshipId }, 1)
        return record === undefined ? undefined : 'gone'
      })
    },
    ofCustomer: (customer) =>
      settle().then(() => relationshipsOfCustomer({ store, tenants, roles: gdap.roles }, customer)),
    act: (action, facts) => decide(facts, deeds[action]),
    extend: ({ allowed, ...facts }) => decide(facts, (context, known) => switchExtension(context, known, allowed)),
  }
}
