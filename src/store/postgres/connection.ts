/** Connections to PostgreSQL through `pg`: rows as arrays, numbers as numbers, everything else as text. */
import pg from 'pg'
import type { RawRow } from '../driver.ts'
import type { Value } from '../layout.ts'
import type { Step, Steps } from '../steps.ts'
import { storeErrorOf } from './errors.ts'
import { boundOf, type Finished, finished } from './statement.ts'

/** int8, int2, int4, oid, float4, float8, numeric: pg_type.dat. */
const numeric = new Set([20, 21, 23, 26, 700, 701, 1700])
const same = (value: string): string => value
const types = { getTypeParser: (oid: number) => (numeric.has(oid) ? Number : same) }

/** What answers statements: a connection, or a pool of them. */
export type Asked = Pick<pg.PoolClient, 'query'>

/** Planned by the connection from then on; the plan of a text that is asked once is not worth keeping. */
const usesUntilNamed = 3
/** Names a connection is asked to keep at most: the texts that come first are those of the rules. */
const mostNames = 2_000
let named = 0

/** What a statement gives. Throws `StoreError`. */
export const query = async (asked: Asked, ready: Finished, values: readonly unknown[]) => {
  ready.uses += 1
  if (ready.uses === usesUntilNamed) named += 1
  const keep = ready.uses >= usesUntilNamed && named <= mostNames
  try {
    return await asked.query<RawRow & Value[]>({
      text: ready.text,
      values: values as unknown[],
      rowMode: 'array',
      types: types as never,
      ...(keep ? { name: ready.name } : {}),
    })
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** Answers one step. Throws `StoreError`. */
export const ask = async (asked: Asked, { ask: way, text, values }: Step): Promise<unknown> => {
  const { rowCount, rows } = await query(asked, finished(text, values), boundOf(values))
  if (way === 'run') return rowCount ?? 0
  return way === 'get' ? rows[0] : rows
}

/** Takes steps one answer after another. */
export const take = async <T>(answer: (step: Step) => Promise<unknown>, steps: Steps<T>): Promise<T> => {
  for (let next = steps.next(); ; ) {
    if (next.done === true) return next.value
    next = steps.next(await answer(next.value))
  }
}

/** Statements without values, several at once. Throws `StoreError`. */
export const execute = async (asked: Asked, text: string): Promise<void> => {
  try {
    await asked.query(text)
  } catch (error) {
    throw storeErrorOf(error)
  }
}

export interface PoolOptions {
  readonly url: string
  readonly most: number
  readonly connectMillis: number
}

/** `lost` hears of idle connections that broke. */
export const openPool = ({ url, most, connectMillis }: PoolOptions, lost: (error: unknown) => void): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: most,
    connectionTimeoutMillis: connectMillis,
    idleTimeoutMillis: 30_000,
    application_name: 'relata',
    keepAlive: true,
  })
  // Without a listener it would end the process; the next statement opens another.
  pool.on('error', lost)
  return pool
}

export const openClient = (url: string, connectMillis: number): pg.Client =>
  new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMillis,
    application_name: 'relata',
    keepAlive: true,
  })
