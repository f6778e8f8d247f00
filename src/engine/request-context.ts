/** What one request gathers from step to step (steps.ts), and the session in which its rows are read or written. */
import { invariant } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { Actor, ReadTx } from '#edm/ports.ts'
import { formatIn, levelOf, wantsSafeNumbers } from '#odata/headers/format.ts'
import { readPrefer } from '#odata/headers/prefer.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { withoutFilters } from '#odata/url/filter-segment.ts'
import type { ResolvedPath } from '#odata/url/steps.ts'
import { isCollection } from './access/authorize.ts'
import type { Caller } from './access/caller.ts'
import { ReadBudget, wholeAllowance } from './read/budget.ts'
import type { PlainRequest, PlainResponse } from './request.ts'
import type { Engine, Session } from './session.ts'

/** What answers or resolves a request before its address is known. Engines over the same facts share it. */
export interface Routes {
  /** Undefined: no document is at the address. */
  documentOf(request: PlainRequest): PlainResponse | undefined
  pathOf(request: PlainRequest): ResolvedPath
  batch(request: PlainRequest, actor: Actor): Promise<PlainResponse>
}

/** Each optional member is set by the step of its name. */
export interface RequestContext {
  readonly engine: Engine
  readonly routes: Routes
  readonly request: PlainRequest
  caller?: Caller
  address?: ResolvedPath
  options?: ReadOptions
  session?: Session
  body?: Json
}

/** A request that is ready for its transaction. */
export interface PreparedRequest {
  readonly request: PlainRequest
  readonly path: ResolvedPath
  readonly options: ReadOptions
  readonly session: Session
}

export function preparedOf({ request, address, options, session }: RequestContext): PreparedRequest {
  invariant(address !== undefined && options !== undefined && session !== undefined, 'the steps before have run')
  return { request, path: address, options, session }
}

/** The path as the client wrote it, without a slash at its end. */
export function addressOf({ path }: PlainRequest): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** The preference for enum members by their own names (protocol.md §1.6). */
const realNames = 'include-unknown-enum-members'

/** Whether members of evolvable enums after the sentinel are written as the sentinel. */
export function isMasked({ applied }: Session): boolean {
  return !applied.has(realNames)
}

/** Takes the place of a transaction until one is open. */
const noTx = new Proxy({} as ReadTx, {
  get: (_, name) => {
    throw new Error(`${String(name)} outside of a transaction`)
  },
})

/** The session before its transaction. Throws `invalid` for a `$format` that is not served. */
export function sessionOf(engine: Engine, request: PlainRequest, caller: Caller, { steps }: ResolvedPath): Session {
  const wish = [request.headers['accept'], formatIn(request.query)] as const
  const level = levelOf(...wish)
  const prefer = readPrefer(request.headers['prefer'])
  const isReal = prefer.has(realNames)
  const base = `${request.origin}/${request.version}`
  const last = steps.at(-1)
  const named = isReal ? (engine.real ?? engine) : engine
  return {
    engine: level === 'minimal' ? named : { ...named, plans: named.plans.at(level) },
    form: {
      level,
      safe: wantsSafeNumbers(...wish),
      address: base + withoutFilters(addressOf(request)),
      keyed: last !== undefined && isCollection(last),
    },
    model: engine.models[request.version],
    context: { ...caller, tx: noTx, prefer, strict: engine.strict, record: engine.record },
    base,
    isWrite: false,
    found: { byRule: false },
    wrote: {},
    budget: new ReadBudget(request.allowance ?? wholeAllowance(), request.deadline),
    applied: isReal ? new Set([realNames]) : new Set(),
    ignored: new Set(),
    headers: request.headers,
    deadline: request.deadline,
    tag: undefined,
  }
}
