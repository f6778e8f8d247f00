/** The caller of a request, and what happens when it lacks a right. */
import { AppError } from '#base/errors.ts'
import type { Actor, ReadContext } from '#edm/ports.ts'
import type { PlainRequest } from '../request.ts'
import type { Engine } from '../session.ts'

/** With `pass`, a refusal is passed to it instead of thrown. */
export interface Caller extends Pick<ReadContext, 'pass' | 'request'> {
  readonly actor: Actor
}

export function callerOf({ unenforced }: Engine, request: PlainRequest, actor: Actor): Caller {
  return unenforced === undefined
    ? { actor, request }
    : { actor, request, pass: (refusal) => unenforced.warn?.(refusal, request) }
}

/**
 * Throws `unauthenticated` without a valid token, `unavailable` when the token cannot be verified now. `authorizationUri`:
 * where tokens come from; false: not known, so that the 401 does not name an address at which nothing is.
 */
export function needActor(
  request: Pick<PlainRequest, 'actor' | 'denial' | 'fault' | 'unverifiable' | 'origin'>,
  authorizationUri: string | false = `${request.origin}/common/oauth2/authorize`,
): Actor {
  if (request.actor !== undefined) return request.actor
  if (request.unverifiable === true)
    throw new AppError('unavailable', request.denial ?? '', { check: 'access.token', headers: { 'Retry-After': '5' } })
  throw new AppError('unauthenticated', request.denial ?? 'Access token is empty.', {
    ...(request.fault === undefined ? {} : { check: `unauthenticated.${request.fault}` }),
    headers: {
      'WWW-Authenticate': `Bearer realm=""${authorizationUri === false ? '' : `, authorization_uri="${authorizationUri}"`}`,
    },
  })
}
