/**
 * THE GRID: one request, step by step; read this file first. Letters: get, list, count, create, update, delete;
 * a function call goes as a get, linking by reference as a create, unlinking as a delete.
 *
 *   who asks       G L N C U D     options      G L N C U D     resolve     G L N C U D
 *   where to       G L N C U D     settle       G L N           rules             C U D
 *   allowed here   G L N C U D     read body          C U       rows        G L N C U D
 *   authorise      G L N C U D     transaction        C U D     answer      G L N C U D
 *
 * Settle: what is due by now happens first (agenda.ts); a write sees to that in its transaction.
 */
import { invariant } from '#base/errors.ts'
import type { Actor, ReadContext, ReadTx } from '#edm/ports.ts'
import { checkContentType, readJson } from '#odata/body/body-in.ts'
import { jsonType, jsonTypeOf, placeRows, segmentText, withoutContext } from '#odata/body/body-out.ts'
import { checkAccept, checkVersions } from '#odata/headers/accept.ts'
import { isUnchanged, weakTag } from '#odata/headers/etag.ts'
import { formatIn, levelOf, wantsSafeNumbers } from '#odata/headers/format.ts'
import { readPrefer } from '#odata/headers/prefer.ts'
import { type ReadOptions, readOptions } from '#odata/query/options.ts'
import { withoutFilters } from '#odata/url/filter-segment.ts'
import type { PathStep, ResolvedPath } from '#odata/url/steps.ts'
import { authorize, checkDelegated, checkReads, isCollection, verbOf } from './access/authorize.ts'
import { type Caller, callerOf, needActor } from './access/caller.ts'
import { withCurrentRoles } from './access/current-roles.ts'
import { methodsAt } from './access/methods.ts'
import { checkReach } from './access/reach.ts'
import { batchOn, inOneTransaction } from './batch/batch.ts'
import { isBatch } from './batch/batch-url.ts'
import { isPlain, keepShortcut, shortcutsOn } from './cache/known-addresses.ts'
import { changesOn } from './changes/change-log.ts'
import { readChanges } from './changes/delta.ts'
import { documentsOf } from './documents.ts'
import { failure } from './failure.ts'
import { pathsOf } from './paths.ts'
import { plansOf } from './plans/plans.ts'
import { atATime } from './read/at-a-time.ts'
import { readCollection, readCount } from './read/listing.ts'
import { readEntity } from './read/read.ts'
import type { Handle, PlainRequest, PlainResponse } from './request.ts'
import type { Engine, EngineControls, EngineFacts, Session } from './session.ts'
import { agendaOf } from './time/agenda.ts'
import { behavioursOf } from './walk/type-rules.ts'
import { type Deferred, retryAfter } from './write/accepted.ts'
import { guardOf, readRefs } from './write/link.ts'
import { type Created, create, remove, update } from './write/mutate.ts'
import { act, call, checkCall, returnedRows } from './write/operate.ts'
import { type PropertyAnswer, readProperty, rowMethod, writeProperty } from './write/property.ts'
import { dropReference, setReference } from './write/reference.ts'

const maxRows = 100_000
/** Reads for expanded rows under way at a time: what they have read when the rows run out is read in vain. */
const readsAtOnce = 64
/** The preference for enum members by their own names (protocol.md §1.6). */
const realNames = 'include-unknown-enum-members'
const odataHeaders = { 'OData-Version': '4.0' } as const
const jsonHeaders = { 'Content-Type': jsonType, ...odataHeaders } as const

function headersOf({ form }: Session) {
  return form.level === 'minimal' && !form.safe
    ? jsonHeaders
    : { ...jsonHeaders, 'Content-Type': jsonTypeOf(form.level, form.safe) }
}

function atLevel({ form }: Session, body: string | undefined): string | undefined {
  if (form.level === 'minimal' || body === undefined) return body
  return form.level === 'none' ? withoutContext(body) : placeRows(body, form.address, form.keyed)
}

function ok(session: Session, status: number, body: string | undefined, more?: Record<string, string>): PlainResponse {
  const all = body === undefined ? odataHeaders : headersOf(session)
  const headers: Record<string, string> = Object.assign({}, all, more)
  if (session.tag !== undefined) headers['ETag'] = weakTag(session.tag)
  if (session.applied.size > 0) headers['Preference-Applied'] = [...session.applied].join(', ')
  return { status, headers, body: atLevel(session, body) }
}

function sessionOf(engine: Engine, request: PlainRequest, actor: Actor, { steps }: ResolvedPath, tx: ReadTx): Session {
  const wish = [request.headers['accept'], formatIn(request.query)] as const
  const level = levelOf(...wish)
  const prefer = readPrefer(request.headers['prefer'])
  const isReal = prefer.has(realNames)
  const base = `${request.origin}/${request.version}`
  const last = steps.at(-1)
  const named = isReal ? (engine.real ?? engine) : engine
  const { pass } = callerOf(engine, request, actor)
  const rights = { actor, tx, prefer, strict: engine.strict }
  return {
    engine: level === 'minimal' ? named : { ...named, plans: named.plans.at(level) },
    form: {
      level,
      safe: wantsSafeNumbers(...wish),
      address: base + withoutFilters(addressOf(request.path)),
      keyed: last !== undefined && isCollection(last),
    },
    model: engine.models[request.version],
    context: pass === undefined ? rights : { ...rights, pass },
    base,
    isWrite: false,
    found: { byRule: false },
    budget: { rows: maxRows, turn: atATime(readsAtOnce) },
    applied: isReal ? new Set([realNames]) : new Set(),
    headers: request.headers,
    tag: undefined,
  }
}

function addressOf(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

async function list(session: Session, request: PlainRequest, steps: readonly PathStep[], options: ReadOptions) {
  const page = options.deltatoken === undefined ? readCollection : readChanges
  return ok(session, 200, await page(session, steps, options, addressOf(request.path), request.query))
}

async function get(session: Session, request: PlainRequest, steps: readonly PathStep[], options: ReadOptions) {
  const json = await readEntity(session, steps, options, addressOf(request.path))
  if (session.tag !== undefined && isUnchanged(request.headers, session.tag)) return ok(session, 304, undefined)
  if (json === undefined) return ok(session, 204, undefined)
  if (isPlain(request)) await keepShortcut(session, request, steps, options, jsonHeaders)
  return ok(session, 200, json)
}

function read(engine: Engine, request: PlainRequest, actor: Actor, path: ResolvedPath, options: ReadOptions) {
  return engine.store.read(actor.tenantId, async (tx): Promise<PlainResponse> => {
    const session = sessionOf(engine, request, actor, path, tx)
    const { steps } = path
    const last = steps.at(-1)
    if (path.call !== undefined) {
      invariant(path.call.kind === 'function', 'an action is no read')
      return returned(session, await call(session, steps, path.call, options, !session.applied.has(realNames)))
    }
    if (path.ref === true) {
      const refs = await readRefs(session, steps, options, addressOf(request.path), request.query)
      return ok(session, refs === undefined ? 204 : 200, refs)
    }
    if (path.property !== undefined) {
      const found = await readProperty(session, steps, path.property, options)
      const isKnown = session.tag !== undefined && isUnchanged(request.headers, session.tag)
      return isKnown ? ok(session, 304, undefined) : property(session, found)
    }
    if (path.counted) {
      const text = await readCount(session, steps, options)
      return { status: 200, headers: { 'Content-Type': 'text/plain', ...odataHeaders }, body: text }
    }
    return last !== undefined && isCollection(last)
      ? await list(session, request, steps, options)
      : await get(session, request, steps, options)
  })
}

function property(session: Session, { body, type }: PropertyAnswer): PlainResponse {
  return ok(session, body === undefined ? 204 : 200, body, type === undefined ? undefined : { 'Content-Type': type })
}

/** What an operation gave back, or that it gave nothing. */
function returned(session: Session, json: string | undefined): PlainResponse {
  return ok(session, json === undefined ? 204 : 200, json)
}

/** Writes open their own transaction; until then nothing is read. */
const noTx = new Proxy({} as ReadTx, {
  get: (_, name) => {
    throw new Error(`${String(name)} outside of a transaction`)
  },
})

/** An action without parameters needs no body. */
function readParametersText(body: Uint8Array | undefined) {
  return body === undefined || body.length === 0 ? {} : readJson(body)
}

async function write(
  engine: Engine,
  request: PlainRequest,
  actor: Actor,
  path: ResolvedPath,
  options: ReadOptions,
): Promise<PlainResponse> {
  const session: Session<ReadContext> = sessionOf(engine, request, actor, path, noTx)
  const { steps } = path
  if (path.property !== undefined) {
    const done = await writeProperty(session, steps, path.property, request, options)
    return 'address' in done ? deferred(session, done) : property(session, done)
  }
  if (request.method === 'DELETE') {
    if (path.ref === true) await dropReference(session, steps, request.query)
    else await remove(session, steps)
    return ok(session, 204, undefined)
  }
  checkContentType(request.headers['content-type'])
  if (path.call?.kind === 'action') {
    const masked = !session.applied.has(realNames)
    return returned(session, await act(session, steps, path.call, readParametersText(request.body), options, masked))
  }
  const body = readJson(request.body)
  if (path.ref === true) {
    await setReference(session, steps, body)
    return ok(session, 204, undefined)
  }
  if (request.method !== 'POST') {
    const changed = await update(session, steps, body, options, request.method === 'PUT')
    if (typeof changed !== 'string') {
      return 'id' in changed ? made(session, changed, addressOf(request.path)) : deferred(session, changed)
    }
    const silent = steps.at(-1)?.target.silentUpdates === true && !session.context.prefer.has('return')
    return silent ? ok(session, 204, undefined) : answered(session, 200, changed)
  }
  const done = await create(session, steps, body, options)
  return made(session, done, `${addressOf(request.path)}/${segmentText(done.id)}`)
}

function deferred(session: Session, { address }: Deferred): PlainResponse {
  return ok(session, 202, '{}', { Location: `${session.base}${address}`, 'Retry-After': retryAfter })
}

/** What was made, and where it is. */
function made(session: Session, { json }: Created, address: string): PlainResponse {
  const location = { Location: `${session.base}${address}` }
  return json === undefined ? ok(session, 204, undefined, location) : answered(session, 201, json, location)
}

/** The entity after a write, or nothing of it where that is preferred (protocol.md §1.9). */
function answered(session: Session, status: 200 | 201, json: string, more?: { Location: string }): PlainResponse {
  const wish = session.context.prefer.get('return')?.toLowerCase()
  if (wish === 'minimal' || wish === 'representation') session.applied.add(`return=${wish}`)
  if (wish !== 'minimal') return ok(session, status, json, more)
  return ok(session, 204, undefined, more === undefined ? undefined : { ...more, 'OData-EntityId': more.Location })
}

/** Whether the method is there, and the caller good for it. */
function checkAllowed(engine: Engine, request: PlainRequest, caller: Caller, path: ResolvedPath): void {
  const { strict } = engine
  const { query } = request
  const last = path.steps.at(-1)
  const { property } = path
  const method = property === undefined || last === undefined ? request.method : rowMethod(request, property, last)
  if (path.call !== undefined) checkCall(path.call, { caller, method, query, strict })
  if (path.call !== undefined || last === undefined) return
  if (path.counted || path.filters !== undefined) checkReads(method)
  const verb = verbOf(method, last, strict, path.ref)
  // Its behaviour asks for permissions.
  if (last.root?.located === true) {
    checkDelegated(caller, last.target, verb)
    return
  }
  const isChange = verb === 'link' || verb === 'unlink'
  authorize(caller, isChange ? guardOf(engine.models[request.version], path.steps) : last.target, verb)
}

function optionsFor(engine: Engine, request: PlainRequest, path: ResolvedPath): ReadOptions {
  const last = path.steps.at(-1)
  if (path.call !== undefined) {
    const model = engine.models[request.version]
    const rows = returnedRows(path.call)
    const type = rows === undefined ? path.call.of : model.view(rows).type
    return readOptions(model, type, rows === undefined ? '' : request.query, { collection: false, strict: false })
  }
  invariant(last !== undefined, 'the service document has no options')
  const reading = request.method === 'GET'
  // Of the query a change by reference reads `$id` only.
  const own = path.ref !== true || reading ? request.query : ''
  const query = path.property === undefined ? own : `$select=${path.property.names[0]}`
  return readOptions(engine.models[request.version], last.target, query, {
    collection: reading && isCollection(last),
    strict: engine.strict,
    counted: path.counted,
    bare: path.counted || path.ref === true,
    ...(path.filters === undefined ? {} : { filters: path.filters }),
  })
}

const jsonTypes = ['application/json']
/** The bare number is served to who asks for JSON, too: it is JSON. */
const countTypes = ['text/plain', 'application/json']

function isBare({ counted, property }: ResolvedPath): boolean {
  return counted || property?.as === 'count' || property?.as === 'value'
}

/** What the engine does beside answering requests. */
function controlsOf({ agenda, strict, ids }: Engine): EngineControls {
  return {
    settle: async () => agenda.pending(),
    inTenant: (tenantId, actor, work) =>
      agenda.write(tenantId, (tx, timed) => work({ tx, actor, prefer: new Map(), strict, ids, ...timed })),
    close: () => agenda.close(),
  }
}

/** What is asked before the address is followed; one for all engines over the same facts. */
interface Ways {
  documentOf(request: PlainRequest): PlainResponse | undefined
  pathOf(request: PlainRequest): ResolvedPath
  batch(request: PlainRequest, actor: Actor): Promise<PlainResponse>
}

/** Along an address that is there, for somebody who is known. */
function follow(engine: Engine, request: PlainRequest, actor: Actor, path: ResolvedPath): Promise<PlainResponse> {
  // What is removed leaves nothing to be read.
  if (formatIn(request.query) === undefined && request.method !== 'DELETE')
    checkAccept(request.headers['accept'], isBare(path) ? countTypes : jsonTypes)
  const options = optionsFor(engine, request, path)
  const caller = callerOf(engine, request, actor)
  checkAllowed(engine, request, caller, path)
  checkReach(engine.models[request.version], caller, options)
  // A write sees to what is due in its own transaction.
  if (request.method !== 'GET') return write(engine, request, actor, path, options)
  const wait = engine.agenda.pending()
  const reading = () => read(engine, request, actor, path, options)
  return wait === undefined ? reading() : wait.then(reading)
}

function wholeOn(engine: Engine, { documentOf, pathOf, batch }: Ways) {
  return async (request: PlainRequest): Promise<PlainResponse> => {
    let last: PathStep | undefined
    try {
      checkVersions(request.headers)
      const document = documentOf(request)
      if (document !== undefined) return document
      if (request.method === 'OPTIONS')
        return { status: 204, headers: { ...odataHeaders, Allow: methodsAt(request, pathOf) }, body: undefined }
      const actor = needActor(request)
      if (isBatch(request.path)) return await batch(request, actor)
      const path = pathOf(request)
      last = path.steps.at(-1)
      return await follow(engine, request, actor, path)
    } catch (error) {
      return failure(engine, request, error, last)
    }
  }
}

/** Makes the handler that http/ calls, and what app/ and its control surface need of the engine beside it. */
export function makeEngine(facts: EngineFacts): Handle & EngineControls {
  const changes = changesOn(facts.store, facts.clock, Object.values(facts.models))
  const { store } = changes ?? facts
  const plain: Engine = {
    ...facts,
    store,
    ...(changes === undefined ? {} : { changes }),
    agenda: agendaOf({ ...facts, store }),
    behaviours: behavioursOf(Object.values(facts.models), facts.behaviours),
    plans: plansOf(store),
    shortcuts: shortcutsOn(),
    found: new Map(),
  }
  const engine: Engine = { ...plain, real: { ...plain, plans: plansOf(store, 'real') } }
  const ways: Ways = {
    documentOf: documentsOf(facts),
    pathOf: pathsOf(engine),
    batch: (request, actor) => batch(request, actor),
  }
  const whole = wholeOn(engine, ways)
  const fail = (request: PlainRequest, error: unknown, last?: PathStep) => failure(engine, request, error, last)
  const instead = { whole, fail }
  /** What is known already, where nothing is due first. */
  const known = (request: PlainRequest, actor: Actor): ReturnType<Handle> | undefined =>
    engine.agenda.pending() === undefined ? engine.shortcuts.take(request, actor, instead) : undefined
  const isTold = engine.lenient?.tell !== undefined
  const handle: Handle = (request) => {
    // Who wants to hear of refusals hears of each.
    if (!isPlain(request) || request.actor === undefined || isTold) return whole(request)
    try {
      return known(request, request.actor) ?? whole(request)
    } catch (error) {
      return fail(request, error)
    }
  }
  const batch = batchOn({
    handle,
    grouped: (tenantId, work) => inOneTransaction(engine, tenantId, (bound) => work(wholeOn(bound, ways))),
    fail,
    explain: engine.explain === true,
  })
  const { rolesNow } = facts
  const whoever = rolesNow === undefined ? handle : withCurrentRoles(handle, rolesNow, fail)
  return Object.assign(whoever, controlsOf(engine))
}
