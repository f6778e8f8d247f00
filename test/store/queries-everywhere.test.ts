/** The query language on every stored type of every workload: what the model has can be asked, and links are found by an index. */
import { describe, expect, it } from 'vitest'
import { systemClock } from '#base/clock.ts'
import type { EntityType } from '#edm/define.ts'
import { isStored, type Model } from '#edm/model.ts'
import type { Prop } from '#edm/props.ts'
import { constant } from '#edm/query.ts'
import { navOf, propOf } from '#odata/query/expression/names.ts'
import { readOptions } from '#odata/query/options.ts'
import { queryLayoutOf } from '#store/query/dialect.ts'
import { rowsQuery } from '#store/query/select.ts'
import type { Compiled } from '#store/query/sql.ts'
import { sqliteDialect } from '#store/sqlite/dialect.ts'
import { migrate } from '#store/sqlite/migrate.ts'
import { openConnection } from '#store/sqlite/sqlite.ts'
import { models } from '#workloads/models.ts'

const layout = queryLayoutOf(Object.values(models), sqliteDialect)
const connection = openConnection(':memory:', 0)
migrate(connection, systemClock)

const explain = ({ text, slots }: Compiled): string[] =>
  connection
    .prepare(`explain query plan ${text}`)
    .all(slots.map(() => null))
    .map((row) => String(row[3]))

const compiled = (model: Model, type: EntityType, query: string): Compiled => {
  const options = readOptions(model, type, query, { collection: true, strict: false })
  return rowsQuery(
    layout,
    {
      type,
      branches: [constant(true)],
      filter: options.filter ?? constant(true),
      order: options.order,
      shape: [],
      carry: [],
      limit: true,
    },
    [],
    () => false,
  )
}

const planOf = (model: Model, type: EntityType, filter: string): string[] =>
  explain(compiled(model, type, `$filter=${encodeURIComponent(filter)}`))

/** The row that is asked about may be read row by row; everything it leads to is looked up. */
const expectLookups = (plan: readonly string[]) => {
  for (const line of plan)
    expect(line).not.toMatch(/^SCAN (?!t\b|d\b|w\b|e\d+ (?:EXISTS )?VIRTUAL|CONSTANT|\(subquery)/)
}

const textTests = (path: string) => [
  `${path} eq 'a'`,
  `${path} in ('a',null)`,
  `startswith(${path},'a') or endswith(${path},'b') or contains(${path},'c')`,
  `not (length(trim(concat(tolower(${path}),toupper('x')))) add indexof(${path},'a') gt 3)`,
  `substring(${path},1,2) ne null and ${path} ge 'a'`,
]

const testsByType: Readonly<Record<string, (path: string) => string[]>> = {
  'Edm.String': textTests,
  'Edm.Boolean': (path) => [path, `not ${path}`, `${path} eq false`, `${path} ne null`],
  'Edm.Int32': (path) => [
    `${path} mul 2 sub 1 ge 3`,
    `(${path} mod 2 eq 0 or ${path} div 2 lt 7.5) and -${path} ne 0`,
    `round(${path} divby 3) eq ceiling(2.5) or floor(${path}) in (1,2)`,
    `cast(${path},Edm.String) eq '1' and isof(${path},Edm.Int32)`,
  ],
  'Edm.DateTimeOffset': (path) => [
    `${path} ge 2026-01-01 and ${path} lt 2027-01-01T00:00:00Z`,
    `year(${path}) eq 2026 and month(${path}) le 6 and day(${path}) ne 1`,
    `hour(${path}) add minute(${path}) gt second(${path}) and fractionalseconds(${path}) lt 1`,
    `date(${path}) eq 2026-01-01 or time(${path}) gt 10:00`,
    `${path} add duration'P30D' lt now() or now() sub ${path} gt duration'PT1H'`,
    `${path} gt mindatetime() and ${path} lt maxdatetime() and totaloffsetminutes(${path}) eq 0`,
  ],
  'Edm.Duration': (path) => [
    `${path} gt duration'P30D' and ${path} le 'P730D'`,
    `totalseconds(${path}) mul 2 gt 3 and ${path} add duration'P1D' ne -${path}`,
  ],
}

const testsOf = (prop: Prop, path: string): string[] => {
  const { type } = prop
  if (prop.collection === true) {
    const inner = testsOf({ ...prop, collection: false }, 'x').map((test) => `${path}/any(x:${test})`)
    return [
      ...inner,
      `${path}/$count gt 1`,
      `not ${path}/any()`,
      ...inner.slice(0, 1).map((test) => test.replace('/any(', '/all(')),
    ]
  }
  if (typeof type === 'string') return testsByType[type]?.(path) ?? [`${path} ne null`]
  if (type.kind === 'complex')
    return Object.entries(type.props).flatMap(([name, member]) => testsOf(member, `${path}/${name}`))
  const [first] = type.members
  return [
    `${path} eq '${first?.name}' or ${path} ne ${type.name}'${first?.name}'`,
    `${path} in ('${first?.name}',null) or ${path} gt '${first?.value}'`,
  ]
}

const stored = Object.values(models).flatMap((model) =>
  model.entities.filter((type) => isStored(type)).map((type) => [model.version, type.name, model, type] as const),
)

describe('every stored type', () => {
  it.each(stored)('%s %s can be asked about each of its members', (_, __, model, type) => {
    for (const { name, prop } of model.view(type.name).props.values()) {
      if (propOf(model, type, name) === undefined) continue
      for (const test of testsOf(prop, name)) expectLookups(planOf(model, type, test))
    }
  })

  it.each(stored)('%s %s can be asked about what its links lead to', (_, __, model, type) => {
    for (const { name, nav } of model.view(type.name).navs.values()) {
      const target = model.view(nav.target).type
      if (navOf(model, type, name) === undefined || !isStored(target) || !(nav.many || nav.stored)) continue
      // A link to all rows of a type has nothing to look them up by.
      const isWhole = nav.many && Object.keys(Object.values(nav.scopes)[0]?.bind ?? {}).length === 0
      const check = isWhole ? () => undefined : expectLookups
      const inner = [...model.view(target.name).props.values()].filter((entry) => propOf(model, target, entry.name))
      for (const { name: key, prop } of inner) {
        for (const test of testsOf(prop, nav.many ? `y/${key}` : `${name}/${key}`)) {
          for (const filter of nav.many ? [`${name}/any(y:${test})`, `${name}/all(y:not (${test}))`] : [test]) {
            check(planOf(model, type, filter))
          }
        }
      }
      const counted = nav.many ? `${name}/$count` : `${name}/id`
      check(explain(compiled(model, type, `$orderby=${counted} desc`)))
    }
  })
})

describe('derived types', () => {
  const derived = 'microsoft.graph.resellerDelegatedAdminRelationship'
  const filters = [
    `isof('${derived}') or not isof(${derived})`,
    `${derived}/isPartnerConsentPending eq true`,
    `${derived}/accessAssignments/any(a:a/status eq 'active')`,
  ]

  it.each(filters)('are asked about by their base in %s', (filter) => {
    const model = models['v1.0']
    expectLookups(planOf(model, model.view('microsoft.graph.delegatedAdminRelationship').type, filter))
  })
})

describe('the longest filters the parser takes', () => {
  const model = models['v1.0']
  const { type } = model.view('microsoft.graph.termStore.term')
  const many = (count: number, part: string, between: string) => Array.from({ length: count }, () => part).join(between)

  it.each([
    ['conditions', many(400, "id eq ''", ' or ')],
    ['flags', many(801, 'true', ' or ')],
    ['sums', `1 add ${many(799, '1', ' add ')} eq 3`],
    ['lambdas', many(260, "labels/any(a:a/name ne '')", ' and ')],
    ['element lookups', `labels/any(a:${many(400, "a/name eq ''", ' or ')})`],
    ['lists', `id in (${many(2_000, "''", ',')})`],
    ['brackets', `${'('.repeat(64)}true${')'.repeat(64)}`],
    ['functions', `${'trim('.repeat(64)}id${')'.repeat(64)} eq ''`],
    ['negations', `${'not '.repeat(64)}true`],
    ['links', many(4, "children/any(a:a/children/any(b:b/set/parentGroup/displayName eq ''))", ' or ')],
  ])('are taken by the database: %s', (_, filter) => {
    expect(planOf(model, type, filter)).not.toEqual([])
  })
})

describe('the plan of a filter along links', () => {
  const model = models['v1.0']
  const plan = (type: string, filter: string) => planOf(model, model.view(type).type, filter).join('\n')

  it('looks one row up by its key', () => {
    expect(plan('microsoft.graph.termStore.term', "set/parentGroup/displayName eq 'x'")).toMatch(
      /SEARCH e1 USING INDEX sqlite_autoindex_term_store_set_1 \(tenant_no=\? AND id=\?\)\n(?:.*\n)*SEARCH e2 USING INDEX sqlite_autoindex_term_store_group_1 \(tenant_no=\? AND id=\?\)/,
    )
  })

  it('looks many rows up by the index of what they hang on', () => {
    expect(plan('microsoft.graph.termStore.group', "sets/any(s:s/description eq 'x')")).toContain(
      'USING INDEX i_term_store_set__parent_group_id_sort_key_id (tenant_no=? AND parent_group_id=?)',
    )
    expect(plan('microsoft.graph.delegatedAdminRelationship', 'accessAssignments/$count gt 1')).toMatch(
      /SEARCH e1 (?:EXISTS )?USING (?:COVERING )?INDEX \S+ \(tenant_no=\? AND relationship_id=\?\)/,
    )
  })

  it('finds members through the type that joins them', () => {
    expectLookups(
      planOf(model, model.view('microsoft.graph.group').type, "members/any(m:startswith(m/displayName,'A'))"),
    )
  })

  it('keeps the index of labels for equality and prefix beside other conditions', () => {
    for (const test of ["l/name eq 'x'", "startswith(l/name,'x')"]) {
      const lines = plan(
        'microsoft.graph.termStore.term',
        `labels/any(l:${test}) and set/description ne null and id ne 'y'`,
      )
      expect(lines).toMatch(/SEARCH e\d+ USING COVERING INDEX \S*labels\S* \(tenant_no=\? AND name/)
    }
  })
})
