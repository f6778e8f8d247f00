/**
 * The second layer: whoever changes something needs a role of the taxonomy beside the permission (term-store.md §2.2).
 * What each role may: Microsoft.SharePoint.Taxonomy, AddTermStoreAdministrator and AddGroupManager; rights on sets
 * and terms are those on their group.
 */
import { lacking } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import { type ReadContext, refuse } from '#edm/ports.ts'
import { delegatedTermStore } from '../../../directory/delegated-roles.ts'
import { membership } from '../../../directory/people.ts'
import { group, set, store } from '../../types.ts'
import type { TermStoreSettings } from '../settings.ts'

/** The principal that stands for every application, as SharePoint calls it; only ever seen among the administrators. */
export const anyApplication = 'app@sharepoint'

/** Each may do what those after it may. */
export const storeRoles = ['administrator', 'manager', 'contributor'] as const
export type StoreRole = (typeof storeRoles)[number]

export const titles: Readonly<Record<StoreRole, string>> = {
  administrator: 'term store administrator',
  manager: 'group manager',
  contributor: 'group contributor',
}

type Context = Pick<ReadContext, 'tx' | 'actor' | 'pass'>
type Holders = readonly string[] | null

/** Whether the user is in the list, by name or with one of his groups. */
async function isAmong({ tx, actor: { userId } }: Context, ...lists: readonly Holders[]): Promise<boolean> {
  const holders = new Set(lists.flatMap((list) => list ?? []))
  if (userId === undefined || holders.size === 0) return false
  if (holders.has(userId)) return true
  return (await tx.find(membership, { memberId: userId })).some(({ groupId }) => holders.has(groupId))
}

async function administers(context: Context, keeper: RowOf<typeof store>): Promise<boolean> {
  const { kind, homeTenantId, roles } = context.actor
  if (homeTenantId !== undefined) return delegatedTermStore.write.some((role) => roles?.has(role) === true)
  if (kind === 'app') return keeper.administrators?.includes(anyApplication) === true
  return isAmong(context, keeper.administrators)
}

export interface RoleFacts {
  readonly storeId: string
  /** Undefined: the roles of no group will do. */
  readonly groupId?: string | undefined
}

/** The greatest role the caller holds; without a group, those of no group will do. */
export async function roleOf(
  context: Context,
  keeper: RowOf<typeof store> | undefined,
  groupId: string | undefined,
): Promise<StoreRole | undefined> {
  const { tx, actor } = context
  // A store that is not there is left to whoever looks for it.
  if (keeper === undefined || (await administers(context, keeper))) return 'administrator'
  // Nobody has seen an application with a role of one group only.
  if (actor.kind !== 'user' || actor.homeTenantId !== undefined || groupId === undefined) return undefined
  const folder = await tx.get(group, groupId)
  if (await isAmong(context, folder?.managers ?? null)) return 'manager'
  return (await isAmong(context, folder?.contributors ?? null)) ? 'contributor' : undefined
}

/** Refuses whoever holds no role there that is at least this one. */
export async function checkRole(
  settings: TermStoreSettings,
  context: Context,
  least: StoreRole,
  { storeId, groupId }: RoleFacts,
): Promise<void> {
  const { tx, actor } = context
  if (settings.roles !== true || actor.kind === 'system') return
  const held = await roleOf(context, await tx.get(store, storeId), groupId)
  const enough = storeRoles.slice(0, storeRoles.indexOf(least) + 1)
  if (held !== undefined && enough.includes(held)) return
  const wanted =
    actor.kind === 'app' ? [`${titles.administrator} (${anyApplication})`] : enough.map((role) => titles[role])
  refuse(
    context,
    lacking(
      'The current user has insufficient permissions to perform this operation.',
      { layer: 'role', wanted, held: held === undefined ? [] : [titles[held]] },
      { code: 'accessDenied', spec: 'term-store.md §2.2' },
    ),
  )
}

/** The same for what is in a set. A set that is not there is left to whoever looks for it. */
export async function checkRoleInSet(settings: TermStoreSettings, context: Context, setId: string): Promise<void> {
  if (settings.roles !== true) return
  const found = await context.tx.get(set, setId)
  if (found === undefined) return
  await checkRole(settings, context, 'contributor', { storeId: found.storeId, groupId: found.parentGroupId })
}

/** Into an open set every user may put terms (term-store.md §4.3). */
export async function checkMayAddTo(
  settings: TermStoreSettings,
  context: Context,
  to: Pick<RowOf<typeof set>, 'storeId' | 'parentGroupId' | 'isOpen'>,
): Promise<void> {
  const { kind, homeTenantId } = context.actor
  if (to.isOpen && kind === 'user' && homeTenantId === undefined) return
  await checkRole(settings, context, 'contributor', { storeId: to.storeId, groupId: to.parentGroupId })
}
