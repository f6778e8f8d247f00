/** Brings a database to the newest schema, and refuses one that is not ours or a model that has moved on. */
import { createHash } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import type { Model } from '#edm/model.ts'
import { type Change, differences, type Migration, replay } from './changes.ts'
import { quoted, statementsOf } from './ddl.ts'
import type { Connection } from './driver.ts'
import { estimate } from './estimates.ts'
import type { Value } from './layout.ts'
import { migrations as ours } from './migrations/all.ts'
import { schemaOf } from './schema.ts'

/** Throws, with every difference, when the migrations do not lead to the schema of the models. */
export const checkDrift = (models: readonly Model[], migrations: readonly Migration[] = ours): void => {
  const list = differences(replay(migrations), schemaOf(models))
  if (list.length > 0)
    throw new Error(
      `The model and the migrations differ; draft a migration with \`relata migrate draft NAME\`:\n${list.join('\n')}`,
    )
}

export const checksumOf = ({ changes }: Migration): string =>
  createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 16)

const ledger = `create table if not exists "relata_migration" (
  "number" integer primary key, "name" text not null, "checksum" text not null, "applied_at" text not null
)`

const refuse = (why: string): never => {
  throw new Error(`This database cannot be used by this version of Relata: ${why}. Nothing was changed.`)
}

/** How many of the migrations the database has. Throws when it has others. */
const appliedCount = (connection: Connection, migrations: readonly Migration[]): number => {
  const rows = connection
    .prepare('select "number", "name", "checksum" from "relata_migration" order by "number"')
    .all([])
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

const foldExisting = (connection: Connection, { table, from, to }: Change & { do: 'fold' }): void => {
  const write = connection.prepare(`update ${quoted(table)} set ${quoted(to)} = ? where "tenant_no" = ? and "id" = ?`)
  const rows = connection
    .prepare(`select "tenant_no", "id", ${quoted(from)} from ${quoted(table)} where ${quoted(from)} is not null`)
    .all([])
  for (const [tenantNo = null, id = null, text] of rows) write.run([fold(String(text)), tenantNo, id])
}

const spreadExisting = (connection: Connection, { table, from, to, members }: Change & { do: 'spread' }): void => {
  const columns = ['tenant_no', 'owner_id', 'ordinal', ...members.map(({ column }) => column)]
  const write = connection.prepare(
    `insert into ${quoted(to)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
  const rows = connection.prepare(`select "tenant_no", "id", ${quoted(from)} from ${quoted(table)}`).all([])
  for (const [tenantNo = null, id = null, text] of rows) {
    const list = JSON.parse(String(text)) as readonly Readonly<Record<string, unknown>>[]
    list.forEach((element, ordinal) => {
      const values = members.map((member): Value => {
        const value = element[member.name]
        if (typeof value === 'string') return member.fold ? fold(value) : value
        return typeof value === 'boolean' || typeof value === 'number' ? Number(value) : null
      })
      write.run([tenantNo, id, ordinal, ...values])
    })
  }
}

const run = (connection: Connection, migrations: readonly Migration[], done: number): void => {
  migrations.slice(done).forEach(({ changes }, at) => {
    let past: Migration[] = migrations.slice(0, done + at)
    for (const change of changes) {
      const indexes =
        change.do === 'reshapeTable'
          ? (replay(past).tables.find(({ name }) => name === change.table.name)?.indexes ?? [])
          : []
      for (const statement of statementsOf('sqlite', change, indexes)) connection.exec(statement)
      if (change.do === 'fold') foldExisting(connection, change)
      if (change.do === 'spread') spreadExisting(connection, change)
      past = [...past, { number: 0, name: '', changes: [change] }]
    }
  })
}

/** Runs what is missing, all of it or nothing. Throws when the database holds other migrations than these. */
export const migrate = (connection: Connection, clock: Clock, migrations: readonly Migration[] = ours): void => {
  // A table that is rebuilt is dropped first; with foreign keys on, that would take or refuse the rows that refer to it.
  connection.exec('pragma foreign_keys = off')
  connection.exec('begin immediate')
  try {
    connection.exec(ledger)
    const done = appliedCount(connection, migrations)
    run(connection, migrations, done)
    const record = connection.prepare(
      'insert into "relata_migration" ("number", "name", "checksum", "applied_at") values (?, ?, ?, ?)',
    )
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
