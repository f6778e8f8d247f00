/**
 * Pages of a listing in an order of its own (docs/adr/0040): some rows come first, by a list of ids, and the others follow in
 * the order of the type. A page reads as many of the list as it has rows, by their ids, so that it costs no more than one of
 * another listing. Its token holds how far the list was read, and the last id, from which the next page goes on even if the
 * list has changed.
 */
import type { PageRow } from '#edm/ports.ts'
import type { Position } from '#edm/query.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import { readToken, writeToken } from '#odata/url/page.ts'
import type { Session } from '../session.ts'
import { bindFor, type RowPage, type RowSource } from './source.ts'

/** Marks a `$skiptoken` of such a listing. */
const mark = 'l.'

export function isLedToken(token: string): boolean {
  return token.startsWith(mark)
}

export function ledToken({ engine }: Session, scope: string, key: string, next: Position): string {
  return mark + writeToken(engine.secret, `led|${scope}`, key, next)
}

/** The position in such a token. Throws `invalid` as other tokens do. */
export function ledPosition({ engine }: Session, scope: string, key: string, token: string): Position {
  return readToken(engine.secret, `led|${scope}`, key, token.slice(mark.length))
}

/** Whether the rows have an order of their own, and the request wants no other. */
export function isLed({ leading = [] }: RowSource, { order, skip }: ReadOptions): boolean {
  return leading.length > 0 && order.length === 0 && skip === undefined
}

function query(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  part: 'listed' | 'first others' | 'more others',
) {
  const { engine, model } = session
  const projection = engine.plans.projection(model, source.type, options)
  const { owner, type, scopeName, scope } = source
  return engine.plans.leading(owner, type, scopeName, scope, options, projection, part)
}

/** Index in the list at which a page begins. Where the last id has left the list, the next one is in its place. */
function startIn(leading: readonly string[], [rank, id]: Position): number {
  const at = leading.indexOf(String(id))
  return at < 0 ? Number(rank) - 1 : at + 1
}

interface RankedRow {
  readonly row: PageRow
  readonly position: Position
}

/** Rows of the list from an index on, until there are enough. Fewer pass a filter, so the pieces grow. */
async function listedRows(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  from: number,
  wanted: number,
): Promise<RankedRow[]> {
  const { leading = [] } = source
  const prepared = query(session, source, options, 'listed')
  const found: RankedRow[] = []
  for (let [at, piece] = [from, wanted]; found.length < wanted && at < leading.length; at += piece, piece *= 2) {
    const ids = leading.slice(at, at + piece)
    const bind = bindFor(session, source, options, {}, { leading: JSON.stringify(ids) })
    const rows = await session.budget.page(() => session.context.tx.query(prepared, bind))
    const byId = new Map(rows.map((row) => [row.row.id, row]))
    for (const [place, id] of ids.entries()) {
      const row = byId.get(id)
      if (row !== undefined) found.push({ row, position: [at + place + 1, id] })
    }
  }
  return found
}

async function otherRows(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  after: Position | undefined,
  wanted: number,
): Promise<RankedRow[]> {
  const { leading = [] } = source
  const prepared = query(session, source, options, after === undefined ? 'first others' : 'more others')
  const more = { leading: JSON.stringify(leading), limit: wanted }
  const bind = bindFor(session, source, options, after === undefined ? {} : { after }, more)
  const rows = await session.budget.page(() => session.context.tx.query(prepared, bind))
  return rows.map((row) => ({ row, position: [leading.length, ...row.position] }))
}

/** `after`: where the last page ended, `[rank, id]` in the list and `[rank, …position]` behind it; empty: at the beginning. */
export async function readLedPage(
  session: Session,
  source: RowSource,
  options: ReadOptions,
  size: number,
  after: Position,
): Promise<RowPage> {
  const { leading = [] } = source
  const isBehind = after.length > 2
  const rows = isBehind
    ? []
    : await listedRows(session, source, options, after.length === 0 ? 0 : startIn(leading, after), size + 1)
  if (rows.length <= size) {
    const wanted = size + 1 - rows.length
    rows.push(...(await otherRows(session, source, options, isBehind ? after.slice(1) : undefined, wanted)))
  }
  const page = rows.slice(0, size)
  return {
    rows: page.map(({ row }) => row),
    next: rows.length > size ? page.at(-1)?.position : undefined,
    isLed: true,
  }
}
