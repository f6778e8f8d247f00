/** What the wire tests of GDAP share: bodies, addresses, and the way to a relationship in force. */
import { expect } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import type { Answer, SendOptions, TestServer } from '../../_support/server.ts'

export const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
export const reader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

export const relationships = '/v1.0/tenantRelationships/delegatedAdminRelationships'
export const drafts = '/v1.0/tenantRelationship/delegatedAdminRelationships'
export const customers = '/v1.0/tenantRelationships/delegatedAdminCustomers'

export const rolesOf = (...ids: string[]) => ({ unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })) })
export const anyTag = { headers: { 'If-Match': '*' } }

let last = 0
/** A body that is good, with a name of its own. */
export const draft = (more: Readonly<Record<string, unknown>> = {}) => ({
  displayName: `Run ${++last}`,
  duration: 'P365D',
  accessDetails: rolesOf(helpdesk, reader),
  ...more,
})

export type Stage = 'created' | 'approvalPending' | 'active' | 'terminated' | 'expired'

export interface Kit {
  create(more?: Readonly<Record<string, unknown>>, path?: string): Promise<Answer>
  /** Address of a new relationship in the status. */
  at(stage: Stage, more?: Readonly<Record<string, unknown>>): Promise<string>
  group(): Promise<string>
  assignment(groupId: string, ...roles: string[]): Record<string, unknown>
  get(path: string, options?: SendOptions): Promise<Answer>
  patch(path: string, body: unknown, options?: SendOptions): Promise<Answer>
  remove(path: string, options?: SendOptions): Promise<Answer>
  ask(path: string, action: string): Promise<Answer>
}

export const idIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const kitFor = (server: TestServer): Kit => {
  const { send } = server
  const kit: Kit = {
    create: (more = {}, path = relationships) => send('POST', path, draft(more)),
    at: async (stage, more = {}) => {
      const made = await kit.create(stage === 'expired' ? { duration: 'P1D', ...more } : more)
      expect(made.status, made.text).toBe(201)
      const path = `${relationships}/${made.body.id}`
      if (stage === 'created') return path
      expect((await kit.ask(path, 'lockForApproval')).status).toBe(201)
      if (stage === 'approvalPending') return path
      const answer = await server.customer('approve', made.body.id, { tenantId: wellKnown.fabrikam })
      expect(answer.status, answer.text).toBe(200)
      if (stage === 'terminated') expect((await kit.ask(path, 'terminate')).status).toBe(201)
      if (stage === 'expired') await server.clock({ advance: 'P1D' })
      const now = await kit.get(path)
      expect(now.body.status).toBe(stage)
      return path
    },
    group: async () => {
      const answer = await send('POST', '/v1.0/groups', {
        displayName: `Group ${++last}`,
        mailEnabled: false,
        mailNickname: `group${last}`,
        securityEnabled: true,
      })
      expect(answer.status, answer.text).toBe(201)
      return answer.body.id
    },
    assignment: (accessContainerId, ...roles) => ({
      accessContainer: { accessContainerId, accessContainerType: 'securityGroup' },
      accessDetails: rolesOf(...roles),
    }),
    get: (path, options) => send('GET', path, undefined, options),
    patch: (path, body, options = anyTag) => send('PATCH', path, body, options),
    remove: (path, options = anyTag) => send('DELETE', path, undefined, options),
    ask: (path, action) => send('POST', `${path}/requests`, { action }),
  }
  return kit
}
