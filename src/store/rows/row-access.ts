/** Single rows: the statements that read and write them, made once for each type and set of columns. */
import { invariant } from '#base/errors.ts'
import type { AnyRow } from '#edm/infer.ts'
import { type BindValue, notNull } from '#edm/query.ts'
import type { QueryLayout, SqlDialect } from '../query/dialect.ts'
import { quoted } from '../schema/ddl.ts'
import type { ElementFacts, Field, TableFacts } from '../schema/layout.ts'
import { type Text, textOf } from '../sqlite/session.ts'
import type { RawRow, Value } from '../values.ts'
import { decodedRow, foldedValue, pushElement, rowValue, storedValue } from './codec.ts'
import { all, change, get, run, type Steps } from './statement.ts'
import { Keys, keyIn, testsOf, unionOf } from './statement-texts.ts'
import { markedAccess } from './tags-and-kinds.ts'

type Values = Readonly<Record<string, unknown>>
/** Members of an element. */
type Wanted = Readonly<Record<string, BindValue>>

/** Statements over one table. */
export interface RowAccess {
  get(tenantNo: number, id: string): Steps<AnyRow | undefined>
  find(tenantNo: number, where: Values | readonly Values[], limit: number | undefined): Steps<AnyRow[]>
  has(tenantNo: number, where: Values): Steps<boolean>
  findByElement(tenantNo: number, key: string, anyOf: readonly Wanted[], limit: number | undefined): Steps<string[]>
  insert(tenantNo: number, draft: Values): Steps<AnyRow>
  update(tenantNo: number, id: string, patch: Values): Steps<void>
  add(tenantNo: number, id: string, amounts: Values): Steps<void>
  remove(tenantNo: number, id: string): Steps<void>
}

function list(columns: readonly string[]): string {
  return columns.map(quoted).join(', ')
}

function marks(count: number): string {
  return new Array(count).fill('?').join(', ')
}

const here = '"tenant_no" = ? and "id" = ?'

function columnsOf({ column, foldColumn }: Field): string[] {
  return foldColumn === undefined ? [column] : [column, foldColumn]
}

function pushStored(values: Value[], field: Field, value: unknown): void {
  values.push(storedValue(field, value))
  if (field.foldColumn !== undefined) values.push(foldedValue(value))
}

function byId(a: AnyRow, b: AnyRow): number {
  return a.id < b.id ? -1 : 1
}

function isThere(raw: RawRow | undefined): boolean {
  return raw !== undefined
}

function ids(raws: RawRow[]): string[] {
  return raws.map(([id]) => id as string)
}

/** What is asked for by no value at all. */
function* none(): Steps<never[]> {
  yield* []
  return []
}

const rowsAtOnce = 8

/** Hidden in a sum: SQLite plans a statement anew for each value bound to a bare `limit ?`. */
const upTo = 'limit ? + 0'

/** Finds owners by members of their elements. */
function elementFinder(facts: ElementFacts, table: string) {
  const columnOf = (key: string): string => {
    const column = facts.member(key)
    invariant(column !== undefined, `${facts.name} has no member ${key}`)
    return column.column
  }
  const owners = (start: string) => (names: readonly string[]) =>
    `${start} "owner_id" from ${table} where ${testsOf(names, columnOf)}`
  const foundBy = new Keys((names) => `${unionOf(names, owners('select distinct'))} order by "owner_id"`)
  const foundSome = new Keys((names) => `${unionOf(names, owners('select'), 'union all')} ${upTo}`)
  const elementBound = (key: string, value: BindValue): Value => {
    if (typeof value === 'string') return facts.member(key)?.prop.fold === true ? foldedValue(value) : value
    return typeof value === 'boolean' ? Number(value) : value
  }
  const bindTo = (keys: Keys, where: Wanted, values: Value[]): Keys => {
    let at = keys
    for (const key in where) {
      const value = elementBound(key, where[key] ?? null)
      at = value === null ? at.withNull(key) : at.with(key)
      if (value !== null) values.push(value)
    }
    return at
  }
  return (tenantNo: number, anyOf: readonly Wanted[], limit: number | undefined): Steps<string[]> => {
    let keys = limit === undefined ? foundBy : foundSome
    const values: Value[] = []
    for (let at = 0; at < anyOf.length; at++) {
      values.push(tenantNo)
      keys = bindTo(at > 0 ? keys.or() : keys, anyOf[at] as Wanted, values)
    }
    if (values.length === 0) return none()
    if (limit !== undefined) values.push(limit)
    return all(keys.text(), values, ids)
  }
}

function elementAccess(facts: ElementFacts, { insertAll }: Pick<SqlDialect, 'insertAll'>) {
  const columns = facts.columns.map(({ column }) => column)
  const table = quoted(facts.name)
  const width = columns.length + 3
  const insert = (rows: number) =>
    textOf(
      `${insertAll} ${table} (${list(['tenant_no', 'owner_id', 'ordinal', ...columns])}) values ${new Array(rows).fill(`(${marks(width)})`).join(', ')}`,
    )
  /** By number of rows, from none: a statement for each row would cost more than the rows. */
  const inserts = Array.from({ length: rowsAtOnce + 1 }, (_, rows) => insert(rows))
  const clear = textOf(`delete from ${table} where "tenant_no" = ? and "owner_id" = ?`)
  return {
    key: facts.key,
    *write(tenantNo: number, ownerId: string, value: unknown): Steps<void> {
      const count = Array.isArray(value) ? value.length : 0
      for (let at = 0; at < count; at += rowsAtOnce) {
        const end = Math.min(count, at + rowsAtOnce)
        const values: Value[] = []
        for (let ordinal = at; ordinal < end; ordinal++) {
          values.push(tenantNo, ownerId, ordinal)
          pushElement(values, facts, (value as unknown[])[ordinal])
        }
        yield* run(inserts[end - at] as Text, values)
      }
    },
    clear: (tenantNo: number, ownerId: string): Steps<void> => run(clear, [tenantNo, ownerId]),
    find: elementFinder(facts, table),
  }
}

export function rowAccess(facts: TableFacts, dialect: Pick<SqlDialect, 'first' | 'insertAll'>): RowAccess {
  const table = quoted(facts.name)
  const { fields } = facts
  const select = `select ${list(fields.map(({ column }) => column))} from ${table}`
  const elements = facts.elements.map((element) => elementAccess(element, dialect))
  const insertColumns = ['tenant_no', ...fields.flatMap(columnsOf)]

  const getText = textOf(`${select} where ${here}`)
  const insertText = textOf(`insert into ${table} (${list(insertColumns)}) values (${marks(insertColumns.length)})`)
  const removeText = textOf(`delete from ${table} where ${here}`)
  const columnOf = (key: string): string => facts.field(key).sortColumn
  const selectWhere = (names: readonly string[]): string => `${select} where ${testsOf(names, columnOf)}`
  const leading = new Set(facts.type.indexes?.map(({ keys }) => keys[0]))
  const byKey = (names: readonly string[]): string => `${unionOf(names, selectWhere)} order by "id"`
  // Else put in order here: SQLite would rather read all rows of the tenant, whose ids are in order, than sort a few.
  const foundBy = new Keys((names) =>
    names.some((name) => leading.has(keyIn(name))) ? unionOf(names, selectWhere) : byKey(names),
  )
  const foundSome = new Keys((names) => `${byKey(names)} ${upTo}`)
  const hadBy = new Keys((names) => dialect.first(`select 1 as "x" from ${table} where ${testsOf(names, columnOf)}`))
  const changing = (names: readonly string[], set: (column: string) => string): string => {
    const sets = names.flatMap((key) => columnsOf(facts.field(key)).map(set))
    return `update ${table} set ${[...sets, '"version" = "version" + 1'].join(', ')} where ${here}`
  }
  const updatedBy = new Keys((names) => changing(names, (column) => `${quoted(column)} = ?`))
  const addedBy = new Keys((names) => changing(names, (column) => `${quoted(column)} = ${quoted(column)} + ?`))

  /** Adds what a test for these values is bound to, and gives the keys with theirs. */
  const bindTo = (keys: Keys, tenantNo: number, where: Values, values: Value[]): Keys => {
    let at = keys
    values.push(tenantNo)
    for (const key in where) {
      const given = where[key]
      if (given === undefined) continue
      const field = facts.field(key)
      if (given === notNull) {
        at = at.withAny(key)
        continue
      }
      const value = field.foldColumn === undefined ? storedValue(field, rowValue(field, given)) : foldedValue(given)
      at = value === null ? at.withNull(key) : at.with(key)
      if (value !== null) values.push(value)
    }
    return at
  }

  const row = (raw: RawRow | undefined) => (raw === undefined ? undefined : decodedRow(fields, raw, 0))
  const rows = (raws: RawRow[]): AnyRow[] => raws.map((raw) => decodedRow(fields, raw, 0))
  const inOrder = (raws: RawRow[]): AnyRow[] => (raws.length > 1 ? rows(raws).sort(byId) : rows(raws))

  return {
    get: (tenantNo, id) => get(getText, [tenantNo, id], row),

    has(tenantNo, where) {
      const values: Value[] = []
      const keys = bindTo(hadBy, tenantNo, where, values)
      return get(keys.text(), values, isThere)
    },

    find(tenantNo, where, limit) {
      const values: Value[] = []
      let keys = limit === undefined ? foundBy : foundSome
      if (!Array.isArray(where)) keys = bindTo(keys, tenantNo, where as Values, values)
      else
        for (let at = 0; at < where.length; at++) keys = bindTo(at > 0 ? keys.or() : keys, tenantNo, where[at], values)
      if (values.length === 0) return none()
      if (limit === undefined) return all(keys.text(), values, inOrder)
      values.push(limit)
      return all(keys.text(), values, rows)
    },

    findByElement(tenantNo, key, wanted, limit) {
      const access = elements.find((element) => element.key === key)
      invariant(access !== undefined, `${facts.type.name} keeps no elements of ${key}`)
      return access.find(tenantNo, wanted, limit)
    },

    *insert(tenantNo, draft) {
      const row: Record<string, unknown> = {}
      const values: Value[] = [tenantNo]
      for (const field of fields) {
        const given = draft[field.key]
        if (given === undefined) {
          // The initial value of a collection is one shared list: each row gets its own.
          row[field.key] = field.coding === 'json' ? rowValue(field, field.initial) : field.initial
          values.push(field.initialStored)
          if (field.foldColumn !== undefined) values.push(field.initialFolded)
        } else {
          const value = rowValue(field, given)
          row[field.key] = value
          pushStored(values, field, value)
        }
      }
      for (const key in draft) facts.field(key)
      const id = row['id'] as string
      yield* run(insertText, values)
      for (const element of elements) yield* element.write(tenantNo, id, row[element.key])
      return row as AnyRow
    },

    *update(tenantNo, id, patch) {
      let keys = updatedBy
      const values: Value[] = []
      for (const key in patch) {
        const given = patch[key]
        if (given === undefined) continue
        keys = keys.with(key)
        const field = facts.field(key)
        pushStored(values, field, rowValue(field, given))
      }
      values.push(tenantNo, id)
      yield* change(keys.text(), values)
      for (const element of elements) {
        if (patch[element.key] === undefined) continue
        yield* element.clear(tenantNo, id)
        yield* element.write(tenantNo, id, patch[element.key])
      }
    },

    add(tenantNo, id, amounts) {
      let keys = addedBy
      const values: Value[] = []
      for (const key in amounts) {
        if (amounts[key] === undefined) continue
        keys = keys.with(key)
        values.push(amounts[key] as number)
      }
      values.push(tenantNo, id)
      return change(keys.text(), values)
    },

    *remove(tenantNo, id) {
      yield* change(removeText, [tenantNo, id])
      for (const element of elements) yield* element.clear(tenantNo, id)
    },
  }
}

/** Access to the rows of any stored type, by its qualified name. */
export function rowsOf(layout: QueryLayout, mintTag: () => string): (qualified: string) => RowAccess {
  const access = new Map(
    layout.types.map((facts) => [facts.type.name, markedAccess(rowAccess(facts, layout.dialect), facts, mintTag)]),
  )
  return (qualified) => {
    const found = access.get(qualified)
    invariant(found !== undefined, `no stored type ${qualified}`)
    return found
  }
}
