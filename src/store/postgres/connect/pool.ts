/** Connection pools, and single connections: where they go, how long they wait, and what is done when one fails. */
import { Socket } from 'node:net'
import pg from 'pg'
import { checkTime, type Deadline, untilEnd } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'
import type { Hosts } from './addresses.ts'
import { cancelOn } from './cancel.ts'
import { type Answered, type Asked, type Endable, execute, type Queryable } from './connection.ts'
import { orLate } from './ending.ts'
import { isLocked, isPassing, isUnanswered, isUnsent, storeErrorOf } from './errors.ts'
import { connectionOf } from './tls.ts'

/**
 * How much longer a client waits for an answer than the server may work on it. It is needed where the server has lost its
 * network, as it does not close its connections then.
 */
const networkMillis = 5_000
const common = {
  application_name: 'relata',
  keepAlive: true,
  keepAliveInitialDelayMillis: 5_000,
} as const

const mostTries = 3

function ignore(): void {
  // Nothing to do.
}

/**
 * For connections that write, which only look up rows that an index finds. A prepared statement that was planned while its
 * table was small uses a sequential scan, and keeps it while the table grows, until autovacuum runs ANALYZE a minute later.
 * Until then each write would cost more than the one before.
 */
const noSequentialScans = 'set enable_seqscan = off; '
/** A commit that is not replicated is told by a warning, which a role or a database may have turned off. */
const warnings = 'set client_min_messages = warning; '

/**
 * PostgreSQL compiles a statement where it expects much work, which takes longer than ours do: where it does not see the
 * values, it expects half a percent of a table to be in a range.
 */
const notCompiled = 'set jit = off; '

/** The server looks whether this process is still there: one that is killed cancels nothing. Servers on Linux can do that. */
const checkClient = `select set_config(name, '2000', false) from pg_settings
  where name = 'client_connection_check_interval' and version() like '%linux%'; `

/** Ends statements at the server, and before that the wait for a lock, so that its error says which of them it was. */
function limitsOf(statementMillis: number): string {
  const lockMillis = Math.max(1, statementMillis - Math.min(1_000, statementMillis / 10))
  return `set statement_timeout = ${Math.ceil(statementMillis)}; set lock_timeout = ${Math.floor(lockMillis)}; ${checkClient}`
}

/** Throws if the server is a standby: it takes no writes, and its rows may be old. `first`: statements to run before. */
async function refuseStandby(client: pg.ClientBase, first = ''): Promise<void> {
  if ((await execute(client, `${first}select pg_is_in_recovery()::int`)) === 1)
    throw new StoreError('unavailable', 'standby', new Error('the server is a standby'))
}

/**
 * A socket that buffers what is written in one turn of the event loop and sends it by one system call. A system call for
 * each statement would cost more than the statement.
 */
function gatheringSocket(): Socket {
  const socket = new Socket()
  let isHeld = false
  const send = (): void => {
    isHeld = false
    socket.uncork()
  }
  // `write` can be replaced only now: while a socket connects, Node itself replaces its methods.
  socket.once('connect', () => {
    const write = socket.write.bind(socket) as (...given: unknown[]) => boolean
    socket.write = (...given: unknown[]): boolean => {
      if (!isHeld) {
        isHeld = true
        socket.cork()
        process.nextTick(send)
      }
      return write(...given)
    }
  })
  return socket
}

export interface PoolOptions {
  readonly hosts: Hosts
  readonly most: number
  readonly connectMillis: number
  /** How long the server may work on one statement. */
  readonly statementMillis: number
  /** Whether the server may be a standby. */
  readonly allowsStandby: boolean
  /** For write transactions: statements are pipelined, and sequential scans are off. */
  readonly writes: boolean
}

/** A connection pool. `query` repeats a statement whose connection failed, so the statement must be idempotent. */
export interface Pool extends Endable {
  /** Runs statements that must not be repeated. */
  readonly once: Queryable
  /** Takes a connection from the pool, for a transaction. Throws `StoreError`. */
  connect(): Promise<pg.PoolClient>
  end(): Promise<void>
}

/** A server that hangs does not close its connections, and statements on them would wait for their whole time. */
function endConnection(client: pg.ClientBase): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: Socket } }
  connection.stream.destroy(new Error('Connection terminated: another server takes the writes'))
}

function pgPool({ hosts, most, connectMillis, statementMillis, allowsStandby, writes }: PoolOptions): pg.Pool {
  const sending = writes ? { stream: gatheringSocket } : {}
  const first = `${limitsOf(statementMillis)}${notCompiled}${writes ? noSequentialScans + warnings : ''}`
  const addresses = new WeakMap<pg.ClientBase, string>()
  const connected = new Set<pg.ClientBase>()
  const pool = new pg.Pool({
    max: most,
    connectionTimeoutMillis: connectMillis,
    idleTimeoutMillis: 30_000,
    Client: class extends pg.Client {
      constructor() {
        const query_timeout = statementMillis + networkMillis
        const address = hosts.now()
        super({ ...common, ...connectionOf(address), query_timeout, pipeline: writes, ...sending })
        addresses.set(this, address)
      }
    },
    onConnect: async (client) => {
      connected.add(client)
      client.once('end', () => connected.delete(client))
      if (allowsStandby) return void (await execute(client, first))
      await refuseStandby(client, first)
      hosts.found(addresses.get(client) ?? hosts.now())
    },
  })
  hosts.onMoved((primary) => {
    for (const client of connected) if (addresses.get(client) !== primary) endConnection(client)
  })
  // An error event without a listener ends the process; idle connections and those in use emit it.
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))
  return pool
}

/** Gives a connection back when the statement that still runs on it is cancelled. */
async function giveBackCancelled(client: pg.PoolClient, running: Promise<unknown>): Promise<void> {
  await cancelOn(client)
  // The connection keeps its place in the pool until its statement has ended, so that no more than `most` run.
  await running.catch(ignore)
  client.release(true)
}

/** Runs a statement on a connection of the pool, which it gives back. */
async function answerOn(client: pg.PoolClient, statement: Asked, deadline: Deadline | undefined): Promise<Answered> {
  let isAnswered = false
  const running = client.query(statement) as Promise<Answered>
  try {
    const answer = await untilEnd(running, deadline)
    isAnswered = true
    client.release()
    return answer
  } catch (error) {
    if (!isAnswered && (deadline?.ended !== undefined || isUnanswered(error))) void giveBackCancelled(client, running)
    else client.release(isPassing(error))
    throw error
  }
}

/**
 * Opens a connection pool. New connections go to the current host; if it cannot be used, the next host becomes the current
 * one (failover). Taking a connection fails only if every host has failed.
 */
export function openPool(options: PoolOptions): Pool {
  const { hosts } = options
  const pool = pgPool(options)
  const connect = async (): Promise<pg.PoolClient> => {
    for (let left = hosts.count; ; left -= 1) {
      const address = hosts.now()
      try {
        return await pool.connect()
      } catch (error) {
        if (isPassing(error) && !isUnsent(error)) hosts.leave(address)
        if (left <= 1 || !isPassing(error)) throw storeErrorOf(error)
      }
    }
  }
  const once = async (statement: Asked, deadline?: Deadline): Promise<Answered> => {
    checkTime(deadline)
    const client = await orLate(connect(), deadline, (late) => late.release())
    return answerOn(client, statement, deadline)
  }
  // A statement that has waited or worked too long would only do so again.
  const mayRepeat = (error: unknown): boolean => isPassing(error) && !isUnsent(error) && !isLocked(error)
  const repeated = async (statement: Asked, deadline?: Deadline): Promise<Answered> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(statement, deadline)
      } catch (error) {
        if (tries >= mostTries || !mayRepeat(error)) throw error
      }
    }
  }
  return {
    connect,
    once: { query: once },
    query: repeated,
    within: (deadline) => ({ query: (statement) => repeated(statement, deadline) }),
    end: () => pool.end(),
  }
}

/** Opens a connection outside the pools, to the first host that is not a standby. Throws `StoreError`. */
export async function connectAlone(hosts: Hosts, connectMillis: number): Promise<pg.Client> {
  for (let left = hosts.count; ; left -= 1) {
    const address = hosts.now()
    const client = new pg.Client({ ...common, ...connectionOf(address), connectionTimeoutMillis: connectMillis })
    // An error event without a listener ends the process. The running statement fails in any case.
    client.on('error', ignore)
    try {
      await client.connect()
      await refuseStandby(client)
      hosts.found(address)
      return client
    } catch (error) {
      client.end().catch(ignore)
      if (isPassing(error)) hosts.leave(address)
      if (left <= 1 || !isPassing(error)) throw storeErrorOf(error)
    }
  }
}
