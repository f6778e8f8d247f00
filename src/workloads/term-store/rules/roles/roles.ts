/**
 * The second layer of access: a change needs a role of the term store besides the permission (term-store.md §2.2). What
 * each role allows: Microsoft.SharePoint.Taxonomy, AddTermStoreAdministrator and AddGroupManager. Sets and terms have
 * the roles of their group.
 */
import { lacking } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import { type ReadContext, refuse } from '#edm/ports.ts'
import { delegatedTermStore } from '../../../directory/delegated-roles.ts'
import { membership } from '../../../directory/membership.ts'
import { isEnabled } from '../../../directory/rules/account.ts'
import { group, set, store } from '../../types.ts'
import type { TermStoreSettings } from '../settings.ts'

/** SharePoint's principal for all applications. It can only be an administrator. */
export const anyApplication = 'app@sharepoint'

/** Each role includes those after it. */
export const storeRoles = ['administrator', 'manager', 'contributor'] as const
export type StoreRole = (typeof storeRoles)[number]

export const titles: Readonly<Record<StoreRole, string>> = {
  administrator: 'term store administrator',
  manager: 'group manager',
  contributor: 'group contributor',
}

type Context = Pick<ReadContext, 'tx' | 'actor' | 'pass'>
type Holders = readonly string[] | null

/** Whether the list has the user, or a group of the user. An id that stays in it gives nobody else anything. */
async function isAmong({ tx, actor: { userId } }: Context, holders: Holders): Promise<boolean> {
  if (userId === undefined || holders === null || holders.length === 0) return false
  const isListed =
    // An external issuer may give a person any id, also one that stands for applications.
    (holders.includes(userId) && userId !== anyApplication) ||
    (await tx.find(membership, { memberId: userId })).some(({ groupId }) => holders.includes(groupId))
  return isListed && (await isEnabled(tx, userId))
}

async function administers(context: Context, storeRow: RowOf<typeof store>): Promise<boolean> {
  const { kind, homeTenantId, roles } = context.actor
  if (homeTenantId !== undefined) return delegatedTermStore.write.some((role) => roles?.has(role) === true)
  if (kind === 'app') return storeRow.administrators?.includes(anyApplication) === true
  return isAmong(context, storeRow.administrators)
}

export interface RoleFacts {
  readonly storeId: string
  /** Undefined: only the administrators of the store count. */
  readonly groupId?: string | undefined
}

/** The highest role that the caller holds. Without a group, only `administrator` is found. */
export async function roleOf(
  context: Context,
  storeRow: RowOf<typeof store> | undefined,
  groupId: string | undefined,
): Promise<StoreRole | undefined> {
  const { tx, actor } = context
  // A missing store is reported by the rule that reads it.
  if (storeRow === undefined || (await administers(context, storeRow))) return 'administrator'
  // Applications can only be administrators: no role of a single group was ever seen for one.
  if (actor.kind !== 'user' || actor.homeTenantId !== undefined || groupId === undefined) return undefined
  const groupRow = await tx.get(group, groupId)
  if (await isAmong(context, groupRow?.managers ?? null)) return 'manager'
  return (await isAmong(context, groupRow?.contributors ?? null)) ? 'contributor' : undefined
}

/** Refuses a caller who does not hold this role or a higher one. */
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
      { layer: 'role', wanted, held: held === undefined ? [] : [titles[held]], group: groupId },
      { code: 'accessDenied', spec: 'term-store.md §2.2' },
    ),
  )
}

/** The same, for the group of a set. A missing set is reported by the rule that reads it. */
export async function checkRoleInSet(settings: TermStoreSettings, context: Context, setId: string): Promise<void> {
  if (settings.roles !== true) return
  const found = await context.tx.get(set, setId)
  if (found === undefined) return
  await checkRole(settings, context, 'contributor', { storeId: found.storeId, groupId: found.parentGroupId })
}

/** Every user of the tenant may add terms to an open set (term-store.md §4.3). */
export async function checkMayAddTo(
  settings: TermStoreSettings,
  context: Context,
  to: Pick<RowOf<typeof set>, 'storeId' | 'parentGroupId' | 'isOpen'>,
): Promise<void> {
  const { tx, actor } = context
  const isAtHome = actor.kind === 'user' && actor.homeTenantId === undefined
  if (to.isOpen && isAtHome && (await isEnabled(tx, actor.userId))) return
  await checkRole(settings, context, 'contributor', { storeId: to.storeId, groupId: to.parentGroupId })
}
