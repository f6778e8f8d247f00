/** Adapter: a changed resource as the creator of a subscription reads it, by a request to the engine in its name. */
import type { Actor } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { ResourceDataFacts } from '#notify/kinds/graph/resource-data.ts'

/** `origin`: of the addresses in the answer. */
export function toldResourceOf(handle: Handle, origin: string): ResourceDataFacts['read'] {
  return async ({ tenantId, row }, path) => {
    const { id, applicationId, creatorId, creatorKind, permissions } = row
    const actor: Actor = {
      kind: creatorKind === 'user' ? 'user' : 'app',
      tenantId,
      permissions: new Set(permissions),
      ...(applicationId === null ? {} : { appId: applicationId }),
      ...(creatorKind !== 'user' || creatorId === null ? {} : { userId: creatorId }),
    }
    const { status, body } = await handle({
      method: 'GET',
      version: 'v1.0',
      path: `/${path}`,
      query: '',
      headers: { accept: 'application/json' },
      body: undefined,
      origin,
      requestId: id,
      clientRequestId: id,
      actor,
    })
    return status === 200 ? body : undefined
  }
}
