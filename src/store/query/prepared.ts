/** Compiled queries. Each is compiled once for each pattern of nulls in the position that a page starts after. */
import { invariant } from '#base/errors.ts'
import { keptBy } from '#base/kept-by.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Bind, PageRow, Prepared, Store } from '#edm/ports.ts'
import type { Expr, Position } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { decoded } from '../rows/codec.ts'
import { all, type Cost, get, mostFound, type Statement, type StatementText } from '../rows/statement.ts'
import type { Field } from '../schema/layout.ts'
import type { RawRow } from '../values.ts'
import { costOf } from './cost.ts'
import type { QueryLayout } from './dialect.ts'
import { orderCount } from './order.ts'
import { carriedKeys, countQuery, foundQuery, rowsQuery } from './select.ts'
import { type Compiled, type SqlSlot, valuesOf } from './sql.ts'

export interface Ready extends StatementText {
  readonly slots: readonly SqlSlot[]
  /** Counts what an index finds, up to the bound `most`. */
  readonly found: Ready | undefined
}

export interface PreparedRows extends Prepared<'rows'> {
  readonly kind: 'rows'
  readonly after: boolean
  readonly carried: readonly Field[]
  readonly orderCount: number
  readonly ready: (nulls: readonly boolean[]) => Ready
  /** The statement for a position without nulls, or for no position. */
  readonly usual: Ready
}

export interface PreparedText extends Prepared<'text'> {
  readonly kind: 'text'
  readonly rows: PreparedRows
  readonly joined: WeakMap<Ready, Ready>
  /** Reads the positions of the last row of the page and of the row after it. */
  readonly edge: PreparedRows
}

export interface PreparedCount extends Prepared<'count'> {
  readonly kind: 'count'
  readonly ready: Ready
}

export function readyOf({ text, slots }: Compiled, cost?: Cost, found?: Ready): Ready {
  return { text, slots, form: undefined, prepared: [], cost, slowRuns: 0, slowUntil: 0, found }
}

/** Of the queries of requests; those of the model are not counted. */
function foundIn(layout: QueryLayout, query: RowQuery): { found?: Ready; lookups?: readonly Expr[] } {
  const found = query.asked === true ? foundQuery(layout, query) : undefined
  return found === undefined ? {} : { found: readyOf(found.compiled), lookups: found.lookups }
}

export function numberIn(raw: RawRow | undefined): number {
  return Number(raw?.[0])
}

/** The statement that counts what an index finds for another one; undefined where no index does. */
export function probeOf({ found }: Ready, tenantNo: number, bind: Bind): Statement<number> | undefined {
  if (found === undefined) return undefined
  return get(found, valuesOf(found.slots, tenantNo, Object.assign({}, bind, { most: mostFound })), numberIn)
}

export function prepareRows(
  layout: QueryLayout,
  query: RowQuery,
  sorts: (compiled: Compiled) => boolean,
): PreparedRows {
  const facts = layout.table(query.type.name)
  const variants = new Map<string, Ready>()
  const { found, lookups } = foundIn(layout, query)
  const ready = (nulls: readonly boolean[]): Ready => {
    const key = nulls.join()
    const known = variants.get(key)
    if (known !== undefined) return known
    const compiled = rowsQuery(layout, query, nulls, sorts)
    const { isSorted } = compiled
    const made = readyOf(compiled, costOf(layout, query, { isSorted, lookups }), found)
    variants.set(key, made)
    return made
  }
  let usual: Ready | undefined
  return {
    kind: 'rows',
    after: query.after === true,
    carried: carriedKeys(query).map((key) => facts.field(key)),
    orderCount: orderCount(query),
    ready,
    // Compiled when it is first run: a start prepares queries that many servers never need.
    get usual() {
      usual ??= ready([])
      return usual
    },
  }
}

function prepareText(layout: QueryLayout, query: RowQuery, sorts: (compiled: Compiled) => boolean): PreparedText {
  return {
    kind: 'text',
    rows: prepareRows(layout, { ...query, carry: [] }, sorts),
    joined: new WeakMap(),
    edge: prepareRows(layout, { ...query, carry: [], shape: [], skip: true }, sorts),
  }
}

function prepareCount(layout: QueryLayout, query: RowQuery): PreparedCount {
  const { found, lookups } = foundIn(layout, query)
  const cost = costOf(layout, { ...query, order: [] }, { isSorted: false, lookups })
  return {
    kind: 'count',
    ready: readyOf(countQuery(layout, query), cost, found),
  }
}

/** `sorts`: whether the database would sort whole rows for a statement. */
export function preparing(layout: QueryLayout, sorts: (compiled: Compiled) => boolean): Store['prepare'] {
  const byKind = {
    rows: keptBy((query: RowQuery) => prepareRows(layout, query, sorts)),
    text: keptBy((query: RowQuery) => prepareText(layout, query, sorts)),
    count: keptBy((query: RowQuery) => prepareCount(layout, query)),
  }
  return (query, as) => byKind[as ?? 'rows'](query) as never
}

/** A row backed by the array of the driver: values are decoded only when they are read. */
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

export function variantFor(query: PreparedRows, bind: Bind): Ready {
  if (!query.after) return query.usual
  const position = bind['after']
  invariant(Array.isArray(position) && position.length === query.orderCount + 1, 'the position does not fit the order')
  return position.includes(null) ? query.ready(position.map((value) => value === null)) : query.usual
}

export function pageOf(tenantNo: number, prepared: Prepared, bind: Bind): Statement<PageRow[]> {
  const query = prepared as PreparedRows
  const ready = variantFor(query, bind)
  const statement = all(ready, valuesOf(ready.slots, tenantNo, bind), (raws) => {
    const rows: (RawRow | PageRow)[] = raws
    for (let at = 0; at < rows.length; at++) rows[at] = new ResultRow(rows[at] as RawRow, query)
    return rows as PageRow[]
  })
  return ready.found === undefined ? statement : { ...statement, probe: probeOf(ready, tenantNo, bind) }
}

export function textIn(raw: RawRow | undefined): string | undefined {
  return raw?.[0] as string | undefined
}

/** The JSON text of the first row. */
export function firstText(tenantNo: number, prepared: Prepared, bind: Bind): Statement<string | undefined> {
  const ready = variantFor(prepared as PreparedRows, bind)
  return get(ready, valuesOf(ready.slots, tenantNo, bind), textIn)
}
