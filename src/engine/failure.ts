/** Errors → plain answers in Graph's envelope. */
import { isEnd, overTime } from '#base/deadline.ts'
import { AppError, busy, StoreError } from '#base/errors.ts'
import type { Dialect } from '#edm/define.ts'
import { errorBody } from '#odata/body/error-body.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { allowAt } from './access/authorize.ts'
import type { PlainRequest, PlainResponse } from './request.ts'
import type { Engine } from './session.ts'

/** A rule may refuse a method in the state the row is in; `Allow` is required all the same (RFC 9110 §15.5.6). */
function allowed({ kind, facts }: AppError, last: PathStep | undefined, strict: boolean): Record<string, string> {
  return kind === 'notAllowed' && last !== undefined && facts.headers?.['Allow'] === undefined
    ? { Allow: allowAt(last, strict) }
    : {}
}

/** `last`: the last step of the path, if it is known. `step`: the name of the step that threw. */
export function failure(
  engine: Engine,
  request: PlainRequest,
  error: unknown,
  last?: PathStep | undefined,
  step?: string,
): PlainResponse {
  let known: AppError
  if (error instanceof AppError) known = error
  else if (isEnd(error) && request.deadline !== undefined) known = overTime(request.deadline, false, error)
  else if (error instanceof StoreError) {
    // Whoever keeps the log tells of a database that cannot answer once, and not for each request.
    if (error.kind === 'unavailable') engine.report(error, request.requestId)
    known = fromStore(error, engine, request)
  } else known = unexpected(engine, request, error)
  const dialect: Dialect = last?.target.dialect ?? 'graph'
  const answer = errorBody(known, request, engine.clock.now(), dialect)
  const headers = { 'OData-Version': '4.0', ...allowed(known, last, engine.strict), ...answer.headers }
  return step === undefined ? { ...answer, headers } : { ...answer, headers, step }
}

function unexpected(engine: Engine, request: PlainRequest, error: unknown): AppError {
  engine.report(error, request.requestId)
  return new AppError('internal', 'An unexpected error occurred; the log has it under the request id.')
}

function fromStore(error: StoreError, engine: Engine, request: PlainRequest): AppError {
  if (error.kind === 'unavailable') return busy(error)
  // That of somebody else is no fault of the token: who asked for it has to know that it may be gone.
  if (error.reason === 'tenant' && error.tenantId !== request.actor?.tenantId) return unexpected(engine, request, error)
  if (error.reason === 'tenant')
    return new AppError('unauthenticated', 'The tenant of the access token is not on this server any more.', {
      cause: error,
    })
  if (error.kind === 'precondition')
    return new AppError('notFound', 'The resource is no longer there.', { cause: error })
  return error.reason === 'unique'
    ? new AppError('conflict', 'An item with the same name or id exists already.', { cause: error })
    : new AppError('conflict', 'The item is still in use.', { code: 'conflict', cause: error })
}
