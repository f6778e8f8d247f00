/** What a caller may, as values that can be sent to another process. */
import type { PlanRights } from '#exchange/plan/rights.ts'
import type { TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import type { StoreRole } from '#workloads/term-store/rules/roles/roles.ts'

export interface RightsFacts {
  /** By group; undefined: of the store. */
  readonly held: ReadonlyMap<string | undefined, StoreRole | undefined>
  /** Whether the caller may add terms to open sets. */
  readonly addsToOpen: boolean
}

export function rightsBy({ held, addsToOpen }: RightsFacts, taxonomy: TaxonomyPart): PlanRights {
  return {
    roleIn: (groupId) => held.get(groupId),
    mayAdd: (setId) => addsToOpen && taxonomy.sets.get(setId)?.isOpen === true,
  }
}
