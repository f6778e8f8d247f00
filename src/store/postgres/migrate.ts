/** Migrates a PostgreSQL database to the newest schema, one process at a time: in one transaction, or in several where one would be very long. */
import type { Client } from 'pg'
import type { Clock } from '#base/clock.ts'
import { all, run, textOf } from '../rows/statement.ts'
import type { Ddl } from '../schema/ddl.ts'
import { statementsOf } from '../schema/ddl.ts'
import {
  type BegunMigration,
  begunCleared,
  begunDropped,
  begunInsert,
  begunMade,
  begunOf,
  begunRows,
  begunTable,
  begunValues,
  checkBegun,
  FillingPart,
  type FillingPlace,
  FillingProgress,
  firstPlace,
  type PartSizes,
  usualSizes,
} from '../schema/filling-parts.ts'
import { type Filling, fillingOf, isLong, type LongFilling } from '../schema/fillings.ts'
import {
  appliedCount,
  checksumOf,
  ledger,
  ledgerInsert,
  ledgerRows,
  type MigrationLeft,
  migrationsLeft,
} from '../schema/ledger.ts'
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

interface Facts {
  readonly client: Client
  readonly clock: Clock
  readonly migrations: readonly Migration[]
  readonly ddl: Ddl
  readonly sizes: PartSizes
  readonly progress: FillingProgress
}

/** Returns the place that is reached at the end of one part; undefined: everything is filled. */
async function fillPart(
  { client, sizes, progress }: Facts,
  filling: LongFilling,
  from: FillingPlace,
): Promise<FillingPlace | undefined> {
  const { table: name, columns, count } = filling.many
  progress.resumed(filling, from)
  const reading = textOf(filling.read)
  const writing = insertOf({ name, columns })
  const part = new FillingPart(filling, from, sizes)
  while (part.add(await ask(client, all(reading, part.values))));
  const rows = part.sorted()
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const some = rows.slice(at, at + rowsAtOnce)
    await client.query(
      writing,
      columns.map((_, column) => some.map((row) => row[column] ?? null)),
    )
  }
  if (part.isLast) return undefined
  progress.total ??= Number((await rowsOf(client, count))[0]?.[0])
  progress.reached(filling, part.place)
  return part.place
}

async function fill(client: Client, { read, write, values }: Filling): Promise<void> {
  const writing = textOf(write)
  for (const row of await rowsOf(client, read)) for (const bound of values(row)) await ask(client, run(writing, bound))
}

async function begunIn(client: Client): Promise<BegunMigration | undefined> {
  const [[name] = []] = await rowsOf(client, `select to_regclass('${begunTable}')::text`)
  return name === null ? undefined : begunOf(await rowsOf(client, begunRows))
}

async function keepBegun(client: Client, begun: BegunMigration): Promise<void> {
  await execute(client, `${begunMade}; ${begunCleared}`)
  await ask(client, run(textOf(begunInsert), begunValues(begun)))
}

/** Returns whether it came to its end. */
async function runMigration(
  facts: Facts,
  { migration, changes }: MigrationLeft,
  begun: BegunMigration | undefined,
): Promise<boolean> {
  const { client, ddl } = facts
  const { number } = migration
  for (const [at, { change, before }] of changes.entries()) {
    if (at < (begun?.change ?? 0)) continue
    const place = at === begun?.change ? begun : undefined
    const statements = place === undefined ? statementsOf(ddl, change, before) : []
    if (statements.length > 0) await execute(client, statements.join(';\n'))
    const filling = fillingOf(change)
    if (filling === undefined) continue
    if (isLong(filling)) {
      const reached = await fillPart(facts, filling, place ?? firstPlace)
      if (reached === undefined) continue
      await keepBegun(client, { ...reached, number, checksum: checksumOf(migration), change: at })
      return false
    }
    await fill(client, filling)
  }
  const now = facts.clock.now().toISOString()
  await ask(client, run(textOf(ledgerInsert), [number, migration.name, checksumOf(migration), now]))
  return true
}

async function runLeft(facts: Facts, done: number): Promise<boolean> {
  const { client, migrations } = facts
  const begun = await begunIn(client)
  checkBegun(begun, migrations[done])
  for (const [at, left] of migrationsLeft(migrations, done).entries())
    if (!(await runMigration(facts, left, at === 0 ? begun : undefined))) return false
  await execute(client, begunDropped)
  return true
}

/** One transaction: whatever is missing, or up to the end of one part of a long filling. */
async function migrateOnce(facts: Facts): Promise<{ readonly isWhole: boolean; readonly isChanged: boolean }> {
  const { client, migrations } = facts
  // An advisory lock: processes that start at the same time migrate one after another.
  await execute(client, "begin; select pg_advisory_xact_lock(hashtext('relata migration'), hashtext(current_schema()))")
  try {
    await checkOurs(client)
    await execute(client, `${ledger}; ${sharedTable}`)
    const done = appliedCount(await rowsOf(client, ledgerRows), migrations)
    const isChanged = done < migrations.length
    const isWhole = !isChanged || (await runLeft(facts, done))
    await execute(client, 'commit')
    return { isWhole, isChanged }
  } catch (error) {
    await execute(client, 'rollback').catch(() => undefined)
    throw error
  }
}

/**
 * Returns whether the database was changed. Throws if other migrations than these were applied to it. What an interrupted
 * one has committed stays, and the next goes on from there; each transaction looks anew, as another process may do the same.
 */
export async function migrate(
  client: Client,
  clock: Clock,
  migrations: readonly Migration[],
  partitions: number,
  sizes: PartSizes = usualSizes,
): Promise<boolean> {
  await checkServer(client)
  const ddl = postgresDdl(partitions)
  const facts = { client, clock, migrations, ddl, sizes, progress: new FillingProgress() }
  for (let wasChanged = false; ; ) {
    const { isWhole, isChanged } = await migrateOnce(facts)
    wasChanged ||= isChanged
    if (isWhole) return wasChanged
  }
}
