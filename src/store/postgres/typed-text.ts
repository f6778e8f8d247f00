/**
 * Statement texts in PostgreSQL's form. The store's texts have `?` or `+?` for each value; PostgreSQL needs `$1::type`,
 * and the type follows from the value. So one text becomes several, one for each pattern of types; null is written into
 * the text.
 */
import { invariant } from '#base/errors.ts'
import type { ColumnKind } from '#edm/types.ts'
import type { RowForm, StatementText } from '../rows/statement.ts'
import { list as listed, quoted } from '../schema/ddl.ts'
import type { SqlValue } from '../values.ts'

/** A text that can be sent, and its statement name, which is used once the text has been sent often enough. */
export interface TypedText {
  readonly text: string
  readonly name: string
  uses: number
}

function kindOf(value: SqlValue): string {
  if (value === null) return 'z'
  if (typeof value === 'string') return 't'
  return Number.isSafeInteger(value) ? 'i' : 'r'
}

const casts: Readonly<Record<string, string>> = { t: 'text', i: 'bigint', r: 'double precision' }
const collations: Readonly<Record<string, string>> = { t: ' collate "C"' }

/** `of`: the SQL for the value with that number, counted from 1. */
function typed(text: string, kinds: string, of: (number: number, type: string) => string): string {
  let at = -1
  let number = 0
  return text.replace(/\+?\?/g, () => {
    at += 1
    const kind = kinds[at] ?? ''
    const type = casts[kind]
    if (type === undefined) return 'null'
    number += 1
    return `${of(number, type)}${collations[kind] ?? ''}`
  })
}

let names = 0

function named(text: string): TypedText {
  names += 1
  return { text, name: `relata_${names}`, uses: 0 }
}

interface Origin {
  readonly text: string
  readonly kinds: string
  readonly hasRange: boolean
  readonly hasList: boolean
  readonly isCostly: boolean
}

/** What `store/query/select.ts` writes after the subquery that finds ids. */
const endOfIds = ' as d cross join '
const lookedUp = `${endOfIds}lateral `
const beginOfIds = 'select distinct id from ('

/** Whether the subquery that finds ids has it. */
function hasInIds(text: string, what: RegExp): boolean {
  return text
    .split(endOfIds)
    .slice(0, -1)
    .some((part) => what.test(part.slice(part.lastIndexOf(beginOfIds))))
}

const range = /[<>]=? \+?\?/
/** What `each` of the dialect writes for a list that is bound. */
const list = /json_array_elements\(\(case json_typeof\(\(\+?\?/

/**
 * What can make a statement of the model costly: searching in texts, looking into JSON, walking, counting. Others read rows
 * by keys, or a page along an index. Those that a request asks for have their costs with them.
 */
const costly =
  /\b(strpos|json_array_elements|lower|upper|regexp_\w+|position)\(|\blike\b|\bwith recursive\b|\bcount\(\*\)/i

function mayBeCostly({ text, cost }: StatementText): boolean {
  return cost !== undefined || costly.test(text)
}

/** The typed texts of each text by pattern of types, and what each typed text was made of. */
const known = new WeakMap<StatementText, Map<string, TypedText>>()
const origins = new WeakMap<TypedText, Origin>()
const many = new WeakMap<TypedText, TypedText>()
/** By the statement names of their parts. The rules use few texts, but each pattern of nulls is another one. */
const combined = new Map<string, TypedText>()
const mostCombined = 2_000

export function typedText(text: StatementText, values: readonly SqlValue[]): TypedText {
  let kinds = ''
  for (const value of values) kinds += kindOf(value)
  const forms = known.get(text) ?? new Map<string, TypedText>()
  known.set(text, forms)
  const found = forms.get(kinds)
  if (found !== undefined) return found
  const made = named(typed(text.text, kinds, (number, type) => `$${number}::${type}`))
  forms.set(kinds, made)
  origins.set(made, {
    text: text.text,
    kinds,
    hasRange: hasInIds(text.text, range),
    hasList: hasInIds(text.text, list),
    isCostly: mayBeCostly(text),
  })
  return made
}

/**
 * Whether rows are looked up by ids that a range finds. Only with the values at hand does PostgreSQL know how narrow the
 * range is; without them it expects half a percent of the table, and may take a plan whose cost grows with the table.
 * `one-by-one`: the statement leaves it no other plan, but how much a range finds is not known.
 */
export function findsByRange(one: TypedText): 'freely' | 'one-by-one' | undefined {
  const origin = origins.get(one)
  if (origin?.hasRange !== true) return undefined
  return origin.text.split(endOfIds).length === origin.text.split(lookedUp).length ? 'one-by-one' : 'freely'
}

/**
 * Whether rows are looked up by a list of ids that is bound. Without the tenant's number at hand, PostgreSQL may read all
 * rows of the tenant instead, while it knows little of the table: a page in custom order then costs as much as a listing.
 */
export function findsByList(one: TypedText): boolean {
  return origins.get(one)?.hasList === true
}

/** Whether a statement may be costly by its shape. */
export function isCostly(one: TypedText): boolean {
  return origins.get(one)?.isCostly === true
}

/**
 * The same statement for many lists of values: each parameter is an array with one value for each list. Its last column
 * is the place of the list, counted from 1; rows of one list keep their order.
 */
export function typedForMany(one: TypedText): TypedText {
  const found = many.get(one)
  if (found !== undefined) return found
  const { text, kinds } = origins.get(one) as Origin
  const types: string[] = []
  const inner = typed(text, kinds, (number, type) => {
    types.push(type)
    return `p.a${number}`
  })
  // By a select each, so that PostgreSQL does not see how long they are: it would plan anew for each length.
  const arrays = types.map((type, at) => `(select $${at + 1}::${type}[])`).join(', ')
  const names = types.map((_, at) => `a${at + 1}`).join(', ')
  const made = named(
    `select q.*, p.n from unnest(${arrays}) with ordinality as p(${names}, n) cross join lateral (${inner}) as q`,
  )
  many.set(one, made)
  return made
}

const arrayTypes: Readonly<Record<ColumnKind, string>> = { text: 'text', integer: 'bigint', real: 'double precision' }

function elementText(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return String(value)
  const isPlain = !(value.includes('"') || value.includes('\\'))
  return `"${isPlain ? value : value.replace(/["\\]/g, '\\$&')}"`
}

/**
 * A column of several rows, as PostgreSQL writes an array: of all values of the rows, every `width`th. A group of writes has
 * thousands of them, so the text is written as it goes.
 */
export function arrayText(rows: readonly (readonly SqlValue[])[], column: number, width: number): string {
  let text = '{'
  for (const values of rows)
    for (let at = column; at < values.length; at += width)
      text += text.length > 1 ? `,${elementText(values[at] as SqlValue)}` : elementText(values[at] as SqlValue)
  return `${text}}`
}

/** `before`: the number of values that come first. */
function rowsText({ how, table, columns, test }: RowForm, before: number): string {
  const arrays = columns.map(({ kind }, at) => `$${before + at + 1}::${arrayTypes[kind]}[]`).join(', ')
  const names = columns.map(({ name }) => name)
  if (how === 'insert') return `insert into ${table} (${listed(names)}) select * from unnest(${arrays})`
  const value = (at: number): string => `p.a${at + 1}${columns[at]?.kind === 'text' ? ' collate "C"' : ''}`
  const changed = names
    .slice(0, -2)
    .map((name, at) => `${quoted(name)} = ${how === 'add' ? `t.${quoted(name)} + ` : ''}${value(at)}`)
  const [tenant, id] = [value(names.length - 2), value(names.length - 1)]
  return `update ${table} as t set ${[...changed, '"version" = t."version" + 1'].join(', ')}
    from unnest(${arrays}) as p(${names.map((_, at) => `a${at + 1}`).join(', ')})
    where t."tenant_no" = ${tenant} and t."id" = ${id}${test}`
}

const forRows = new WeakMap<RowForm, TypedText>()
const formOfText = new WeakMap<TypedText, RowForm>()

/** The statement that writes any number of rows of a form. Each parameter is an array, with one value for each row. */
export function typedForRows(form: RowForm): TypedText {
  const found = forRows.get(form)
  if (found !== undefined) return found
  const made = named(rowsText(form, 0))
  forRows.set(form, made)
  formOfText.set(made, form)
  return made
}

/** The text of a statement after others that have so many values, and how many it has itself. */
function textAfter(part: TypedText, before: number): { readonly text: string; readonly count: number } {
  const form = formOfText.get(part)
  if (form !== undefined) return { text: rowsText(form, before), count: form.columns.length }
  const { text, kinds } = origins.get(part) as Origin
  let count = 0
  const written = typed(text, kinds, (number, type) => {
    count = number
    return `$${before + number}::${type}`
  })
  return { text: written, count }
}

/**
 * Several statements, each for a different table, as one. Its only row has the number of rows that each has changed; null for
 * rows that are inserted in arrays, as all of them are or the statement fails.
 */
export function combinedText(parts: readonly TypedText[]): TypedText {
  const key = parts.map(({ name }) => name).join()
  const found = combined.get(key)
  if (found !== undefined) return found
  let before = 0
  const counts: string[] = []
  const written = parts.map((part, at) => {
    const { text, count } = textAfter(part, before)
    before += count
    const isInsert = formOfText.get(part)?.how === 'insert'
    counts.push(isInsert ? 'null' : `(select count(*) from w${at})`)
    return `w${at} as (${text}${isInsert ? '' : ' returning 1'})`
  })
  const made = named(`with ${written.join(', ')} select ${counts.join(', ')}`)
  if (combined.size >= mostCombined) combined.clear()
  combined.set(key, made)
  return made
}

const targets = new WeakMap<StatementText, string>()

/** The table a statement of `rows/row-access.ts` writes. */
export function tableOf(text: StatementText): string {
  const known = targets.get(text)
  if (known !== undefined) return known
  const [, table] = /^(?:insert into|update|delete from) ("[^"]+")/.exec(text.text) ?? []
  invariant(table !== undefined, `it writes no table: ${text.text}`)
  targets.set(text, table)
  return table
}

/** The values to bind; nulls are part of the text. */
export function boundOf(values: readonly SqlValue[]): readonly SqlValue[] {
  return values.includes(null) ? values.filter((value) => value !== null) : values
}
