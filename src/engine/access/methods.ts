/** OPTIONS: the methods of an address (RFC 9110 §9.3.7). They follow from the metadata, so no token is required. */
import type { ResolvedPath } from '#odata/url/steps.ts'
import { isBatch } from '../batch/batch-url.ts'
import { documentAt } from '../read/documents.ts'
import type { PlainRequest } from '../request.ts'
import { methodOf } from '../write/operate.ts'
import { propertyMethods } from '../write/property.ts'
import { allowAt, isForReading, readsAt } from './authorize.ts'

function ownMethods(request: PlainRequest, pathOf: (request: PlainRequest) => ResolvedPath, strict: boolean): string {
  const { path } = request
  if (isBatch(path)) return 'POST'
  if (documentAt(path) !== undefined) return 'GET'
  const { steps, call, counted, filters, ref, property } = pathOf(request)
  const last = steps.at(-1)
  if (call !== undefined) return call.kind === 'action' && isForReading(steps, true) ? '' : methodOf(call, strict)
  if (property !== undefined && last !== undefined) return propertyMethods(property, last).join(', ')
  if (last === undefined) return 'GET'
  const isRead = counted || filters !== undefined || isForReading(steps)
  return isRead ? readsAt(last, strict) : allowAt(last, strict, ref)
}

/** The value of `Allow`. Throws as the address itself does. */
export function methodsAt(
  request: PlainRequest,
  pathOf: (request: PlainRequest) => ResolvedPath,
  strict: boolean,
): string {
  const own = ownMethods(request, pathOf, strict).replace(/\bGET\b/, 'GET, HEAD')
  return own === '' ? 'OPTIONS' : `${own}, OPTIONS`
}
