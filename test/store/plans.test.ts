/** Which way SQLite takes: the cost of a listing must follow its page, not the store. */
import { describe, expect, it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import type { EntityType } from '#edm/define.ts'
import { all, constant, type Expr, equal, member, notNull, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { readOptions } from '#odata/query/options.ts'
import { postgresDialect } from '#store/postgres/dialect.ts'
import { walkQuery } from '#store/query/closure.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { countQuery, rowsQuery } from '#store/query/select.ts'
import type { Compiled } from '#store/query/sql.ts'
import { rowAccess } from '#store/rows/row-access.ts'
import { sqliteDialect } from '#store/sqlite/dialect.ts'
import { migrate } from '#store/sqlite/migrate.ts'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { directoryAudit } from '#workloads/directory/audit.ts'
import { group as people, user } from '#workloads/directory/people.ts'
import { directoryRole } from '#workloads/directory/roles.ts'
import { relationship } from '#workloads/gdap/types.ts'
import { models } from '#workloads/models.ts'
import { branch, mirror, setChildren, termChildren } from '#workloads/term-store/occurrences.ts'
import { group, relation, set, term } from '#workloads/term-store/types.ts'

const layout = queryLayoutOf(Object.values(models), sqliteDialect)
const connection = openConnection(':memory:', 0)
migrate(connection, systemClock)

const explain = ({ text, slots }: Compiled): string[] =>
  connection
    .prepare(`explain query plan ${text}`)
    .all(slots.map(() => null))
    .map((row) => String(row[3]))

const planOf = (type: EntityType, more: Partial<RowQuery>): string[] =>
  explain(
    rowsQuery(
      layout,
      { type, branches: [], order: [], shape: [whole], carry: [], limit: true, ...more },
      [],
      (compiled) => explain(compiled).some((line) => line.includes('TEMP B-TREE FOR ORDER BY')),
    ),
  )

/** A column no index has. */
const whole = { kind: 'prop', name: 'createdDateTime', prop: term.props.createdDateTime } as const

const bySortKey = [{ by: member('sortKey'), descending: false }]
const byFrom = 'i_term_store_relation__from_term_id_set_id_id_if_from_term_id'
const byLevel = 'i_term_store_term__set_id_level_sort_key_id'
const ofLevel = 'tenant_no=? AND set_id=? AND level=?'
const inSet = equal(member('setId'), param('set'))

/** Nothing reads a whole table or a whole index. */
const expectNoScan = (plan: readonly string[]) => {
  for (const line of plan) expect(line).not.toMatch(/^SCAN (t|r|e\d+|x)\b/)
}

describe('the plan of a listing', () => {
  /** One search for each level, merged; none of them sorts. */
  const expectLevels = (plan: readonly string[], more = '') => {
    const searches = plan.filter((line) => line.startsWith('SEARCH'))
    expect(searches).toHaveLength(7)
    for (const line of searches) expect(line).toBe(`SEARCH t USING INDEX ${byLevel} (${ofLevel}${more})`)
    expect(plan.join('\n')).not.toContain('TEMP B-TREE FOR ORDER BY')
  }

  it('merges the levels, without sorting, for the terms of a set', () => {
    expectLevels(planOf(term, { branches: [inSet], order: bySortKey }))
    expectLevels(planOf(term, { branches: [inSet], order: bySortKey, after: true }), ' AND (sort_key,id)>(?,?)')
  })

  it('ends each level at the limit where the database would sort them all', () => {
    const query = { type: term, branches: [inSet], order: bySortKey, shape: [whole], carry: [], limit: true }
    const { text } = rowsQuery(queryLayoutOf(Object.values(models), postgresDialect), query, [], () => false)
    expect(text.match(/limit \+\?/g)).toHaveLength(8)
    expect(text).not.toContain('union all')
  })

  it.each<[string, Expr, string]>([
    [
      'a term',
      all({ op: 'ne', left: member('parentId'), right: constant(null) }, equal(member('parentId'), param('term'))),
      'i_term_store_term__parent_id_set_id_sort_key_id_if_parent_id (tenant_no=? AND parent_id=? AND set_id=?',
    ],
    ['the root', equal(member('level'), constant(1)), `${byLevel} (${ofLevel}`],
  ])('follows the index, without sorting, for the children of %s', (_, parent, index) => {
    const start = `SEARCH t USING INDEX ${index}`
    expect(planOf(term, { branches: [all(inSet, parent)], order: bySortKey })).toEqual([`${start})`])
    expect(planOf(term, { branches: [all(inSet, parent)], order: bySortKey, after: true })).toEqual([
      `${start} AND (sort_key,id)>(?,?))`,
    ])
  })

  it('bounds the index for an order that runs backwards', () => {
    const order = [{ by: member('sortKey'), descending: true }]
    expectLevels(planOf(term, { branches: [inSet], order, after: true }), ' AND sort_key<?')
  })

  it('sorts at most rows of one name for the groups of a store', () => {
    const plan = planOf(group, {
      branches: [equal(member('storeId'), param('store'))],
      order: [{ by: member('displayName'), descending: false }],
    })
    expect(plan[0]).toContain('i_term_store_group__store_id_display_name_fold (tenant_no=? AND store_id=?)')
    expect(plan.slice(1)).toEqual(['USE TEMP B-TREE FOR LAST TERM OF ORDER BY'])
  })

  it.each([user, people, directoryRole])('follows the index, without sorting, for $name by name', (type) => {
    const search = 'SEARCH t USING INDEX i_directory_object__kind_display_name_fold_id (tenant_no=? AND kind=?'
    const shape = [{ ...whole, name: 'description' }]
    const rows = { branches: [constant(true)], order: [{ by: member('displayName'), descending: false }], shape }
    expect(planOf(type, rows)).toEqual([`${search})`])
    expect(planOf(type, { ...rows, after: true })).toEqual([`${search} AND (display_name_fold,id)>(?,?))`])
    const filter: Expr = { op: 'call', name: 'startswith', args: [member('displayName'), param('start')] }
    expect(planOf(type, { branches: [constant(true)], shape, order: rows.order, filter })).toEqual([
      `${search} AND display_name_fold>? AND display_name_fold<?)`,
    ])
    const named = equal(member('displayName'), param('name'))
    expect(planOf(type, { branches: [constant(true)], shape, filter: named })).toEqual([
      `${search} AND display_name_fold=?)`,
    ])
    // Ids rise where names fall, so rows of one name are sorted.
    const [first, ...more] = planOf(type, { ...rows, order: [{ by: member('displayName'), descending: true }] })
    expect([first, more]).toEqual([`${search})`, ['USE TEMP B-TREE FOR LAST TERM OF ORDER BY']])
  })

  it('looks for the rows of a parent even where another index would save a sort', () => {
    const plan = planOf(relation, { branches: term.navs.relations.scopes['own']?.branches ?? [] })
    const byTo = 'i_term_store_relation__to_term_id_set_id'
    expect(plan).toContain(`SEARCH t USING COVERING INDEX ${byFrom} (tenant_no=? AND from_term_id=?)`)
    expect(plan).toContain(`SEARCH t USING INDEX ${byTo} (tenant_no=? AND to_term_id=?)`)
    const place = 'i_term_store_relation__set_id_relationship_from_term_id_id'
    const ofSet = planOf(relation, { branches: set.navs.relations.scopes['own']?.branches ?? [] })
    const atRoot = `${place} (tenant_no=? AND set_id=? AND relationship=? AND from_term_id=?)`
    expect(ofSet.filter((line) => line.endsWith(atRoot))).toHaveLength(2)
  })

  it('makes JSON only for the page where it must sort', () => {
    const query: RowQuery = {
      type: term,
      branches: [inSet],
      order: [{ by: member('createdDateTime'), descending: false }],
      shape: [],
      carry: [],
      limit: true,
    }
    expect(rowsQuery(layout, query, [], () => true).text).toMatch(/cross join "term_store_term"/)
    expectNoScan(planOf(term, query))
  })
})

type Where = Readonly<Record<string, unknown>>

describe('the plan of what rules ask for', () => {
  it.each<[string, Where]>([
    ['nothing', {}],
    ['what no index begins with', { isKeyword: true }],
  ])('stays within the tenant for %s', (_, where) => {
    const { text, values } = rowAccess(layout.table(term.name), sqliteDialect).find(1, where, undefined)
    const plan = connection.prepare(`explain query plan ${text.text}`).all(values)
    expect(plan.map((row) => String(row[3]))).toEqual([expect.stringMatching(/^SEARCH .*\(tenant_no=\?\)$/)])
  })

  const [setId, id] = ['5e', '7e']

  it.each<[EntityType, Where | Where[], number]>([
    [relation, { toTermId: id }, 1],
    [relation, { toTermId: id, relationship: 'pin' }, 1],
    [relation, { toTermId: id, fromTermId: notNull }, 1],
    [relation, { setId }, 1],
    [relation, { setId, fromTermId: id }, 1],
    [
      relation,
      [
        { setId, toTermId: id },
        { toTermId: id, fromTermId: notNull },
      ],
      2,
    ],
    [relation, ['pin', 'reuse'].map((relationship) => ({ setId, relationship, fromTermId: null })), 2],
    [term, { setId, level: 1 }, 1],
    [term, { setId, parentId: id }, 1],
    [set, { parentGroupId: id }, 1],
    [relationship, { status: 'active' }, 1],
  ])('goes by more than the tenant for %o by %o', (type, where, searches) => {
    const { text, values } = rowAccess(layout.table(type.name), sqliteDialect).find(1, where, undefined)
    const plan = connection
      .prepare(`explain query plan ${text.text}`)
      .all(values)
      .map((row) => String(row[3]))
    expect(plan.filter((line) => /^SEARCH .*\(tenant_no=\? AND /.test(line))).toHaveLength(searches)
    expect(plan.filter((line) => /^SCAN|^SEARCH .*\(tenant_no=\?\)/.test(line))).toEqual([])
  })
})

describe('the plan of a filter', () => {
  const label = (where: Expr): Expr => ({ op: 'any', over: ['labels'], of: 'it', variable: 'l', where })
  const name = member('name', 'l')

  it.each<[string, Expr]>([
    ['equality', equal(name, param('name'))],
    ['equality in a language', all(equal(name, param('name')), equal(member('languageTag', 'l'), param('tag')))],
    ['a prefix', { op: 'call', name: 'startswith', args: [name, param('name')] }],
    ['one of two names', { op: 'or', args: [equal(name, param('name')), equal(name, constant('x'))] }],
  ])('starts from the folded labels for %s', (_, where) => {
    const plan = planOf(term, { branches: [inSet], filter: label(where), order: bySortKey })
    expectNoScan(plan)
    expect(plan.join('\n')).toMatch(/SEARCH t USING .*\(tenant_no=\? AND id=\?\)/)
    expect(plan.join('\n')).toMatch(
      /SEARCH e\d USING COVERING INDEX i_term_store_term__labels__name.*\(tenant_no=\? AND name[=>]/,
    )
  })

  it('asks the labels of the one row when its id is given', () => {
    const plan = planOf(term, {
      branches: [all(inSet, equal(member('id'), param('id')))],
      filter: label(equal(name, param('name'))),
    })
    expect(plan[0]).toContain('(tenant_no=? AND id=?)')
    // Before 3.51 SQLite does not make joins of subqueries.
    expect(plan.slice(1).join('\n')).toMatch(
      /^(CORRELATED SCALAR SUBQUERY 1\nSEARCH e1 USING|SEARCH e1 EXISTS) .*\(tenant_no=\? AND (name|owner_id)=\?/,
    )
  })

  it('tests the labels of one row after the other for what no index holds', () => {
    const plan = planOf(term, {
      branches: [inSet],
      filter: label({ op: 'call', name: 'contains', args: [name, param('name')] }),
      order: bySortKey,
    })
    expect(plan.filter((line) => line.includes(byLevel))).toHaveLength(7)
  })
})

describe('the plan of a filter by a value inside a complex one', () => {
  const plan = (filter: string, orderBy = '') => {
    const { model, type } = { model: models['v1.0'], type: relationship }
    const query = `$filter=${encodeURIComponent(filter)}${orderBy}`
    const options = readOptions(model, type, query, { collection: true, strict: false })
    return planOf(type, {
      branches: [constant(true)],
      ...(options.filter === undefined ? {} : { filter: options.filter }),
      order: options.order,
      shape: [{ kind: 'prop', name: 'duration', prop: relationship.props.duration }],
    })
  }
  const table = 'i_delegated_admin_relationship'
  const both = `SEARCH t USING INDEX ${table}__customer__tenant_id_status_id (tenant_no=? AND <expr>=? AND status=?)`
  const customer = 'fab21ca0-0000-4000-8000-000000000002'

  // As known clients write it: gdap.md §2.5.
  it.each([
    `status eq 'active' and customer/tenantId eq '${customer.toUpperCase()}'`,
    `status eq 'active' and customer/tenantId eq '${customer}'`,
    `(status eq 'active') AND (customer/tenantId eq '${customer}')`,
    `customer/tenantId eq '${customer}' and status eq 'active'`,
    `status eq 'active' and customer/tenantId eq '${customer}' and not startswith(displayName,'MLT_')`,
  ])('goes by the index over both, without scan or sort: %s', (filter) => {
    expect(plan(filter)).toEqual([both])
  })

  it('goes by an index for either alone', () => {
    expect(plan(`status eq 'active'`)).toEqual([`SEARCH t USING INDEX ${table}__status_id (tenant_no=? AND status=?)`])
    const lines = plan(`customer/tenantId eq '${customer}'`)
    expectNoScan(lines)
    expect(lines.join('\n')).toContain(`${table}__customer__tenant_id_status_id (tenant_no=? AND <expr>=?)`)
  })

  it('sorts no more than the rows found', () => {
    const lines = plan(`status eq 'active' and customer/tenantId eq '${customer}'`, '&$orderby=createdDateTime desc')
    expect(lines).toContain(both)
    expect(lines.filter((line) => line.startsWith('SCAN t'))).toEqual([])
  })
})

describe('the plan of shared rows', () => {
  const shared: Expr = {
    op: 'linked',
    type: relation.name,
    key: 'toTermId',
    as: 'r',
    where: equal(member('setId', 'r'), param('set')),
  }
  const mirrors: Expr = { op: 'reached', closure: mirror, bind: { set: param('set') } }

  it('starts from the relations and the walk', () => {
    const plan = planOf(term, { branches: [inSet, shared, mirrors], order: bySortKey })
    expectNoScan(plan)
    expect(
      plan.filter((line) => /^SEARCH t USING .*\(tenant_no=\? AND id=\?\)/.test(line)).length,
    ).toBeGreaterThanOrEqual(2)
    expectNoScan(
      explain(countQuery(layout, { type: term, branches: [inSet, shared, mirrors], order: [], shape: [], carry: [] })),
    )
    expectNoScan(explain(walkQuery(layout, mirror)))
  })

  it.each([mirror, branch])('goes down by the parent in $name', (closure) => {
    const plan = explain(walkQuery(layout, closure))
    // Twice from the seeds, and twice from where they lead.
    expect(plan.filter((line) => /^SEARCH x .* AND from_term_id=\?/.test(line))).toHaveLength(4)
  })

  it.each([
    ['the root', setChildren, 'i_term_store_relation__set_id_relationship_from_term_id_id', 2],
    ['a term', termChildren, byFrom, 1],
  ] as const)('finds what is shared under %s by the place', (_, scopes, index, times) => {
    const plan = planOf(term, { branches: scopes['natural']?.branches ?? [], order: bySortKey })
    expectNoScan(plan)
    expect(plan.filter((line) => new RegExp(`${index} \\(.*from_term_id=\\?`).test(line))).toHaveLength(times)
  })

  it('uses an index for every link that a removal must look for', () => {
    for (const type of [group, set, term, relation]) {
      const { name } = layout.table(type.name)
      for (const table of layout.tables)
        for (const { column, link } of table.fields)
          if (link === name)
            expect(
              explain({
                text: `select 1 from "${table.name}" where "tenant_no" = ? and "${column}" = ?`,
                slots: [{ from: 'tenant' }, { from: 'tenant' }],
              })[0],
            ).toMatch(new RegExp(`^SEARCH .*\\(tenant_no=\\? AND ${column}=\\?`))
    }
  })
})

describe('the plan of a log with drawn rows', () => {
  const shape = ['category', 'targetResources'].map((name) => ({
    kind: 'prop',
    name,
    prop: directoryAudit.props.category,
  }))
  const newestFirst = ['activityDateTime', 'id'].map((key) => ({ by: member(key), descending: true }))
  const drawn = { branches: [constant(true)], shape: shape as never, order: newestFirst, drawn: true, asked: true }
  const stored = 'i_directory_audit__activity_date_time_id'
  const recorded = 'i_relata_recorded_row__changed_date_time_id_if_changed_206ceb4f'

  it('reads both in the order of an index, up to the limit', () => {
    for (const after of [false, true]) {
      const plan = planOf(directoryAudit, { ...drawn, after })
      const [ofStored, ofDrawn] = after ? [' AND activity_date_time<?', ' AND changed_date_time<?'] : ['', '']
      expect(plan).toContain(`SEARCH t USING INDEX ${stored} (tenant_no=?${ofStored})`)
      expect(plan).toContain(
        `SEARCH r USING COVERING INDEX ${recorded} (tenant_no=? AND changed_date_time>?${ofDrawn})`,
      )
      expectNoScan(plan)
    }
    const { isSorted } = rowsQuery(layout, { type: directoryAudit, carry: [], limit: true, ...drawn }, [], (compiled) =>
      explain(compiled).some((line) => line.includes('TEMP B-TREE FOR ORDER BY')),
    )
    expect(isSorted).toBe(false)
  })

  it('bounds both by a period', () => {
    const filter = { op: 'ge', left: member('activityDateTime'), right: param('from') } as const
    const plan = planOf(directoryAudit, { ...drawn, filter })
    expect(plan).toContain(`SEARCH t USING INDEX ${stored} (tenant_no=? AND activity_date_time>?)`)
    expect(plan).toContain(`SEARCH r USING COVERING INDEX ${recorded} (tenant_no=? AND changed_date_time>?)`)
  })

  it('finds a drawn row by the number in its id', () => {
    const plan = planOf(directoryAudit, { ...drawn, branches: [equal(member('id'), param('key'))], order: [] })
    expect(plan).toContain('SEARCH r USING PRIMARY KEY (tenant_no=? AND id=?)')
    expectNoScan(plan)
  })
})
