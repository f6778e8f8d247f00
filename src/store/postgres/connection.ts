/** Connections to PostgreSQL through `pg`: rows as arrays, numbers as numbers, everything else as text. */
import { Socket } from 'node:net'
import pg from 'pg'
import { StoreError } from '#base/errors.ts'
import { resultOf, type Statement } from '../rows/statement.ts'
import type { RawRow, SqlValue } from '../values.ts'
import type { Hosts } from './addresses.ts'
import { isPassing, isUnsent, storeErrorOf } from './errors.ts'
import { boundOf, type TypedText, typedText } from './typed-text.ts'

/** int8, int2, int4, oid, float4, float8, numeric: pg_type.dat. */
const numeric = new Set([20, 21, 23, 26, 700, 701, 1700])

function same(value: string): string {
  return value
}

const types = { getTypeParser: (oid: number) => (numeric.has(oid) ? Number : same) }

interface Answered {
  readonly rows: readonly (readonly SqlValue[])[]
  readonly rowCount: number | null
}

/** Runs statements: a connection, or a connection pool. */
export interface Queryable {
  query(statement: pg.QueryConfig<SqlValue[]> & { readonly rowMode: 'array' }): Promise<Answered>
}

/**
 * From this use on, a statement is sent with a statement name. The server then keeps it as a prepared statement and parses
 * it once for each connection, which is not worth it for a statement that is used once.
 */
const usesUntilNamed = 3
/** Limit of statement names, because each connection keeps all of its prepared statements in memory. */
const mostNames = 2_000
let named = 0

/** The raw result of a statement. Throws `StoreError`. */
export async function query(connection: Queryable, ready: TypedText, values: readonly unknown[]): Promise<Answered> {
  ready.uses += 1
  if (ready.uses === usesUntilNamed) named += 1
  const keep = ready.uses >= usesUntilNamed && named <= mostNames
  try {
    return await connection.query({
      text: ready.text,
      values: values as SqlValue[],
      rowMode: 'array',
      types: types as never,
      ...(keep ? { name: ready.name } : {}),
    })
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** The decoded result of a statement. Throws `StoreError`. */
export async function ask<T>(connection: Queryable, statement: Statement<T>): Promise<T> {
  const { wants, text, values } = statement
  const { rowCount, rows } = await query(connection, typedText(text, values), boundOf(values))
  if (wants === 'run') return resultOf(statement, rowCount ?? 0)
  return resultOf(statement, wants === 'get' ? rows[0] : rows)
}

/**
 * Runs one or more statements without values, in one round trip. Returns the first value in the first row of the last
 * one. Throws `StoreError`.
 */
export async function execute(client: pg.ClientBase, text: string): Promise<RawRow[number] | undefined> {
  try {
    const answers = await client.query<SqlValue[]>({ text, rowMode: 'array', types: types as never })
    const last: pg.QueryArrayResult<SqlValue[]> | undefined = Array.isArray(answers) ? answers.at(-1) : answers
    return last?.rows[0]?.[0]
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** Timeout of a query: a server that has lost its network does not close its connections. */
const answerMillis = 30_000
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
  /** Whether the server may be a standby. */
  readonly allowsStandby: boolean
  /** For write transactions: statements are pipelined, and sequential scans are off. */
  readonly writes: boolean
}

/** A connection pool. `query` repeats a statement whose connection failed, so the statement must be idempotent. */
export interface Pool extends Queryable {
  /** Runs statements that must not be repeated. */
  readonly once: Queryable
  /** Takes a connection from the pool, for a transaction. Throws `StoreError`. */
  connect(): Promise<pg.PoolClient>
  end(): Promise<void>
}

/**
 * Opens a connection pool. New connections go to the current host; if it cannot be used, the next host becomes the current
 * one (failover). Taking a connection fails only if every host has failed.
 */
export function openPool({ hosts, most, connectMillis, allowsStandby, writes }: PoolOptions): Pool {
  const sending = writes ? { stream: gatheringSocket } : {}
  const pool = new pg.Pool({
    max: most,
    connectionTimeoutMillis: connectMillis,
    idleTimeoutMillis: 30_000,
    Client: class extends pg.Client {
      constructor() {
        super({ ...common, connectionString: hosts.now(), query_timeout: answerMillis, pipeline: writes, ...sending })
      }
    },
    ...(allowsStandby ? {} : { onConnect: (client) => refuseStandby(client, writes ? noSequentialScans : '') }),
  })
  // An error event without a listener ends the process; idle connections and those in use emit it.
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))

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

  const queryOnce: Queryable['query'] = async (statement) => {
    const client = await connect()
    let broken = true
    try {
      const answer = await client.query(statement)
      broken = false
      return answer as Answered
    } catch (error) {
      broken = isPassing(error)
      throw error
    } finally {
      client.release(broken)
    }
  }

  return {
    connect,
    once: { query: queryOnce },
    query: async (statement) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await queryOnce(statement)
        } catch (error) {
          if (tries >= mostTries || !isPassing(error) || isUnsent(error)) throw error
        }
      }
    },
    end: () => pool.end(),
  }
}

/** Opens a connection outside the pools, to the first host that is not a standby. Throws `StoreError`. */
export async function connectAlone(hosts: Hosts, connectMillis: number): Promise<pg.Client> {
  for (let left = hosts.count; ; left -= 1) {
    const address = hosts.now()
    const client = new pg.Client({ ...common, connectionString: address, connectionTimeoutMillis: connectMillis })
    // An error event without a listener ends the process. The running statement fails in any case.
    client.on('error', ignore)
    try {
      await client.connect()
      await refuseStandby(client)
      return client
    } catch (error) {
      client.end().catch(ignore)
      if (isPassing(error)) hosts.leave(address)
      if (left <= 1 || !isPassing(error)) throw storeErrorOf(error)
    }
  }
}
