/** Partner Center's API for the listener: who asks is judged here, and errors get its form (events.md §2). */
import type { Clock } from '#base/clock.ts'
import { AppError, throttled } from '#base/errors.ts'
import type { OwnRequest } from '#base/own-address.ts'
import { answerPartner, type PartnerParts, partnerHeaders } from '#control/feed/partner/endpoint.ts'
import { refusalOf } from '#control/feed/partner/refusal.ts'
import { needActor } from '#engine/access/caller.ts'
import type { Handle, PlainRequest } from '#engine/request.ts'
import { errorBody } from '#odata/body/error-body.ts'
import { accountRefusal, type FindUser } from '../../accounts.ts'

export interface PartnerEndpointFacts {
  readonly parts: PartnerParts
  /** Of the rows. */
  readonly clock: Clock
  readonly findUser: FindUser
  /** As `needActor` takes it. */
  readonly authorizationUri: string | false | undefined
}

function ownRequest(request: PlainRequest): OwnRequest {
  const { method, path, query, headers, body, origin, remote, requestId, clientRequestId, deadline } = request
  return { method, path, query, headers, body, origin, remote, requestId, clientRequestId, deadline }
}

async function neededActor(request: PlainRequest, { findUser, authorizationUri }: PartnerEndpointFacts) {
  if (request.waitSeconds !== undefined) throw throttled(request.waitSeconds)
  const actor = needActor(request, authorizationUri)
  const refusal = await accountRefusal(findUser, actor)
  return refusal === undefined ? actor : needActor({ ...request, ...refusal, actor: undefined }, authorizationUri)
}

/** Throws what is no refusal: an internal error, and a database that cannot be used. */
export function partnerCenterWith(facts: PartnerEndpointFacts): Handle {
  const { parts, clock } = facts
  return async (request) => {
    const own = partnerHeaders(request.headers)
    try {
      const actor = await neededActor(request, facts)
      const answer = await answerPartner(parts, ownRequest(request), actor)
      return { ...answer, headers: { ...answer.headers, ...own } }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const answer = errorBody(error, request, clock.now())
      const { error: words } = JSON.parse(answer.body) as { error: { code: string; message: string; target?: string } }
      const { headers, ...refusal } = refusalOf({ ...answer, ...words })
      return { ...answer, ...refusal, headers: { ...headers, ...own } }
    }
  }
}
