/**
 * Sets of roles to begin with (events.md §7.3): Lighthouse's support roles, CIPP's defaults, the least privilege for a task.
 * `bundles.json` has the ids, and the names for those who read it.
 */
import type { Group } from './api.ts'
import file from './bundles.json' with { type: 'json' }

export interface Bundle {
  readonly id: string
  readonly pack: string
  readonly roles: readonly { readonly id: string; readonly name: string }[]
}

export const bundles: readonly Bundle[] = file.bundles

/** Groups that are named for a role as CIPP names them, `M365 GDAP Helpdesk Administrator`: the roles of each. */
export function mappedGroups(
  roles: readonly { readonly id: string; readonly name: string }[],
  groups: readonly Group[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    roles.flatMap(({ id, name }) => {
      const group = groups.find(({ displayName }) => displayName.toLowerCase() === `m365 gdap ${name}`.toLowerCase())
      return group === undefined ? [] : [[group.id, [id]] as const]
    }),
  )
}
