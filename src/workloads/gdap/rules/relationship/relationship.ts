/**
 * Relationships: creation, PATCH in every status, deletion, due entries: gdap.md §2.4, §3, §4.3. The type of the 2022
 * drafts (gdap.md §10), which shows the same rows, has the same rules but one: a name need only be unique for its
 * customer.
 */
import { type Faults, invariant } from '#base/errors.ts'
import type { PatchOf, RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type ReadTx, type Rules, type UpdateFacts, type WriteContext } from '#edm/ports.ts'
import { globalAdministrator } from '../../../directory/role-catalogue.ts'
import { draftRelationship } from '../../draft.ts'
import { customer as listedCustomer, relationship } from '../../types.ts'
import { checkAgent, seesAsAgent } from '../admin-agents.ts'
import { record } from '../audit/audit-record.ts'
import { hasOpen, startOperation } from '../operation/operation-transitions.ts'
import { busy, malformedId, notAllowed, taken, throwIssues } from '../refusals.ts'
import type { GdapSettings } from '../settings.ts'
import { type RelationshipRow, subjectOf } from '../typed-rows.ts'
import { relationshipDues } from './due-entries.ts'
import { lengthOf } from './duration.ts'
import { allows, effectOf, next } from './lifecycle.ts'
import { removeRelationship } from './relationship-transitions.ts'
import {
  autoExtendIn,
  checkExtension,
  customerIdIn,
  durationIn,
  nameIn,
  partnerOf,
  relationshipIdOf,
  roleIdsOf,
  rolesIn,
  rolesOf,
  sameRoles,
} from './validate.ts'

type Row = RowOf<typeof relationship>
type Patch = PatchOf<typeof relationship>
type Facts = UpdateFacts<typeof relationship>

/**
 * The columns of a customer; undefined, with a fault, if there is no such tenant or it is the partner's own. Whom the partner has a
 * relationship in force with is there, also where it is no tenant of this server, as in the pack `msp-9k`.
 */
async function customerIn(
  { settings, tx }: { readonly settings: GdapSettings; readonly tx: ReadTx },
  value: unknown,
  partnerId: string,
  faults: Faults,
) {
  const customerTenantId = customerIdIn(value, faults)
  if (customerTenantId === undefined) return undefined
  if (customerTenantId === partnerId) {
    faults.add('customer/tenantId', 'A partner cannot be its own customer.')
    return undefined
  }
  if (customerTenantId === null) return { customer: null, customerTenantId }
  const known = (await settings.tenants.find(customerTenantId)) ?? (await tx.get(listedCustomer, customerTenantId))
  if (known === undefined) {
    faults.add('customer/tenantId', `The tenant '${customerTenantId}' does not exist.`)
    return undefined
  }
  const said = (value as { displayName?: unknown }).displayName
  if (said != null && said !== known.displayName)
    faults.ignore('customer/displayName', 'The name of the customer is that of its tenant.')
  return { customer: { tenantId: customerTenantId, displayName: known.displayName }, customerTenantId }
}

interface Naming {
  readonly displayName: string
  readonly customerTenantId: string | null
  readonly exceptId?: string
}

/**
 * Throws `conflict` if the name is in use. Relationships that have ended keep their names until they are cleaned up.
 */
async function checkName(tx: ReadTx, isDraft: boolean, naming: Naming): Promise<void> {
  const { displayName, customerTenantId, exceptId } = naming
  const found = await tx.find(relationship, isDraft ? { displayName, customerTenantId } : { displayName }, 2)
  if (found.some(({ id }) => id !== exceptId)) throw taken('displayName')
}

function patchMethods(row: RelationshipRow): string[] {
  return ['GET', ...(allows(row.status, 'patch') ? ['PATCH'] : []), ...(allows(row.status, 'delete') ? ['DELETE'] : [])]
}

function pick(row: Row, patch: Patch): Record<string, unknown> {
  return Object.fromEntries(Object.keys(patch).map((key) => [key, row[key as keyof Row]]))
}

/** Members of the patch that differ from the row. */
function changesIn(before: Row, patch: Patch): Patch {
  return Object.fromEntries(
    Object.entries(patch).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof Row])),
  )
}

/** The name of the customer is read from its directory: a body that names another one for the same tenant is refused. */
function checkCustomerName(before: Row, value: unknown, faults: Faults): void {
  const given = (value as { tenantId?: unknown; displayName?: unknown } | null | undefined) ?? {}
  const isSame = typeof given.tenantId === 'string' && given.tenantId.toLowerCase() === before.customerTenantId
  if (!isSame || given.displayName == null || given.displayName === before.customer?.displayName) return
  faults.add('customer/displayName', "The property 'displayName' of the customer is read-only.")
}

/** In `created` everything may be changed. */
async function edit(settings: GdapSettings, context: WriteContext, isDraft: boolean, facts: Facts): Promise<Patch> {
  const { before, patch: body, faults } = facts
  checkCustomerName(before, body.customer, faults)
  const displayName = 'displayName' in body ? nameIn(body.displayName, faults) : undefined
  const duration = 'duration' in body ? durationIn(body.duration, faults) : undefined
  const autoExtendDuration = 'autoExtendDuration' in body ? autoExtendIn(body.autoExtendDuration, faults) : undefined
  const customer =
    'customer' in body
      ? await customerIn({ settings, tx: context.tx }, body.customer, partnerOf(before.id), faults)
      : undefined
  const roles = 'accessDetails' in body ? rolesIn(body.accessDetails, faults, settings) : undefined
  checkExtension(
    autoExtendDuration ?? before.autoExtendDuration ?? undefined,
    roles ?? roleIdsOf(before.accessDetails),
    faults,
  )
  throwIssues(faults)
  const patch = changesIn(before, {
    ...(displayName === undefined ? {} : { displayName }),
    ...(duration === undefined ? {} : { duration }),
    ...(autoExtendDuration === undefined ? {} : { autoExtendDuration }),
    ...customer,
    ...(roles === undefined ? {} : { accessDetails: rolesOf(roles) }),
  })
  const customerTenantId = patch.customerTenantId === undefined ? before.customerTenantId : patch.customerTenantId
  if (patch.displayName !== undefined || (isDraft && patch.customerTenantId !== undefined)) {
    const name = patch.displayName ?? before.displayName
    await checkName(context.tx, isDraft, { displayName: name, customerTenantId, exceptId: before.id })
  }
  return patch
}

function onlyOnceActive(name: string): string {
  return `The property '${name}' cannot be changed once the relationship is locked for approval.`
}

/**
 * Whether a body sent in `active` keeps the roles, or removes Global Administrator (gdap.md §2.4). Anything else is a
 * fault.
 */
function rolesAsked(before: Row, roles: readonly string[] | undefined, faults: Faults): 'same' | 'fewer' {
  const current = roleIdsOf(before.accessDetails)
  if (roles === undefined || sameRoles(roles, current)) return 'same'
  const without = current.filter((id) => id !== globalAdministrator)
  if (without.length < current.length && sameRoles(roles, without)) return 'fewer'
  faults.add(
    'accessDetails/unifiedRoles',
    'The roles of an active relationship cannot be changed, except that Global Administrator may be removed.',
  )
  return 'same'
}

/** Members that are fixed once the relationship is locked, and whether a body sends the present value of one. */
const isAsBefore: Readonly<Record<'displayName' | 'duration' | 'customer', (before: Row, value: unknown) => boolean>> =
  {
    displayName: (before, value) => typeof value === 'string' && value.trim() === before.displayName,
    duration: (before, value) => typeof value === 'string' && lengthOf(value) === lengthOf(before.duration),
    customer: (before, value) => {
      const tenantId = (value as { tenantId?: unknown } | null)?.tenantId
      return typeof tenantId === 'string' && tenantId.toLowerCase() === before.customerTenantId
    },
  }

/** In `active` the automatic extension can be changed, and Global Administrator removed (gdap.md §2.4). */
async function adjust(settings: GdapSettings, context: WriteContext, facts: Facts): Promise<Patch> {
  const { before, patch: body, faults } = facts
  for (const name of ['displayName', 'duration', 'customer'] as const) {
    if (name in body && !faults.has(name) && !isAsBefore[name](before, body[name]))
      faults.add(name, onlyOnceActive(name))
  }
  checkCustomerName(before, body.customer, faults)
  const autoExtendDuration = 'autoExtendDuration' in body ? autoExtendIn(body.autoExtendDuration, faults) : undefined
  const roles =
    'accessDetails' in body ? rolesIn(body.accessDetails, faults, { ...settings, strict: false }) : undefined
  checkExtension(autoExtendDuration, roleIdsOf(before.accessDetails), faults)
  const asked = faults.has('accessDetails') ? 'same' : rolesAsked(before, roles, faults)
  throwIssues(faults)
  if (asked === 'fewer' && roles !== undefined) {
    const owner = before as RelationshipRow
    if (await hasOpen(context.tx, before.id, before.id)) throw busy()
    const id = await startOperation(settings, context, owner, {
      operationType: 'delegatedAdminRelationshipUpdate',
      data: { id: before.id, accessDetails: rolesOf(roles), status: owner.status },
    })
    facts.defer({ nav: 'operations', id, up: 0 })
  }
  const isSame = lengthOf(autoExtendDuration ?? '') === lengthOf(before.autoExtendDuration ?? 'PT0S')
  return autoExtendDuration === undefined || isSame ? {} : { autoExtendDuration }
}

/** The row to store, in `created`. Throws all faults of the body, and `conflict` for the name. */
export async function newRelationship(
  settings: GdapSettings,
  { tx, ids, now }: WriteContext,
  facts: {
    readonly draft: Partial<Row>
    readonly faults: Faults
    readonly partnerId: string
    readonly isDraft: boolean
  },
) {
  const { draft, faults, partnerId, isDraft } = facts
  const displayName = nameIn(draft.displayName, faults)
  const duration = durationIn(draft.duration, faults)
  const autoExtendDuration = autoExtendIn(draft.autoExtendDuration, faults)
  const customer = await customerIn({ settings, tx }, draft.customer, partnerId, faults)
  const roles = rolesIn(draft.accessDetails, faults, settings)
  checkExtension(autoExtendDuration, roles, faults)
  throwIssues(faults)
  invariant(displayName !== undefined && duration !== undefined && autoExtendDuration !== undefined, 'faults thrown')
  invariant(customer !== undefined && roles !== undefined, 'faults were thrown')
  await checkName(tx, isDraft, { displayName, customerTenantId: customer.customerTenantId })
  const step = next(null, 'create')
  invariant(step !== undefined, 'relationships begin')
  const partner = await settings.tenants.find(partnerId)
  return {
    ...draft,
    ...customer,
    id: `${ids.mint()}-${partnerId}`,
    displayName,
    duration,
    autoExtendDuration,
    accessDetails: rolesOf(roles),
    partner: { tenantId: partnerId, displayName: partner?.displayName ?? null },
    isDraft,
    ...effectOf(step, { duration, autoExtendDuration, endDateTime: null }, now),
  }
}

/** Writes the audit record of the creation. */
export async function recordCreation(context: WriteContext, row: RelationshipRow): Promise<void> {
  const step = next(null, 'create')
  invariant(step !== undefined, 'relationships begin')
  const { displayName, duration, autoExtendDuration, customer, accessDetails, status } = row
  await record(context, subjectOf('relationship', row.id, row), {
    step,
    before: {},
    after: { displayName, duration, autoExtendDuration, customer, accessDetails, status },
  })
}

function rules(settings: GdapSettings, isDraft: boolean): Rules<typeof relationship> {
  return {
    ...seesAsAgent(settings),

    async locate({ tx }, _from, _nav, key) {
      const id = relationshipIdOf(key)
      if (id === undefined) throw malformedId()
      return id === key || (await tx.get(relationship, id)) === undefined ? undefined : { id }
    },

    async beforeCreate(context, { draft, faults }) {
      await checkAgent(settings, context)
      const partnerId = context.actor.tenantId
      return {
        row: await newRelationship(settings, context, { draft, faults, partnerId, isDraft }),
        whenStored: (row) => recordCreation(context, row as RelationshipRow),
      }
    },

    async beforeUpdate(context, facts) {
      await checkAgent(settings, context)
      const before = facts.before as RelationshipRow
      const { status } = before
      if (!allows(status, 'patch')) {
        throw notAllowed(`A relationship that is '${status}' cannot be changed.`, patchMethods(before))
      }
      const isCreated = status === 'created'
      const patch = isCreated ? await edit(settings, context, isDraft, facts) : await adjust(settings, context, facts)
      if (Object.keys(patch).length === 0) return {}
      const step = next(status, isCreated ? 'edit' : 'switchAutoExtend')
      invariant(step !== undefined, 'the status allows a PATCH')
      const after = { ...patch, ...effectOf(step, before, context.now) }
      await record(context, subjectOf('relationship', before.id, { ...before, ...patch } as RelationshipRow), {
        step,
        before: pick(facts.before, after),
        after,
      })
      return after
    },

    async remove(context, facts) {
      await checkAgent(settings, context)
      const row = facts.row as RelationshipRow
      if (!allows(row.status, 'delete')) {
        throw notAllowed(`A relationship that is '${row.status}' cannot be deleted.`, patchMethods(row))
      }
      await removeRelationship(context, row, 'delete')
    },
  }
}

export function relationshipBehaviour(settings: GdapSettings): Behaviour {
  return behaviour(relationship, { ...rules(settings, false), due: relationshipDues(settings) })
}

export function draftRelationshipBehaviour(settings: GdapSettings): Behaviour {
  return behaviour(draftRelationship, rules(settings, true) as unknown as Rules<typeof draftRelationship>)
}
