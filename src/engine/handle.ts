/**
 * THE GRID: one request, step by step; read this file first. Letters: get, list, count, create, update, delete.
 *
 *   who asks       G L N C U D     options      G L N C U D     resolve     G L N C U D
 *   where to       G L N C U D     read body          C U       rules             C U D
 *   allowed here   G L N C U D     transaction        C U D     rows        G L N C U D
 *   authorise      G L N C U D                                  answer      G L N C U D
 */
import { AppError, StoreError } from '#base/errors.ts'
import type { Dialect, Version } from '#edm/define.ts'
import { emitCsdl } from '#edm/emit-csdl.ts'
import type { Model } from '#edm/model.ts'
import type { Actor, ReadContext, ReadTx } from '#edm/ports.ts'
import { checkContentType, readJson } from '#odata/body-in.ts'
import { jsonType } from '#odata/body-out.ts'
import { errorBody } from '#odata/error-body.ts'
import { type ReadOptions, readOptions } from '#odata/options.ts'
import { type PathStep, type ResolvedPath, resolvePath } from '#odata/path.ts'
import { readPrefer } from '#odata/prefer.ts'
import { authorize, isCollection, verbOf } from './authorize.ts'
import { create, remove, update } from './mutate.ts'
import { plansOf } from './plans.ts'
import { entityContext, readCollection, readCount, readEntity } from './read.ts'
import { rememberedOn } from './remembered.ts'
import type { Handle, PlainRequest, PlainResponse } from './request.ts'
import { memberQuery, walk } from './resolve.ts'
import type { Engine, EngineFacts, Session } from './session.ts'
import { editionOf, isPlain, plainKey, shortcutsOn } from './shortcut.ts'

const maxRows = 100_000
const odataHeaders = { 'OData-Version': '4.0' } as const
const jsonHeaders = { 'Content-Type': jsonType, ...odataHeaders } as const

const ok = (
  session: Session,
  status: number,
  body: string | undefined,
  more?: Record<string, string>,
): PlainResponse => {
  const headers: Record<string, string> = { ...(body === undefined ? odataHeaders : jsonHeaders), ...more }
  if (session.applied.size > 0) headers['Preference-Applied'] = [...session.applied].join(', ')
  return { status, headers, body }
}

const needActor = (request: PlainRequest): Actor => {
  if (request.actor !== undefined) return request.actor
  throw new AppError('unauthenticated', request.denial ?? 'Access token is empty.', {
    headers: { 'WWW-Authenticate': `Bearer realm="", authorization_uri="${request.origin}/common/oauth2/authorize"` },
  })
}

const sessionOf = (engine: Engine, request: PlainRequest, actor: Actor, tx: ReadTx): Session => ({
  engine,
  model: engine.models[request.version],
  context: { tx, actor, prefer: readPrefer(request.headers['prefer']), strict: engine.strict },
  base: `${request.origin}/${request.version}`,
  remembers: true,
  found: { byRule: false },
  budget: { rows: maxRows },
  applied: new Set(),
})

const addressOf = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

/** Walks to the parents once more, so that what is kept is known to fit the editions asked for before. */
const keepShortcut = async (
  session: Session,
  request: PlainRequest,
  actor: Actor,
  steps: readonly PathStep[],
  options: ReadOptions,
): Promise<void> => {
  const { engine, model } = session
  const step = steps.at(-1)
  if (step?.key === undefined || !plainKey.test(step.key) || !request.path.endsWith(`/${step.key}`)) return
  const parents = steps.slice(0, -1)
  const types = parents.map(({ target }) => target)
  const edition = editionOf(engine.store, actor.tenantId, types)
  if (edition === undefined) return
  const from = await walk(session, parents)
  if (session.found.byRule) return
  const wanted = engine.plans.wanted(model, step.target, options)
  const context = JSON.stringify(entityContext(session, steps, options))
  engine.shortcuts.keep(request, actor, {
    edition,
    types,
    version: request.version,
    origin: request.origin,
    ...memberQuery(session, step, from, wanted),
    target: step.target,
    head: `{"@odata.context":${context},`,
    headers: jsonHeaders,
  })
}

const read = (engine: Engine, request: PlainRequest, actor: Actor, path: ResolvedPath, options: ReadOptions) =>
  engine.store.read(actor.tenantId, async (tx): Promise<PlainResponse> => {
    const session = sessionOf(engine, request, actor, tx)
    const { steps } = path
    const last = steps.at(-1)
    const address = addressOf(request.path)
    if (path.counted) {
      const text = await readCount(session, steps, options)
      return { status: 200, headers: { 'Content-Type': 'text/plain', ...odataHeaders }, body: text }
    }
    if (last !== undefined && isCollection(last)) {
      const edition = isPlain(request) ? engine.store.edition(actor.tenantId) : undefined
      const answer = ok(session, 200, await readCollection(session, steps, options, address, request.query))
      if (edition !== undefined) engine.remembered.keep(request, actor, edition, answer)
      return answer
    }
    const json = await readEntity(session, steps, options, address)
    if (json === undefined) return ok(session, 204, undefined)
    if (isPlain(request) && request.query === '') await keepShortcut(session, request, actor, steps, options)
    return ok(session, 200, json)
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
    await remove(session, steps)
    return ok(session, 204, undefined)
  }
  checkContentType(request.headers['content-type'])
  const body = readJson(request.body)
  if (request.method === 'PATCH') return ok(session, 200, await update(session, steps, body, options))
  const { id, json } = await create(session, steps, body, options)
  const location = `${session.base}${addressOf(request.path)}/${encodeURIComponent(id)}`
  return ok(session, json === undefined ? 204 : 201, json, { Location: location })
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
  return ({ version, path }: PlainRequest): ResolvedPath => {
    const address = version + path
    const found = known.get(address)
    if (found !== undefined) return found
    const made = resolvePath(engine.models[version], path, engine.strict)
    if (known.size >= maxPaths) known.clear()
    if (address.length <= longestKept) known.set(address, made)
    return made
  }
}

const optionsFor = (engine: Engine, request: PlainRequest, path: ResolvedPath): ReadOptions => {
  const last = path.steps.at(-1)
  if (last === undefined) throw new AppError('unsupported', 'Relata does not serve a service document yet.')
  const reading = request.method === 'GET'
  return readOptions(engine.models[request.version], last.target, request.query, {
    collection: reading && isCollection(last),
    strict: engine.strict,
  })
}

const failure = (engine: Engine, request: PlainRequest, error: unknown, dialect: Dialect): PlainResponse => {
  let known: AppError
  if (error instanceof AppError) known = error
  else if (error instanceof StoreError) known = fromStore(error)
  else {
    engine.report(error, request.requestId)
    known = new AppError('internal', 'An unexpected error occurred; the log has it under the request id.')
  }
  const answer = errorBody(known, request, engine.clock.now(), dialect)
  return { ...answer, headers: { ...odataHeaders, ...answer.headers } }
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

/** Makes the handler that http/ calls. */
export const makeEngine = (facts: EngineFacts): Handle => {
  const engine: Engine = {
    ...facts,
    behaviours: new Map(facts.behaviours.map((entry) => [entry.type.name, entry])),
    plans: plansOf(facts.store),
    shortcuts: shortcutsOn(facts.store),
    remembered: rememberedOn(facts.store),
    found: new Map(),
    recent: new Map(),
  }
  const documents = new Map<Version, string>()
  const pathOf = pathsOf(engine)
  const whole: Handle = async (request) => {
    let dialect: Dialect = 'graph'
    try {
      if (request.path.toLowerCase() === '/$metadata' && request.method === 'GET') {
        return metadata(documents, engine.models[request.version])
      }
      const actor = needActor(request)
      const path = pathOf(request)
      const last = path.steps.at(-1)
      dialect = last?.target.dialect ?? 'graph'
      const options = optionsFor(engine, request, path)
      if (last !== undefined) authorize(actor, last.target, verbOf(request.method, last, engine.strict))
      const work = request.method === 'GET' ? read : write
      return await work(engine, request, actor, path, options)
    } catch (error) {
      return failure(engine, request, error, dialect)
    }
  }
  return (request) => {
    if (!isPlain(request) || request.actor === undefined) return whole(request)
    try {
      return (
        engine.shortcuts.take(request, request.actor) ??
        engine.remembered.take(request, request.actor) ??
        whole(request)
      )
    } catch (error) {
      return failure(engine, request, error, 'graph')
    }
  }
}
