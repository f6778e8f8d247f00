/** Operations: created by a PATCH, carried out by due entries (gdap.md §3.5). Clients only read them. */
import { type Behaviour, behaviour, type WriteContext } from '#edm/ports.ts'
import { globalAdministrator } from '../../../directory/role-catalogue.ts'
import { operation } from '../../types.ts'
import { locateFolded } from '../admin-agents.ts'
import { next as nextOfAssignment } from '../assignment/assignment-states.ts'
import { moveAssignment, stripRole } from '../assignment/assignment-transitions.ts'
import { goesWrong, isHeld } from '../latency.ts'
import { syncCustomer } from '../relationship/customers.ts'
import { next as nextOfRelationship } from '../relationship/lifecycle.ts'
import { moveRelationship } from '../relationship/relationship-transitions.ts'
import { type Roles, roleIdsOf } from '../relationship/validate.ts'
import type { GdapSettings } from '../settings.ts'
import {
  getAssignment,
  getOperation,
  getRelationship,
  namedOf,
  type OperationRow,
  type RelationshipRow,
} from '../typed-rows.ts'
import { next } from './operation-states.ts'
import { moveOperation } from './operation-transitions.ts'

interface Facts {
  readonly owner: RelationshipRow
  readonly row: OperationRow
  readonly accessDetails: Roles
}

/** Returns false if the relationship can no longer change. */
async function changeRelationship(settings: GdapSettings, context: WriteContext, facts: Facts): Promise<boolean> {
  const { owner, accessDetails } = facts
  if (nextOfRelationship(owner.status, 'dropRole') === undefined) return false
  const patch = { accessDetails: { unifiedRoles: accessDetails.unifiedRoles } }
  const after = await moveRelationship(settings, context, owner, { event: 'dropRole', patch })
  await stripRole(settings, context, after, globalAdministrator)
  if (after.customerTenantId !== null) await syncCustomer(settings, context, after.customerTenantId)
  return true
}

/** Returns false if the assignment no longer exists, or the relationship has lost one of the roles. */
async function changeAssignment(context: WriteContext, { owner, row, accessDetails }: Facts): Promise<boolean> {
  const target = row.targetId === null ? undefined : await getAssignment(context.tx, row.targetId)
  if (target === undefined || nextOfAssignment(target.status, 'change') === undefined) return false
  const allowed = roleIdsOf(owner.accessDetails)
  if (!roleIdsOf(accessDetails).every((id) => allowed.includes(id))) return false
  const patch = { accessDetails: { unifiedRoles: accessDetails.unifiedRoles } }
  await moveAssignment(context, owner, target, { event: 'change', patch })
  return true
}

function carryOut(settings: GdapSettings, context: WriteContext, facts: Facts): Promise<boolean> {
  return facts.row.operationType === 'delegatedAdminRelationshipUpdate'
    ? changeRelationship(settings, context, facts)
    : changeAssignment(context, facts)
}

export function operationBehaviour(settings: GdapSettings): Behaviour {
  return behaviour(operation, {
    locate: locateFolded(operation, 'relationship'),

    due: {
      'gdap.operation': async (context, subject) => {
        const { tx } = context
        const row = await getOperation(tx, subject)
        const owner = row === undefined ? undefined : await getRelationship(tx, row.relationshipId)
        if (row === undefined || owner === undefined) return
        const step = next(row.status, 'proceed')
        if (step === undefined) return
        const attempt = { machine: 'operation', status: row.status, subject: row.id, ...namedOf(owner) } as const
        if (await isHeld(settings, context, attempt)) return
        const isLast = step.to === 'succeeded'
        const accessDetails = (JSON.parse(row.data) as { accessDetails: Roles }).accessDetails
        const works =
          !goesWrong(settings, context, attempt) &&
          (!isLast || (await carryOut(settings, context, { owner, row, accessDetails })))
        // The change may have given the relationship another status.
        const now = (await getRelationship(tx, owner.id)) ?? owner
        await moveOperation(settings, context, { owner: now, row, event: works ? 'proceed' : 'fail' })
      },
    },
  })
}
