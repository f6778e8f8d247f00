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

/** What answers statements: a connection, or a pool of them. */
export interface Queryable {
  query(statement: pg.QueryConfig<SqlValue[]> & { readonly rowMode: 'array' }): Promise<Answered>
}

/** Planned by the connection from then on; the plan of a text that is asked once is not worth keeping. */
const usesUntilNamed = 3
/** Names a connection is asked to keep at most: the texts that come first are those of the rules. */
const mostNames = 2_000
let named = 0

/** What a statement gives. Throws `StoreError`. */
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

/** What a statement gives, read from its answer. Throws `StoreError`. */
export async function ask<T>(connection: Queryable, statement: Statement<T>): Promise<T> {
  const { wants, text, values } = statement
  const { rowCount, rows } = await query(connection, typedText(text, values), boundOf(values))
  if (wants === 'run') return resultOf(statement, rowCount ?? 0)
  return resultOf(statement, wants === 'get' ? rows[0] : rows)
}

/** Statements without values, several at once; the first value of the last of them. Throws `StoreError`. */
export async function execute(client: pg.ClientBase, text: string): Promise<RawRow[number] | undefined> {
  try {
    const answers = await client.query<SqlValue[]>({ text, rowMode: 'array', types: types as never })
    const last: pg.QueryArrayResult<SqlValue[]> | undefined = Array.isArray(answers) ? answers.at(-1) : answers
    return last?.rows[0]?.[0]
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** An answer that takes longer is no longer waited for: its server may be gone without a word. */
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
 * Writes ask each table by an index. A plan made while one was small reads it whole, and is kept while it grows, until
 * PostgreSQL has looked at it again: a minute in which each write costs more than the last.
 */
const byIndex = 'set enable_seqscan = off; '

/** A server that follows another takes no writes, and may be behind. `first`: what is set beforehand. */
async function refuseFollower(client: pg.ClientBase, first = ''): Promise<void> {
  if ((await execute(client, `${first}select pg_is_in_recovery()::int`)) === 1)
    throw new StoreError('unavailable', 'follower', new Error('the server is a standby'))
}

/** A socket that sends everything written in one turn at once: a system call for each statement would cost more than it. */
function gatheringSocket(): Socket {
  const socket = new Socket()
  let isHeld = false
  const send = (): void => {
    isHeld = false
    socket.uncork()
  }
  // Not before: a socket that connects takes back what is put in the place of its methods.
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
  /** Whether a server that follows another is good enough. */
  readonly mayFollow: boolean
  /** For transactions that write: statements are sent before those in front of them are answered, and go by indexes. */
  readonly writes: boolean
}

/** `query` asks again on another connection where one was dead, so it is for statements that may be asked twice. */
export interface Pool extends Queryable {
  /** For those that may not. */
  readonly once: Queryable
  /** Throws `StoreError`. */
  connect(): Promise<pg.PoolClient>
  end(): Promise<void>
}

/** Each connection goes to the host that is good at that time; where all are tried in vain, its caller hears. */
export function openPool({ hosts, most, connectMillis, mayFollow, writes }: PoolOptions): Pool {
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
    ...(mayFollow ? {} : { onConnect: (client) => refuseFollower(client, writes ? byIndex : '') }),
  })
  // Without listeners an error would end the process: of idle connections, and of those in use.
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

/** One connection beside the pools, to the first host that is good. Throws `StoreError`. */
export async function connectAlone(hosts: Hosts, connectMillis: number): Promise<pg.Client> {
  for (let left = hosts.count; ; left -= 1) {
    const address = hosts.now()
    const client = new pg.Client({ ...common, connectionString: address, connectionTimeoutMillis: connectMillis })
    // A connection that breaks fails the statement that is asked; this keeps it from ending the process as well.
    client.on('error', ignore)
    try {
      await client.connect()
      await refuseFollower(client)
      return client
    } catch (error) {
      client.end().catch(ignore)
      if (isPassing(error)) hosts.leave(address)
      if (left <= 1 || !isPassing(error)) throw storeErrorOf(error)
    }
  }
}
