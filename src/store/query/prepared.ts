/** Neutral queries as the store keeps them: compiled once, one statement for each pattern of nulls in a position. */
import { type Answer, after } from '#base/answer.ts'
import { invariant } from '#base/errors.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Bind, PageRow, PageText, Prepared } from '#edm/ports.ts'
import type { Closure, ClosureState, Position } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { decoded } from '../rows/codec.ts'
import { all, get, type Statement, type StatementText } from '../rows/statement.ts'
import type { Field } from '../schema/layout.ts'
import type { RawRow } from '../values.ts'
import { walkQuery } from './closure.ts'
import type { QueryLayout } from './dialect.ts'
import { carriedKeys, countQuery, joinedText, orderCount, rowsQuery } from './select.ts'
import { type Compiled, type SqlSlot, valuesOf } from './sql.ts'

export interface Ready extends StatementText {
  readonly slots: readonly SqlSlot[]
}

export interface PreparedRows extends Prepared {
  readonly kind: 'rows'
  readonly after: boolean
  readonly carried: readonly Field[]
  readonly orderCount: number
  readonly ready: (nulls: readonly boolean[]) => Ready
  /** The statement when nothing in the position is null, or there is no position. */
  readonly usual: Ready
}

interface PreparedText extends Prepared {
  readonly kind: 'text'
  readonly rows: PreparedRows
  readonly joined: WeakMap<Ready, Ready>
  /** The last row of the page and the one after it, by their places only. */
  readonly edge: PreparedRows
}

interface PreparedCount extends Prepared {
  readonly kind: 'count'
  readonly ready: Ready
}

function readyOf({ text, slots }: Compiled): Ready {
  return { text, slots, prepared: [] }
}

export function prepareRows(
  layout: QueryLayout,
  query: RowQuery,
  sorts: (compiled: Compiled) => boolean,
): PreparedRows {
  const facts = layout.table(query.type.name)
  const variants = new Map<string, Ready>()
  const ready = (nulls: readonly boolean[]): Ready => {
    const key = nulls.join()
    const known = variants.get(key)
    if (known !== undefined) return known
    const made = readyOf(rowsQuery(layout, query, nulls, sorts))
    variants.set(key, made)
    return made
  }
  return {
    kind: 'rows',
    after: query.after === true,
    carried: carriedKeys(query).map((key) => facts.field(key)),
    orderCount: orderCount(query),
    ready,
    usual: ready([]),
  }
}

export function prepareText(
  layout: QueryLayout,
  query: RowQuery,
  sorts: (compiled: Compiled) => boolean,
): PreparedText {
  return {
    kind: 'text',
    rows: prepareRows(layout, { ...query, carry: [] }, sorts),
    joined: new WeakMap(),
    edge: prepareRows(layout, { ...query, carry: [], shape: [], skip: true }, sorts),
  }
}

export function prepareCount(layout: QueryLayout, query: RowQuery): PreparedCount {
  return {
    kind: 'count',
    ready: readyOf(countQuery(layout, query)),
  }
}

/** A row over the driver's array: what is not asked for is not made. */
class ResultRow implements PageRow {
  readonly json: string
  readonly #raw: RawRow
  readonly #query: PreparedRows

  constructor(raw: RawRow, query: PreparedRows) {
    this.json = raw[0] as string
    this.#raw = raw
    this.#query = query
  }

  get row(): AnyRow {
    const row: AnyRow = { id: this.#raw[1] as string }
    const { carried } = this.#query
    for (let at = 0; at < carried.length; at++) {
      const field = carried[at] as Field
      row[field.key] = decoded(field, this.#raw[at + 2] ?? null)
    }
    return row
  }

  get position(): Position {
    const from = 2 + this.#query.carried.length
    return [...this.#raw.slice(from, from + this.#query.orderCount), this.#raw[1] as string]
  }
}

function variantFor(query: PreparedRows, bind: Bind): Ready {
  if (!query.after) return query.usual
  const position = bind['after']
  invariant(Array.isArray(position) && position.length === query.orderCount + 1, 'the position does not fit the order')
  return position.includes(null) ? query.ready(position.map((value) => value === null)) : query.usual
}

export function pageOf(tenantNo: number, prepared: Prepared, bind: Bind): Statement<PageRow[]> {
  invariant(prepared.kind === 'rows', 'this query counts')
  const query = prepared as PreparedRows
  const ready = variantFor(query, bind)
  return all(ready, valuesOf(ready.slots, tenantNo, bind), (raws) => {
    const rows: (RawRow | PageRow)[] = raws
    for (let at = 0; at < rows.length; at++) rows[at] = new ResultRow(rows[at] as RawRow, query)
    return rows as PageRow[]
  })
}

export function textIn(raw: RawRow | undefined): string | undefined {
  return raw?.[0] as string | undefined
}

/** The JSON text of the first row. */
export function firstText(tenantNo: number, prepared: Prepared, bind: Bind): Statement<string | undefined> {
  const ready = variantFor(prepared as PreparedRows, bind)
  return get(ready, valuesOf(ready.slots, tenantNo, bind), textIn)
}

function wholeOf({ rows, joined }: PreparedText, bind: Bind): Ready {
  const ready = variantFor(rows, bind)
  const known = joined.get(ready)
  if (known !== undefined) return known
  const whole: Ready = { text: joinedText(ready.text), slots: ready.slots, prepared: [] }
  joined.set(ready, whole)
  return whole
}

/** How a statement is asked: a database answers at once or later. */
export type Ask = <T>(statement: Statement<T>) => Answer<T>

/** A page as text: the database decides in how many statements. */
export type TextPage = (ask: Ask, tenantNo: number, prepared: Prepared, bind: Bind) => Answer<PageText>

/** Joined by the database. Two statements: right only where nothing can be written between them. */
export const textPageInTwo: TextPage = (ask, tenantNo, prepared, bind) => {
  invariant(prepared.kind === 'text', 'this query gives no text')
  const query = prepared as PreparedText
  const whole = wholeOf(query, bind)
  const joined = ask(get(whole, valuesOf(whole.slots, tenantNo, bind)))
  return after(joined, (raw): Answer<PageText> => {
    const [json, count] = raw ?? []
    const size = bind['limit'] as number
    if (size === 0 || Number(count) < size) return { json: json as string, next: undefined }
    const skip = ((bind['skip'] as number | undefined) ?? 0) + size - 1
    const edge = ask(pageOf(tenantNo, query.edge, Object.assign({}, bind, { limit: 2, skip })))
    return after(edge, ([last, following]) => ({
      json: json as string,
      next: following === undefined ? undefined : last?.position,
    }))
  })
}

/** In one statement, joined here: for databases that others write to. */
export const textPageInOne: TextPage = (ask, tenantNo, prepared, bind) => {
  invariant(prepared.kind === 'text', 'this query gives no text')
  const size = bind['limit'] as number | undefined
  const more = size === undefined ? bind : Object.assign({}, bind, { limit: size + 1 })
  return after(ask(pageOf(tenantNo, (prepared as PreparedText).rows, more)), (rows) => {
    const shown = size === undefined ? rows : rows.slice(0, size)
    return {
      json: shown.map(({ json }) => json).join(','),
      next: shown.length > 0 && rows.length > shown.length ? shown.at(-1)?.position : undefined,
    }
  })
}

function numberIn(raw: RawRow | undefined): number {
  return Number(raw?.[0])
}

export function countOf(tenantNo: number, prepared: Prepared, bind: Bind): Statement<number> {
  invariant(prepared.kind === 'count', 'this query gives rows')
  const { ready } = prepared as PreparedCount
  return get(ready, valuesOf(ready.slots, tenantNo, bind), numberIn)
}

function statesIn(raws: RawRow[]): ClosureState[] {
  return raws.map(([context, node, depth]) => ({ context, node, depth }) as ClosureState)
}

/** Closures are values that live as long as the model: each is compiled once. */
export function walker(layout: QueryLayout) {
  const walks = new WeakMap<Closure, Ready>()
  return (tenantNo: number, closure: Closure, bind: Bind): Statement<ClosureState[]> => {
    let ready = walks.get(closure)
    if (ready === undefined) {
      ready = readyOf(walkQuery(layout, closure))
      walks.set(closure, ready)
    }
    return all(ready, valuesOf(ready.slots, tenantNo, bind), statesIn)
  }
}
