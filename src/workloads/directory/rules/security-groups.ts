/** The groups a member of the directory is in. Not nested: groups have people as members only. */
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx } from '#edm/ports.ts'
import { group, membership } from '../people.ts'

/** Those that rights can be given to. All are asked for at once, so that a store that waits asks for them together. */
export async function securityGroupsOf(tx: ReadTx, memberId: string): Promise<RowOf<typeof group>[]> {
  const memberships = await tx.find(membership, { memberId })
  const groups = await Promise.all(
    memberships.map(({ groupId }) => (groupId === null ? undefined : tx.get(group, groupId))),
  )
  return groups.filter((row) => row !== undefined).filter((row) => row.securityEnabled === true)
}
