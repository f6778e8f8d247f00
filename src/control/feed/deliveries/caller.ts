/**
 * Who asks for webhooks and deliveries, and of which tenant. In a registry, and wherever a token comes along, it has to give
 * the right to read what the target is told of (events.md §5); in the stand-in whoever reaches the control addresses may.
 */
import { AppError } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import { parametersIn } from '../../request.ts'
import { callerIn, type TenantCaller, type TenantCallerParts } from '../../term-store/caller.ts'

export interface DeliveryCaller extends TenantCaller {
  /** Of this server, as the caller names it. */
  readonly origin: string
  /** For the log. */
  readonly request: Pick<OwnRequest, 'requestId' | 'clientRequestId' | 'remote' | 'headers'>
}

export interface DeliveryCallerParts extends TenantCallerParts {
  /** The tenant of that id or domain; without one, the one that is meant. Throws `notFound`. */
  readonly tenantId: (wanted: string | undefined) => Promise<string>
}

/** `parameters`: those that the query may have. Throws `invalid` for others. */
export async function deliveryCallerOf(
  parts: DeliveryCallerParts,
  request: OwnRequest,
  parameters: readonly string[] = ['tenant'],
): Promise<DeliveryCaller> {
  parametersIn(request.query, parameters)
  const caller = await callerIn(parts, parts, request)
  if (caller.actor?.homeTenantId === undefined) return { ...caller, origin: request.origin, request }
  throw new AppError('forbidden', 'Who is here by delegation has no webhooks.', { code: 'accessDenied' })
}
