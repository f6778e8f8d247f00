/** Access assignments: gdap.md §3.4, §4.3. A change is carried out by an operation, which the answer points to. */
import { type AppError, type Faults, invariant } from '#base/errors.ts'
import { type Behaviour, behaviour, type ReadTx, type WriteContext } from '#edm/ports.ts'
import { group } from '../../../directory/people.ts'
import { assignment } from '../../types.ts'
import { hasOpen, startOperation } from '../operation/operation-moves.ts'
import { busy, gone, noContainer, notAllowed, taken, throwIssues } from '../refusals.ts'
import { allows } from '../relationship/lifecycle.ts'
import { record } from '../relationship/record.ts'
import { checkWithin, containerIn, roleIdsOf, rolesIn, rolesOf, sameRoles } from '../relationship/validate.ts'
import {
  type AssignmentRow,
  assignmentsOf,
  getAssignment,
  getRelationship,
  namedOf,
  type RelationshipRow,
  subjectOf,
} from '../rows.ts'
import { goesWrong, scheduleStep } from '../service.ts'
import type { GdapSettings } from '../settings.ts'
import { checkAgent, locateFolded } from './access.ts'
import { moveAssignment } from './assignment-moves.ts'
import { isLive, next, refusalOf } from './assignment-states.ts'

async function needOwner(tx: ReadTx, id: string): Promise<RelationshipRow> {
  const owner = await getRelationship(tx, id)
  invariant(owner !== undefined, 'an assignment is below a relationship')
  return owner
}

function checkActive(owner: RelationshipRow): void {
  if (allows(owner.status, 'assign')) return
  throw notAllowed(`The relationship is '${owner.status}': access can be given while it is active.`, ['GET'])
}

function refused(status: AssignmentRow['status']): AppError | undefined {
  const kind = refusalOf(status)
  if (kind === undefined) return undefined
  return kind === 'conflict'
    ? gone(`The access assignment is '${status}' already.`)
    : notAllowed(`An access assignment that is '${status}' cannot be changed or deleted.`, ['GET'])
}

async function checkContainer(settings: GdapSettings, tx: ReadTx, id: string, faults: Faults): Promise<void> {
  if (settings.trustAnyGroup) return
  const found = await tx.get(group, id)
  if (found?.securityEnabled === true) return
  const why = found === undefined ? `there is no group '${id}'` : `the group '${id}' is not security-enabled`
  faults.add('accessContainer/accessContainerId', `${noContainer}: ${why} in the tenant of the partner.`)
}

/** The row and its relationship, of an entry that has come due. */
async function found({ tx }: WriteContext, id: string) {
  const row = await getAssignment(tx, id)
  const owner = row === undefined ? undefined : await getRelationship(tx, row.relationshipId)
  return row === undefined || owner === undefined ? undefined : { row, owner }
}

function namedFor(owner: RelationshipRow, row: AssignmentRow) {
  return namedOf(owner, row.accessContainer.accessContainerId)
}

export function assignmentBehaviour(settings: GdapSettings): Behaviour {
  return behaviour(assignment, {
    locate: locateFolded(assignment, 'relationship'),

    async beforeCreate(context, { from, draft, faults }) {
      const { tx, ids, now } = context
      invariant(from !== undefined, 'assignments are below a relationship')
      await checkAgent(settings, context)
      const owner = await needOwner(tx, from.id)
      checkActive(owner)
      const accessContainerId = containerIn(draft.accessContainer, faults)
      if (accessContainerId !== undefined) await checkContainer(settings, tx, accessContainerId, faults)
      const roles = rolesIn(draft.accessDetails, faults, false)
      checkWithin(roles, roleIdsOf(owner.accessDetails), faults)
      throwIssues(faults)
      invariant(accessContainerId !== undefined && roles !== undefined, 'faults were thrown')
      const others = await assignmentsOf(tx, owner.id)
      if (others.some((row) => isLive(row.status) && row.accessContainer.accessContainerId === accessContainerId)) {
        throw taken('accessContainer/accessContainerId')
      }
      return {
        row: {
          ...draft,
          id: ids.mint(),
          relationshipId: owner.id,
          accessContainer: { accessContainerId, accessContainerType: 'securityGroup' as const },
          accessDetails: rolesOf(roles),
          status: 'pending' as const,
          createdDateTime: now,
          lastModifiedDateTime: now,
        },
      }
    },

    async afterCreate(context, facts) {
      const row = facts.row as AssignmentRow
      const owner = await needOwner(context.tx, row.relationshipId)
      const step = next(null, 'create')
      invariant(step !== undefined, 'assignments begin')
      const { accessContainer, accessDetails, status } = row
      await record(context, subjectOf('assignment', row.id, owner), {
        step,
        before: {},
        after: { accessContainer, accessDetails, status },
      })
      const named = namedFor(owner, row)
      await scheduleStep(settings, context, 'assignment', { step: next(row.status, 'proceed'), id: row.id, named })
    },

    async beforeUpdate(context, { before: stored, patch, faults, defer }) {
      const before = stored as AssignmentRow
      await checkAgent(settings, context)
      const owner = await needOwner(context.tx, before.relationshipId)
      checkActive(owner)
      const refusal = refused(before.status)
      if (refusal !== undefined) throw refusal
      if ('accessContainer' in patch) {
        const id = containerIn(patch.accessContainer, faults)
        if (id !== undefined && id !== before.accessContainer.accessContainerId) {
          faults.add('accessContainer/accessContainerId', 'The group of an access assignment cannot be changed.')
        }
      }
      const roles = 'accessDetails' in patch ? rolesIn(patch.accessDetails, faults, false) : undefined
      checkWithin(roles, roleIdsOf(owner.accessDetails), faults)
      throwIssues(faults)
      if (roles === undefined || sameRoles(roles, roleIdsOf(before.accessDetails))) return {}
      if (await hasOpen(context.tx, owner.id, before.id)) throw busy()
      const { id, accessContainer, status } = before
      const operationId = await startOperation(settings, context, owner, {
        operationType: 'delegatedAdminAccessAssignmentUpdate',
        data: { id, accessContainer, accessDetails: rolesOf(roles), status },
      })
      defer({ nav: 'operations', id: operationId, up: 1 })
      return {}
    },

    async remove(context, facts) {
      const row = facts.row as AssignmentRow
      await checkAgent(settings, context)
      const owner = await needOwner(context.tx, row.relationshipId)
      checkActive(owner)
      const refusal = refused(row.status)
      if (refusal !== undefined) throw refusal
      await moveAssignment(context, owner, row, { event: 'delete', settings })
    },

    due: {
      'gdap.assignment': async (context, subject) => {
        const here = await found(context, subject)
        if (here === undefined || next(here.row.status, 'proceed') === undefined) return
        const { row, owner } = here
        const fails =
          next(row.status, 'fail') !== undefined && goesWrong(settings, 'assignment', row.status, namedFor(owner, row))
        await moveAssignment(context, owner, row, { event: fails ? 'fail' : 'proceed', settings })
      },
    },
  })
}
