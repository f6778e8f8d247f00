/**
 * Addresses walked before: a plain GET of one entity whose parents were found a moment ago needs one statement and
 * no parsing. Good as long as no row of a type on the way has changed; whatever is unusual goes the whole way.
 */
import { guidOf } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { Actor, Bind, Prepared, Store } from '#edm/ports.ts'
import { isUsualAccept, isUsualVersion } from '#odata/accept.ts'
import type { ReadOptions } from '#odata/options.ts'
import type { PathStep } from '#odata/path.ts'
import { entityContext } from './read.ts'
import type { PlainRequest, PlainResponse } from './request.ts'
import { memberQuery, walk } from './resolve.ts'
import type { Session } from './session.ts'

export interface Shortcut {
  /** The sum of the editions of `types` when the way was walked; each of them only grows. */
  readonly edition: number
  /** Types of the rows on the way. */
  readonly types: readonly EntityType[]
  readonly version: string
  readonly origin: string
  /** Finds the row by `key`, and gives its text only. */
  readonly prepared: Prepared
  /** Its `key` is written anew for each request: no copy is made, as the answer comes at once. */
  readonly bind: Bind & { key: string }
  readonly target: EntityType
  /** The answer up to the first member of the row. */
  readonly head: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Shortcuts {
  /** The answer, or undefined: then the whole way has to be gone. */
  take(request: PlainRequest, actor: Actor): PlainResponse | undefined
  keep(request: PlainRequest, actor: Actor, shortcut: Shortcut): void
}

/** Of all actors together; then it is begun anew. */
const most = 10_000
/** Keys that mean the same however they are written. */
const plainKey = /^[\w-]+$/

/** What an answer depends on beside its address is the actor: only requests that say nothing else are short. */
export const isPlain = ({ method, headers }: PlainRequest): boolean =>
  method === 'GET' &&
  headers['prefer'] === undefined &&
  headers['if-none-match'] === undefined &&
  isUsualAccept(headers['accept']) &&
  isUsualVersion(headers['odata-version']) &&
  isUsualVersion(headers['odata-maxversion'])

/** Undefined where the store cannot tell. */
const editionOf = (store: Store, tenantId: string, types: readonly EntityType[]): number | undefined => {
  let sum = 0
  for (const type of types) {
    const edition = store.edition(tenantId, type)
    if (edition === undefined) return undefined
    sum += edition
  }
  return sum
}

export const shortcutsOn = (store: Store): Shortcuts => {
  let known = new WeakMap<Actor, Map<string, Shortcut>>()
  let kept = 0
  return {
    take: (request, actor) => {
      const { path, origin, query } = request
      if (query !== '') return undefined
      const end = path.lastIndexOf('/')
      const way = known.get(actor)?.get(path.slice(0, end))
      if (way === undefined || way.origin !== origin || way.version !== request.version) return undefined
      const raw = path.slice(end + 1)
      const key = way.target.keys === 'guid' ? guidOf(raw) : plainKey.test(raw) ? raw : undefined
      if (key === undefined || editionOf(store, actor.tenantId, way.types) !== way.edition) return undefined
      way.bind.key = key
      const json = store.peek(actor.tenantId, way.prepared, way.bind)
      if (json === undefined) return undefined
      return { status: 200, headers: way.headers, body: way.head + json.slice(1) }
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
 * Walks to the parents once more, so that what is kept is known to fit the editions asked for before. Rows with a tag
 * are left out: their answers have a header of their own.
 */
export const keepShortcut = async (
  session: Session,
  request: PlainRequest,
  steps: readonly PathStep[],
  options: ReadOptions,
  headers: Readonly<Record<string, string>>,
): Promise<void> => {
  const { engine, model } = session
  const { actor } = session.context
  const step = steps.at(-1)
  if (step?.key === undefined || request.query !== '' || session.tag !== undefined || session.found.byRule) return
  if (!plainKey.test(step.key) || !request.path.endsWith(`/${step.key}`)) return
  const parents = steps.slice(0, -1)
  // Through a linking type, its rows decide as well.
  if (parents.some(({ nav }) => nav?.many === true && nav.linkedBy !== undefined)) return
  const types = parents.map(({ target }) => target)
  const edition = editionOf(engine.store, actor.tenantId, types)
  if (edition === undefined) return
  const from = await walk(session, parents)
  if (session.found.byRule) return
  const context = JSON.stringify(entityContext(session, steps, options))
  const { prepared, bind } = memberQuery(session, step, from, engine.plans.wanted(model, step.target, options))
  engine.shortcuts.keep(request, actor, {
    edition,
    types,
    version: request.version,
    origin: request.origin,
    prepared,
    bind: { ...bind, key: '' },
    target: step.target,
    head: `{"@odata.context":${context},`,
    headers,
  })
}
