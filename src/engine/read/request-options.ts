/** The query options a request may have at the end of its path. */
import { invariant } from '#base/errors.ts'
import { type ReadOptions, readOptions } from '#odata/query/options.ts'
import { checkAddressOptions } from '#odata/query/query-text.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'
import { isCollection } from '../access/authorize.ts'
import type { PlainRequest } from '../request.ts'
import type { Engine } from '../session.ts'
import { returnedRows } from '../write/operate.ts'

/** Throws `invalid` for options that are not served there, and for malformed ones. */
export function optionsFor({ models, strict }: Engine, request: PlainRequest, path: ResolvedPath): ReadOptions {
  const model = models[request.version]
  const last = path.steps.at(-1)
  if (path.call !== undefined) {
    const rows = returnedRows(path.call)
    const type = rows === undefined ? path.call.of : model.view(rows).type
    return readOptions(model, type, rows === undefined ? '' : request.query, { collection: false, strict: false })
  }
  invariant(last !== undefined, 'the service document has no options')
  const isReading = request.method === 'GET'
  if (path.ref === true) checkAddressOptions(request.query, isReading)
  // A change by reference reads nothing but `$id`, by itself.
  const own = path.ref !== true || isReading ? request.query : ''
  const query = path.property === undefined ? own : `$select=${path.property.names[0]}`
  return readOptions(model, last.target, query, {
    collection: isReading && isCollection(last),
    strict,
    counted: path.counted,
    bare: path.counted || path.ref === true,
    ...(path.filters === undefined ? {} : { filters: path.filters }),
  })
}
