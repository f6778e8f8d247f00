/** Adapter: the catalogue of roles as `/_relata/roles` shows and changes it. */
import type { RoleCatalogueControl } from '#control/rights/role-catalogue.ts'
import type { RolesInForce, RolesOutcome } from '../../tenants/roles-in-force.ts'

/** One line of the log: what came of a list. */
function noteOf({ from, asOf, added, changed, withdrawn, tenants }: RolesOutcome, by: string): string {
  const counts = `${added.length} added, ${changed.length} changed, ${withdrawn.length} withdrawn`
  return `role catalogue updated by ${by}: from ${from} to ${asOf}, ${counts}, in ${tenants} tenant${tenants === 1 ? '' : 's'}`
}

/** What reads lists is loaded when a list is read or written. */
function reading() {
  return import('#workloads/directory/catalogue/roles-list.ts')
}

export function rolesControlOf(roles: RolesInForce, note: (text: string) => void): RoleCatalogueControl {
  return {
    show: async () => {
      await roles.refresh()
      const { rolesFileOf } = await reading()
      return rolesFileOf(roles.current().catalogue)
    },
    update: async (list, { dryRun, force, asOf }, by) => {
      const { readRolesList } = await reading()
      const outcome = await roles.update(readRolesList(list), { dryRun, force, asOf }, by)
      if (!dryRun) note(noteOf(outcome, by))
      return { ...outcome, dryRun }
    },
  }
}
