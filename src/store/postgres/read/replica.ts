/**
 * Reads from a server that follows the primary, only where it is known to have what this process wrote: a tenant that
 * was written to is read from the primary until the follower has replayed the log up to there.
 */
import { get, textOf } from '../../rows/statement.ts'
import { ask, type Pool, type Queryable } from '../connection.ts'
import { isPassing } from '../errors.ts'

/** How often it is asked how far it is: while somebody waits for it, and else. */
const busyMillis = 20
const idleMillis = 500
/** How far it may be behind before it is not asked any more. */
const mostBehindMillis = 5_000

export interface Replica {
  /** What answers reads; the primary where the follower cannot. */
  readonly reader: Queryable
  /** Whether the follower has all of the tenant that is known to be written. */
  has(tenantId: string): boolean
  /** The tenant was written to. `place` in the log: not later than this; undefined: it is asked for. */
  mark(tenantId: string, place: string | undefined): void
  /** Any tenant may have been. */
  markAll(): void
  close(): Promise<void>
}

const written = textOf('select pg_current_wal_insert_lsn()::text')
const replayed = textOf(
  'select (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end)::text',
)

/** `16/B374D848` as a number. */
function placeOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

async function askPlace(server: Queryable, text: typeof written): Promise<bigint> {
  return placeOf(String((await ask(server, get(text, [])))?.[0]))
}

/** Asks the primary where the replica cannot answer. */
function readerOn(pool: Pool, primary: Queryable, failed: () => void): Queryable {
  return {
    query: async (statement) => {
      try {
        return await pool.query(statement)
      } catch (error) {
        if (!isPassing(error)) throw error
        failed()
        return primary.query(statement)
      }
    },
  }
}

/** Stands for all tenants among those that are marked. */
const everyone = ''

export function replicaOn(pool: Pool, primary: Queryable): Replica {
  /** Where the log was when a tenant was written to; undefined: not known yet. */
  const marks = new Map<string, bigint | undefined>([[everyone, undefined]])
  let freshMillis = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let running: Promise<void> | undefined

  const place = async (): Promise<void> => {
    const unknown = [...marks].filter(([, at]) => at === undefined)
    if (unknown.length === 0) return
    // Marks that are made while this is asked are for the next time.
    for (const [tenantId] of unknown) marks.set(tenantId, -1n)
    try {
      const at = await askPlace(primary, written)
      for (const [tenantId] of unknown) if (marks.get(tenantId) === -1n) marks.set(tenantId, at)
    } catch (error) {
      for (const [tenantId] of unknown) if (marks.get(tenantId) === -1n) marks.set(tenantId, undefined)
      throw error
    }
  }

  const follow = async (): Promise<void> => {
    const began = performance.now()
    const head = performance.now() - freshMillis < idleMillis ? undefined : await askPlace(primary, written)
    await place()
    const at = await askPlace(pool, replayed)
    for (const [tenantId, wanted] of marks)
      if (wanted !== undefined && wanted >= 0n && wanted <= at) marks.delete(tenantId)
    if (head !== undefined && head <= at) freshMillis = began
  }

  const again = (): void => {
    clearTimeout(timer)
    if (isClosed) return
    timer = setTimeout(step, marks.size > 0 ? busyMillis : idleMillis).unref()
  }

  function step(): void {
    running ??= follow()
      // Whoever cannot be asked is not fresh for long, and then nobody is sent there.
      .catch(() => undefined)
      .finally(() => {
        running = undefined
        again()
      })
  }

  // Down, or in the way of what it replays.
  const reader = readerOn(pool, primary, () => {
    freshMillis = Number.NEGATIVE_INFINITY
  })

  const note = (tenantId: string, at: bigint | undefined): void => {
    const isFirst = marks.size === 0
    marks.set(tenantId, at)
    if (isFirst) again()
  }

  step()
  return {
    reader,
    has: (tenantId) =>
      !marks.has(tenantId) && !marks.has(everyone) && performance.now() - freshMillis < mostBehindMillis,
    mark: (tenantId, at) => note(tenantId, at === undefined ? undefined : placeOf(at)),
    markAll: () => note(everyone, undefined),
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await running
      await pool.end()
    },
  }
}
