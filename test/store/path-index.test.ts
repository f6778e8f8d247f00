/** Indexes over a value inside a complex one: how they come to a database with rows, and that queries find them. */
import { describe, expect, it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { entityType } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import { all, constant, type Expr, equal, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { rowsQuery } from '#store/query/select.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { schemaOf } from '#store/schema/schema.ts'
import { sqliteDialect } from '#store/sqlite/dialect.ts'
import { migrate } from '#store/sqlite/migrate.ts'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { libraryMigrations, shelf, workload } from './library.ts'

const withIndex = (key: string) => {
  const { kind: _, name, ...facts } = shelf
  const indexed = entityType(name, { ...facts, indexes: [...(shelf.indexes ?? []), { keys: ['bookCount', key] }] })
  const entities = workload.entities.map((type) => (type.name === name ? indexed : type))
  return { type: indexed, models: [modelOf('v1.0', [{ ...workload, entities }])] }
}

const name = 'i_lib_shelf__book_count_place__city_id'

describe('an index over a value inside a complex one', () => {
  const { type, models } = withIndex('place/city')
  const draft = draftMigration(models, 'by-city', libraryMigrations)

  it('is one change, with no data to move', () => {
    expect(draft?.migration.changes).toEqual([
      {
        do: 'createIndex',
        table: 'lib_shelf',
        index: {
          name,
          columns: ['tenant_no', 'book_count', { column: 'place', path: ['city'] }, 'id'],
          unique: false,
        },
      },
    ])
    expect(draft?.file.text).toContain("{ column: 'place', path: ['city'] }")
  })

  it('finds rows that were there before it', async () => {
    const connection = openConnection(':memory:', 0)
    migrate(connection, systemClock, libraryMigrations)
    connection.exec(`insert into tenancy (no, id) values (1, 'here')`)
    const add = connection.prepare('insert into lib_shelf (tenant_no, id, book_count, place) values (1, ?, 2, ?)')
    for (const city of ['Rome', 'Oslo', 'Bern']) add.run([city.toLowerCase(), JSON.stringify({ city, street: null })])
    migrate(connection, systemClock, [...libraryMigrations, ...(draft === undefined ? [] : [draft.migration])])

    const city: Expr = { op: 'member', path: ['place', 'city'], of: 'it' }
    const query: RowQuery = {
      type,
      branches: [all(equal(member('bookCount'), constant(2)), equal(city, param('city')))],
      order: [],
      shape: [],
      carry: [],
    }
    const { text, slots } = rowsQuery(queryLayoutOf(models, sqliteDialect), query, [], () => false)
    const values = slots.map(({ from }) => (from === 'tenant' ? 1 : 'Oslo'))
    expect(connection.prepare(text).all(values)).toEqual([['{}', 'oslo']])
    const plan = connection.prepare(`explain query plan ${text}`).all(values)
    expect(plan.map((row) => String(row[3])).join('\n')).toContain(
      `${name} (tenant_no=? AND book_count=? AND <expr>=?)`,
    )
    connection.close()
  })

  it.each(['place/town', 'place/city/name', 'displayName/city', 'titles/name'])('is refused for %s', (key) => {
    expect(() => schemaOf(withIndex(key).models)).toThrow()
  })

  it('is refused for what is no row key at all', () => {
    expect(() => withIndex('nowhere/city')).toThrow(/index names nowhere/)
  })
})
