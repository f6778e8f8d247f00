/** Whether the method exists at the end of a path, and the caller may use it. */
import type { ResolvedPath } from '#odata/url/steps.ts'
import type { PlainRequest } from '../request.ts'
import type { Engine } from '../session.ts'
import { guardOf } from '../write/link.ts'
import { checkCall } from '../write/operate.ts'
import { rowMethod } from '../write/property.ts'
import { authorize, checkDelegated, checkReads, guardedBy, isForReading, readsAt, verbOf } from './authorize.ts'
import type { Caller } from './caller.ts'

/** Throws `notAllowed`, `unsupported` and `forbidden`, the last only if the caller's refusals are thrown. */
export function checkAllowed(
  { models, strict }: Engine,
  request: PlainRequest,
  caller: Caller,
  { steps, call, counted, filters, property, ref }: ResolvedPath,
): void {
  const { query } = request
  const last = steps.at(-1)
  const method = property === undefined || last === undefined ? request.method : rowMethod(request, property, last)
  if (call?.kind === 'action' && isForReading(steps, true)) checkReads(method, '')
  if (call !== undefined) checkCall(call, { caller, method, query, strict })
  if (call !== undefined || last === undefined) return
  if (counted || filters !== undefined || isForReading(steps)) checkReads(method, readsAt(last, strict))
  const verb = verbOf(method, last, strict, ref)
  // Without a person there is no row, which its behaviour says.
  if (last.root?.located === true && caller.actor.kind !== 'user') {
    checkDelegated(caller, last.target, verb)
    return
  }
  const isLinkChange = verb === 'link' || verb === 'unlink'
  authorize(
    caller,
    isLinkChange ? guardOf(models[request.version], steps) : guardedBy(last.target, last.nav ?? last.root),
    verb,
  )
}
