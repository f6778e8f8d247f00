/**
 * The roles that a user of the partner holds in a customer’s tenant, and which assignment gives them: every active
 * assignment of an active relationship to a group of the user (gdap.md §3.3, §3.4).
 */
import type { ReadTx } from '#edm/ports.ts'
import { user } from '../../../directory/people.ts'
import { securityGroupsOf } from '../../../directory/rules/security-groups.ts'
import { relationship } from '../../types.ts'
import { assignmentsOf, type RelationshipRow } from '../typed-rows.ts'
import { roleIdsOf } from './validate.ts'

export interface DelegatedGrant {
  readonly relationship: { readonly id: string; readonly displayName: string }
  readonly assignmentId: string
  readonly group: { readonly id: string; readonly displayName: string }
  /** Role template ids. */
  readonly roles: readonly string[]
  /** Instant at which the relationship ends, unless it is extended or ended before. */
  readonly until: string
}

async function groupsOf(tx: ReadTx, userId: string): Promise<ReadonlyMap<string, string>> {
  if ((await tx.get(user, userId))?.accountEnabled !== true) return new Map()
  return new Map((await securityGroupsOf(tx, userId)).map(({ id, displayName }) => [id, displayName ?? id]))
}

async function grantsBy(
  tx: ReadTx,
  owner: RelationshipRow,
  groups: ReadonlyMap<string, string>,
): Promise<readonly DelegatedGrant[]> {
  const offered = new Set(roleIdsOf(owner.accessDetails))
  return (await assignmentsOf(tx, owner.id)).flatMap(({ id, status, accessContainer, accessDetails }) => {
    const groupId = accessContainer.accessContainerId ?? ''
    const displayName = groups.get(groupId)
    if (status !== 'active' || displayName === undefined) return []
    return {
      relationship: { id: owner.id, displayName: owner.displayName },
      assignmentId: id,
      group: { id: groupId, displayName },
      roles: roleIdsOf(accessDetails).filter((role) => offered.has(role)),
      until: owner.endDateTime ?? '',
    }
  })
}

/** Runs in the tenant of the partner, after its due entries. */
export async function grantsIn(
  tx: ReadTx,
  { customerTenantId, userId }: { readonly customerTenantId: string; readonly userId: string },
): Promise<readonly DelegatedGrant[]> {
  const groups = await groupsOf(tx, userId)
  if (groups.size === 0) return []
  const owners = (await tx.find(relationship, { customerTenantId, status: 'active' })) as RelationshipRow[]
  return (await Promise.all(owners.map((owner) => grantsBy(tx, owner, groups)))).flat()
}
