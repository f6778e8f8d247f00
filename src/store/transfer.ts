/** Copies all rows of one database into another, table by table, as they are stored. */
import { invariant } from '#base/errors.ts'
import type { Bulk, BulkOptions, DatabasePlace } from './bulk.ts'
import { migrations } from './migrations/all.ts'
import { list, quoted } from './schema/ddl.ts'
import type { Table } from './schema/schema.ts'
import { inOrder, replay } from './schema/schema-changes.ts'
import type { RawRow } from './values.ts'

/** Called after each part of a table; with undefined when everything is committed. */
export type Progress = (at: { readonly table: string; readonly done: number; readonly of: number } | undefined) => void

export async function openBulk(place: DatabasePlace, options: BulkOptions): Promise<Bulk> {
  const whole = { ...options, migrations }
  if ('url' in place) {
    const { openPostgresBulk } = await import('./postgres/bulk.ts')
    return openPostgresBulk(place.url, whole)
  }
  const { openSqliteBulk } = await import('./sqlite/maintenance/bulk.ts')
  return openSqliteBulk(place.location, whole)
}

/** Tables after those they refer to. */
export function tablesInOrder(): readonly Table[] {
  return inOrder(replay(migrations).tables)
}

const rowsAtOnce = 2_000

async function countOf(from: Bulk, { name }: Table): Promise<number> {
  return Number((await from.rows(`select count(*) from ${quoted(name)}`, []))[0]?.[0])
}

/** Rows in parts, ordered by the primary key, so that each part begins after the last row of the one before. */
const partsOf = async function* (from: Bulk, table: Table): AsyncGenerator<readonly RawRow[]> {
  const names = table.columns.map(({ name }) => name)
  const key = table.primaryKey
  const places = key.map((name) => names.indexOf(name))
  invariant(!places.includes(-1), `the key of ${table.name} is among its columns`)
  const select = `select ${list(names)} from ${quoted(table.name)}`
  const order = `order by ${list(key)} limit ${rowsAtOnce}`
  const following = `${select} where (${list(key)}) > (${key.map(() => '?').join(', ')}) ${order}`
  let rows = await from.rows(`${select} ${order}`, [])
  while (rows.length > 0) {
    yield rows
    const last = rows.at(-1) ?? []
    if (rows.length < rowsAtOnce) return
    rows = await from.rows(
      following,
      places.map((at) => last[at] ?? null),
    )
  }
}

/** Rows whose tenant is not there: its removal was interrupted, or a write came too late for it. By table, where there are any. */
export async function strayRows(from: Bulk): Promise<readonly { readonly table: string; readonly count: number }[]> {
  const found: { table: string; count: number }[] = []
  for (const { name, primaryKey } of tablesInOrder()) {
    if (primaryKey[0] !== 'tenant_no') continue
    const [row] = await from.rows(
      `select count(*) from ${quoted(name)} where "tenant_no" not in (select "no" from "tenancy" where "id" not like '!%')`,
      [],
    )
    const count = Number(row?.[0] ?? 0)
    if (count > 0) found.push({ table: name, count })
  }
  return found
}

/** The target of a copy has rows already. */
export class NotEmpty extends Error {
  override readonly name = 'NotEmpty'
}

/** Returns the number of rows copied. Throws `NotEmpty` and changes nothing if the target has rows already. */
export async function copyAll(from: Bulk, to: Bulk, progress: Progress): Promise<number> {
  const tables = tablesInOrder()
  for (const table of tables)
    if ((await countOf(to, table)) > 0) throw new NotEmpty(`The target is not empty: it has rows in ${table.name}.`)
  let total = 0
  for (const table of tables) {
    const of = await countOf(from, table)
    let done = 0
    for await (const rows of partsOf(from, table)) {
      await to.write(table, rows)
      done += rows.length
      progress({ table: table.name, done, of })
    }
    invariant(done === of, `${table.name} has ${of} rows, but ${done} were copied`)
    total += done
  }
  await to.finish()
  progress(undefined)
  return total
}
