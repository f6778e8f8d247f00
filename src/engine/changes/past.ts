/**
 * Reads of an earlier state (`asOf`, exchange.md §10.2): the rows as they were are put into an empty store in memory, and
 * the request is answered there, by the same steps. So every option means what it means today. A store is kept for a
 * while, for the pages that follow.
 */
import { type Clock, instantOf } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { ReadContext, Store } from '#edm/ports.ts'
import type { PastRow } from '#edm/records/reading.ts'
import { instantIn } from '#edm/types.ts'
import { customOption } from '#odata/query/query-text.ts'
import type { PathStep } from '#odata/url/steps.ts'
import type { Handle, PlainRequest, PlainResponse } from '../request.ts'
import type { Engine, Past } from '../session.ts'

const option = 'asOf'
const mostKept = 4
const keptMillis = 60_000
/** Guards memory: a set has 30,000 terms at most by default. */
const mostRows = 100_000
const rowsAtOnce = 500

export interface PastFacts {
  readonly clock: Clock
  /** An empty store in memory. */
  readonly open: () => Promise<Store>
  /** Answers from such a store; it keeps no record. */
  readonly answering: (store: Store) => Handle
}

interface KeptPast {
  readonly opened: Promise<{ readonly store: Store; readonly handle: Handle }>
  readers: number
  isOut: boolean
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** In order, so that what rows link to is there before them; with pauses, as a set may be large. */
async function fill(store: Store, tenantId: string, rows: readonly PastRow[]): Promise<void> {
  await store.addTenant(tenantId)
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await store.write(tenantId, async (tx) => {
      for (const { type, row } of rows.slice(at, at + rowsAtOnce)) await tx.insert(type, row)
    })
    await nextTurn()
  }
}

export function pastOn({ open, answering }: PastFacts): Past {
  const kept = new Map<string, KeptPast>()
  /** One at a time, as each takes memory and time. */
  let building: Promise<unknown> = Promise.resolve()

  const leave = (entry: KeptPast): void => {
    if (!entry.isOut || entry.readers > 0) return
    entry.opened.then(({ store }) => store.close()).catch(() => undefined)
  }
  const drop = (key: string): void => {
    const entry = kept.get(key)
    if (entry === undefined) return
    kept.delete(key)
    entry.isOut = true
    leave(entry)
  }
  const openWith = async (tenantId: string, build: () => Promise<readonly PastRow[]>) => {
    const rows = await build()
    if (rows.length > mostRows)
      throw new AppError('invalid', `The state then has more than ${mostRows} rows to show.`, { target: option })
    const store = await open()
    try {
      await fill(store, tenantId, rows)
      return { store, handle: answering(store) }
    } catch (error) {
      await store.close()
      throw error
    }
  }
  const entryOf = (key: string, tenantId: string, build: () => Promise<readonly PastRow[]>): KeptPast => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const opened = building.then(() => openWith(tenantId, build))
    building = opened.catch(() => undefined)
    const entry: KeptPast = { opened, readers: 0, isOut: false }
    kept.set(key, entry)
    opened.catch(() => drop(key))
    for (const old of [...kept.keys()].slice(0, -mostKept)) drop(old)
    setTimeout(() => {
      if (kept.get(key) === entry) drop(key)
    }, keptMillis).unref()
    return entry
  }

  return {
    async answer(key, tenantId, build, request) {
      const entry = entryOf(key, tenantId, build)
      entry.readers += 1
      try {
        return await (await entry.opened).handle(request)
      } finally {
        entry.readers -= 1
        leave(entry)
      }
    },
    close: () => {
      for (const key of [...kept.keys()]) drop(key)
    },
  }
}

function refused(message: string): AppError {
  return new AppError('invalid', message, { code: 'invalidRequest', target: option, spec: 'exchange.md §10.2' })
}

/** The instant that the request asks for; undefined: the present. Throws for what is no instant, or is yet to come. */
function instantOfRequest({ query }: PlainRequest, clock: Clock): string | undefined {
  const text = query === '' ? undefined : customOption(query, option)
  if (text === undefined) return undefined
  const instant = instantIn(text)
  if (instant === undefined) throw refused(`'${text}' is not an instant such as 2026-10-01T00:00:00Z.`)
  if (instant > instantOf(clock.now())) throw refused('That instant is yet to come.')
  return instant
}

/** The row of the path whose past can be told, with all that is below it. */
function stepOf(steps: readonly PathStep[]): PathStep | undefined {
  return steps.findLast(({ target, key }) => key !== undefined && target.recorded?.past === true)
}

/** Undefined: the request asks for the present. */
export async function readPast(
  engine: Engine,
  request: PlainRequest,
  steps: readonly PathStep[],
  context: Omit<ReadContext, 'tx'>,
): Promise<PlainResponse | undefined> {
  const { past, record, store, clock } = engine
  if (past === undefined || record === undefined || !steps.some(({ target }) => target.recorded !== undefined))
    return undefined
  const instant = instantOfRequest(request, clock)
  if (instant === undefined) return undefined
  const step = stepOf(steps)
  const hook = step && engine.behaviours.get(step.target.name)?.past
  if (step?.key === undefined || hook === undefined)
    throw refused(`'${option}' is for reads of a set, and of what is below it.`)
  const id = step.key.toLowerCase()
  const { tenantId } = context.actor
  const { sequence, newest } = await store.read(tenantId, async (tx) => {
    const { newest, forgotten, sinceDateTime } = await record.reach(tx)
    const sequence = await record.newestAt(tx, instant)
    // A change that is kept may be earlier than the record begins, where the clock was set back.
    const isBefore = sequence === forgotten && (sinceDateTime === undefined || instant < sinceDateTime)
    if (isBefore) throw refused(`Changes are kept since ${sinceDateTime ?? 'now'}: what was before is not known.`)
    return { sequence, newest }
  })
  const build = () =>
    store.read(tenantId, (tx) => hook({ ...context, tx }, id, { sequence, instant }), request.deadline)
  return past.answer(`${tenantId} ${id} ${sequence} ${newest}`, tenantId, build, request)
}
