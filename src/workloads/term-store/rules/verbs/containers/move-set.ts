/** `relata.move` of a set, and the change of its group by PATCH: exchange.md §9.6. Its terms and relations stay as they are. */
import type { RowOf } from '#edm/infer.ts'
import type { Located, ReadContext, WriteContext } from '#edm/ports.ts'
import { group, set } from '../../../types.ts'
import { stampOf } from '../../author.ts'
import type { LocalName } from '../../labels/labels.ts'
import { checkNames } from '../../labels/set-names.ts'
import { denied, invalid, isVisible, missing } from '../../refusals.ts'
import { checkRole } from '../../roles/roles.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { needSet } from '../checks.ts'

type SetRow = RowOf<typeof set>

export async function isGroupSeen(
  { tx }: Pick<ReadContext, 'tx'>,
  groupId: string,
  at: Located | undefined,
): Promise<boolean> {
  const row = await tx.get(group, groupId)
  return row !== undefined && isVisible(row.siteCollectionId, at)
}

/** What a set in the group has of it. Throws where the caller may not put sets there, and for the group of the system. */
export async function placeInGroup(
  settings: TermStoreSettings,
  context: WriteContext,
  { storeId }: Pick<SetRow, 'storeId'>,
  groupId: string,
  target = 'parentGroup',
) {
  const to = await context.tx.get(group, groupId)
  if (to === undefined) throw missing('Group', groupId, target)
  await checkRole(settings, context, 'contributor', { storeId, groupId })
  if (to.scope === 'system') throw denied('Moving a TermSet to system Group is disallowed.')
  return { parentGroupId: groupId, siteCollectionId: to.siteCollectionId }
}

export async function moveSet(
  settings: TermStoreSettings,
  context: WriteContext,
  setId: string,
  groupId: string,
): Promise<void> {
  const { tx } = context
  const row = await needSet(tx, setId)
  await checkRole(settings, context, 'contributor', { storeId: row.storeId, groupId: row.parentGroupId })
  if (row.systemRole !== null) throw invalid('The sets of the system cannot be moved.')
  const moved = await placeInGroup(settings, context, row, groupId, 'group')
  if (groupId === row.parentGroupId) return
  const names = row.localizedNames as readonly LocalName[]
  await checkNames(tx, groupId, { names, sent: undefined, exceptId: setId, target: 'group' })
  await tx.update(set, setId, { ...moved, lastModifiedBy: stampOf(context).lastModifiedBy })
}
