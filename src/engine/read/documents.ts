/** The documents of a version: the service document (OData protocol 4.01 §11.1.1) and `$metadata`, in XML and JSON. They need no token. */
import { AppError } from '#base/errors.ts'
import { isServed } from '#edm/documents/capabilities.ts'
import { emitCsdlJson } from '#edm/documents/csdl.ts'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import { asGraph, type Model } from '#edm/model.ts'
import { jsonTypeOf } from '#odata/body/body-out.ts'
import { checkAccept } from '#odata/headers/accept.ts'
import { formatIn, levelOf, wantsJson } from '#odata/headers/format.ts'
import type { PlainRequest, PlainResponse } from '../request.ts'
import type { EngineFacts } from '../session.ts'

const versionHeader = { 'OData-Version': '4.0' } as const

/** Lists the published roots and, unless `strict`, the others that are served. */
function serviceDocument(model: Model, strict: boolean, base: string, hasContext: boolean): string {
  const value = [...model.roots.values()]
    .filter((root) => model.isPublished(root) || (!strict && Object.values(root.can).some(isServed)))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, kind }) => ({ name, kind: kind === 'set' ? 'EntitySet' : 'Singleton', url: name }))
  return JSON.stringify({ ...(hasContext ? { '@odata.context': `${base}/$metadata` } : {}), value })
}

function service(model: Model, strict: boolean, { headers, query, origin, version }: PlainRequest): PlainResponse {
  const format = formatIn(query)
  if (format === undefined) checkAccept(headers['accept'], ['application/json'])
  const level = levelOf(headers['accept'], format)
  return {
    status: 200,
    headers: { 'Content-Type': jsonTypeOf(level), ...versionHeader },
    body: serviceDocument(model, strict, `${origin}/${version}`, level !== 'none'),
  }
}

/** Which document is at the address; undefined: none. */
export function documentAt(path: string): 'service' | 'metadata' | undefined {
  if (path === '/' || path === '') return 'service'
  return /^\/(?:\$|%24)metadata\/?$/i.test(path) ? 'metadata' : undefined
}

/** Answers for the two addresses, undefined for any other. Throws `notAllowed` for methods that change. */
export function documentsOf({ models, strict }: Pick<EngineFacts, 'models' | 'strict'>) {
  const emitted = new Map<string, string>()
  const metadata = (model: Model, { headers, query }: PlainRequest): PlainResponse => {
    const isJson = wantsJson(headers['accept'], formatIn(query))
    const key = `${model.version} ${isJson}`
    const shown = strict ? asGraph(model) : model
    const body = emitted.get(key) ?? (isJson ? emitCsdlJson(shown) : emitCsdl(shown))
    emitted.set(key, body)
    // Accept chooses between the two.
    const type = isJson ? 'application/json;charset=utf-8' : 'application/xml'
    return { status: 200, headers: { 'Content-Type': type, Vary: 'Accept', ...versionHeader }, body }
  }
  return (request: PlainRequest): PlainResponse | undefined => {
    const { path, method } = request
    const which = documentAt(path)
    if (which === undefined || method === 'OPTIONS') return undefined
    if (method !== 'GET') {
      throw new AppError('notAllowed', 'Specified HTTP method is not allowed for the request target.', {
        headers: { Allow: 'GET' },
      })
    }
    const model = models[request.version]
    return which === 'service' ? service(model, strict, request) : metadata(model, request)
  }
}
