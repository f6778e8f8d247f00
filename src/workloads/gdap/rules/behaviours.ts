/** The rules of GDAP, type by type. */
import { type Behaviour, behaviour } from '#edm/ports.ts'
import { customer, serviceDetail } from '../types.ts'
import { locateFolded, seesAsAgent } from './admin-agents.ts'
import { assignmentBehaviour } from './assignment/assignment.ts'
import { operationBehaviour } from './operation/operation.ts'
import { draftRelationshipBehaviour, relationshipBehaviour } from './relationship/relationship.ts'
import { requestBehaviour } from './request/request.ts'
import type { GdapSettings } from './settings.ts'
import { tenantRelationshipBehaviour } from './tenant-information.ts'

export function gdapBehaviours(settings: GdapSettings): readonly Behaviour[] {
  return [
    relationshipBehaviour(settings),
    draftRelationshipBehaviour(settings),
    assignmentBehaviour(settings),
    operationBehaviour(settings),
    requestBehaviour(settings),
    tenantRelationshipBehaviour(settings),
    behaviour(customer, { ...seesAsAgent(settings), locate: locateFolded(customer) }),
    behaviour(serviceDetail, { locate: locateFolded(serviceDetail, 'customer') }),
  ]
}
