/** Who asks an address that works on one tenant: whoever has a token of it, and in a stand-in programs of this machine. */
import { AppError } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type { Actor } from '#edm/ports.ts'

/** For whom: a tenant, and who asks; undefined: nobody who has a token. */
export interface TenantCaller {
  readonly tenantId: string
  readonly actor: Actor | undefined
}

export interface TenantCallerParts {
  readonly registry: boolean
  /** Throws `unauthenticated` without a valid token. */
  readonly needActor: (request: OwnRequest) => Promise<Actor>
}

/** `tenantId`: the tenant of that id or domain; without one, the one that is meant. */
export async function callerIn(
  { tenantId }: { tenantId(wanted: string | undefined): Promise<string> },
  { registry, needActor }: TenantCallerParts,
  request: OwnRequest,
): Promise<TenantCaller> {
  const wanted = new URLSearchParams(request.query).get('tenant') ?? undefined
  if (!registry && request.headers['authorization'] === undefined)
    return { tenantId: await tenantId(wanted), actor: undefined }
  const actor = await needActor(request)
  // Whoever has a token of one tenant does not learn which others there are.
  const named = wanted === undefined ? actor.tenantId : await tenantId(wanted).catch(() => undefined)
  if (named !== actor.tenantId)
    throw new AppError('forbidden', 'The token is of another tenant.', { code: 'accessDenied', target: 'tenant' })
  return { tenantId: actor.tenantId, actor }
}
