/** Access assignments: gdap.md §3.4, §4.3. A change is carried out by an operation, which the answer points to. */
import { type AppError, type Faults, invariant } from '#base/errors.ts'
import { type Behaviour, behaviour, type CreateFacts, type ReadTx, type WriteContext } from '#edm/ports.ts'
import { group } from '../../../directory/people.ts'
import { assignment } from '../../types.ts'
import { checkAgent, locateFolded } from '../admin-agents.ts'
import { record } from '../audit/audit-record.ts'
import { goesWrong, isHeld, scheduleStep } from '../latency.ts'
import { hasOpen, startOperation } from '../operation/operation-transitions.ts'
import { busy, gone, noContainer, notAllowed, taken, throwIssues } from '../refusals.ts'
import { allows } from '../relationship/lifecycle.ts'
import { checkWithin, containerIn, roleIdsOf, rolesIn, rolesOf, sameRoles } from '../relationship/validate.ts'
import type { GdapSettings } from '../settings.ts'
import {
  type AssignmentRow,
  assignmentsOf,
  getAssignment,
  getRelationship,
  namedOf,
  type RelationshipRow,
  subjectOf,
} from '../typed-rows.ts'
import { isLive, next, refusalOf } from './assignment-states.ts'
import { moveAssignment } from './assignment-transitions.ts'

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

/** The assignment of a due entry and its relationship; undefined if one of them no longer exists. */
async function found({ tx }: WriteContext, id: string) {
  const row = await getAssignment(tx, id)
  const owner = row === undefined ? undefined : await getRelationship(tx, row.relationshipId)
  return row === undefined || owner === undefined ? undefined : { row, owner }
}

function namedFor(owner: RelationshipRow, row: AssignmentRow) {
  return namedOf(owner, row.accessContainer.accessContainerId)
}

/** The row to store. Throws the faults of the body, and `conflict` where the group has such an assignment already. */
async function newAssignment(
  settings: GdapSettings,
  { tx, ids, now }: WriteContext,
  owner: RelationshipRow,
  { draft, faults }: Pick<CreateFacts<typeof assignment>, 'draft' | 'faults'>,
) {
  const accessContainerId = containerIn(draft.accessContainer, faults)
  if (accessContainerId !== undefined) await checkContainer(settings, tx, accessContainerId, faults)
  const roles = rolesIn(draft.accessDetails, faults, { ...settings, strict: false })
  checkWithin(roles, roleIdsOf(owner.accessDetails), faults)
  throwIssues(faults)
  invariant(accessContainerId !== undefined && roles !== undefined, 'faults were thrown')
  const others = await assignmentsOf(tx, owner.id)
  if (others.some((row) => isLive(row.status) && row.accessContainer.accessContainerId === accessContainerId)) {
    throw taken('accessContainer/accessContainerId')
  }
  return {
    ...draft,
    id: ids.mint(),
    relationshipId: owner.id,
    accessContainer: { accessContainerId, accessContainerType: 'securityGroup' as const },
    accessDetails: rolesOf(roles),
    status: 'pending' as const,
    createdDateTime: now,
    lastModifiedDateTime: now,
  }
}

/** What follows once the row is stored: its audit record, and the service's first step. */
async function begin(
  settings: GdapSettings,
  context: WriteContext,
  owner: RelationshipRow,
  row: AssignmentRow,
): Promise<void> {
  const step = next(null, 'create')
  invariant(step !== undefined, 'assignments begin')
  const { accessContainer, accessDetails, status } = row
  const after = { accessContainer, accessDetails, status }
  await record(context, { ...subjectOf('assignment', row.id, owner), row }, { step, before: {}, after })
  const named = namedFor(owner, row)
  await scheduleStep(settings, context, 'assignment', { step: next(row.status, 'proceed'), id: row.id, named })
}

/** The relationship of an assignment that is to be changed or deleted. Throws where either's status forbids it. */
async function needChangeable(settings: GdapSettings, context: WriteContext, row: AssignmentRow) {
  await checkAgent(settings, context)
  const owner = await needOwner(context.tx, row.relationshipId)
  checkActive(owner)
  const refusal = refused(row.status)
  if (refusal !== undefined) throw refusal
  return owner
}

export function assignmentBehaviour(settings: GdapSettings): Behaviour {
  return behaviour(assignment, {
    locate: locateFolded(assignment, 'relationship'),

    async beforeCreate(context, { from, draft, faults }) {
      invariant(from !== undefined, 'assignments are below a relationship')
      await checkAgent(settings, context)
      const owner = await needOwner(context.tx, from.id)
      checkActive(owner)
      return {
        row: await newAssignment(settings, context, owner, { draft, faults }),
        whenStored: (row) => begin(settings, context, owner, row as AssignmentRow),
      }
    },

    async beforeUpdate(context, { before: stored, patch, faults, defer }) {
      const before = stored as AssignmentRow
      const owner = await needChangeable(settings, context, before)
      if ('accessContainer' in patch) {
        const id = containerIn(patch.accessContainer, faults)
        if (id !== undefined && id !== before.accessContainer.accessContainerId) {
          faults.add('accessContainer/accessContainerId', 'The group of an access assignment cannot be changed.')
        }
      }
      const roles =
        'accessDetails' in patch ? rolesIn(patch.accessDetails, faults, { ...settings, strict: false }) : undefined
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
      const owner = await needChangeable(settings, context, row)
      await moveAssignment(context, owner, row, { event: 'delete', settings })
    },

    due: {
      'gdap.assignment': async (context, subject) => {
        const here = await found(context, subject)
        if (here === undefined || next(here.row.status, 'proceed') === undefined) return
        const { row, owner } = here
        const attempt = { machine: 'assignment', status: row.status, subject: row.id, ...namedFor(owner, row) } as const
        if (await isHeld(settings, context, attempt)) return
        const fails = next(row.status, 'fail') !== undefined && goesWrong(settings, context, attempt)
        await moveAssignment(context, owner, row, { event: fails ? 'fail' : 'proceed', settings })
      },
    },
  })
}
