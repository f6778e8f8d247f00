/** Migrates a PostgreSQL database to the newest schema, one process at a time, in one transaction. */
import type { Client } from 'pg'
import type { Clock } from '#base/clock.ts'
import { all, run, textOf } from '../rows/statement.ts'
import { statementsOf } from '../schema/ddl.ts'
import { type Filling, fillingOf, fillingProgress, SortedParts } from '../schema/fillings.ts'
import { appliedCount, changesLeft, checksumOf, ledger, ledgerInsert, ledgerRows } from '../schema/ledger.ts'
import type { Migration } from '../schema/schema-changes.ts'
import type { RawRow } from '../values.ts'
import { ask, execute } from './connect/connection.ts'
import { postgresDdl } from './ddl.ts'
import { insertOf } from './insert-rows.ts'
import { sharedTable } from './shared.ts'

const oldest = 140_000
const rowsAtOnce = 5_000

function rowsOf(client: Client, text: string): Promise<readonly RawRow[]> {
  return ask(client, all(textOf(text), []))
}

/** Throws if the server is too old, the encoding is not UTF-8, or ICU is missing. */
async function checkServer(client: Client): Promise<void> {
  const [[version, encoding, collations] = []] = await rowsOf(
    client,
    "select current_setting('server_version_num')::int, getdatabaseencoding(), (select count(*) from pg_collation where collname = 'und-x-icu')",
  )
  if (Number(version) < oldest) throw new Error('Relata needs PostgreSQL 14 or later.')
  if (encoding !== 'UTF8') throw new Error(`Relata needs a database in UTF8; this one is in ${encoding}.`)
  if (collations === 0) throw new Error('Relata needs a PostgreSQL that was built with ICU.')
}

/** Tables of the schema; those of extensions are nobody's. */
const tablesThere = `select relname, current_schema() from pg_class
  where relnamespace = to_regnamespace(quote_ident(current_schema())) and relkind in ('r', 'p')
  and not exists (select 1 from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
  order by relname`

/** Throws if the schema is in use by another program, or has lost the table of migrations. */
async function checkOurs(client: Client): Promise<void> {
  const tables = await rowsOf(client, tablesThere)
  if (tables.length === 0 || tables.some(([name]) => name === 'relata_migration')) return
  const named = tables.slice(0, 3).map(([name]) => name)
  throw new Error(
    `the schema ${tables[0]?.[1]} of this database is not one of Relata: it has other tables (${named.join(', ')}); nothing was changed\ntip: give Relata a database of its own, or a schema of its own by ?options=-c%20search_path%3DNAME in the address`,
  )
}

async function fillMany(client: Client, filling: Filling, { table: name, columns }: NonNullable<Filling['many']>) {
  const reading = textOf(filling.read)
  const writing = insertOf({ name, columns })
  const parts = new SortedParts(filling)
  const tell = fillingProgress(name)
  for (let after: RawRow = [0, '']; ; ) {
    const page = await ask(client, all(reading, [after[0] ?? null, after[1] ?? null]))
    const rows = parts.add(page)
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      const some = rows.slice(at, at + rowsAtOnce)
      await client.query(
        writing,
        columns.map((_, column) => some.map((row) => row[column] ?? null)),
      )
    }
    tell(page.length)
    if (parts.isLast(page)) return
    after = page.at(-1) ?? after
  }
}

async function fill(client: Client, filling: Filling): Promise<void> {
  const { read, write, values, many } = filling
  if (many !== undefined) return fillMany(client, filling, many)
  const writing = textOf(write)
  for (const row of await rowsOf(client, read)) for (const bound of values(row)) await ask(client, run(writing, bound))
}

/** Returns whether the database was changed. Throws if other migrations than these were applied to it. */
export async function migrate(
  client: Client,
  clock: Clock,
  migrations: readonly Migration[],
  partitions: number,
): Promise<boolean> {
  await checkServer(client)
  // An advisory lock: processes that start at the same time migrate one after another.
  await execute(client, "begin; select pg_advisory_xact_lock(hashtext('relata migration'), hashtext(current_schema()))")
  try {
    await checkOurs(client)
    await execute(client, `${ledger}; ${sharedTable}`)
    const done = appliedCount(await rowsOf(client, ledgerRows), migrations)
    for (const { change, before } of changesLeft(migrations, done)) {
      const statements = statementsOf(postgresDdl(partitions), change, before)
      if (statements.length > 0) await execute(client, statements.join(';\n'))
      const filling = fillingOf(change)
      if (filling !== undefined) await fill(client, filling)
    }
    const record = textOf(ledgerInsert)
    const now = clock.now().toISOString()
    for (const migration of migrations.slice(done)) {
      const { number, name } = migration
      await ask(client, run(record, [number, name, checksumOf(migration), now]))
    }
    await execute(client, 'commit')
    return done < migrations.length
  } catch (error) {
    await execute(client, 'rollback').catch(() => undefined)
    throw error
  }
}
