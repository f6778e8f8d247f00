/** Groups of one store have different names (term-store.md §4.2). */
import type { ReadTx } from '#edm/ports.ts'
import { group } from '../../types.ts'
import { taken } from '../refusals.ts'

/** Throws `conflict`, with the group that has the name. `target`: what the refusal names. */
export async function checkName(
  tx: ReadTx,
  storeId: string,
  displayName: string,
  exceptId?: string,
  target = 'displayName',
): Promise<void> {
  const other = (await tx.find(group, { storeId, displayName }, 2)).find(({ id }) => id !== exceptId)
  if (other === undefined) return
  throw taken(`Group names must be unique. The name is '${displayName}'; the group that has it is ${other.id}.`, target)
}
