/**
 * Reads from a standby. After a write to a tenant, the tenant is read from the primary until the standby's replay position
 * has reached the LSN of the write, so every process reads its own writes.
 */
import { get, textOf } from '../../rows/statement.ts'
import { ask, type Endable, type Queryable } from '../connect/connection.ts'
import { isPassing } from '../connect/errors.ts'
import type { Pool } from '../connect/pool.ts'

/** Interval at which the replay position is read: while tenants wait for it, and otherwise. */
const busyMillis = 20
const idleMillis = 500
/** Replication lag from which on the standby is not read. */
const mostBehindMillis = 5_000

export interface Standby {
  /** Runs reads on the standby, or on the primary if the standby fails. */
  readonly reader: Endable
  /** Whether the standby has replayed all writes to the tenant that this process knows of. */
  isCurrent(tenantId: string): boolean
  /** The tenant was written to. `lsn`: one that is not before the write; undefined: it is read from the primary. */
  mark(tenantId: string, lsn: string | undefined): void
  /** Any tenant may have been written to. */
  markAll(): void
  close(): Promise<void>
}

const currentLsn = textOf('select pg_current_wal_insert_lsn()::text')
/** After a promotion (failover) there is no replay position; the current LSN of the server takes its place. */
const replayLsn = textOf(
  'select (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end)::text',
)

/** `16/B374D848` as a number. */
function lsnOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

async function readLsn(server: Queryable, text: typeof currentLsn): Promise<bigint> {
  return lsnOf(String((await ask(server, get(text, [])))?.[0]))
}

/** Repeats a read on the primary if the standby is unavailable. */
function readerOn(pool: Pool, primary: Endable, failed: () => void): Endable {
  const first = (one: Queryable, other: Queryable): Queryable => ({
    query: async (statement) => {
      try {
        return await one.query(statement)
      } catch (error) {
        if (!isPassing(error)) throw error
        failed()
        return other.query(statement)
      }
    },
  })
  return { ...first(pool, primary), within: (deadline) => first(pool.within(deadline), primary.within(deadline)) }
}

/** The key that marks all tenants. */
const allTenants = ''

export function standbyOn(pool: Pool, primary: Endable): Standby {
  /** The LSN that the standby must have replayed, by tenant; undefined: not read yet; -1: being read. */
  const marks = new Map<string, bigint | undefined>([[allTenants, undefined]])
  /** When the standby was last known to be up to date. */
  let caughtUpAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let running: Promise<void> | undefined

  const readMissing = async (): Promise<void> => {
    const unknown = [...marks].filter(([, at]) => at === undefined)
    if (unknown.length === 0) return
    // A tenant that is marked again while the LSN is read is no longer -1, and keeps its new mark.
    for (const [tenantId] of unknown) marks.set(tenantId, -1n)
    try {
      const at = await readLsn(primary, currentLsn)
      for (const [tenantId] of unknown) if (marks.get(tenantId) === -1n) marks.set(tenantId, at)
    } catch (error) {
      for (const [tenantId] of unknown) if (marks.get(tenantId) === -1n) marks.set(tenantId, undefined)
      throw error
    }
  }

  const check = async (): Promise<void> => {
    const began = performance.now()
    const head = performance.now() - caughtUpAt < idleMillis ? undefined : await readLsn(primary, currentLsn)
    await readMissing()
    const at = await readLsn(pool, replayLsn)
    for (const [tenantId, wanted] of marks)
      if (wanted !== undefined && wanted >= 0n && wanted <= at) marks.delete(tenantId)
    if (head !== undefined && head <= at) caughtUpAt = began
  }

  const again = (): void => {
    clearTimeout(timer)
    if (isClosed) return
    timer = setTimeout(step, marks.size > 0 ? busyMillis : idleMillis).unref()
  }

  function step(): void {
    running ??= check()
      // If a server cannot be reached, `caughtUpAt` becomes too old, and the standby is not read.
      .catch(() => undefined)
      .finally(() => {
        running = undefined
        again()
      })
  }

  // The standby is down, or it has cancelled the read because of a conflict with recovery.
  const reader = readerOn(pool, primary, () => {
    caughtUpAt = Number.NEGATIVE_INFINITY
  })

  const note = (tenantId: string, at: bigint | undefined): void => {
    const isFirst = marks.size === 0
    marks.set(tenantId, at)
    if (isFirst) again()
  }

  step()
  return {
    reader,
    isCurrent: (tenantId) =>
      !marks.has(tenantId) && !marks.has(allTenants) && performance.now() - caughtUpAt < mostBehindMillis,
    mark: (tenantId, lsn) => note(tenantId, lsn === undefined ? undefined : lsnOf(lsn)),
    markAll: () => note(allTenants, undefined),
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await running
      await pool.end()
    },
  }
}
