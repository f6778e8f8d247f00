/** Removes a row with all that goes with it by the model: for rules that have more to do than that. */
import { removeOwned } from '#edm/contained.ts'
import type { EntityType } from '#edm/define.ts'
import type { Tx } from '#edm/ports.ts'
import { models } from './models.ts'

/** Both versions have the same rows. */
export function removeWhole(tx: Tx, type: EntityType, id: string): Promise<void> {
  return removeOwned(tx, models.beta, type, id)
}
