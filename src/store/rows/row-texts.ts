/** The texts of the statements for one table. Those of a key list are created when they are first used. */
import { kindKey } from '#edm/model.ts'
import type { SqlDialect } from '../query/dialect.ts'
import { list, literal, quoted } from '../schema/ddl.ts'
import type { Field, TableFacts } from '../schema/layout.ts'
import { KeyList, keyIn, placeholders, testsOf, unionOf, upTo } from './key-lists.ts'
import { placeholder, type RowForm, textOf } from './statement.ts'

function columnsOf({ column, foldColumn }: Field): string[] {
  return foldColumn === undefined ? [column] : [column, foldColumn]
}

function typedColumnsOf({ column, foldColumn, kind }: Field): RowForm['columns'] {
  const own = { name: column, kind }
  return foldColumn === undefined ? [own] : [own, { name: foldColumn, kind: 'text' }]
}

const tenantColumn = { name: 'tenant_no', kind: 'integer' } as const

/** A test for the kinds of a derived type; empty if all rows of the table are of the type. */
function kindTest({ kinds, field }: TableFacts): string {
  return kinds === undefined
    ? ''
    : ` and ${quoted(field(kindKey).column)} in (${kinds.map((kind) => literal(kind)).join(', ')})`
}

/** The same test for the owner of an element. */
export function ownerTest(facts: TableFacts): string {
  const ofKind = kindTest(facts)
  return ofKind === ''
    ? ''
    : ` and "owner_id" in (select "id" from ${quoted(facts.name)} where "tenant_no" = ${placeholder}${ofKind})`
}

export function rowTexts(facts: TableFacts, { first, listed }: Pick<SqlDialect, 'first' | 'listed'>) {
  const table = quoted(facts.name)
  const ofKind = kindTest(facts)
  const here = `"tenant_no" = ? and "id" = ?${ofKind}`
  const select = `select ${list(facts.fields.map(({ column }) => column))} from ${table}`
  const inserted = ['tenant_no', ...facts.fields.flatMap(columnsOf)]
  const tests = (names: readonly string[]): string => testsOf(names, (key) => facts.field(key).sortColumn) + ofKind
  const selectWhere = (names: readonly string[]): string => `${select} where ${tests(names)}`
  const byId = (names: readonly string[]): string => `${unionOf(names, selectWhere)} order by "id"`
  // In the statement, which runs while the writes of the tenant are held up: a number read before would cost another one.
  const nextNumber = (column: string): string =>
    `(select coalesce(max(${quoted(column)}), 0) + 1 from ${table} where "tenant_no" = ${placeholder})`
  const valueIn = (field: Field): string =>
    field.prop?.numbered === true ? nextNumber(field.column) : placeholders(columnsOf(field).length)
  const leading = new Set(facts.indexes.map(({ keys }) => keys[0]))
  const changing = (names: readonly string[], set: (column: string) => string): string => {
    const sets = names.flatMap((key) => columnsOf(facts.field(key)).map(set))
    return `update ${table} set ${[...sets, '"version" = "version" + 1'].join(', ')} where ${here}`
  }
  const insertForm: RowForm | undefined = facts.fields.some(({ prop }) => prop?.numbered === true)
    ? undefined
    : { how: 'insert', table, columns: [tenantColumn, ...facts.fields.flatMap(typedColumnsOf)], test: '' }
  const uniqueKeys = new Set(facts.indexes.filter(({ unique }) => unique).flatMap(({ keys }) => keys))
  const changeForm =
    (how: 'set' | 'add') =>
    (names: readonly string[]): RowForm | undefined => {
      // One statement for several rows would check them in an order of its own, and so allow what is refused one by one.
      if (names.some((key) => uniqueKeys.has(key))) return undefined
      const changed = names.flatMap((key) => typedColumnsOf(facts.field(key)))
      return { how, table, columns: [...changed, tenantColumn, { name: 'id', kind: 'text' }], test: ofKind }
    }
  return {
    get: textOf(`${select} where ${here}`),
    insert: textOf(
      `insert into ${table} (${list(inserted)}) values (?, ${facts.fields.map(valueIn).join(', ')})`,
      insertForm,
    ),
    remove: textOf(`delete from ${table} where ${here}`),
    // If an index finds few rows, they are sorted in JavaScript: with `order by`, SQLite would read all rows of the tenant.
    foundBy: new KeyList((names) =>
      names.some((name) => leading.has(keyIn(name))) ? unionOf(names, selectWhere) : byId(names),
    ),
    foundSome: new KeyList((names) => `${byId(names)} ${upTo}`),
    hadBy: new KeyList((names) => first(`select 1 as "x" from ${table} where ${tests(names)}`)),
    /** The last key is the one that is counted by; its value is a list. */
    countedBy: new KeyList((names) => {
      const column = quoted(facts.field(names.at(-1) ?? '').sortColumn)
      // An index may have only rows in which it is not null.
      return `select ${column} as "value", count(*) as "count" from ${table} where ${tests(names.slice(0, -1))}
        and ${column} is not null and ${column} in ${listed(placeholder, 'text')} group by ${column}`
    }),
    updatedBy: new KeyList((names) => changing(names, (column) => `${quoted(column)} = ?`), changeForm('set')),
    addedBy: new KeyList(
      (names) => changing(names, (column) => `${quoted(column)} = ${quoted(column)} + ?`),
      changeForm('add'),
    ),
  }
}
