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
import { AppError, StoreError } from '#base/errors.ts'
import type { Dialect, Version } from '#edm/define.ts'
import { emitCsdl } from '#edm/emit-csdl.ts'
import type { Model } from '#edm/model.ts'
import type { Actor, ReadContext, ReadTx } from '#edm/ports.ts'
import { checkContentType, readJson } from '#odata/body-in.ts'
import { jsonType } from '#odata/body-out.ts'
import { errorBody } from '#odata/error-body.ts'
import { isUnchanged, weakTag } from '#odata/etag.ts'
import { type ReadOptions, readOptions } from '#odata/options.ts'
import { type PathStep, type ResolvedPath, resolvePath } from '#odata/path.ts'
import { readPrefer } from '#odata/prefer.ts'
import { agendaOf } from './agenda.ts'
import { allowAt, authorize, isCollection, verbOf } from './authorize.ts'
import { retryAfter } from './deferred.ts'
import { guardOf, link, readRefs, unlink } from './link.ts'
import { create, remove, update } from './mutate.ts'
import { call, checkCall } from './operate.ts'
import { plansOf } from './plans.ts'
import { readCollection, readCount, readEntity } from './read.ts'
import { behavioursOf } from './relatives.ts'
import { rememberedOn } from './remembered.ts'
import type { Handle, PlainRequest, PlainResponse } from './request.ts'
import type { Engine, EngineControls, EngineFacts, Session } from './session.ts'
import { isPlain, keepShortcut, shortcutsOn } from './shortcut.ts'

const maxRows = 100_000
/** The preference for enum members by their own names (protocol.md §1.6). */
const realNames = 'include-unknown-enum-members'
const odataHeaders = { 'OData-Version': '4.0' } as const
const jsonHeaders = { 'Content-Type': jsonType, ...odataHeaders } as const

const ok = (
  session: Session,
  status: number,
  body: string | undefined,
  more?: Record<string, string>,
): PlainResponse => {
  const headers: Record<string, string> = { ...(body === undefined ? odataHeaders : jsonHeaders), ...more }
  if (session.tag !== undefined) headers['ETag'] = weakTag(session.tag)
  if (session.applied.size > 0) headers['Preference-Applied'] = [...session.applied].join(', ')
  return { status, headers, body }
}

const needActor = (request: PlainRequest): Actor => {
  if (request.actor !== undefined) return request.actor
  throw new AppError('unauthenticated', request.denial ?? 'Access token is empty.', {
    headers: { 'WWW-Authenticate': `Bearer realm="", authorization_uri="${request.origin}/common/oauth2/authorize"` },
  })
}

const sessionOf = (engine: Engine, request: PlainRequest, actor: Actor, tx: ReadTx): Session => {
  const prefer = readPrefer(request.headers['prefer'])
  const isReal = prefer.has(realNames)
  return {
    engine: isReal ? (engine.real ?? engine) : engine,
    model: engine.models[request.version],
    context: { tx, actor, prefer, strict: engine.strict },
    base: `${request.origin}/${request.version}`,
    remembers: true,
    found: { byRule: false },
    budget: { rows: maxRows },
    applied: isReal ? new Set([realNames]) : new Set(),
    headers: request.headers,
    tag: undefined,
  }
}

const addressOf = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

/** One page, or the answer to the same question, which is kept as long as it stays true. */
const list = async (session: Session, request: PlainRequest, steps: readonly PathStep[], options: ReadOptions) => {
  const { engine, context } = session
  const edition = isPlain(request) ? engine.store.edition(context.actor.tenantId) : undefined
  const body = await readCollection(session, steps, options, addressOf(request.path), request.query)
  const answer = ok(session, 200, body)
  if (edition !== undefined) engine.remembered.keep(request, context.actor, edition, answer)
  return answer
}

const get = async (session: Session, request: PlainRequest, steps: readonly PathStep[], options: ReadOptions) => {
  const json = await readEntity(session, steps, options, addressOf(request.path))
  if (session.tag !== undefined && isUnchanged(request.headers, session.tag)) return ok(session, 304, undefined)
  if (json === undefined) return ok(session, 204, undefined)
  if (isPlain(request)) await keepShortcut(session, request, steps, options, jsonHeaders)
  return ok(session, 200, json)
}

const read = (engine: Engine, request: PlainRequest, actor: Actor, path: ResolvedPath, options: ReadOptions) =>
  engine.store.read(actor.tenantId, async (tx): Promise<PlainResponse> => {
    const session = sessionOf(engine, request, actor, tx)
    const { steps } = path
    const last = steps.at(-1)
    if (path.call !== undefined) {
      return ok(session, 200, await call(session, steps, path.call, !session.applied.has(realNames)))
    }
    if (path.ref === true) {
      return ok(session, 200, await readRefs(session, steps, options, addressOf(request.path), request.query))
    }
    if (path.counted) {
      const text = await readCount(session, steps, options)
      return { status: 200, headers: { 'Content-Type': 'text/plain', ...odataHeaders }, body: text }
    }
    return last !== undefined && isCollection(last)
      ? list(session, request, steps, options)
      : get(session, request, steps, options)
  })

/** Writes open their own transaction; until then nothing is read. */
const noTx = new Proxy({} as ReadTx, {
  get: (_, name) => {
    throw new Error(`${String(name)} outside of a transaction`)
  },
})

const write = async (
  engine: Engine,
  request: PlainRequest,
  actor: Actor,
  path: ResolvedPath,
  options: ReadOptions,
): Promise<PlainResponse> => {
  const session: Session<ReadContext> = sessionOf(engine, request, actor, noTx)
  const { steps } = path
  if (request.method === 'DELETE') {
    if (path.ref === true) await unlink(session, steps, request.query)
    else await remove(session, steps)
    return ok(session, 204, undefined)
  }
  checkContentType(request.headers['content-type'])
  const body = readJson(request.body)
  if (path.ref === true) {
    await link(session, steps, body)
    return ok(session, 204, undefined)
  }
  if (request.method === 'PATCH') {
    const changed = await update(session, steps, body, options)
    if (typeof changed === 'string') {
      const silent = steps.at(-1)?.target.silentUpdates === true && !session.context.prefer.has('return')
      return silent ? ok(session, 204, undefined) : answered(session, 200, changed)
    }
    return ok(session, 202, '{}', { Location: `${session.base}${changed.address}`, 'Retry-After': retryAfter })
  }
  const { id, json } = await create(session, steps, body, options)
  const location = `${session.base}${addressOf(request.path)}/${encodeURIComponent(id)}`
  if (json === undefined) return ok(session, 204, undefined, { Location: location })
  return answered(session, 201, json, { Location: location })
}

/** The entity after a write, or nothing of it where that is preferred (protocol.md §1.9). */
const answered = (session: Session, status: 200 | 201, json: string, more?: { Location: string }): PlainResponse => {
  const wish = session.context.prefer.get('return')?.toLowerCase()
  if (wish === 'minimal' || wish === 'representation') session.applied.add(`return=${wish}`)
  if (wish !== 'minimal') return ok(session, status, json, more)
  return ok(session, 204, undefined, more === undefined ? undefined : { ...more, 'OData-EntityId': more.Location })
}

const metadata = (documents: Map<Version, string>, model: Model): PlainResponse => {
  const body = documents.get(model.version) ?? emitCsdl(model)
  documents.set(model.version, body)
  return { status: 200, headers: { 'Content-Type': 'application/xml', ...odataHeaders }, body }
}

const maxPaths = 2_000
const longestKept = 500

/** Collections are asked for again and again; entities mostly once, and those take a shortcut. */
const pathsOf = (engine: Pick<Engine, 'models' | 'strict'>) => {
  const known = new Map<string, ResolvedPath>()
  return ({ version, path, query }: PlainRequest): ResolvedPath => {
    // What is in brackets may name a parameter of the query.
    if (path.includes('(')) return resolvePath(engine.models[version], path, engine.strict, query)
    const address = version + path
    const found = known.get(address)
    if (found !== undefined) return found
    const made = resolvePath(engine.models[version], path, engine.strict, query)
    if (known.size >= maxPaths) known.clear()
    if (address.length <= longestKept) known.set(address, made)
    return made
  }
}

/** Whether the method is there, and the token good for it. */
const checkAllowed = (engine: Engine, request: PlainRequest, actor: Actor, path: ResolvedPath): void => {
  const { strict } = engine
  const { method, query } = request
  const last = path.steps.at(-1)
  if (path.call !== undefined) checkCall(path.call, { actor, method, query, strict })
  if (path.call !== undefined || last === undefined) return
  const verb = verbOf(method, last, strict, path.ref)
  if (last.root?.located === true) return
  const isChange = verb === 'link' || verb === 'unlink'
  authorize(actor, isChange ? guardOf(engine.models[request.version], path.steps) : last.target, verb)
}

const optionsFor = (engine: Engine, request: PlainRequest, path: ResolvedPath): ReadOptions => {
  const last = path.steps.at(-1)
  if (last === undefined) throw new AppError('unsupported', 'Relata does not serve a service document yet.')
  const reading = request.method === 'GET'
  // A call has no options, and of the query a change by reference reads `$id` only.
  const query = path.call === undefined && (path.ref !== true || reading) ? request.query : ''
  return readOptions(engine.models[request.version], last.target, query, {
    collection: reading && isCollection(last),
    strict: engine.strict,
  })
}

/** A rule refuses a method in the state the row is in; the header is there all the same (RFC 9110 §15.5.6). */
const allowed = ({ kind, facts }: AppError, last: PathStep | undefined): Record<string, string> =>
  kind === 'notAllowed' && last !== undefined && facts.headers?.['Allow'] === undefined ? { Allow: allowAt(last) } : {}

const failure = (engine: Engine, request: PlainRequest, error: unknown, last: PathStep | undefined): PlainResponse => {
  let known: AppError
  if (error instanceof AppError) known = error
  else if (error instanceof StoreError) known = fromStore(error)
  else {
    engine.report(error, request.requestId)
    known = new AppError('internal', 'An unexpected error occurred; the log has it under the request id.')
  }
  const dialect: Dialect = last?.target.dialect ?? 'graph'
  const answer = errorBody(known, request, engine.clock.now(), dialect)
  return { ...answer, headers: { ...odataHeaders, ...allowed(known, last), ...answer.headers } }
}

const fromStore = (error: StoreError): AppError => {
  if (error.kind === 'unavailable')
    return new AppError('unavailable', 'The database is busy; try again.', { cause: error })
  if (error.kind === 'precondition')
    return new AppError('notFound', 'The resource is no longer there.', { cause: error })
  return error.reason === 'unique'
    ? new AppError('conflict', 'An item with the same name or id exists already.', { cause: error })
    : new AppError('conflict', 'The item is still in use.', { code: 'conflict', cause: error })
}

/** What the engine does beside answering requests. */
const controlsOf = ({ agenda, strict, ids }: Engine): EngineControls => ({
  settle: async () => agenda.pending(),
  inTenant: (tenantId, actor, work) =>
    agenda.write(tenantId, (tx, timed) => work({ tx, actor, prefer: new Map(), strict, ids, ...timed })),
  close: () => agenda.close(),
})

/** Makes the handler that http/ calls, and what app/ and its control surface need of the engine beside it. */
export const makeEngine = (facts: EngineFacts): Handle & EngineControls => {
  const plain: Engine = {
    ...facts,
    agenda: agendaOf(facts),
    behaviours: behavioursOf(Object.values(facts.models), facts.behaviours),
    plans: plansOf(facts.store),
    shortcuts: shortcutsOn(facts.store),
    remembered: rememberedOn(facts.store),
    found: new Map(),
    recent: new Map(),
  }
  const engine: Engine = { ...plain, real: { ...plain, plans: plansOf(facts.store, 'real') } }
  const documents = new Map<Version, string>()
  const pathOf = pathsOf(engine)
  const whole = async (request: PlainRequest): Promise<PlainResponse> => {
    let last: PathStep | undefined
    try {
      if (request.path.toLowerCase() === '/$metadata' && request.method === 'GET') {
        return metadata(documents, engine.models[request.version])
      }
      const actor = needActor(request)
      const path = pathOf(request)
      last = path.steps.at(-1)
      const options = optionsFor(engine, request, path)
      checkAllowed(engine, request, actor, path)
      const isRead = request.method === 'GET'
      // A write sees to it in its own transaction.
      const wait = isRead ? engine.agenda.pending() : undefined
      if (wait !== undefined) await wait
      const work = isRead ? read : write
      return await work(engine, request, actor, path, options)
    } catch (error) {
      return failure(engine, request, error, last)
    }
  }
  /** What is known already, where nothing is due first. */
  const known = (request: PlainRequest, actor: Actor): PlainResponse | undefined =>
    engine.agenda.pending() === undefined
      ? (engine.shortcuts.take(request, actor) ?? engine.remembered.take(request, actor))
      : undefined
  const handle: Handle = (request) => {
    if (!isPlain(request) || request.actor === undefined) return whole(request)
    try {
      return known(request, request.actor) ?? whole(request)
    } catch (error) {
      return failure(engine, request, error, undefined)
    }
  }
  return Object.assign(handle, controlsOf(engine))
}
