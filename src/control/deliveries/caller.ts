/**
 * Who asks for webhooks and deliveries, and of which tenant. In a registry, and wherever a token comes along, it has to give
 * the right to read what the target is told of (events.md §5); in the stand-in whoever reaches the control addresses may.
 */
import { AppError } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import type { Actor } from '#edm/ports.ts'

export interface DeliveryCaller {
  readonly tenantId: string
  /** Undefined: nobody who has a token, and everything may be seen. */
  readonly actor: Actor | undefined
  /** Of this server, as the caller names it. */
  readonly origin: string
}

export interface CallerParts {
  readonly registry: boolean
  /** The tenant of that id or domain; without one, the one that is meant. Throws `notFound`. */
  readonly tenantId: (wanted: string | undefined) => Promise<string>
  /** Throws `unauthenticated` without a valid token. */
  readonly needActor: (request: OwnRequest) => Promise<Actor>
}

export async function deliveryCallerOf(
  { registry, tenantId, needActor }: CallerParts,
  request: OwnRequest,
): Promise<DeliveryCaller> {
  const { origin, query, headers } = request
  const wanted = new URLSearchParams(query).get('tenant') ?? undefined
  if (!registry && headers['authorization'] === undefined)
    return { tenantId: await tenantId(wanted), actor: undefined, origin }
  const actor = await needActor(request)
  // Whoever has a token of one tenant does not learn which others there are.
  const named = wanted === undefined ? actor.tenantId : await tenantId(wanted).catch(() => undefined)
  if (named !== actor.tenantId || actor.homeTenantId !== undefined)
    throw new AppError('forbidden', 'The token is of another tenant.', { code: 'accessDenied', target: 'tenant' })
  return { tenantId: actor.tenantId, actor, origin }
}
