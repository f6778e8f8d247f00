/**
 * The known-address cache: a plain GET of one row whose parents were walked before needs one statement and no parsing.
 * No row is kept. An entry holds the statement, which finds a row only while its parents are there and still lead to it.
 * Requests with anything unusual are walked.
 */
import type { EntityType } from '#edm/define.ts'
import { keyOf } from '#edm/names.ts'
import type { Actor, BoundQuery, Located, RowBelow } from '#edm/ports.ts'
import type { BindValue } from '#edm/query.ts'
import { isUsualAccept, isUsualVersion } from '#odata/headers/accept.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { entityContext } from '../read/read.ts'
import type { PlainRequest } from '../request.ts'
import type { Session } from '../session.ts'
import { firstScope, isVirtual, memberBind, memberQuery } from '../walk/resolve.ts'
import type { AddressCache, KnownAddress } from './cache.ts'

/** Addresses of all actors together; at the limit the cache starts empty again. */
const most = 10_000
/** Keys that mean the same however they are written. */
const plainKey = /^[\w-]+$/

/** Whether the answer depends on nothing but the address and the actor. */
function isPlain({ method, headers, query }: PlainRequest): boolean {
  return (
    method === 'GET' &&
    query === '' &&
    headers['prefer'] === undefined &&
    headers['if-none-match'] === undefined &&
    isUsualAccept(headers['accept']) &&
    isUsualVersion(headers['odata-version']) &&
    isUsualVersion(headers['odata-maxversion'])
  )
}

/** The key as rows hold it; undefined: only the walk can read it. */
function keyIn(text: string, { target }: PathStep): string | undefined {
  return plainKey.test(text) ? keyOf(target, text) : undefined
}

export function knownAddresses(): AddressCache {
  let known = new WeakMap<Actor, Map<string, KnownAddress>>()
  let kept = 0
  return {
    lookup: (request, actor) => {
      const { path, origin, version, deadline } = request
      if (!isPlain(request)) return undefined
      const end = path.lastIndexOf('/')
      const address = known.get(actor)?.get(path.slice(0, end))
      if (address === undefined || address.origin !== origin || address.version !== version) return undefined
      const { step, head, headers, find } = address
      const key = keyIn(path.slice(end + 1), step)
      if (key === undefined) return undefined
      return {
        step,
        read: async () => {
          const json = await find(key, deadline)
          return json === undefined ? undefined : { status: 200, headers, body: head + json.slice(1) }
        },
      }
    },
    keep: ({ path }, actor, address) => {
      const parents = path.slice(0, path.lastIndexOf('/'))
      // An entry that is replaced takes no more room.
      if (known.get(actor)?.has(parents) !== true) kept += 1
      if (kept > most) {
        known = new WeakMap()
        kept = 1
      }
      const own = known.get(actor) ?? new Map<string, KnownAddress>()
      known.set(actor, own)
      own.set(parents, address)
    },
  }
}

/** Row keys of a parent that are parameters of the queries below it. Its id is not among them: it is found by that. */
function leadingKeys(type: EntityType, below: readonly PathStep[]): readonly string[] {
  const bound = below.slice(0, 1).flatMap((step) => Object.values(firstScope(step)?.bind ?? {}))
  const guarding = below.flatMap(({ target: { visibleIn } }) =>
    visibleIn?.ancestor === type.name ? [visibleIn.ancestorKey] : [],
  )
  return [...new Set([...bound, ...guarding])].filter((key) => key !== 'id')
}

/** Steps that need no check: their row never changes (`findStep`), or there is none. */
function isCertain({ many, target }: PathStep): boolean {
  return target.steady === true || (!many && isVirtual(target))
}

/** The query that finds the parent while it still leads to the same rows; undefined: no single query does. */
function stillThere(session: Session, step: PathStep, at: Located, below: readonly PathStep[]): BoundQuery | undefined {
  const { target, nav, root } = step
  const keys = leadingKeys(target, below)
  // Folded text is compared without regard to case, so that more than one value would match.
  if (!step.many || keys.some((key) => target.props[key]?.fold === true)) return undefined
  const was = Object.fromEntries(keys.map((key) => [`was ${key}`, at.row[key] as BindValue]))
  return {
    prepared: session.engine.plans.still(nav ?? root ?? target, target, firstScope(step), keys),
    bind: { ...memberBind(step, at.from), ...was, key: at.id },
  }
}

/** `parent`: the row the last step starts from. Undefined: queries alone do not lead to it. */
async function findBelow(
  session: Session,
  steps: readonly PathStep[],
  parent: Located | undefined,
  last: BoundQuery,
): Promise<RowBelow | undefined> {
  const before: BoundQuery[] = []
  let at = parent
  for (let place = steps.length - 2; place >= 0; place -= 1, at = at?.from) {
    const step = steps[place] as PathStep
    if (isCertain(step)) continue
    const query = at && stillThere(session, step, at, steps.slice(place + 1))
    if (query === undefined) return undefined
    before.push(query)
  }
  return session.engine.store.rowBelow(session.context.actor.tenantId, before, last)
}

/** Through a many-to-many link, the rows of the membership type decide as well. */
function isLinked({ nav }: PathStep): boolean {
  return nav?.many === true && nav.linkedBy !== undefined
}

/** Keeps the address of an entity that was just read. Rows with an entity tag are left out: their answers carry it in a header. */
export async function keepAddress(
  session: Session,
  request: PlainRequest,
  steps: readonly PathStep[],
  options: ReadOptions,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { engine, context, found, model, tag } = session
  const step = steps.at(-1)
  if (engine.addresses === undefined || !isPlain(request)) return
  if (step?.key === undefined || tag !== undefined || found.byRule) return
  if (!plainKey.test(step.key) || !request.path.endsWith(`/${step.key}`)) return
  if (steps.slice(0, -1).some(isLinked)) return
  const projection = engine.plans.projection(model, step.target, options)
  const find = await findBelow(session, steps, found.parent, memberQuery(session, step, found.parent, projection))
  if (find === undefined) return
  engine.addresses.keep(request, context.actor, {
    version: request.version,
    origin: request.origin,
    step,
    find,
    head: `{"@odata.context":${JSON.stringify(entityContext(session, steps, options))},`,
    headers,
  })
}
