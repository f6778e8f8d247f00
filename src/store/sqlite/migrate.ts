/** Migrates a SQLite database to the newest schema, in one transaction. */
import type { Clock } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import { migrations as ours } from '../migrations/all.ts'
import { statementsOf } from '../schema/ddl.ts'
import { type Filling, fillingOf, fillingProgress, SortedParts } from '../schema/fillings.ts'
import { appliedCount, changesLeft, checksumOf, ledger, ledgerInsert, ledgerRows } from '../schema/ledger.ts'
import { type Migration, replay } from '../schema/schema-changes.ts'
import type { RawRow } from '../values.ts'
import { sqliteDdl } from './ddl.ts'
import type { Connection } from './driver.ts'
import { estimate } from './estimates.ts'

/** Pages of the database in memory while many rows are written, in KiB; by default there are few. */
const cacheKib = 262_144

function fillMany(connection: Connection, filling: Filling, table: string): void {
  const [cache] = connection.prepare('pragma cache_size').get([]) ?? []
  connection.exec(`pragma cache_size = -${cacheKib}`)
  const reading = connection.prepare(filling.read)
  const writing = connection.prepare(filling.write)
  const parts = new SortedParts(filling)
  const tell = fillingProgress(table)
  for (let after: RawRow = [0, '']; ; ) {
    const page = reading.all([after[0] ?? null, after[1] ?? null])
    for (const values of parts.add(page)) writing.run(values)
    tell(page.length)
    if (parts.isLast(page)) break
    after = page.at(-1) ?? after
  }
  connection.exec(`pragma cache_size = ${cache}`)
}

function fill(connection: Connection, filling: Filling): void {
  const { read, write, values, many } = filling
  if (many !== undefined) {
    fillMany(connection, filling, many.table)
    return
  }
  const writing = connection.prepare(write)
  for (const row of connection.prepare(read).all([])) for (const bound of values(row)) writing.run(bound)
}

function run(connection: Connection, migrations: readonly Migration[], done: number): void {
  for (const { change, before } of changesLeft(migrations, done)) {
    for (const statement of statementsOf(sqliteDdl, change, before)) connection.exec(statement)
    const filling = fillingOf(change)
    if (filling !== undefined) fill(connection, filling)
  }
}

/** Runs the missing migrations. Throws if other migrations than these were applied to the database. */
export function migrate(connection: Connection, clock: Clock, migrations: readonly Migration[] = ours): void {
  // A reshaped table is dropped and created again; with foreign keys on, dropping it would fail or delete referring rows.
  connection.exec('pragma foreign_keys = off')
  connection.exec('begin immediate')
  try {
    connection.exec(ledger)
    const done = appliedCount(connection.prepare(ledgerRows).all([]), migrations)
    run(connection, migrations, done)
    const record = connection.prepare(ledgerInsert)
    for (const migration of migrations.slice(done))
      record.run([migration.number, migration.name, checksumOf(migration), clock.now().toISOString()])
    if (done < migrations.length)
      invariant(connection.prepare('pragma foreign_key_check').all([]).length === 0, 'a migration broke a reference')
    connection.exec('commit')
  } catch (error) {
    connection.exec('rollback')
    throw error
  } finally {
    connection.exec('pragma foreign_keys = on')
  }
  estimate(connection, replay(migrations))
}
