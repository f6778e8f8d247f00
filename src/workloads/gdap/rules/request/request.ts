/** Requests: gdap.md §3.6. The answer says `created`; the action is carried out by due entries. */
import { type Faults, invariant } from '#base/errors.ts'
import type { PatchOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type ReadTx, type WriteContext } from '#edm/ports.ts'
import { request, resellerRelationship } from '../../types.ts'
import { checkAgent, locateFolded } from '../admin-agents.ts'
import { makerOf, record } from '../audit/audit-record.ts'
import { goesWrong, isHeld, latencyIn, scheduleStep } from '../latency.ts'
import { invalid, notAllowed, throwIssues } from '../refusals.ts'
import { addMillis } from '../relationship/duration.ts'
import { allows, next as nextOfRelationship } from '../relationship/lifecycle.ts'
import { moveRelationship } from '../relationship/relationship-transitions.ts'
import type { GdapSettings } from '../settings.ts'
import {
  getRelationship,
  getRequest,
  namedOf,
  type RelationshipRow,
  type RequestRow,
  subjectOf,
} from '../typed-rows.ts'
import { eventOf, next, type RequestAction, type RequestEvent } from './request-states.ts'

const resellerActions: ReadonlySet<RequestAction> = new Set<RequestAction>(['approve', 'reject'])

function actionIn(value: unknown, faults: Faults): RequestAction | undefined {
  if (typeof value === 'string' && Object.hasOwn(eventOf, value)) return value as RequestAction
  if (!faults.has('action')) faults.add('action', `The action must be one of: ${Object.keys(eventOf).join(', ')}.`)
  return undefined
}

/** Whether the reseller's consent is pending; undefined if the relationship has no reseller. */
async function consentOf(tx: ReadTx, id: string): Promise<boolean | undefined> {
  return (await tx.get(resellerRelationship, id))?.isPartnerConsentPending
}

function checkPossible(
  settings: GdapSettings,
  context: WriteContext,
  facts: {
    readonly owner: RelationshipRow
    readonly action: RequestAction
    readonly isConsentPending: boolean | undefined
  },
): void {
  const { owner, action, isConsentPending } = facts
  const { status } = owner
  const isResellers = resellerActions.has(action)
  if (isResellers && isConsentPending === undefined) {
    throw invalid('action', `'${action}' is for relationships that an indirect provider raised for a reseller.`)
  }
  if (!allows(status, action))
    throw notAllowed(`'${action}' is not possible while the relationship is '${status}'.`, ['GET'])
  if (isResellers && isConsentPending === false) {
    throw notAllowed('The reseller has approved or rejected the relationship already.', ['GET'])
  }
  const since = addMillis(owner.createdDateTime ?? context.now, latencyIn(settings, 'lock', owner.id) * 1000)
  if (action === 'lockForApproval' && context.now < since) {
    throw notAllowed('The relationship has not reached every part of the service yet; try again.', ['GET'])
  }
}

/** Returns false if the relationship has left the status that the action needs. */
async function carryOut(
  settings: GdapSettings,
  context: WriteContext,
  owner: RelationshipRow,
  row: RequestRow,
): Promise<boolean> {
  const event = eventOf[row.action]
  if (nextOfRelationship(owner.status, event) === undefined) return false
  const isResellers = resellerActions.has(row.action)
  if (isResellers && (await consentOf(context.tx, owner.id)) !== true) return false
  if (isResellers) await context.tx.update(resellerRelationship, owner.id, { isPartnerConsentPending: false })
  const initiator = await makerOf(context.tx, 'request', row.id, 'request_created')
  await moveRelationship(settings, context, owner, { event, initiator })
  return true
}

async function move(
  settings: GdapSettings,
  context: WriteContext,
  facts: { readonly owner: RelationshipRow; readonly row: RequestRow; readonly event: RequestEvent },
): Promise<void> {
  const { owner, row, event } = facts
  const step = next(row.status, event)
  invariant(step !== undefined && step.to !== null, `no step ${event} from ${row.status}`)
  await context.tx.update(request, row.id, {
    status: step.to,
    lastModifiedDateTime: context.now,
  } satisfies PatchOf<typeof request>)
  await record(context, subjectOf('request', row.id, owner), {
    step,
    before: { status: row.status },
    after: { status: step.to },
  })
  const following = { step: next(step.to, 'proceed'), id: row.id, named: namedOf(owner) }
  await scheduleStep(settings, context, 'request', following)
}

/** What follows once the row is stored: its audit record, and the service's first step. */
async function begin(
  settings: GdapSettings,
  context: WriteContext,
  owner: RelationshipRow,
  row: RequestRow,
): Promise<void> {
  const step = next(null, 'create')
  invariant(step !== undefined, 'requests begin')
  const after = { action: row.action, status: row.status }
  await record(context, subjectOf('request', row.id, owner), { step, before: {}, after })
  const following = { step: next(row.status, 'proceed'), id: row.id, named: namedOf(owner) }
  await scheduleStep(settings, context, 'request', following)
}

export function requestBehaviour(settings: GdapSettings): Behaviour {
  return behaviour(request, {
    locate: locateFolded(request, 'relationship'),

    async beforeCreate(context, { from, draft, faults }) {
      const { tx, ids, now } = context
      invariant(from !== undefined, 'requests are below a relationship')
      await checkAgent(settings, context)
      const owner = await getRelationship(tx, from.id)
      invariant(owner !== undefined, 'requests are below a relationship')
      const action = actionIn(draft.action, faults)
      throwIssues(faults)
      invariant(action !== undefined, 'faults were thrown')
      const isConsentPending = await consentOf(tx, owner.id)
      checkPossible(settings, context, { owner, action, isConsentPending })
      return {
        row: {
          ...draft,
          id: ids.mint(),
          relationshipId: owner.id,
          action,
          status: 'created' as const,
          createdDateTime: now,
          lastModifiedDateTime: now,
        },
        whenStored: (row) => begin(settings, context, owner, row as RequestRow),
      }
    },

    due: {
      'gdap.request': async (context, subject) => {
        const row = await getRequest(context.tx, subject)
        const owner = row === undefined ? undefined : await getRelationship(context.tx, row.relationshipId)
        if (row === undefined || owner === undefined) return
        const step = next(row.status, 'proceed')
        if (step === undefined) return
        const attempt = { machine: 'request', status: row.status, subject: row.id, ...namedOf(owner) } as const
        if (await isHeld(settings, context, attempt)) return
        const works =
          !goesWrong(settings, context, attempt) &&
          (step.to !== 'succeeded' || (await carryOut(settings, context, owner, row)))
        const now = (await getRelationship(context.tx, owner.id)) ?? owner
        await move(settings, context, { owner: now, row, event: works ? 'proceed' : 'fail' })
      },
    },
  })
}
