/** Statements on PostgreSQL through `pg`: rows as arrays, numbers as numbers, everything else as text. */
import type pg from 'pg'
import type { Deadline } from '#base/deadline.ts'
import { resultOf, type Statement } from '../../rows/statement.ts'
import type { RawRow, SqlValue } from '../../values.ts'
import { boundOf, findsByList, type TypedText, typedText } from '../typed-text.ts'
import { storeErrorOf } from './errors.ts'

/** int8, int2, int4, oid, float4, float8, numeric: pg_type.dat. */
const numeric = new Set([20, 21, 23, 26, 700, 701, 1700])

function same(value: string): string {
  return value
}

const types = { getTypeParser: (oid: number) => (numeric.has(oid) ? Number : same) }

export interface Answered {
  readonly rows: readonly (readonly SqlValue[])[]
  readonly rowCount: number | null
}

/** A statement as `pg` takes it. */
export type Asked = pg.QueryConfig<SqlValue[]> & { readonly rowMode: 'array' }

/** Runs statements: a connection, or a connection pool. */
export interface Queryable {
  query(statement: Asked): Promise<Answered>
}

/** Servers whose statements can be ended. */
export interface Endable extends Queryable {
  /** The same for one request: its statements are cancelled when it ends, and throw `unavailable` (`timeout` or `gone`). */
  within(deadline: Deadline | undefined): Queryable
}

/**
 * From this use on, a statement is sent with a statement name. The server then keeps it as a prepared statement and parses
 * it once for each connection, which is not worth it for a statement that is used once. After some uses it also plans it
 * once, for any values.
 */
const usesUntilNamed = 3
/** Limit of statement names, because each connection keeps all of its prepared statements in memory. */
const mostNames = 2_000
let named = 0

/** The raw result of a statement. Throws `StoreError`. */
export async function query(connection: Queryable, ready: TypedText, values: readonly unknown[]): Promise<Answered> {
  ready.uses += 1
  if (ready.uses === usesUntilNamed) named += 1
  const keep = ready.uses >= usesUntilNamed && named <= mostNames && !findsByList(ready)
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
