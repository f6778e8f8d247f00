/**
 * The customer's side of a relationship, which Graph does not have: who may answer an invitation, and
 * `POST /_relata/gdap/{relationshipId}/approve|reject|terminate` (gdap.md §5, §3.2 T5, T12).
 */
import { AppError } from '#base/errors.ts'
import { type AddressHandler, jsonAnswer } from '#base/own-address.ts'
import { byMethod, parametersIn, readMembers, textMember } from '../request.ts'

export interface Customer {
  readonly tenantId: string
  readonly displayName: string
  readonly defaultDomain: string
}

export interface CustomerUser {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
}

export interface Role {
  readonly id: string
  readonly name: string
}

/** An invitation as its link shows it. */
export interface Invitation {
  readonly relationshipId: string
  readonly displayName: string
  readonly status: string
  readonly partner: Customer
  readonly roles: readonly Role[]
  /** ISO 8601. */
  readonly duration: string
  readonly autoExtendDuration: string | undefined
  /** The customer it is addressed to, or who has answered it; undefined: the first one that answers. */
  readonly customer: { readonly tenantId: string; readonly displayName: string | undefined } | undefined
  /** Whether it was approved at some time. */
  readonly activated: boolean
}

export const actions = ['approve', 'reject', 'terminate'] as const
export type CustomerAction = (typeof actions)[number]

export interface CustomerDirectory {
  find(idOrDomain: string): Promise<Customer | undefined>
  /** In the order of their names; `limit` at most. */
  list(limit: number): Promise<readonly Customer[]>
  /** Users with one of these roles, in the order of the roles, then of their creation. */
  holders(tenantId: string, roleTemplateIds: readonly string[]): Promise<readonly CustomerUser[]>
  findPerson(tenantId: string, idOrName: string): Promise<CustomerUser | undefined>
}

export interface Relationships {
  /** Undefined: there is none with this id. `gone`: there was one. */
  invitation(relationshipId: string): Promise<Invitation | 'gone' | undefined>
  /** Returns the relationship as Graph's JSON. Throws `AppError` when its status does not allow the action. */
  act(
    action: CustomerAction,
    facts: { readonly relationshipId: string; readonly customer: Customer; readonly by: CustomerUser },
  ): Promise<Readonly<Record<string, unknown>>>
  /** Switches the automatic extension for the customer; returns and throws what `act` does. */
  extend(facts: {
    readonly relationshipId: string
    readonly customer: Customer
    readonly by: CustomerUser
    readonly allowed: boolean
  }): Promise<Readonly<Record<string, unknown>>>
  /** Those of a customer with all partners, the newest first. */
  ofCustomer(customer: Customer): Promise<readonly CustomerRelationship[]>
  /** Creates a relationship that waits for the reseller's approval; returns what `act` does. */
  raise(facts: Raise): Promise<Readonly<Record<string, unknown>>>
}

/** A relationship as its customer sees it. Instants are ISO 8601; null: that has not happened. */
export interface CustomerRelationship {
  readonly id: string
  readonly displayName: string
  readonly status: string
  readonly partner: { readonly tenantId: string; readonly displayName: string }
  readonly roles: readonly Role[]
  readonly duration: string
  readonly autoExtendDuration: string | null
  readonly createdDateTime: string | null
  readonly activatedDateTime: string | null
  readonly endDateTime: string | null
  /** Whether the customer has to answer it. */
  readonly isPending: boolean
  /** What the customer has answered; null: nothing yet. `by`: the sign-in name; null where it is not recorded. */
  readonly answer: {
    readonly what: 'approved' | 'rejected'
    readonly by: string | null
    readonly dateTime: string
  } | null
}

/** A relationship that an indirect provider requests on behalf of a reseller. */
export interface Raise {
  readonly reseller: Customer
  readonly indirectProvider: Customer
  /** The members of a relationship's body, unchecked. */
  readonly draft: Readonly<Record<string, unknown>>
}

export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
/** Global Administrator, and Customer Delegated Admin Relationship Administrator. */
export const approverRoles = [globalAdministrator, 'fc8ad4e2-40e4-4724-8317-bcda7503ecbf'] as const

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const relationshipForm = new RegExp(`^${guid}-${guid}$`, 'i')

/** In lower case. Throws Graph's own text for an id that is not two GUIDs. */
export function checkRelationshipId(text: string): string {
  if (relationshipForm.test(text)) return text.toLowerCase()
  throw new AppError('invalid', 'The passed in delegatedAdminRelationshipId is invalid.', { target: 'relationshipId' })
}

/** The user who acts for the customer. Throws `forbidden` when it is not an administrator of that tenant. */
export async function checkApprover(
  directory: CustomerDirectory,
  customer: Customer,
  user: string | undefined,
  target = 'user',
): Promise<CustomerUser> {
  const holders = await directory.holders(customer.tenantId, approverRoles)
  const needed = 'Global Administrator or Customer Delegated Admin Relationship Administrator'
  if (user === undefined) {
    const [first] = holders
    if (first !== undefined) return first
    throw new AppError('forbidden', `Nobody in ${customer.displayName} is ${needed}.`, { target })
  }
  const wanted = user.toLowerCase()
  const holder = holders.find(
    ({ id, userPrincipalName }) => id === wanted || userPrincipalName.toLowerCase() === wanted,
  )
  if (holder !== undefined) return holder
  const known = await directory.findPerson(customer.tenantId, user)
  if (known === undefined) throw new AppError('invalid', `${customer.displayName} has no user '${user}'.`, { target })
  throw new AppError('forbidden', `${known.displayName} is not ${needed} of ${customer.displayName}.`, { target })
}

async function needTenant(
  directory: CustomerDirectory,
  tenantId: string | undefined,
  target: string,
): Promise<Customer> {
  if (tenantId === undefined) throw new AppError('invalid', `'${target}' is needed: a tenant id or domain.`, { target })
  const found = await directory.find(tenantId)
  if (found !== undefined) return found
  throw new AppError('invalid', `There is no tenant '${tenantId}'.`, { target })
}

export function needCustomer(directory: CustomerDirectory, tenantId: string | undefined): Promise<Customer> {
  return needTenant(directory, tenantId, 'tenantId')
}

const raiseMembers = ['displayName', 'duration', 'autoExtendDuration', 'customer', 'accessDetails'] as const

/**
 * `GET /_relata/gdap?customer=`: the relationships of a customer, which Graph shows to partners only. `POST`: what Partner
 * Center does for an indirect provider, and Graph has no call for.
 */
export function relationshipsHandler(parts: {
  readonly directory: CustomerDirectory
  readonly relationships: Relationships
}): AddressHandler {
  return byMethod({
    GET: async ({ query }) => {
      const wanted = parametersIn(query, ['customer']).get('customer')?.trim() || undefined
      const customer = await needTenant(parts.directory, wanted, 'customer')
      return jsonAnswer({ customer, value: await parts.relationships.ofCustomer(customer) })
    },
    POST: async (request) => {
      const members = readMembers(request, ['resellerTenantId', 'indirectProviderTenantId', ...raiseMembers])
      const tenantOf = (name: string) => needTenant(parts.directory, textMember(members, name), name)
      const reseller = await tenantOf('resellerTenantId')
      const indirectProvider = await tenantOf('indirectProviderTenantId')
      const { resellerTenantId: _reseller, indirectProviderTenantId: _provider, ...draft } = members
      return jsonAnswer(await parts.relationships.raise({ reseller, indirectProvider, draft }))
    },
  })
}

export function customerHandler(
  parts: { readonly directory: CustomerDirectory; readonly relationships: Relationships },
  action: CustomerAction,
  id: string,
): AddressHandler {
  return byMethod({
    POST: async (request) => {
      const relationshipId = checkRelationshipId(id)
      const members = readMembers(request, ['tenantId', 'user'])
      const customer = await needCustomer(parts.directory, textMember(members, 'tenantId'))
      const by = await checkApprover(parts.directory, customer, textMember(members, 'user'))
      return jsonAnswer(await parts.relationships.act(action, { relationshipId, customer, by }))
    },
  })
}

/** `POST /_relata/gdap/{relationshipId}/auto-extend`: the customer switches the automatic extension (gdap.md §3.2 T7). */
export function extensionHandler(
  parts: { readonly directory: CustomerDirectory; readonly relationships: Relationships },
  id: string,
): AddressHandler {
  return byMethod({
    POST: async (request) => {
      const relationshipId = checkRelationshipId(id)
      const members = readMembers(request, ['allowed', 'tenantId', 'userId'])
      const { allowed } = members
      if (typeof allowed !== 'boolean')
        throw new AppError('invalid', "'allowed' is needed, and is true or false.", { target: 'allowed' })
      const customer = await needCustomer(parts.directory, textMember(members, 'tenantId'))
      const by = await checkApprover(parts.directory, customer, textMember(members, 'userId'), 'userId')
      return jsonAnswer(await parts.relationships.extend({ relationshipId, customer, by, allowed }))
    },
  })
}
