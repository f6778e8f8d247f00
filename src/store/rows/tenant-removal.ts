/**
 * Removes the rows of a tenant in small parts, so that no transaction is long. The tenant is unknown before the first part;
 * its number is never given to another one, because other processes may still have it in memory.
 */
import { invariant } from '#base/errors.ts'
import { list, quoted } from '../schema/ddl.ts'
import type { Schema, Table } from '../schema/schema.ts'
import { inOrder } from '../schema/schema-changes.ts'
import { type StatementText, textOf } from './statement.ts'

const rowsAtOnce = 500
/** Rows that one transaction changes, about. */
const rowsTogether = 2_000

/**
 * Runs statements from a place on, as many as fit in one transaction. Returns the place to go on from; the number of
 * statements if they are done.
 */
export async function removeSome(
  from: number,
  count: number,
  runOne: (at: number) => number | Promise<number>,
): Promise<{ readonly at: number; readonly changed: number }> {
  let changed = 0
  for (let at = from; at < count; at++) {
    const rows = await runOne(at)
    changed += rows
    if (rows === rowsAtOnce || changed >= rowsTogether) return { at, changed }
  }
  return { at: count, changed }
}

/** No tenant has such an id. */
const mark = '!'
const removing = `${mark}removing `
const removed = `${mark}removed `

/** Statements on the table of tenants. Made for each store, since a text is prepared on the connections of one. */
export function tenancyTexts() {
  return {
    /** Ids of tenants, but for those that are removed. */
    ids: textOf(`select "id" from "tenancy" where "id" not like '${mark}%' order by "no"`),
    numberOf: textOf('select "no" from "tenancy" where "id" = ?'),
    /** Numbers of tenants whose rows are not all removed yet. */
    unfinished: textOf(`select "no" from "tenancy" where "id" like '${removing}%' order by "no"`),
    /** Values: an id by which no tenant is found, the number. From this statement on the tenant is unknown. */
    rename: textOf('update "tenancy" set "id" = ? where "no" = ?'),
    /** The row with the highest number stays, because the next number is derived from it. */
    forget: textOf(`delete from "tenancy" where "id" like '${removed}%' and "no" < (select max("no") from "tenancy")`),
  }
}

export function idWhileRemoving(tenantNo: number): string {
  return `${removing}${tenantNo}`
}

export function idAfterRemoval(tenantNo: number): string {
  return `${removed}${tenantNo}`
}

/** Statements of one value, the number of the tenant; each changes `rowsAtOnce` rows at most, and is repeated while it does. */
function partsOf(table: Table): StatementText[] {
  const key = list(table.primaryKey)
  const name = quoted(table.name)
  const some = (condition: string): string =>
    `(${key}) in (select ${key} from ${name} where "tenant_no" = ?${condition} limit ${rowsAtOnce})`
  const own = table.references
    .filter(({ table: target }) => target === table.name)
    .flatMap(({ columns }) => columns.slice(1))
  invariant(
    own.every((column) => table.columns.some(({ name: of, nullable }) => of === column && nullable)),
    `rows of ${table.name} that refer to each other can be parted`,
  )
  return [
    ...own.map((column) =>
      textOf(`update ${name} set ${quoted(column)} = null where ${some(` and ${quoted(column)} is not null`)}`),
    ),
    textOf(`delete from ${name} where ${some('')}`),
  ]
}

/** In the order in which they can run: rows before those they refer to. */
export function removalOf({ tables }: Schema): readonly StatementText[] {
  return inOrder(tables)
    .toReversed()
    .filter(({ primaryKey }) => primaryKey[0] === 'tenant_no')
    .flatMap(partsOf)
}
