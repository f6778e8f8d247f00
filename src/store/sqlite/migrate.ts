/** Brings a database to the newest schema, and refuses one that is not ours or a model that has moved on. */
import { createHash } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import type { Model } from '#edm/model.ts'
import { migrations as ours } from '../migrations/all.ts'
import { quoted, statementsOf } from '../schema/ddl.ts'
import { schemaOf, type Table } from '../schema/schema.ts'
import { type Change, differences, type Migration, replay } from '../schema/schema-changes.ts'
import type { RawRow, Value } from '../values.ts'
import { sqliteDdl } from './ddl.ts'
import type { Connection } from './driver.ts'
import { estimate } from './estimates.ts'

/** Throws, with every difference, when the migrations do not lead to the schema of the models. */
export function checkDrift(models: readonly Model[], migrations: readonly Migration[] = ours): void {
  const list = differences(replay(migrations), schemaOf(models))
  if (list.length > 0)
    throw new Error(
      `The model and the migrations differ; draft a migration with \`relata migrate draft NAME\`:\n${list.join('\n')}`,
    )
}

export function checksumOf({ changes }: Migration): string {
  return createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 16)
}

/** Which migrations a database has had. */
export const ledger = `create table if not exists "relata_migration" (
  "number" integer primary key, "name" text not null, "checksum" text not null, "applied_at" text not null
)`

function refuse(why: string): never {
  throw new Error(`This database cannot be used by this version of Relata: ${why}. Nothing was changed.`)
}

export const ledgerRows = 'select "number", "name", "checksum" from "relata_migration" order by "number"'
export const ledgerInsert =
  'insert into "relata_migration" ("number", "name", "checksum", "applied_at") values (?, ?, ?, ?)'

/** How many of the migrations the database has, whose ledger is given. Throws when it has others. */
export function appliedCount(rows: readonly RawRow[], migrations: readonly Migration[]): number {
  for (const [at, [number, name, checksum]] of rows.entries()) {
    const known = migrations[at]
    if (known === undefined)
      return refuse(
        `it has migration ${number} (${name}), which this version does not know; it was made by a newer one`,
      )
    if (known.number !== number || known.name !== name)
      return refuse(`it has migration ${number} (${name}) where this version has ${known.number} (${known.name})`)
    if (checksumOf(known) !== checksum)
      return refuse(`its migration ${number} (${name}) is not the one this version knows`)
  }
  return rows.length
}

/** What fills columns and element tables that are new beside rows that are there: what is read, and written for each. */
export interface Filling {
  readonly read: string
  readonly write: string
  readonly values: (row: RawRow) => readonly (readonly Value[])[]
}

function foldFilling({ table, from, to }: Change & { do: 'fold' }): Filling {
  return {
    read: `select "tenant_no", "id", ${quoted(from)} from ${quoted(table)} where ${quoted(from)} is not null`,
    write: `update ${quoted(table)} set ${quoted(to)} = ? where "tenant_no" = ? and "id" = ?`,
    values: ([tenantNo = null, id = null, text]) => [[fold(String(text)), tenantNo, id]],
  }
}

function spreadFilling({ table, from, to, members }: Change & { do: 'spread' }): Filling {
  const columns = ['tenant_no', 'owner_id', 'ordinal', ...members.map(({ column }) => column)]
  const storedOf = (member: (typeof members)[number], value: unknown): Value => {
    if (typeof value === 'string') return member.fold ? fold(value) : value
    return typeof value === 'boolean' || typeof value === 'number' ? Number(value) : null
  }
  return {
    read: `select "tenant_no", "id", ${quoted(from)} from ${quoted(table)}`,
    write: `insert into ${quoted(to)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    values: ([tenantNo = null, id = null, text]) =>
      (JSON.parse(String(text)) as readonly Readonly<Record<string, unknown>>[]).map((element, ordinal) => [
        tenantNo,
        id,
        ordinal,
        ...members.map((member) => storedOf(member, element[member.name])),
      ]),
  }
}

export function fillingOf(change: Change): Filling | undefined {
  if (change.do === 'fold') return foldFilling(change)
  return change.do === 'spread' ? spreadFilling(change) : undefined
}

function fill(connection: Connection, { read, write, values }: Filling): void {
  const writing = connection.prepare(write)
  for (const row of connection.prepare(read).all([])) for (const bound of values(row)) writing.run(bound)
}

/** What is still to be done, one change after another, each with the table it changes as that is then. */
export function changesLeft(
  migrations: readonly Migration[],
  done: number,
): readonly { readonly change: Change; readonly before: Table | undefined }[] {
  const past: Change[] = migrations.slice(0, done).flatMap(({ changes }) => changes)
  return migrations
    .slice(done)
    .flatMap(({ changes }) => changes)
    .map((change) => {
      const before =
        change.do === 'reshapeTable'
          ? replay([{ number: 0, name: '', changes: past }]).tables.find(({ name }) => name === change.table.name)
          : undefined
      past.push(change)
      return { change, before }
    })
}

function run(connection: Connection, migrations: readonly Migration[], done: number): void {
  for (const { change, before } of changesLeft(migrations, done)) {
    for (const statement of statementsOf(sqliteDdl, change, before)) connection.exec(statement)
    const filling = fillingOf(change)
    if (filling !== undefined) fill(connection, filling)
  }
}

/** Runs what is missing, all of it or nothing. Throws when the database holds other migrations than these. */
export function migrate(connection: Connection, clock: Clock, migrations: readonly Migration[] = ours): void {
  // A table that is rebuilt is dropped first; with foreign keys on, that would take or refuse the rows that refer to it.
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
