/** Removes a row and the rows it contains by the model, for `remove` hooks that also do something else. */
import { removeOwned } from '#edm/contained.ts'
import type { EntityType } from '#edm/define.ts'
import type { Tx } from '#edm/ports.ts'
import { models } from './models.ts'

/** The model of beta serves for both versions, because they have the same rows. */
export function removeWhole(tx: Tx, type: EntityType, id: string): Promise<void> {
  return removeOwned(tx, models.beta, type, id)
}
