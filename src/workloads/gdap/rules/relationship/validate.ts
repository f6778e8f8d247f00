/** Checks members of a body: gdap.md §4.3. Collects every fault. Pure, apart from the catalogue of roles. */
import { inDaysAndTime } from '#base/duration.ts'
import type { Faults } from '#base/errors.ts'
import { guidIn } from '#base/ids.ts'
import { globalAdministrator, type RoleCatalogue } from '../../../directory/role-catalogue.ts'
import { day, lengthOf } from './duration.ts'

const maxName = 50
const maxDays = 730
const extension = 180 * day
export const noExtension = 'PT0S'
export const extensionDuration = 'P180D'

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is for
const forbiddenInNames = /[<>\u0000-\u001f\u007f]/

export interface Roles {
  readonly unifiedRoles: { readonly roleDefinitionId: string }[]
}

export function roleIdsOf(details: Roles): string[] {
  return details.unifiedRoles.map(({ roleDefinitionId }) => roleDefinitionId)
}

export function rolesOf(ids: readonly string[]): Roles {
  return {
    unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })),
  }
}

/** Whether both lists have the same roles, in any order. */
export function sameRoles(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((id) => right.includes(id))
}

/** The trimmed name; undefined, with a fault, if it is not valid. */
export function nameIn(value: unknown, faults: Faults): string | undefined {
  const target = 'displayName'
  if (faults.has(target)) return undefined
  const name = typeof value === 'string' ? value.trim() : ''
  if (name === '') faults.add(target, "The property 'displayName' is required and cannot be empty.")
  else if ([...name].length > maxName) faults.add(target, `The display name is longer than ${maxName} characters.`)
  else if (forbiddenInNames.test(name))
    faults.add(target, 'The display name contains a character that is not supported: < > and control characters.')
  else return name
  return undefined
}

/** In days and time (gdap.md §2.7); undefined, with a fault, if it is not valid. */
export function durationIn(value: unknown, faults: Faults): string | undefined {
  const target = 'duration'
  if (faults.has(target)) return undefined
  const length = typeof value === 'string' ? lengthOf(value) : undefined
  if (typeof value === 'string' && length !== undefined && length >= day && length <= maxDays * day)
    return inDaysAndTime(value)
  faults.add(target, 'The duration must be an ISO 8601 duration from P1D to P2Y (730 days), both included.')
  return undefined
}

/** In days and time; null and absent mean no extension. */
export function autoExtendIn(value: unknown, faults: Faults): string | undefined {
  const target = 'autoExtendDuration'
  if (faults.has(target)) return undefined
  if (value === undefined || value === null) return noExtension
  const length = typeof value === 'string' ? lengthOf(value) : undefined
  if (typeof value === 'string' && (length === 0 || length === extension)) return inDaysAndTime(value)
  faults.add(target, 'The automatic extension must be one of P0D, PT0S and P180D.')
  return undefined
}

/** Adds a fault if a relationship with Global Administrator is to be extended automatically. */
export function checkExtension(
  autoExtendDuration: string | undefined,
  roles: readonly string[] | undefined,
  faults: Faults,
): void {
  if (autoExtendDuration === undefined || lengthOf(autoExtendDuration) === 0) return
  if (roles?.includes(globalAdministrator) === true) {
    faults.add(
      'autoExtendDuration',
      'A relationship with the Global Administrator role cannot be extended automatically; leave out the role or the extension.',
    )
  }
}

/** Which roles a body may name. */
export interface RoleRules {
  /** Not those that cannot be given to partners. */
  readonly strict: boolean
  /** Any GUID. */
  readonly trustAnyRole: boolean
  readonly roles: Pick<RoleCatalogue, 'find'>
}

function roleFault(id: string | undefined, given: unknown, seen: ReadonlySet<string>, rules: RoleRules) {
  if (typeof given !== 'string' || given === '') return "The property 'roleDefinitionId' is required."
  if (id === undefined) return `The role definition id '${given}' is not a GUID.`
  if (seen.has(id)) return `The role '${id}' is given more than once.`
  const role = rules.roles.find(id)
  if (role === undefined)
    return rules.trustAnyRole ? undefined : `The role '${id}' is not in this server's list of roles.`
  if (rules.strict && role.gdap === 'no') return `The role '${id}' (${role.name}) cannot be given to partners.`
  return undefined
}

/** Ids of the roles in lower case; undefined, with faults, if one is not valid. */
export function rolesIn(value: unknown, faults: Faults, rules: RoleRules): string[] | undefined {
  const list = 'accessDetails/unifiedRoles'
  // An element that is not an object has been reported already; the others are still checked.
  const given = (value as { unifiedRoles?: unknown } | null | undefined)?.unifiedRoles
  if (!Array.isArray(given) || given.length === 0) {
    if (!faults.has('accessDetails')) faults.add(list, 'At least one role is required.')
    return undefined
  }
  const seen = new Set<string>()
  for (const [at, entry] of given.entries()) {
    const target = `${list}/${at}/roleDefinitionId`
    const written = (entry as { roleDefinitionId?: unknown } | null)?.roleDefinitionId
    const id = typeof written === 'string' ? guidIn(written) : undefined
    const fault = roleFault(id, written, seen, rules)
    if (fault !== undefined) {
      if (!faults.has(`${list}/${at}`)) faults.add(target, fault)
    } else if (id !== undefined) seen.add(id)
  }
  return faults.has('accessDetails') ? undefined : [...seen]
}

/** Adds a fault for each role that the relationship does not have. */
export function checkWithin(roles: readonly string[] | undefined, allowed: readonly string[], faults: Faults): void {
  for (const [at, id] of (roles ?? []).entries()) {
    if (!allowed.includes(id)) {
      faults.add(
        `accessDetails/unifiedRoles/${at}/roleDefinitionId`,
        `The role '${id}' is not among the roles of the relationship.`,
      )
    }
  }
}

/** Tenant id of the customer in lower case; null if the body names none. */
export function customerIdIn(value: unknown, faults: Faults): string | null | undefined {
  if (value === undefined || value === null) return null
  if (faults.has('customer')) return undefined
  const written = (value as { tenantId?: unknown }).tenantId
  const id = typeof written === 'string' ? guidIn(written) : undefined
  if (id === undefined) faults.add('customer/tenantId', "The customer's 'tenantId' must be the GUID of a tenant.")
  return id
}

/** Id of the group in lower case. */
export function containerIn(value: unknown, faults: Faults): string | undefined {
  if (faults.has('accessContainer')) return undefined
  const given = value as { accessContainerId?: unknown; accessContainerType?: unknown } | null | undefined
  const id = typeof given?.accessContainerId === 'string' ? guidIn(given.accessContainerId) : undefined
  if (id === undefined) {
    faults.add('accessContainer/accessContainerId', 'The id of a security group is required, and must be a GUID.')
  }
  if (given?.accessContainerType !== 'securityGroup') {
    faults.add('accessContainer/accessContainerType', "The type of the access container must be 'securityGroup'.")
  }
  return faults.has('accessContainer') ? undefined : id
}

const idForm = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** Id of the partner's tenant: the second half of the id of a relationship. */
export function partnerOf(relationshipId: string): string {
  return relationshipId.slice(37)
}

/** In lower case; undefined unless it is two GUIDs joined by a hyphen. */
export function relationshipIdOf(text: string): string | undefined {
  return idForm.test(text) ? text.toLowerCase() : undefined
}
