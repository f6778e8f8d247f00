/** Statements that read and write single rows of one table. */
import { invariant } from '#base/errors.ts'
import type { AnyRow } from '#edm/infer.ts'
import { kindKey } from '#edm/model.ts'
import { notNull } from '#edm/query.ts'
import type { QueryLayout, SqlDialect } from '../query/dialect.ts'
import type { Field, TableFacts } from '../schema/layout.ts'
import type { RawRow, SqlValue } from '../values.ts'
import { decodedRow, foldedValue, rowValue, storedValue } from './codec.ts'
import { elementAccess } from './element-access.ts'
import { withTags } from './entity-tags.ts'
import type { KeyList } from './key-lists.ts'
import { ownerTest, rowTexts } from './row-texts.ts'
import type { RowAccess, RowValues } from './rows.ts'
import { all, change, get, run, type Statement } from './statement.ts'
import { wordAccess } from './word-access.ts'

function pushStored(values: SqlValue[], field: Field, value: unknown): void {
  values.push(storedValue(field, value))
  if (field.foldColumn !== undefined) values.push(foldedValue(value))
}

function byId(a: AnyRow, b: AnyRow): number {
  return a.id < b.id ? -1 : 1
}

function isThere(raw: RawRow | undefined): boolean {
  return raw !== undefined
}

function compared(field: Field, value: unknown): SqlValue {
  return field.foldColumn === undefined ? storedValue(field, rowValue(field, value)) : foldedValue(value)
}

/** Adds the values that a test of these row values is bound to; returns the list of its keys. */
function bindTo(facts: TableFacts, keys: KeyList, tenantNo: number, where: RowValues, values: SqlValue[]): KeyList {
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
    const value = compared(field, given)
    at = value === null ? at.withNull(key) : at.with(key)
    if (value !== null) values.push(value)
  }
  return at
}

/** The row as it will be stored, and the values of its columns. */
function storedRow(facts: TableFacts, tenantNo: number, draft: RowValues) {
  const row: Record<string, unknown> = {}
  const values: SqlValue[] = [tenantNo]
  for (const field of facts.fields) {
    const given = draft[field.key]
    if (field.prop?.numbered === true) {
      invariant(given === undefined, `the store numbers ${facts.name}.${field.column}`)
      row[field.key] = field.initial
      values.push(tenantNo)
    } else if (given === undefined) {
      // The initial value of a collection is one shared list, so each row gets a copy.
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
  return { row: row as AnyRow, values }
}

/** The row as it will be stored. */
function changedRow(facts: TableFacts, before: AnyRow, patch: RowValues): AnyRow {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  return { ...before, ...Object.fromEntries(given.map(([key, value]) => [key, rowValue(facts.field(key), value)])) }
}

function readingOf(
  facts: TableFacts,
  texts: ReturnType<typeof rowTexts>,
): Pick<RowAccess, 'get' | 'find' | 'has' | 'countEach'> {
  const { fields } = facts
  const row = (raw: RawRow | undefined) => (raw === undefined ? undefined : decodedRow(fields, raw, 0))
  const rows = (raws: RawRow[]): AnyRow[] => raws.map((raw) => decodedRow(fields, raw, 0))
  const inOrder = (raws: RawRow[]): AnyRow[] => (raws.length > 1 ? rows(raws).sort(byId) : rows(raws))
  return {
    get: (tenantNo, id) => get(texts.get, [tenantNo, id], row),

    has(tenantNo, where) {
      const values: SqlValue[] = []
      const keys = bindTo(facts, texts.hadBy, tenantNo, where, values)
      return get(keys.text(), values, isThere)
    },

    countEach(tenantNo, where, key, wanted) {
      const values: SqlValue[] = []
      const keys = bindTo(facts, texts.countedBy, tenantNo, where, values).with(key)
      values.push(JSON.stringify(wanted))
      return all(keys.text(), values, (raws) => new Map(raws.map(([value, count]) => [String(value), Number(count)])))
    },

    find(tenantNo, where, limit) {
      const values: SqlValue[] = []
      let keys = limit === undefined ? texts.foundBy : texts.foundSome
      if (!Array.isArray(where)) keys = bindTo(facts, keys, tenantNo, where as RowValues, values)
      else
        for (let at = 0; at < where.length; at++)
          keys = bindTo(facts, at > 0 ? keys.or() : keys, tenantNo, where[at], values)
      if (limit === undefined) return all(keys.text(), values, inOrder)
      values.push(limit)
      return all(keys.text(), values, rows)
    },
  }
}

/** What the access to the rows of a table needs of the database. */
type RowDialect = Pick<SqlDialect, 'first' | 'insertAll' | 'listed' | 'holds' | 'merges'>

export function rowAccess(facts: TableFacts, dialect: RowDialect): RowAccess {
  const texts = rowTexts(facts, dialect)
  const elements = facts.elements.map((element) => elementAccess(element, dialect, ownerTest(facts)))
  const words = facts.words.map((one) => wordAccess(facts, one, dialect))
  return {
    ...readingOf(facts, texts),

    comparable: (key, value) => compared(facts.field(key), value),
    comparableIn(key) {
      const access = elements.find((element) => element.key === key)
      invariant(access !== undefined, `${facts.type.name} keeps no elements of ${key}`)
      return access.comparable
    },

    findByWord(tenantNo, key, search) {
      const access = words.find((one) => one.key === key)
      invariant(access !== undefined, `${facts.type.name} keeps no words of ${key}`)
      return access.find(tenantNo, search)
    },

    findByElement(tenantNo, key, wanted, limit) {
      const access = elements.find((element) => element.key === key)
      invariant(access !== undefined, `${facts.type.name} keeps no elements of ${key}`)
      return access.find(tenantNo, wanted, limit)
    },

    insert(tenantNo, draft) {
      const given = facts.kinds === undefined ? draft : { [kindKey]: facts.type.name, ...draft }
      const { row, values } = storedRow(facts, tenantNo, given)
      const statements = [run(texts.insert, values)]
      for (const element of elements) element.pushWrites(statements, tenantNo, row.id, row[element.key])
      for (const word of words) word.pushInserted(statements, tenantNo, row)
      return { row, statements }
    },

    needsBefore: (patch) => words.some((word) => patch === undefined || word.dependsOn(patch)),

    update(tenantNo, id, patch, before) {
      let keys = texts.updatedBy
      const values: SqlValue[] = []
      for (const key in patch) {
        const given = patch[key]
        if (given === undefined) continue
        keys = keys.with(key)
        const field = facts.field(key)
        pushStored(values, field, rowValue(field, given))
      }
      values.push(tenantNo, id)
      const statements = [change(keys.text(), values)]
      for (const element of elements) {
        if (patch[element.key] === undefined) continue
        statements.push(element.clear(tenantNo, id))
        element.pushWrites(statements, tenantNo, id, patch[element.key])
      }
      if (before !== undefined)
        for (const word of words)
          if (word.dependsOn(patch)) word.pushChanges(statements, tenantNo, before, changedRow(facts, before, patch))
      return statements
    },

    add(tenantNo, id, amounts) {
      let keys = texts.addedBy
      const values: SqlValue[] = []
      for (const key in amounts) {
        if (amounts[key] === undefined) continue
        keys = keys.with(key)
        values.push(amounts[key] as number)
      }
      values.push(tenantNo, id)
      return [change(keys.text(), values)]
    },

    remove(tenantNo, id, before) {
      const statements: Statement<void>[] = [change(texts.remove, [tenantNo, id])]
      for (const element of elements) statements.push(element.clear(tenantNo, id))
      if (before !== undefined) for (const word of words) word.pushChanges(statements, tenantNo, before, undefined)
      return statements
    },
  }
}

/** Access to the rows of any stored type, by its qualified name. */
export function rowsOf(layout: QueryLayout, mintTag: () => string): (qualified: string) => RowAccess {
  const access = new Map<string, RowAccess>()
  return (qualified) => {
    const found = access.get(qualified)
    if (found !== undefined) return found
    // Made when a type is first used: a server uses few of them.
    const facts = layout.table(qualified)
    const plain = rowAccess(facts, layout.dialect)
    const made = facts.tagged ? withTags(plain, mintTag) : plain
    access.set(qualified, made)
    return made
  }
}
