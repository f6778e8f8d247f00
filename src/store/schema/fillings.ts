/** Changes of data within a migration: fills new columns and element tables from existing rows. */
import { createHash } from 'node:crypto'
import { inDaysAndTime } from '#base/duration.ts'
import { bucketOf } from '#base/ids.ts'
import { fold } from '#base/text/fold.ts'
import { placeNumber, wordRows } from '#base/text/search-keys.ts'
import type { RawRow, SqlValue } from '../values.ts'
import { quoted } from './ddl.ts'
import { indexedTexts } from './indexed-texts.ts'
import type { Column } from './schema.ts'
import type { SchemaChange } from './schema-changes.ts'

/** A statement that reads existing rows, and one that runs for each list of values derived from a row. */
export interface Filling {
  readonly read: string
  readonly write: string
  readonly values: (row: RawRow) => readonly (readonly SqlValue[])[]
  /**
   * Of many rows: they are read in pages that follow a tenant and an id, the size of a page comes last, and written in the
   * order of a key, many at once. `count` tells how many there are.
   */
  readonly many?: { readonly table: string; readonly columns: readonly Column[]; readonly count: string }
}

/** A tag in the form of `rows/entity-tags.ts`, for rows that were written before their type had tags. */
function firstTag(row: string): string {
  const hex = createHash('sha256').update(row).digest('hex')
  return Buffer.from(`'"${hex.slice(0, 8)}-0000-0000-0000-000000000000"'`).toString('base64')
}

function foldFilling({ table, from, to }: SchemaChange & { do: 'fold' }): Filling {
  return {
    read: `select "tenant_no", "id", ${quoted(from)} from ${quoted(table)} where ${quoted(from)} is not null`,
    write: `update ${quoted(table)} set ${quoted(to)} = ? where "tenant_no" = ? and "id" = ?`,
    values: ([tenantNo = null, id = null, text]) => [[fold(String(text)), tenantNo, id]],
  }
}

function spreadFilling({ table, from, to, members }: SchemaChange & { do: 'spread' }): Filling {
  const columns = ['tenant_no', 'owner_id', 'ordinal', ...members.map(({ column }) => column)]
  const storedOf = (member: (typeof members)[number], value: unknown): SqlValue => {
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

function wordsFilling({ table, from, to, text, space, first, place }: SchemaChange & { do: 'indexWords' }): Filling {
  const columns = ['tenant_no', 'entry', 'owner_id', 'place', 'length']
  const texts = new Set(['entry', 'owner_id'])
  return {
    read: `select "tenant_no", "id", ${quoted(from)}, ${quoted(place)} from ${quoted(table)}
      where ("tenant_no", "id") > (?, ?) order by "tenant_no", "id" limit ?`,
    many: {
      table: to,
      count: `select count(*) from ${quoted(table)}`,
      columns: columns.map((name) => ({ name, kind: texts.has(name) ? 'text' : 'integer', nullable: false })),
    },
    write: `insert into ${quoted(to)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    values: ([tenantNo = null, id = null, labels, at]) =>
      wordRows(indexedTexts({ text, space, first }, JSON.parse(String(labels)))).map(({ entry, length }) => [
        tenantNo,
        entry,
        id,
        placeNumber(String(at)),
        length,
      ]),
  }
}

function rowsFilling({ table, columns, rows }: SchemaChange & { do: 'setRows' }): Filling {
  const all = ['tenant_no', ...columns]
  const sets = columns.filter((name) => name !== 'id').map((name) => `${quoted(name)} = excluded.${quoted(name)}`)
  return {
    read: `select distinct "tenant_no" from ${quoted(table)}`,
    write: `insert into ${quoted(table)} (${all.map(quoted).join(', ')}) values (${all.map(() => '?').join(', ')})
      on conflict ("tenant_no", "id") do update set ${sets.join(', ')}`,
    values: ([tenantNo = null]) => rows.map((row) => [tenantNo, ...row]),
  }
}

function durationFilling({ table, column }: SchemaChange & { do: 'rewriteDurations' }): Filling {
  return {
    read: `select "tenant_no", "id", ${quoted(column)} from ${quoted(table)} where ${quoted(column)} is not null`,
    write: `update ${quoted(table)} set ${quoted(column)} = ? where "tenant_no" = ? and "id" = ?`,
    values: ([tenantNo = null, id = null, text]) => {
      const next = inDaysAndTime(String(text))
      return next === undefined || next === text ? [] : [[next, tenantNo, id]]
    },
  }
}

function tagFilling({ table, column }: SchemaChange & { do: 'tagRows' }): Filling {
  return {
    read: `select "tenant_no", "id" from ${quoted(table)} where ${quoted(column)} = ''`,
    write: `update ${quoted(table)} set ${quoted(column)} = ? where "tenant_no" = ? and "id" = ?`,
    values: ([tenantNo = null, id = null]) => [[firstTag(`${table} ${tenantNo} ${id}`), tenantNo, id]],
  }
}

function numberFilling({ table, number, from, key, bucket }: SchemaChange & { do: 'numberRows' }): Filling {
  const last = new Map<SqlValue, number>()
  return {
    read: `select "tenant_no", "id", ${quoted(from)} from ${quoted(table)} order by "tenant_no", "id"`,
    write: `update ${quoted(table)} set ${[number, key, bucket].map((name) => `${quoted(name)} = ?`).join(', ')} where "tenant_no" = ? and "id" = ?`,
    values: ([tenantNo = null, id = null, text]) => {
      const next = (last.get(tenantNo) ?? 0) + 1
      last.set(tenantNo, next)
      return [[next, String(text), bucketOf(String(text)), tenantNo, id]]
    },
  }
}

export function fillingOf(change: SchemaChange): Filling | undefined {
  switch (change.do) {
    case 'fold':
      return foldFilling(change)
    case 'spread':
      return spreadFilling(change)
    case 'indexWords':
      return wordsFilling(change)
    case 'setRows':
      return rowsFilling(change)
    case 'rewriteDurations':
      return durationFilling(change)
    case 'numberRows':
      return numberFilling(change)
    case 'tagRows':
      return tagFilling(change)
    default:
      return undefined
  }
}

export type LongFilling = Filling & Required<Pick<Filling, 'many'>>

export function isLong(filling: Filling): filling is LongFilling {
  return filling.many !== undefined
}
