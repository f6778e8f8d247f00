/**
 * Who may be in a group and who may hold a role: learn.microsoft.com/graph/api/group-post-members,
 * …/directoryrole-post-members.
 */
import { AppError } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type WriteContext } from '#edm/ports.ts'
import { creatorChanged } from '../../subscriptions/creator-changed.ts'
import { membership } from '../membership.ts'
import { group, user } from '../people.ts'
import { globalAdministrator } from '../role-catalogue.ts'
import { roleHolding, unifiedRoleDefinition } from '../roles.ts'
import {
  changing,
  groupTarget,
  type RecordContext,
  record,
  roleChanges,
  roleTarget,
  userTarget,
} from './audit-record.ts'
import { badRequest } from './refusals.ts'
import { checkMayAppoint, checkMayChangeMembers } from './rights.ts'

type MemberActivity = 'Add member to group' | 'Remove member from group'
type HolderActivity = 'Add member to role' | 'Remove member from role'

export async function recordMember(
  context: RecordContext,
  activity: MemberActivity,
  groupId: string,
  memberId: string,
): Promise<void> {
  const { tx } = context
  const owner = await tx.get(group, groupId)
  const person = await tx.get(user, memberId)
  const inner = person === undefined ? await tx.get(group, memberId) : undefined
  const isAdded = activity.startsWith('Add')
  const changes = [
    changing(isAdded, 'Group.ObjectID', groupId),
    changing(isAdded, 'Group.DisplayName', owner?.displayName ?? null),
    changing(isAdded, 'Group.WellKnownObjectName', null),
  ]
  const member =
    person === undefined
      ? groupTarget({ id: memberId, displayName: inner?.displayName ?? null }, changes)
      : userTarget(person, changes)
  await record(context, activity, groupId, [
    member,
    groupTarget({ id: groupId, displayName: owner?.displayName ?? null }),
  ])
}

type Holding = Partial<Pick<RowOf<typeof roleHolding>, 'userId' | 'roleTemplateId'>>

export async function recordHolder(
  context: RecordContext,
  activity: HolderActivity,
  { userId, roleTemplateId = '' }: Holding,
): Promise<void> {
  const holder = await context.tx.get(user, userId ?? '')
  const name = (await context.tx.get(unifiedRoleDefinition, roleTemplateId))?.displayName ?? null
  const changes = roleChanges(activity.startsWith('Add'), roleTemplateId, name)
  const person = holder ?? { id: userId ?? '', displayName: null, userPrincipalName: null }
  await record(context, activity, roleTemplateId, [userTarget(person, changes), roleTarget(roleTemplateId, name)])
}

export const membershipBehaviour: Behaviour = behaviour(membership, {
  async beforeCreate(context, { draft }) {
    const { tx, ids } = context
    const { groupId, memberId } = draft
    await checkMayChangeMembers(context, groupId)
    const [owner, inner] = [await tx.get(group, groupId ?? ''), await tx.get(group, memberId ?? '')]
    if (inner === undefined && (await tx.get(user, memberId ?? '')) === undefined)
      throw badRequest('Only users and security groups can be members of a group here.', 'members')
    if (inner !== undefined) {
      if (groupId === memberId) throw badRequest('A group cannot be a member of itself.', 'members')
      if (inner.groupTypes.includes('Unified'))
        throw badRequest('A Microsoft 365 group cannot be a member of a group.', 'members')
      if (owner?.groupTypes.includes('Unified') === true)
        throw badRequest('A group cannot be a member of a Microsoft 365 group.', 'members')
      if (owner?.isAssignableToRole === true)
        throw badRequest('A group cannot be a member of a group that can be assigned to roles.', 'members')
    }
    await recordMember(context, 'Add member to group', groupId ?? '', memberId ?? '')
    return { row: { ...draft, id: ids.mint() } }
  },

  async remove(context, { row }) {
    await checkMayChangeMembers(context, row.groupId)
    await recordMember(context, 'Remove member from group', row.groupId ?? '', row.memberId ?? '')
    await context.tx.remove(membership, row.id)
    await creatorChanged(context, row.memberId ?? '')
  },
})

/** “A Global Administrator cannot remove their own Global Administrator assignment”, so that one always remains. */
function checkNotOwn({ actor }: WriteContext, { userId, roleTemplateId }: RowOf<typeof roleHolding>): void {
  if (actor.kind !== 'user' || actor.userId !== userId || roleTemplateId !== globalAdministrator) return
  throw new AppError('invalid', 'Removing self from Global Administrator built-in role is not allowed.', {
    code: 'Request_BadRequest',
    target: 'members',
  })
}

export const roleHoldingBehaviour: Behaviour = behaviour(roleHolding, {
  async beforeCreate(context, { draft }) {
    await checkMayAppoint(context)
    const { tx, ids } = context
    if ((await tx.get(user, draft.userId ?? '')) === undefined)
      throw badRequest('Only users can hold a directory role here.', 'members')
    await recordHolder(context, 'Add member to role', draft)
    return { row: { ...draft, id: ids.mint() } }
  },

  async remove(context, { row }) {
    await checkMayAppoint(context)
    checkNotOwn(context, row)
    await recordHolder(context, 'Remove member from role', row)
    await context.tx.remove(roleHolding, row.id)
  },
})
