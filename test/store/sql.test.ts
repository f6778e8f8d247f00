/**
 * The SQL of the main query shapes, for each dialect, against what is kept in `sql/`: a change of it is seen in review.
 * After a wanted change: `RELATA_UPDATE_SQL=1 npx vitest run --project sqlite test/store/sql.test.ts`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import type { EntityType, Scope } from '#edm/define.ts'
import { modelOf } from '#edm/model.ts'
import type { Prepared, Store } from '#edm/ports.ts'
import { constant, equal, all as every, member, param } from '#edm/query.ts'
import { changeEntry } from '#edm/records/tracking.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { plansOf } from '#engine/plans/plans.ts'
import { readOptions } from '#odata/query/options.ts'
import { postgresDialect } from '#store/postgres/dialect.ts'
import { walkQuery } from '#store/query/closure.ts'
import { type QueryLayout, queryLayoutOf, type SqlDialect } from '#store/query/dialect.ts'
import { knownRowOf } from '#store/query/known-rows.ts'
import { prepareRows } from '#store/query/prepared.ts'
import { countQuery, joinedText, rowsQuery } from '#store/query/select.ts'
import type { Compiled } from '#store/query/sql.ts'
import { rowAccess } from '#store/rows/row-access.ts'
import { draftMigration } from '#store/schema/draft.ts'
import { sqliteDialect } from '#store/sqlite/dialect.ts'
import { migrate } from '#store/sqlite/migrate.ts'
import { functions, openConnection } from '#store/sqlite/sqlite.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { models } from '#workloads/models.ts'
import { mirror, setChildren, setTerms, termChildren } from '#workloads/term-store/occurrences.ts'
import { set, term } from '#workloads/term-store/types.ts'

type Sorts = (compiled: Compiled) => boolean

const model = models['v1.0']
const tracking = modelOf('v1.0', [{ enums: [], complexes: [], entities: [changeEntry], roots: [] }])
const all = [...Object.values(models), tracking]

const folder = mkdtempSync(join(tmpdir(), 'relata-sql-'))
const file = join(folder, 'relata.db')
// Whoever opens a database does not make it.
writeFileSync(file, '')
const connection = openConnection(file, 0)
migrate(
  connection,
  systemClock,
  [draftMigration(all, 'init', [])?.migration].flatMap((made) => made ?? []),
)
afterAll(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

const sortsOnSqlite: Sorts = ({ text, slots }) =>
  connection
    .prepare(`explain query plan ${text}`)
    .all(slots.map(() => null))
    .some((row) => String(row[3]).includes('TEMP B-TREE FOR ORDER BY'))

const databases: readonly [string, SqlDialect, Sorts][] = [
  ['sqlite', sqliteDialect, sortsOnSqlite],
  ['postgres', postgresDialect, () => false],
]

/** The query the engine's plan makes. */
const queryOf = (plan: (plans: ReturnType<typeof plansOf>) => Prepared): RowQuery => {
  const keep = (query: RowQuery) => query as unknown as Prepared
  return plan(plansOf({ prepare: keep, prepareText: keep, prepareCount: keep } as Partial<Store> as Store)) as never
}

const whole: Scope = { branches: [constant(true)], bind: {} }

const listed = (type: EntityType, scope: Scope, query = '', more: Partial<RowQuery> = {}): RowQuery => {
  const options = readOptions(model, type, query, { collection: true, strict: false })
  const made = queryOf((plans) =>
    plans.list({}, type, 'scope', scope, options, plans.projection(model, type, options), 'rows'),
  )
  return { ...made, ...more }
}

const inSet: Scope = { branches: [equal(member('setId'), param('set'))], bind: { set: 'id' } }
const none = readOptions(model, term, '', { collection: false, strict: false })
const found = (wanted: 'whole' | 'bare') =>
  queryOf((plans) =>
    plans.member({}, term, inSet, wanted === 'bare' ? plans.bare(term) : plans.projection(model, term, none)),
  )
const filter = (text: string) => `$filter=${encodeURIComponent(text)}`
const natural = (scopes: Readonly<Record<string, Scope>>) => scopes['natural'] ?? whole

type Make = (layout: QueryLayout, sorts: Sorts) => string

const rows =
  (query: RowQuery): Make =>
  (layout, sorts) =>
    rowsQuery(layout, query, [], sorts).text

const shapes: Readonly<Record<string, Make>> = {
  'point-read': rows(found('whole')),
  'point-read-on-the-way': rows(found('bare')),
  'row-in-a-transaction': (layout) => rowAccess(layout.table(term.name), layout.dialect).get(1, 'x').text.text,
  'rows-by-keys': (layout) =>
    rowAccess(layout.table(term.name), layout.dialect).find(1, { setId: 'x', parentId: null }, undefined).text.text,
  'rows-by-either-key': (layout) => {
    const either = [{ setId: 'x', level: 1 }, { parentId: 'y' }]
    return rowAccess(layout.table(term.name), layout.dialect).find(1, either, 2).text.text
  },
  'is-there-a-row': (layout) => rowAccess(layout.table(term.name), layout.dialect).has(1, { setId: 'x' }).text.text,
  'owners-by-element': (layout) =>
    rowAccess(layout.table(term.name), layout.dialect).findByElement(1, 'labels', [{ name: 'x' }], undefined).text.text,
  'known-row': (layout, sorts) => {
    const prepared = (query: RowQuery) => ({
      prepared: prepareRows(layout, query, sorts),
      bind: { key: 'x', set: 'y' },
    })
    return knownRowOf(1, [prepared(queryOf((plans) => plans.byId(set, plans.bare(set))))], prepared(found('whole')))
      .text
  },
  page: (layout, sorts) => {
    const { text } = rowsQuery(layout, listed(term, setTerms['own'] ?? whole), [], sorts)
    return layout.dialect === sqliteDialect ? joinedText(text) : text
  },
  'page-after': rows(listed(term, setTerms['own'] ?? whole, '', { after: true })),
  'page-with-expand': rows(listed(term, setTerms['own'] ?? whole, '$expand=children')),
  'page-ordered': rows(listed(term, setTerms['own'] ?? whole, '$orderby=createdDateTime desc')),
  'filter-by-start-of-label': rows(
    listed(term, setTerms['own'] ?? whole, filter("labels/any(l:startswith(l/name,'a'))")),
  ),
  'filter-by-label': rows(listed(term, setTerms['own'] ?? whole, filter("labels/any(l:l/name eq 'a')"))),
  'filter-by-status-and-customer': rows(
    listed(
      relationship,
      whole,
      filter("status eq 'active' and customer/tenantId eq 'fab21ca0-0000-4000-8000-000000000002'"),
    ),
  ),
  search: rows(listed(term, setTerms['own'] ?? whole, '$search=red')),
  'children-of-set': rows(listed(term, natural(setChildren))),
  'children-of-term': rows(listed(term, natural(termChildren))),
  'terms-with-mirrors': rows(listed(term, setTerms['shared'] ?? whole)),
  count: (layout) => countQuery(layout, listed(term, setTerms['shared'] ?? whole)).text,
  'changes-since': rows({
    type: changeEntry,
    branches: [
      every(equal(member('type'), param('type')), { op: 'gt', left: member('sequence'), right: param('since') }),
    ],
    order: [{ by: member('sequence'), descending: false }],
    limit: true,
    shape: [],
    carry: ['subject', 'sequence', 'isRemoved', 'changedDateTime'],
  }),
  'walk-of-mirrors': (layout) => walkQuery(layout, mirror).text,
}

/** A line for each clause. */
const lined = (text: string): string =>
  `${text.replace(/\s+/g, ' ').replace(/ (?=(select|from|where|order by|limit|union|cross join|and) )/g, '\n')}\n`

const kept = new URL('sql/', import.meta.url)
const isUpdated = process.env['RELATA_UPDATE_SQL'] !== undefined

describe.each(databases)('the SQL for %s', (database, dialect, sorts) => {
  const layout = queryLayoutOf(all, dialect)

  it.each(Object.entries(shapes))('of %s is what is kept', async (name, make) => {
    const expected = new URL(`${name}.${database}.sql`, kept)
    const text = lined(make(layout, sorts))
    if (isUpdated) {
      await mkdir(kept, { recursive: true })
      await writeFile(expected, text)
    }
    expect(text).toBe(await readFile(expected, 'utf8'))
  })
})

/** Since Node 24.10. */
type Authorizing = DatabaseSync & { setAuthorizer?(authorize: (() => number) | null): void }

describe('SQLite plans a statement once', () => {
  const database: Authorizing = new DatabaseSync(file)
  afterAll(() => database.close())
  for (const name of Object.values(functions)) database.function(name, (value) => value)
  const layout = queryLayoutOf(all, sqliteDialect)

  beforeEach(({ skip }) => {
    if (database.setAuthorizer === undefined) skip('this Node does not tell when a statement is planned')
  })

  it.each(Object.entries(shapes))('for %s', (_, make) => {
    const text = make(layout, sortsOnSqlite)
    const statement = database.prepare(text)
    const run = () =>
      statement.all(
        ...text
          .split('?')
          .slice(1)
          .map(() => 1),
      )
    let asked = 0
    // Asked about each part of a statement when it is planned; to set it makes statements be planned anew.
    database.setAuthorizer?.(() => {
      asked += 1
      return 0
    })
    run()
    expect(asked).toBeGreaterThan(0)
    asked = 0
    run()
    expect(asked).toBe(0)
    database.setAuthorizer?.(null)
  })
})
