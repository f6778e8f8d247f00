/** The table of migrations applied to a database, and what it implies: the changes left, or why it cannot be used. */
import { createHash } from 'node:crypto'
import { keptBy } from '#base/kept-by.ts'
import type { Model } from '#edm/model.ts'
import { migrations as ours } from '../migrations/all.ts'
import type { RawRow } from '../values.ts'
import { schemaOf, type Table } from './schema.ts'
import { differences, type Migration, replay, type SchemaChange } from './schema-changes.ts'

/** Models that migrations lead to: a server opens a database for each world, and compares them once. */
const known = keptBy((_: readonly Migration[]): (readonly Model[])[] => [])

/** Throws, with every difference, if the migrations do not lead to the schema of the models. */
export function checkDrift(models: readonly Model[], migrations: readonly Migration[] = ours): void {
  const right = known(migrations)
  if (right.some((list) => list.length === models.length && list.every((model, at) => model === models[at]))) return
  const list = differences(replay(migrations), schemaOf(models))
  if (list.length > 0)
    throw new Error(
      `The model and the migrations differ; draft a migration with \`npm start -- migrate draft NAME\` in the source tree of Relata:\n${list.join('\n')}`,
    )
  right.push(models)
}

/** Asked for each database that is opened: a server opens one for each world. */
export const checksumOf = keptBy(({ changes }: Migration): string =>
  createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 16),
)

/** Creates the table of applied migrations. */
export const ledger = `create table if not exists "relata_migration" (
  "number" integer primary key, "name" text not null, "checksum" text not null, "applied_at" text not null
)`

function refuse(why: string, cure?: string): never {
  const tip = cure === undefined ? '' : `\ntip: ${cure}`
  throw new Error(`This database cannot be used by this version of Relata: ${why}. Nothing was changed.${tip}`)
}

export const ledgerRows = 'select "number", "name", "checksum" from "relata_migration" order by "number"'
export const ledgerInsert =
  'insert into "relata_migration" ("number", "name", "checksum", "applied_at") values (?, ?, ?, ?)'

/** The number of applied migrations. Throws if others were applied than these. */
export function appliedCount(rows: readonly RawRow[], migrations: readonly Migration[]): number {
  for (const [at, [number, name, checksum]] of rows.entries()) {
    const known = migrations[at]
    if (known === undefined)
      return refuse(
        `it has migration ${number} (${name}), which this version does not know; it was made by a newer one`,
        'start the version that made it, or restore a backup of this version (docs/upgrade.md)',
      )
    if (known.number !== number || known.name !== name)
      return refuse(`it has migration ${number} (${name}) where this version has ${known.number} (${known.name})`)
    if (checksumOf(known) !== checksum)
      return refuse(`its migration ${number} (${name}) is not the one this version knows`)
  }
  return rows.length
}

export interface MigrationLeft {
  readonly migration: Migration
  /** Each with the table before it (for a reshape). */
  readonly changes: readonly { readonly change: SchemaChange; readonly before: Table | undefined }[]
}

/** The migrations that are left to apply. */
export function migrationsLeft(migrations: readonly Migration[], done: number): readonly MigrationLeft[] {
  const past: SchemaChange[] = migrations.slice(0, done).flatMap(({ changes }) => changes)
  const tableBefore = (name: string): Table | undefined =>
    replay([{ number: 0, name: '', changes: past }]).tables.find((table) => table.name === name)
  return migrations.slice(done).map((migration) => ({
    migration,
    changes: migration.changes.map((change) => {
      const before = change.do === 'reshapeTable' ? tableBefore(change.table.name) : undefined
      past.push(change)
      return { change, before }
    }),
  }))
}

/** The migrations of a database, compared with those of this version. */
export interface SchemaState {
  /** Names of the applied migrations, in order. */
  readonly applied: readonly string[]
  /** Names of those that are missing. */
  readonly pending: readonly string[]
  /** Rows that the first of the missing ones has read before it was interrupted. */
  readonly readOfFirst?: number
  /** Why this version cannot use it; absent: it can. */
  readonly fault?: string
}

function nameOf(number: unknown, name: unknown): string {
  return `${String(number).padStart(4, '0')}-${name}`
}

/** `rows`: the ledger; undefined if the database has none. `readOfFirst`: of a migration that was interrupted. */
export function stateOf(
  rows: readonly RawRow[] | undefined,
  migrations: readonly Migration[] = ours,
  readOfFirst?: number,
): SchemaState {
  if (rows === undefined) return { applied: [], pending: [], fault: 'it is not a database of Relata' }
  const applied = rows.map(([number, name]) => nameOf(number, name))
  const pending = migrations.slice(rows.length).map(({ number, name }) => nameOf(number, name))
  const strange = rows.findIndex(([number, name, checksum], at) => {
    const known = migrations[at]
    return known === undefined || known.number !== number || known.name !== name || checksumOf(known) !== checksum
  })
  if (strange < 0) return { applied, pending, ...(readOfFirst === undefined ? {} : { readOfFirst }) }
  const fault =
    strange >= migrations.length
      ? `it was made by a newer version of Relata: it has migration ${applied[strange]}`
      : `its migration ${applied[strange]} is not the one this version knows`
  return { applied, pending: [], fault }
}
