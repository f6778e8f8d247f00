/** What the wire tests of GDAP share: bodies, addresses, and the way to a relationship in force. */
import { expect } from 'vitest'
import {
  type Stage as Begun,
  relationshipDraft,
  relationships,
  relationshipsOver,
  rolesOf,
} from '../../_support/relationships.ts'
import type { Answer, SendOptions, TestServer } from '../../_support/server.ts'

export const drafts = '/v1.0/tenantRelationship/delegatedAdminRelationships'
export const customers = '/v1.0/tenantRelationships/delegatedAdminCustomers'

export const anyTag = { headers: { 'If-Match': '*' } }

let last = 0

export type Stage = Begun | 'terminated' | 'expired'

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
  const { relationship } = relationshipsOver(send, (id, body) => server.customer('approve', id, body))
  const kit: Kit = {
    create: (more = {}, path = relationships) => send('POST', path, relationshipDraft(more)),
    at: async (stage, more = {}) => {
      const isOver = stage === 'terminated' || stage === 'expired'
      const id = await relationship(
        isOver ? 'active' : stage,
        stage === 'expired' ? { duration: 'P1D', ...more } : more,
      )
      const path = `${relationships}/${id}`
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
