/** Keys as callers write them → as rows hold them. */
import { guidOf, guidsOf } from '#base/ids.ts'
import type { EntityType } from './define.ts'

/** Undefined for a key that no row of the type can have. */
export function keyOf({ keys }: Pick<EntityType, 'keys'>, written: string): string | undefined {
  if (keys === 'guid') return guidOf(written)
  return keys === 'guids' ? (guidsOf(written) ?? written) : written
}
