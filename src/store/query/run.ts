/** Runs prepared queries: binds their values, and decodes the answers. */
import { type Answer, after } from '#base/answer.ts'
import type { Bind, Prepared, QueryKind } from '#edm/ports.ts'
import type { Closure, ClosureState } from '#edm/query.ts'
import type { PageText } from '#edm/row-query.ts'
import { all, get, mostFound, type Statement } from '../rows/statement.ts'
import type { RawRow } from '../values.ts'
import { walkQuery } from './closure.ts'
import type { QueryLayout } from './dialect.ts'
import {
  numberIn,
  type PreparedCount,
  type PreparedText,
  pageOf,
  probeOf,
  type Ready,
  readyOf,
  variantFor,
} from './prepared.ts'
import { joinedText } from './select.ts'
import { valuesOf } from './sql.ts'

function wholeOf({ joined }: PreparedText, ready: Ready): Ready {
  const known = joined.get(ready)
  if (known !== undefined) return known
  const whole: Ready = readyOf({ text: joinedText(ready.text), slots: ready.slots }, ready.cost)
  joined.set(ready, whole)
  return whole
}

/** Runs a statement: synchronously or asynchronously. */
export type Ask = <T>(statement: Statement<T>) => Answer<T>

/** Reads a page as text. */
export type TextPage = (ask: Ask, tenantNo: number, prepared: PreparedText, bind: Bind) => Answer<PageText>

/**
 * The database joins the rows. Takes two statements, so it is correct only if nothing is written between them: not for
 * those that can be costly, which are not answered at once.
 */
export const textPageInTwo: TextPage = (ask, tenantNo, prepared, bind) => {
  const ready = variantFor(prepared.rows, bind)
  const whole = wholeOf(prepared, ready)
  if (ready.cost !== undefined) return textPageInOne(ask, tenantNo, prepared, bind)
  const probe = probeOf(ready, tenantNo, bind)
  if (probe !== undefined)
    return after(ask(probe), (count) =>
      count < mostFound ? inTwo(ask, tenantNo, prepared, bind, whole) : textPageInOne(ask, tenantNo, prepared, bind),
    )
  return inTwo(ask, tenantNo, prepared, bind, whole)
}

function inTwo(ask: Ask, tenantNo: number, prepared: PreparedText, bind: Bind, whole: Ready): Answer<PageText> {
  const joined = ask(get(whole, valuesOf(whole.slots, tenantNo, bind)))
  return after(joined, (raw): Answer<PageText> => {
    const [json, count] = raw ?? []
    const size = bind['limit'] as number
    if (size === 0 || Number(count) < size) return { json: json as string, next: undefined }
    const skip = ((bind['skip'] as number | undefined) ?? 0) + size - 1
    const edge = ask(pageOf(tenantNo, prepared.edge, Object.assign({}, bind, { limit: 2, skip })))
    return after(edge, ([last, following]) => ({
      json: json as string,
      next: following === undefined ? undefined : last?.position,
    }))
  })
}

/** In one statement, for databases to which others write meanwhile. The rows are joined here. */
export const textPageInOne: TextPage = (ask, tenantNo, prepared, bind) => {
  const size = bind['limit'] as number | undefined
  const more = size === undefined ? bind : Object.assign({}, bind, { limit: size + 1 })
  return after(ask(pageOf(tenantNo, prepared.rows, more)), (rows) => {
    const shown = size === undefined ? rows : rows.slice(0, size)
    return {
      json: shown.map(({ json }) => json).join(','),
      next: shown.length > 0 && rows.length > shown.length ? shown.at(-1)?.position : undefined,
    }
  })
}

function countOf(tenantNo: number, { ready }: PreparedCount, bind: Bind): Statement<number> {
  const statement = get(ready, valuesOf(ready.slots, tenantNo, bind), numberIn)
  return ready.found === undefined ? statement : { ...statement, probe: probeOf(ready, tenantNo, bind) }
}

function statesIn(raws: RawRow[]): ClosureState[] {
  return raws.map(([context, node, direct]) => ({ context, node, direct: direct === 1 }) as ClosureState)
}

/** Each closure is compiled once; closures live as long as the model. */
function walker(layout: QueryLayout) {
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

/** Runs queries of every kind for a tenant. */
export type QueryRunner = (
  ask: Ask,
  tenantNo: number,
  query: Prepared<QueryKind> | Closure,
  bind: Bind,
) => Answer<unknown>

export function queryRunner(layout: QueryLayout, textPage: TextPage): QueryRunner {
  const walk = walker(layout)
  return (ask, tenantNo, query, bind) => {
    if ('seeds' in query) return ask(walk(tenantNo, query, bind))
    switch (query.kind) {
      case 'rows':
        return ask(pageOf(tenantNo, query as Prepared, bind))
      case 'text':
        return textPage(ask, tenantNo, query as PreparedText, bind)
      case 'count':
        return ask(countOf(tenantNo, query as PreparedCount, bind))
    }
  }
}
