/**
 * The steps of a request, in order: read this file first. `handle.ts` runs them. A step that returns an answer ends the
 * request, and a step that throws refuses it. The letters say which requests take a step:
 *
 *   G get     L list     N count     C create     U update     D delete     F function     A action
 *
 * Requests for `…/$ref` have the letter of their method, as do requests for a single property. The name of the step is an
 * event in traces and, with `--explain`, part of the header `relata-explain`.
 */

import { untilEnd } from '#base/deadline.ts'
import { invariant } from '#base/errors.ts'
import { checkContentType, readJson } from '#odata/body/body-in.ts'
import { checkAccept, checkVersions } from '#odata/headers/accept.ts'
import { formatIn } from '#odata/headers/format.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'
import { checkAllowed } from './access/allowed.ts'
import { isCollection } from './access/authorize.ts'
import { type Caller, callerOf, needActor } from './access/caller.ts'
import { limitedTo } from './access/limits.ts'
import { methodsAt } from './access/methods.ts'
import { checkReach } from './access/reach.ts'
import { odataHeaders } from './answers.ts'
import { isBatch } from './batch/batch-url.ts'
import { readPast } from './changes/past.ts'
import { callFunction, count, get, list } from './read/reads.ts'
import { optionsFor } from './read/request-options.ts'
import type { PlainRequest, PlainResponse } from './request.ts'
import { type RequestContext, sessionOf } from './request-context.ts'
import { callAction, createStep, deleteStep, updateStep } from './write/writes.ts'

export type Letter = 'G' | 'L' | 'N' | 'C' | 'U' | 'D' | 'F' | 'A'

/** Undefined: the request goes on with the next step. */
export type StepWork = (context: RequestContext) => Promise<PlainResponse | undefined> | PlainResponse | undefined

export type PipelineStep = readonly [name: string, work: StepWork, letters: string]

const byMethod: ReadonlyMap<string, Letter> = new Map([
  ['POST', 'C'],
  ['DELETE', 'D'],
])

/** The letter of a request. A method that is not served at all counts as an update; the step `permission` refuses it. */
export function letterOf({ method }: PlainRequest, { steps, call, counted, property }: ResolvedPath): Letter {
  if (call !== undefined) return call.kind === 'function' ? 'F' : 'A'
  if (method !== 'GET') return byMethod.get(method) ?? 'U'
  const last = steps.at(-1)
  if (counted) return 'N'
  return property === undefined && last !== undefined && isCollection(last) ? 'L' : 'G'
}

/** A request with an address and a caller. */
function known({ address, caller }: RequestContext): { address: ResolvedPath; caller: Caller } {
  invariant(address !== undefined && caller !== undefined, 'the steps before have run')
  return { address, caller }
}

/** Checks that the client accepts OData 4.0 (protocol.md §1.3). */
function versions({ request }: RequestContext): undefined {
  checkVersions(request.headers)
}

/** Answers the service document and `$metadata`, which need no token. */
function document({ request, routes }: RequestContext): PlainResponse | undefined {
  return routes.documentOf(request)
}

/** Answers OPTIONS with the methods the address has. */
function methods({ request, routes, engine }: RequestContext): PlainResponse | undefined {
  if (request.method !== 'OPTIONS') return undefined
  return {
    status: 204,
    headers: { ...odataHeaders, Allow: methodsAt(request, routes.pathOf, engine.strict) },
    body: undefined,
  }
}

/** Finds out who asks: the actor of the token. */
function caller(context: RequestContext): undefined {
  context.caller = callerOf(
    context.engine,
    context.request,
    needActor(context.request, context.engine.authorizationUri),
  )
}

/** Answers `$batch`, each of whose requests takes these steps by itself. */
async function batch({ request, routes, caller: asking }: RequestContext): Promise<PlainResponse | undefined> {
  return isBatch(request.path) && asking !== undefined ? routes.batch(request, asking.actor) : undefined
}

/** Resolves the path against the model: a root, then links and keys. From here on the letter of the request is known. */
function address(context: RequestContext): undefined {
  context.address = context.routes.pathOf(context.request)
}

const jsonTypes = ['application/json']
/** A bare number is also JSON. */
const countTypes = ['text/plain', 'application/json']

function isBare({ counted, property }: ResolvedPath): boolean {
  return counted || property?.as === 'count' || property?.as === 'value'
}

/** Checks that the client accepts the answer's media type. `$format` takes precedence over Accept, and a DELETE has no body. */
function accept(context: RequestContext): undefined {
  const { request } = context
  if (request.method !== 'DELETE' && formatIn(request.query) === undefined)
    checkAccept(request.headers['accept'], isBare(known(context).address) ? countTypes : jsonTypes)
}

/** Parses the query options into a tree whose literals are bound as parameters. */
function options(context: RequestContext): undefined {
  context.options = optionsFor(context.engine, context.request, known(context).address)
}

/** Checks that the method exists at the address, and that the caller has a permission and a role for it. */
function permission(context: RequestContext): undefined {
  const { address: path, caller: asking } = known(context)
  checkAllowed(context.engine, context.request, asking, path)
}

/** Checks that the caller may also read what the query expands, filters by or orders by, and limits what is shown. */
function reach(context: RequestContext): undefined {
  const { engine, request, options: asked } = context
  const { address: path, caller: asking } = known(context)
  invariant(asked !== undefined, 'the options are known')
  const model = engine.models[request.version]
  checkReach(model, asking, asked)
  context.options = limitedTo(model, asking, asked, path)
}

/** Fires what is due before anything is read. A write does so in its own transaction. */
async function due({ engine, request }: RequestContext): Promise<undefined> {
  const firing = engine.agenda.pending()
  if (firing !== undefined) await untilEnd(firing, request.deadline)
}

/** Reads what the answer is to look like: metadata level, preferences, names of enum members. */
function form(context: RequestContext): undefined {
  const { address: path, caller: asking } = known(context)
  context.session = sessionOf(context.engine, context.request, asking, path)
}

/** Answers a read of an earlier state (`asOf`). */
async function past({ engine, request, session, address: path }: RequestContext): Promise<PlainResponse | undefined> {
  if (engine.past === undefined || engine.strict || session === undefined || path === undefined) return undefined
  return readPast(engine, request, path.steps, session.context)
}

/** Parses the body as JSON. The update of a property reads its own body, which may be text; an action needs none. */
function body(context: RequestContext): undefined {
  const { request, address: path } = context
  if (path?.property !== undefined) return
  checkContentType(request.headers['content-type'])
  const isEmpty = request.body === undefined || request.body.length === 0
  context.body = path?.call !== undefined && isEmpty ? {} : readJson(request.body)
}

/** In place of all steps, for a row whose address is known from an earlier request (cache/known-addresses.ts). */
export const knownStep = 'known-address'

/** The names of the steps that a request took, in order. `last`: the one that answered or refused it. */
export function stepsUntil(letter: string | undefined, last: string): readonly string[] {
  if (last === knownStep) return [knownStep]
  const names = steps.flatMap(([name, , letters]) => (letter === undefined || letters.includes(letter) ? [name] : []))
  return names.slice(0, names.indexOf(last) + 1)
}

export const steps: readonly PipelineStep[] = [
  ['versions', versions, 'GLNCUDFA'],
  ['document', document, 'GLNCUDFA'],
  ['methods', methods, 'GLNCUDFA'],
  ['caller', caller, 'GLNCUDFA'],
  ['batch', batch, 'GLNCUDFA'],
  ['address', address, 'GLNCUDFA'],
  ['accept', accept, 'GLNCU-FA'],
  ['options', options, 'GLNCUDFA'],
  ['permission', permission, 'GLNCUDFA'],
  ['reach', reach, 'GLNCUDFA'],
  ['due', due, 'GLN---F-'],
  ['form', form, 'GLNCUDFA'],
  ['past', past, 'GLN---F-'],
  ['body', body, '---CU--A'],
  ['get', get, 'G-------'],
  ['list', list, '-L------'],
  ['count', count, '--N-----'],
  ['create', createStep, '---C----'],
  ['update', updateStep, '----U---'],
  ['delete', deleteStep, '-----D--'],
  ['function', callFunction, '------F-'],
  ['action', callAction, '-------A'],
]
