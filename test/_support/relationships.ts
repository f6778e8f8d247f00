/** Builds the GDAP relationships a test begins with, over the wire, as far along their life as told. */
import { wellKnown } from '#app/seed/seed-data.ts'
import { createOver, type Draft, type Sending } from './taxonomy.ts'

/** Address of the partner's relationships. */
export const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'

export const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
export const reader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

/** A choice of roles, by the ids of their definitions, as bodies have it. */
export const rolesOf = (...ids: string[]) => ({ unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })) })

export type Stage = 'created' | 'approvalPending' | 'active'

/** What the builders of both kinds have, on the wire (here) and through the rules (test/workloads/gdap/harness.ts). */
export interface Relationships {
  /** Id of a new relationship in the status; `draft`: members of the body beside the usual ones. */
  relationship(to: Stage, draft?: Draft): Promise<string>
}

/** What approves for the customer: a request to the control API. */
export type Approving = (id: string, body: Draft) => Promise<{ readonly status: number; readonly text: string }>

let last = 0
/** A body that is good, with a name of its own. */
export const relationshipDraft = (more: Draft = {}) => ({
  displayName: `Run ${++last}`,
  duration: 'P365D',
  accessDetails: rolesOf(helpdesk, reader),
  ...more,
})

/** Fabrikam approves, unless the draft names another customer. */
export function relationshipsOver(send: Sending, approve: Approving): Relationships {
  return {
    relationship: async (to, draft = {}) => {
      const id = await createOver(send, relationships, relationshipDraft(draft))
      if (to === 'created') return id
      await createOver(send, `${relationships}/${id}/requests`, { action: 'lockForApproval' })
      if (to === 'approvalPending') return id
      const named = (draft['customer'] as { readonly tenantId?: string } | undefined)?.tenantId
      const { status, text } = await approve(id, { tenantId: named ?? wellKnown.fabrikam })
      if (status !== 200) throw new Error(`the approval: ${status} ${text}`)
      return id
    },
  }
}
