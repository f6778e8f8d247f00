/**
 * A filling of many rows, in parts: each is committed with the place that it has reached. A process that is ended in the
 * middle loses one part at most, and the next one goes on from there.
 */
import type { RawRow, SqlValue } from '../values.ts'
import type { Filling } from './fillings.ts'
import { checksumOf } from './ledger.ts'
import type { Migration } from './schema-changes.ts'

export interface PartSizes {
  /** Rows that are read at once. */
  readonly page: number
  /** Rows that are sorted, written and committed together. */
  readonly part: number
}

export const usualSizes: PartSizes = { page: 2_000, part: 200_000 }

export interface FillingPlace {
  readonly tenantNo: number
  readonly id: string
  /** Rows that are read so far. */
  readonly read: number
}

export const firstPlace: FillingPlace = { tenantNo: 0, id: '', read: 0 }

/** A migration that is not finished: everything before one of its changes is made, and of that one a part. */
export interface BegunMigration extends FillingPlace {
  readonly number: number
  readonly checksum: string
  /** Its place in the list. */
  readonly change: number
}

const columns = '"number", "checksum", "change", "tenant_no", "id", "read"'

/** The table is there only as long as a migration is not finished. */
export const begunTable = 'relata_migration_begun'
export const begunRows = `select ${columns} from "${begunTable}"`
export const begunMade = `create table if not exists "${begunTable}" (
  "number" integer not null, "checksum" text not null, "change" integer not null, "tenant_no" integer not null,
  "id" text not null, "read" integer not null
)`
export const begunCleared = `delete from "${begunTable}"`
export const begunInsert = `insert into "${begunTable}" (${columns}) values (?, ?, ?, ?, ?, ?)`
export const begunDropped = `drop table if exists "${begunTable}"`

export function begunOf([row]: readonly RawRow[]): BegunMigration | undefined {
  if (row === undefined) return undefined
  const [number, checksum, change, tenantNo, id, read] = row
  return {
    ...{ number: Number(number), checksum: String(checksum), change: Number(change) },
    ...{ tenantNo: Number(tenantNo), id: String(id), read: Number(read) },
  }
}

export function begunValues({ number, checksum, change, tenantNo, id, read }: BegunMigration): SqlValue[] {
  return [number, checksum, change, tenantNo, id, read]
}

/** Throws where another version has begun the next migration: what is there may not be what this one would have made. */
export function checkBegun(begun: BegunMigration | undefined, next: Migration | undefined): void {
  if (begun === undefined) return
  if (begun.number !== next?.number || begun.checksum !== checksumOf(next))
    throw new Error(
      `This database cannot be used by this version of Relata: another version has begun migration ${begun.number} and was interrupted. Nothing was changed.\ntip: start that version once more, or restore a backup from before (docs/upgrade.md)`,
    )
}

/** In the order of the first columns, so that neighbours in the table are written one after another. */
function byKey(one: readonly SqlValue[], other: readonly SqlValue[]): number {
  for (let at = 0; at < 3; at++) {
    const [a, b] = [one[at] ?? '', other[at] ?? '']
    if (a !== b) return a < b ? -1 : 1
  }
  return 0
}

/** Collects the values of one part from the pages that are read. */
export class FillingPart {
  private readonly filling: Filling
  private readonly sizes: PartSizes
  private readonly rows: (readonly SqlValue[])[] = []
  place: FillingPlace
  isLast = false

  constructor(filling: Filling, place: FillingPlace, sizes: PartSizes) {
    this.filling = filling
    this.place = place
    this.sizes = sizes
  }

  /** Of the next page to read. */
  get values(): SqlValue[] {
    return [this.place.tenantNo, this.place.id, this.sizes.page]
  }

  /** Returns whether a further page belongs to the part. */
  add(page: readonly RawRow[]): boolean {
    for (const row of page) this.rows.push(...this.filling.values(row))
    const [tenantNo, id] = page.at(-1) ?? [this.place.tenantNo, this.place.id]
    this.place = { tenantNo: Number(tenantNo), id: String(id), read: this.place.read + page.length }
    this.isLast = page.length < this.sizes.page
    return !this.isLast && this.rows.length < this.sizes.part
  }

  sorted(): readonly (readonly SqlValue[])[] {
    return this.rows.sort(byKey)
  }
}

/** Between two lines about a filling that takes long. */
const lineMillis = 5_000

function shown(count: number): string {
  return count.toLocaleString('en')
}

/** Tells how far a long filling is, for who waits for a start. */
export class FillingProgress {
  private next = performance.now() + lineMillis
  /** Rows there are to read; asked once, when a filling is found to be long. */
  total: number | undefined

  resumed({ many }: Filling, { read }: FillingPlace): void {
    // Of the parts that this process has made itself there is nothing to say.
    if (this.total === undefined && read > 0)
      process.stderr.write(
        `relata: migrating: goes on after ${shown(read)} rows for ${many?.table}, where it was interrupted\n`,
      )
  }

  reached({ many }: Filling, { read }: FillingPlace): void {
    if (performance.now() < this.next) return
    this.next = performance.now() + lineMillis
    process.stderr.write(`relata: migrating: ${shown(read)} of ${shown(this.total ?? read)} rows for ${many?.table}\n`)
  }
}
