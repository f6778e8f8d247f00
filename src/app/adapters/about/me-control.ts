/** Adapter: who an actor is, from the rows of its tenant. */
import { invariant } from '#base/errors.ts'
import type { MeAnswer } from '#control/about/me.ts'
import type { Actor, ReadTx, Store } from '#edm/ports.ts'
import { namesOfRoles } from '#workloads/directory/catalogue/rows.ts'
import { user } from '#workloads/directory/people.ts'
import { roleHolding } from '#workloads/directory/roles.ts'
import { isAgent } from '#workloads/gdap/rules/admin-agents.ts'
import { roleOf } from '#workloads/term-store/rules/roles/roles.ts'
import { group, store as termStore } from '#workloads/term-store/types.ts'
import type { TenantList } from '../tenant-list.ts'

/** An administrator has every role in every group, which are then not listed. */
async function taxonomyRoles(tx: ReadTx, actor: Actor): Promise<MeAnswer['termStore']> {
  const [storeRow] = await tx.find(termStore, {}, 1)
  if (storeRow === undefined) return { isAdministrator: false, groups: [] }
  const context = { tx, actor }
  if ((await roleOf(context, storeRow, undefined)) === 'administrator') return { isAdministrator: true, groups: [] }
  const groups: { id: string; displayName: string; role: string }[] = []
  for (const { id, displayName } of actor.kind === 'user' ? await tx.find(group, { storeId: storeRow.id }) : []) {
    const role = await roleOf(context, storeRow, id)
    if (role !== undefined) groups.push({ id, displayName: displayName ?? id, role })
  }
  return { isAdministrator: false, groups }
}

async function personOf(store: Store, tenantId: string, userId: string): Promise<MeAnswer['user']> {
  const row = await store.read(tenantId, (tx) => tx.get(user, userId))
  const { displayName = null, userPrincipalName = null } = row ?? {}
  return {
    id: userId,
    displayName: displayName ?? userPrincipalName ?? userId,
    userPrincipalName: userPrincipalName ?? userId,
  }
}

/** The roles of the token; at home, without any there, those of the directory. */
async function roleIdsOf(tx: ReadTx, { roles, userId, homeTenantId }: Actor): Promise<string[]> {
  if (roles !== undefined) return [...roles]
  if (userId === undefined || homeTenantId !== undefined) return []
  return (await tx.find(roleHolding, { userId })).map(({ roleTemplateId }) => roleTemplateId)
}

async function directoryRolesOf(tx: ReadTx, actor: Actor): Promise<MeAnswer['directoryRoles']> {
  const ids = await roleIdsOf(tx, actor)
  const names = await namesOfRoles(tx, ids)
  return ids.map((id, at) => ({ id, displayName: names[at] ?? id }))
}

export function describeWith(store: Store, tenants: TenantList) {
  return async (actor: Actor): Promise<MeAnswer> => {
    const { kind, tenantId, userId, appId, homeTenantId, permissions } = actor
    const facts = tenants.find(tenantId)
    invariant(facts !== undefined && kind !== 'system', 'tokens are for tenants that are there')
    const isHere = kind === 'user' && userId !== undefined && homeTenantId === undefined
    const rows = await store.read(tenantId, async (tx) => ({
      directoryRoles: await directoryRolesOf(tx, actor),
      termStore: await taxonomyRoles(tx, actor),
      isAdminAgent: isHere && (await isAgent({ tx, actor })),
    }))
    const home = homeTenantId === undefined ? undefined : tenants.find(homeTenantId)
    const person = userId === undefined ? undefined : await personOf(store, homeTenantId ?? tenantId, userId)
    return {
      kind,
      tenant: { id: facts.id, displayName: facts.displayName, defaultDomain: facts.defaultDomain },
      ...(person === undefined ? {} : { user: person }),
      ...(appId === undefined ? {} : { app: { id: appId } }),
      ...(home === undefined ? {} : { homeTenant: { id: home.id, displayName: home.displayName } }),
      permissions: [...permissions].sort(),
      directoryRoles: rows.directoryRoles,
      termStore: rows.termStore,
      isAdminAgent: rows.isAdminAgent,
      isOperator: actor.isOperator === true,
    }
  }
}
