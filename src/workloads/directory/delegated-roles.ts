/**
 * Which directory roles, held by delegation, give access to what in a customer’s tenant: one line for each area, with
 * its source. Other roles give no access. Texts of the roles:
 * learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
 */
import { globalAdministrator, needRole } from './role-catalogue.ts'

export const sharePointAdministrator = 'f28a1f50-f6e7-4571-818b-6a12f2af6b6c'
export const globalReader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'
const directoryReaders = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814'

/** `read`: roles that only read; the others read as well. */
function openedTo(write: readonly string[], read: readonly string[] = []) {
  return {
    read: [...write, globalAdministrator, globalReader, ...read],
    write: [...write, globalAdministrator],
  }
}

/**
 * SharePoint Administrator and Global Administrator manage, Global Reader reads: the issue’s own example. SharePoint
 * has them make themselves term store administrators first, in an admin center there is none of here.
 */
export const delegatedTermStore = openedTo([sharePointAdministrator])
/** SharePoint Administrator: all of SharePoint, sites included (Entra’s page of roles). */
export const delegatedSites = openedTo([sharePointAdministrator])
/** User Administrator: users and groups; Directory Readers: basic directory information (the same page). */
export const delegatedPeople = openedTo([userAdministrator], [directoryReaders])
/** Privileged Role Administrator: role assignments (the same page). */
export const delegatedRoles = openedTo([privilegedRoleAdministrator], [directoryReaders])
/** The log: gdap.md §7.7. */
export const delegatedAudits = openedTo(
  [],
  ['Reports Reader', 'Security Administrator', 'Security Reader'].map((name) => needRole(name).id),
)
/** The organisation and its logs: Global Reader reads what a Global Administrator sees (the same page). */
export const delegatedTenant = openedTo([])
