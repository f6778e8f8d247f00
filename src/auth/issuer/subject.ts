/** The subject of a token: a user of the tenant, or one of another tenant with delegated access. */
import {
  type Account,
  type Delegations,
  type DirectoryApplication,
  type DirectoryTenant,
  nameOf,
  registrationOf,
  type SignInDirectory,
} from '../directory/directory.ts'
import type { TokenSubject } from './issue.ts'
import { need, Refused, refusals } from './oauth-error.ts'

export interface SubjectParts {
  readonly directory: SignInDirectory
  readonly delegations?: Delegations | undefined
}

function checkAssigned(application: DirectoryApplication, ids: readonly string[], user: string): void {
  const { assignedTo } = registrationOf(application)
  if (assignedTo.length > 0 && !ids.some((id) => assignedTo.includes(id)))
    throw new Refused(refusals.notAssigned({ user, application: application.id, name: nameOf(application) }))
}

/** Evaluated for every token, refreshed ones included. Throws `unknownUser`, `disabledUser`, `notAssigned`, `foreignUser`. */
export async function needSubject(
  { directory, delegations }: SubjectParts,
  account: Account,
  tenant: DirectoryTenant,
  application: DirectoryApplication,
): Promise<TokenSubject> {
  const { tenantId: homeTenantId, userId } = account
  const person = need(await directory.findPerson(homeTenantId, userId), () =>
    refusals.unknownUser(userId, homeTenantId),
  )
  if (!person.enabled) throw new Refused(refusals.disabledUser())
  checkAssigned(application, [person.id, ...person.groups], person.userName)
  const subject = { tenantId: tenant.id, homeTenantId, person }
  if (homeTenantId === tenant.id) return { ...subject, roles: person.roles }
  const roles =
    (await delegations?.rolesIn(tenant.id, { homeTenantId, userId: person.id, appId: application.id })) ?? []
  if (roles.length > 0) return { ...subject, roles }
  const facts = { user: person.userName, home: homeTenantId, tenant: tenant.id }
  throw new Refused(refusals.foreignUser({ ...facts, application: application.id, name: nameOf(application) }))
}

/**
 * The registration that applies to an account: the one in the tenant of the token, else the one in the account's home
 * tenant, because partners use their own application. Throws `unknownApplication`.
 */
export async function needApplication(
  directory: SignInDirectory,
  appId: string,
  tenant: DirectoryTenant,
  homeTenantId: string = tenant.id,
): Promise<DirectoryApplication> {
  const id = appId.toLowerCase()
  const found = await directory.findApplication(tenant.id, id)
  if (found !== undefined) return found
  const brought = homeTenantId === tenant.id ? undefined : await directory.findApplication(homeTenantId, id)
  return need(brought, () => refusals.unknownApplication(appId, tenant.id))
}

/** The account of an entered name: in the tenant, else in the tenant of its domain. Throws `unknownUser`. */
export async function findAccount(
  directory: SignInDirectory,
  tenant: DirectoryTenant | undefined,
  name: string,
): Promise<Account> {
  const wanted = name.trim()
  const domain = wanted.includes('@') ? wanted.slice(wanted.lastIndexOf('@') + 1) : undefined
  const tenants = [tenant, domain === undefined ? undefined : await directory.findTenant(domain)]
  for (const one of tenants) {
    const person = one === undefined ? undefined : await directory.findPerson(one.id, wanted)
    if (one !== undefined && person !== undefined) return { tenantId: one.id, userId: person.id }
  }
  throw new Refused(refusals.unknownUser(wanted, tenant?.id ?? domain ?? ''))
}

/** The account chosen in the form: a listed one, `{tenant id} {user id}`, or an entered name. Throws `unknownUser`. */
export async function chosenAccount(
  directory: SignInDirectory,
  tenant: DirectoryTenant | undefined,
  form: URLSearchParams,
): Promise<Account> {
  const [tenantId = '', userId = ''] = (form.get('account') ?? '').split(' ')
  if (userId === '') return findAccount(directory, tenant, form.get('name') ?? '')
  const home = await directory.findTenant(tenantId)
  const person = home === undefined ? undefined : await directory.findPerson(home.id, userId)
  if (home !== undefined && person !== undefined) return { tenantId: home.id, userId: person.id }
  throw new Refused(refusals.unknownUser(userId, tenantId))
}
