/** Single rows: the statements that read and write them, made once for each type and set of columns. */
import { invariant } from '#base/errors.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { BindValue } from '#edm/query.ts'
import { decodedRow, foldedValue, pushElement, rowValue, storedValue } from './codec.ts'
import { quoted } from './ddl.ts'
import type { ElementFacts, Field, Layout, TableFacts, Value } from './layout.ts'
import { markedAccess } from './marks.ts'
import { type Text, textOf } from './session.ts'
import { all, change, get, run, type Steps } from './steps.ts'
import type { Words } from './words.ts'

type Values = Readonly<Record<string, unknown>>

/** Statements over one table. */
export interface RowAccess {
  get(tenantNo: number, id: string): Steps<AnyRow | undefined>
  find(tenantNo: number, where: Values, limit: number | undefined): Steps<AnyRow[]>
  has(tenantNo: number, where: Values): Steps<boolean>
  findByElement(tenantNo: number, key: string, where: Readonly<Record<string, BindValue>>): Steps<string[]>
  insert(tenantNo: number, draft: Values): Steps<AnyRow>
  update(tenantNo: number, id: string, patch: Values): Steps<void>
  add(tenantNo: number, id: string, amounts: Values): Steps<void>
  remove(tenantNo: number, id: string): Steps<void>
}

const list = (columns: readonly string[]): string => columns.map(quoted).join(', ')
const marks = (count: number): string => new Array(count).fill('?').join(', ')

/** Makes a text for each distinct list of keys, once. */
const byKeys = (make: (keys: readonly string[]) => string) => {
  const known = new Map<string, Text>()
  return (keys: readonly string[]): Text => {
    const name = keys.join()
    let text = known.get(name)
    if (text === undefined) {
      text = textOf(make(keys))
      known.set(name, text)
    }
    return text
  }
}

const givenKeys = (values: Values): string[] => Object.keys(values).filter((key) => values[key] !== undefined)

const here = '"tenant_no" = ? and "id" = ?'

/** Keys with values to compare to. Null equals null; a test of its own for it lets every database use an index. */
const testsOf = (keys: readonly string[], columnOf: (key: string) => string): string[] => [
  '"tenant_no" = ?',
  ...keys.map((key) =>
    key.endsWith(isNull) ? `${quoted(columnOf(key.slice(0, -1)))} is null` : `${quoted(columnOf(key))} = ?`,
  ),
]

const isNull = '!'
const marked = (keys: readonly string[], values: readonly Value[]): string[] =>
  keys.map((key, at) => (values[at] === null ? key + isNull : key))
const present = (values: readonly Value[]): Value[] => values.filter((value) => value !== null)

const columnsOf = ({ column, foldColumn }: Field): string[] =>
  foldColumn === undefined ? [column] : [column, foldColumn]

const pushStored = (values: Value[], field: Field, value: unknown): void => {
  values.push(storedValue(field, value))
  if (field.foldColumn !== undefined) values.push(foldedValue(value))
}

const rowsAtOnce = 8

const elementAccess = (facts: ElementFacts, { insertAll }: Pick<Words, 'insertAll'>) => {
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
  const find = byKeys((keys) => {
    const tests = testsOf(keys, (key) => {
      const column = facts.member(key)
      invariant(column !== undefined, `${facts.name} has no member ${key}`)
      return column.column
    })
    return `select distinct "owner_id" from ${table} where ${tests.join(' and ')} order by "owner_id"`
  })
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
    *clear(tenantNo: number, ownerId: string): Steps<void> {
      yield* run(clear, [tenantNo, ownerId])
    },
    *find(tenantNo: number, where: Readonly<Record<string, BindValue>>): Steps<string[]> {
      const keys = Object.keys(where)
      const values = keys.map((key): Value => {
        const value = where[key] ?? null
        if (typeof value === 'string') return facts.member(key)?.prop.fold === true ? foldedValue(value) : value
        return typeof value === 'boolean' ? Number(value) : value
      })
      return (yield* all(find(marked(keys, values)), [tenantNo, ...present(values)])).map(
        ([ownerId]) => ownerId as string,
      )
    },
  }
}

export const rowAccess = (facts: TableFacts, words: Pick<Words, 'first' | 'insertAll'>): RowAccess => {
  const table = quoted(facts.name)
  const { fields } = facts
  const select = `select ${list(fields.map(({ column }) => column))} from ${table}`
  const elements = facts.elements.map((element) => elementAccess(element, words))
  const insertColumns = ['tenant_no', ...fields.flatMap(columnsOf)]

  const getText = textOf(`${select} where ${here}`)
  const insertText = textOf(`insert into ${table} (${list(insertColumns)}) values (${marks(insertColumns.length)})`)
  const removeText = textOf(`delete from ${table} where ${here}`)
  const findTextOf = (end: string) =>
    byKeys((keys) => {
      const tests = testsOf(keys, (key) => facts.field(key).sortColumn)
      return `${select} where ${tests.join(' and ')} order by "id"${end}`
    })
  const findText = findTextOf('')
  const hasText = byKeys((keys) => {
    const tests = testsOf(keys, (key) => facts.field(key).sortColumn)
    return words.first(`select 1 as "x" from ${table} where ${tests.join(' and ')}`)
  })
  // Hidden in a sum: SQLite plans a statement anew for each value bound to a bare `limit ?`.
  const findSomeText = findTextOf(' limit ? + 0')
  const updateText = byKeys((keys) => {
    const sets = keys.flatMap((key) => columnsOf(facts.field(key)).map((column) => `${quoted(column)} = ?`))
    return `update ${table} set ${[...sets, '"version" = "version" + 1'].join(', ')} where ${here}`
  })
  const addText = byKeys((keys) => {
    const sets = keys.map((key) => `${quoted(facts.field(key).column)} = ${quoted(facts.field(key).column)} + ?`)
    return `update ${table} set ${[...sets, '"version" = "version" + 1'].join(', ')} where ${here}`
  })

  const boundTests = (tenantNo: number, where: Values): [string[], Value[]] => {
    const keys = givenKeys(where)
    const values = keys.map((key): Value => {
      const field = facts.field(key)
      const value = where[key]
      return field.foldColumn === undefined ? storedValue(field, rowValue(field, value)) : foldedValue(value)
    })
    return [marked(keys, values), [tenantNo, ...present(values)]]
  }

  return {
    *get(tenantNo, id) {
      const raw = yield* get(getText, [tenantNo, id])
      return raw === undefined ? undefined : decodedRow(fields, raw, 0)
    },

    *has(tenantNo, where) {
      const [names, bound] = boundTests(tenantNo, where)
      return (yield* get(hasText(names), bound)) !== undefined
    },

    *find(tenantNo, where, limit) {
      const [names, bound] = boundTests(tenantNo, where)
      const rows = yield* limit === undefined
        ? all(findText(names), bound)
        : all(findSomeText(names), [...bound, limit])
      return rows.map((raw) => decodedRow(fields, raw, 0))
    },

    *findByElement(tenantNo, key, where) {
      const access = elements.find((element) => element.key === key)
      invariant(access !== undefined, `${facts.type.name} keeps no elements of ${key}`)
      return yield* access.find(tenantNo, where)
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
      const keys = givenKeys(patch)
      const values: Value[] = []
      for (const key of keys) {
        const field = facts.field(key)
        pushStored(values, field, rowValue(field, patch[key]))
      }
      yield* change(updateText(keys), [...values, tenantNo, id])
      for (const element of elements) {
        if (patch[element.key] === undefined) continue
        yield* element.clear(tenantNo, id)
        yield* element.write(tenantNo, id, patch[element.key])
      }
    },

    *add(tenantNo, id, amounts) {
      const keys = givenKeys(amounts)
      yield* change(addText(keys), [...keys.map((key) => amounts[key] as number), tenantNo, id])
    },

    *remove(tenantNo, id) {
      yield* change(removeText, [tenantNo, id])
      for (const element of elements) yield* element.clear(tenantNo, id)
    },
  }
}

/** Access to the rows of any stored type, by its qualified name. */
export const rowsOf = (layout: Layout, mintTag: () => string): ((qualified: string) => RowAccess) => {
  const access = new Map(
    layout.types.map((facts) => [facts.type.name, markedAccess(rowAccess(facts, layout.words), facts, mintTag)]),
  )
  return (qualified) => {
    const found = access.get(qualified)
    invariant(found !== undefined, `no stored type ${qualified}`)
    return found
  }
}
