/**
 * Addresses walked before: a plain GET of one entity whose parents were found a moment ago needs one statement and
 * no parsing. Whether the way is still good is known from the editions of the types on it, or is part of the statement;
 * whatever is unusual goes the whole way.
 */
import { guidOf } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { Actor, Bind, BoundQuery, Store, Way } from '#edm/ports.ts'
import { isUsualAccept, isUsualVersion } from '#odata/headers/accept.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { entityContext } from '../read/read.ts'
import type { PlainRequest, PlainResponse } from '../request.ts'
import type { Session } from '../session.ts'
import { memberQuery, walk } from '../walk/resolve.ts'
import { checkedWay } from './checked-way.ts'

export interface Shortcut {
  readonly version: string
  readonly origin: string
  /** The text of the row with that key; undefined: the whole way has to be gone. */
  readonly find: (key: string) => ReturnType<Way> | string | undefined
  /** The last one of the address. */
  readonly step: PathStep
  /** The answer up to the first member of the row. */
  readonly head: string
  readonly headers: Readonly<Record<string, string>>
}

/** What answers where a shortcut that had to be waited for leads nowhere, or to a fault. */
export interface Instead {
  whole(request: PlainRequest): Promise<PlainResponse>
  fail(request: PlainRequest, error: unknown, last: PathStep): PlainResponse
}

export interface Shortcuts {
  /** The answer, or undefined: then the whole way has to be gone. */
  take(request: PlainRequest, actor: Actor, instead: Instead): PlainResponse | Promise<PlainResponse> | undefined
  keep(request: PlainRequest, actor: Actor, shortcut: Shortcut): void
}

/** Of all actors together; then it is begun anew. */
const most = 10_000
/** Keys that mean the same however they are written. */
const plainKey = /^[\w-]+$/

/** What an answer depends on beside its address is the actor: only requests that say nothing else are short. */
export function isPlain({ method, headers }: PlainRequest): boolean {
  return (
    method === 'GET' &&
    headers['prefer'] === undefined &&
    headers['if-none-match'] === undefined &&
    isUsualAccept(headers['accept']) &&
    isUsualVersion(headers['odata-version']) &&
    isUsualVersion(headers['odata-maxversion'])
  )
}

/** Undefined where the store cannot tell. */
function editionOf(store: Store, tenantId: string, types: readonly EntityType[]): number | undefined {
  let sum = 0
  for (const type of types) {
    const edition = store.edition(tenantId, type)
    if (edition === undefined) return undefined
    sum += edition
  }
  return sum
}

function answerOf({ head, headers }: Shortcut, json: string): PlainResponse {
  return {
    status: 200,
    headers,
    body: head + json.slice(1),
  }
}

export function shortcutsOn(): Shortcuts {
  let known = new WeakMap<Actor, Map<string, Shortcut>>()
  let kept = 0
  return {
    take: (request, actor, instead) => {
      const { path, origin, query } = request
      if (query !== '') return undefined
      const end = path.lastIndexOf('/')
      const short = known.get(actor)?.get(path.slice(0, end))
      if (short === undefined || short.origin !== origin || short.version !== request.version) return undefined
      const raw = path.slice(end + 1)
      const key = short.step.target.keys === 'guid' ? guidOf(raw) : plainKey.test(raw) ? raw : undefined
      const found = key === undefined ? undefined : short.find(key)
      if (found === undefined) return undefined
      if (typeof found === 'string') return answerOf(short, found)
      return found.then(
        (json) => (json === undefined ? instead.whole(request) : answerOf(short, json)),
        (error: unknown) => instead.fail(request, error, short.step),
      )
    },
    keep: (request, actor, shortcut) => {
      const parents = request.path.slice(0, request.path.lastIndexOf('/'))
      // One that is kept again takes no more room.
      if (known.get(actor)?.has(parents) !== true) kept += 1
      if (kept > most) {
        known = new WeakMap()
        kept = 1
      }
      let ways = known.get(actor)
      if (ways === undefined) {
        ways = new Map()
        known.set(actor, ways)
      }
      ways.set(parents, shortcut)
    },
  }
}

/**
 * Good while the sum of the editions of the types on the way, each of which only grows, is the same. Its `key` is
 * written anew for each request: no copy is made, as the answer comes at once.
 */
function rememberedWay(
  { engine: { store }, context }: Session,
  types: readonly EntityType[],
  edition: number,
  { prepared, bind: fixed }: BoundQuery,
): Shortcut['find'] {
  const { tenantId } = context.actor
  const bind: Bind & { key: string } = { ...fixed, key: '' }
  return (key) => {
    if (editionOf(store, tenantId, types) !== edition) return undefined
    bind.key = key
    return store.peek(tenantId, prepared, bind)
  }
}

/**
 * What finds rows below the parents of an address. Where editions tell, it walks to the parents once more, so that what is
 * kept is known to fit the editions asked for before.
 */
async function findBelow(
  session: Session,
  steps: readonly PathStep[],
  options: ReadOptions,
): Promise<Shortcut['find'] | undefined> {
  const { engine, context, found, model } = session
  const step = steps.at(-1) as PathStep
  const parents = steps.slice(0, -1)
  const wanted = engine.plans.wanted(model, step.target, options)
  if (engine.store.way !== undefined) {
    return checkedWay(session, steps, found.parent, memberQuery(session, step, found.parent, wanted))
  }
  const types = parents.map(({ target }) => target)
  const edition = editionOf(engine.store, context.actor.tenantId, types)
  if (edition === undefined) return undefined
  const from = await walk(session, parents)
  return found.byRule ? undefined : rememberedWay(session, types, edition, memberQuery(session, step, from, wanted))
}

/** Rows with a tag are left out: their answers have a header of their own. */
export async function keepShortcut(
  session: Session,
  request: PlainRequest,
  steps: readonly PathStep[],
  options: ReadOptions,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const step = steps.at(-1)
  if (step?.key === undefined || request.query !== '' || session.tag !== undefined || session.found.byRule) return
  if (!plainKey.test(step.key) || !request.path.endsWith(`/${step.key}`)) return
  // Through a linking type, its rows decide as well.
  if (steps.some(({ nav }, at) => at < steps.length - 1 && nav?.many === true && nav.linkedBy !== undefined)) return
  const find = await findBelow(session, steps, options)
  if (find === undefined) return
  session.engine.shortcuts.keep(request, session.context.actor, {
    version: request.version,
    origin: request.origin,
    find,
    step,
    head: `{"@odata.context":${JSON.stringify(entityContext(session, steps, options))},`,
    headers,
  })
}
