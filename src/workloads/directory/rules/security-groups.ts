/** The groups that a user is directly in. Access through groups in groups does not count (docs/access.md). */
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { membership } from '../membership.ts'
import { group } from '../people.ts'

/** The security-enabled ones. They are read together, which is one round trip to a database server. */
export async function securityGroupsOf(tx: ReadTx, memberId: string): Promise<RowOf<typeof group>[]> {
  const memberships = await tx.find(membership, { memberId })
  const groups = await Promise.all(
    memberships.map(({ groupId }) => (groupId === null ? undefined : tx.get(group, groupId))),
  )
  return groups.filter((row) => row !== undefined).filter((row) => row.securityEnabled === true)
}
