/** Migrates a SQLite database to the newest schema: in one transaction, or in several where one would be very long. */
import type { Clock } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import { migrations as ours } from '../migrations/all.ts'
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
import { type Migration, replay } from '../schema/schema-changes.ts'
import { sqliteDdl } from './ddl.ts'
import type { Connection } from './driver.ts'
import { estimate } from './estimates.ts'

/** Pages of the database in memory while many rows are written, in KiB; by default there are few. */
const cacheKib = 262_144

interface Facts {
  readonly connection: Connection
  readonly clock: Clock
  readonly migrations: readonly Migration[]
  readonly sizes: PartSizes
  readonly progress: FillingProgress
}

/** Returns the place that is reached at the end of one part; undefined: everything is filled. */
function fillPart(
  { connection, sizes, progress }: Facts,
  filling: LongFilling,
  from: FillingPlace,
): FillingPlace | undefined {
  progress.resumed(filling, from)
  const [cache] = connection.prepare('pragma cache_size').get([]) ?? []
  connection.exec(`pragma cache_size = -${cacheKib}`)
  const reading = connection.prepare(filling.read)
  const writing = connection.prepare(filling.write)
  const part = new FillingPart(filling, from, sizes)
  while (part.add(reading.all(part.values)));
  for (const values of part.sorted()) writing.run(values)
  connection.exec(`pragma cache_size = ${cache}`)
  if (part.isLast) return undefined
  progress.total ??= Number(connection.prepare(filling.many.count).get([])?.[0])
  progress.reached(filling, part.place)
  return part.place
}

function fill(connection: Connection, { read, write, values }: Filling): void {
  const writing = connection.prepare(write)
  for (const row of connection.prepare(read).all([])) for (const bound of values(row)) writing.run(bound)
}

function begunIn(connection: Connection): BegunMigration | undefined {
  const isThere = connection.prepare(`select 1 from sqlite_master where name = '${begunTable}'`).get([]) !== undefined
  return isThere ? begunOf(connection.prepare(begunRows).all([])) : undefined
}

function keepBegun(connection: Connection, begun: BegunMigration): void {
  for (const text of [begunMade, begunCleared]) connection.exec(text)
  connection.prepare(begunInsert).run(begunValues(begun))
}

/** Returns whether it came to its end. */
function runMigration(facts: Facts, { migration, changes }: MigrationLeft, begun: BegunMigration | undefined): boolean {
  const { connection } = facts
  const { number } = migration
  for (const [at, { change, before }] of changes.entries()) {
    if (at < (begun?.change ?? 0)) continue
    const place = at === begun?.change ? begun : undefined
    if (place === undefined) for (const statement of statementsOf(sqliteDdl, change, before)) connection.exec(statement)
    const filling = fillingOf(change)
    if (filling === undefined) continue
    if (isLong(filling)) {
      const reached = fillPart(facts, filling, place ?? firstPlace)
      if (reached === undefined) continue
      keepBegun(connection, { ...reached, number, checksum: checksumOf(migration), change: at })
      return false
    }
    fill(connection, filling)
  }
  const now = facts.clock.now().toISOString()
  connection.prepare(ledgerInsert).run([number, migration.name, checksumOf(migration), now])
  return true
}

function runLeft(facts: Facts, done: number): boolean {
  const { connection, migrations } = facts
  const begun = begunIn(connection)
  checkBegun(begun, migrations[done])
  for (const [at, left] of migrationsLeft(migrations, done).entries())
    if (!runMigration(facts, left, at === 0 ? begun : undefined)) return false
  connection.exec(begunDropped)
  invariant(connection.prepare('pragma foreign_key_check').all([]).length === 0, 'a migration broke a reference')
  return true
}

/** One transaction: whatever is missing, or up to the end of one part of a long filling. Returns whether nothing is left. */
function migrateOnce(facts: Facts): boolean {
  const { connection, migrations } = facts
  connection.exec('begin immediate')
  try {
    connection.exec(ledger)
    const done = appliedCount(connection.prepare(ledgerRows).all([]), migrations)
    const isWhole = done === migrations.length || runLeft(facts, done)
    connection.exec('commit')
    return isWhole
  } catch (error) {
    connection.exec('rollback')
    throw error
  }
}

/**
 * Runs the missing migrations. Throws if other migrations than these were applied to the database. What an interrupted one
 * has committed stays, and the next goes on from there; each transaction looks anew, as another process may do the same.
 */
export function migrate(
  connection: Connection,
  clock: Clock,
  migrations: readonly Migration[] = ours,
  sizes: PartSizes = usualSizes,
): void {
  const facts = { connection, clock, migrations, sizes, progress: new FillingProgress() }
  // A reshaped table is dropped and created again; with foreign keys on, dropping it would fail or delete referring rows.
  connection.exec('pragma foreign_keys = off')
  try {
    while (!migrateOnce(facts));
  } finally {
    connection.exec('pragma foreign_keys = on')
  }
  estimate(connection, replay(migrations))
}
