/**
 * SharePoint's endpoint for pickers, `/_api/v2.1/termStore` (exchange.md §13). Each request is answered by what Graph
 * answers the same caller: there are no rules of its own. Absent with `--strict`.
 */
import { AppError } from '#base/errors.ts'
import { checkMethod, methodOf } from './address/method.ts'
import { pathBelowStore, type RestPath } from './address/path.ts'
import { searchCallIn } from './address/search-call.ts'
import { isContextInfo, pathAndQuery, type RestTarget, storeIn, targetOf } from './address/target.ts'
import { contextInfo } from './answers/context-info.ts'
import { type AnswerForm, emptyAnswer, formOf } from './answers/form.ts'
import type { RestCall } from './call.ts'
import { readAt } from './reading/reads.ts'
import { searchAt } from './reading/searching.ts'
import { type KnownSite, siteAt } from './reading/site.ts'
import type { AskGraph, EndpointParts, RestAnswer, RestRequest } from './request.ts'
import { writeAt } from './writing/writes.ts'

function notServed(): AppError {
  return new AppError(
    'notFound',
    "Of SharePoint's REST this server has /_api/v2.1/termStore (also /_api/v2.0) and /_api/contextinfo, each also below /sites/{site} and /teams/{site}.",
    { code: 'itemNotFound', check: 'sharepoint.address' },
  )
}

/** What may be done at an address, as Graph has it; Graph decides about rights. */
function methodsAt({ kind, many, readsOnly, isParent, graph }: RestPath): readonly string[] {
  if (readsOnly || isParent || /\/(?:parentGroup|set|fromTerm|toTerm)$/.test(graph)) return ['GET']
  if (many) return ['GET', 'POST']
  return kind === 'store' ? ['GET', 'PATCH'] : ['GET', 'PATCH', 'DELETE']
}

function siteOf({ read }: EndpointParts, { actor, deadline }: RestRequest, { site }: RestTarget) {
  if (actor === undefined || site === '') return undefined
  return read(actor.tenantId, (tx) => siteAt(tx, site), deadline)
}

function rootOf(site: KnownSite | undefined): string {
  return site === undefined ? '/termStore' : `/sites/${encodeURIComponent(site.id)}/termStore`
}

async function answerContextInfo(
  parts: EndpointParts,
  request: RestRequest,
  target: RestTarget,
  form: AnswerForm,
  ask: AskGraph,
): Promise<RestAnswer> {
  const method = methodOf(request)
  if (method === 'OPTIONS') return emptyAnswer({ Allow: 'POST, OPTIONS' })
  checkMethod(method, ['POST'])
  const { actor, origin } = request
  // Nobody gets the answer that Graph has for nobody.
  if (actor === undefined) return ask({ method: 'GET', path: '/termStore', query: '$select=id' })
  return contextInfo({ origin }, target, actor, parts.now(), form)
}

/** Throws `AppError` for what is refused before Graph is asked. */
export async function answerPicker(parts: EndpointParts, request: RestRequest, ask: AskGraph): Promise<RestAnswer> {
  const target = targetOf(request.target)
  const found = target && storeIn(target.rest)
  const form = formOf(request)
  if (target !== undefined && isContextInfo(target.rest)) return answerContextInfo(parts, request, target, form, ask)
  if (target === undefined || found === undefined) throw notServed()
  const search = searchCallIn(found.below)
  const [here, query] = pathAndQuery(found.below)
  const path = search === undefined ? pathBelowStore(here) : undefined
  const allowed = path === undefined ? ['GET'] : methodsAt(path)
  const method = methodOf(request)
  if (method === 'OPTIONS') return emptyAnswer({ Allow: [...allowed, 'OPTIONS'].join(', ') })
  checkMethod(method, allowed)
  const site = await siteOf(parts, request, target)
  const address = request.origin + target.base.replace(/^\/+/, '/') + found.path
  const call: RestCall = { parts, request, target, address, form, ask, root: rootOf(site), site }
  if (search !== undefined) return searchAt(call, search)
  if (path === undefined) throw notServed()
  return method === 'GET' ? readAt(call, path, here, query) : writeAt(call, path, method)
}
