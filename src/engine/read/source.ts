/** What is read: the rows of a collection, the parameters of their queries, and a page of them. */
import type { EntityType, Scope } from '#edm/define.ts'
import type { Bind, Located, PageRow } from '#edm/ports.ts'
import type { Position } from '#edm/query.ts'
import type { ReadOptions } from '#odata/query/options.ts'
import type { Session } from '../session.ts'
import { visibleFrom } from '../walk/resolve.ts'

/** A collection to read: its link, the scope of its rows, and the parameters of the scope. */
export interface RowSource {
  readonly owner: object
  readonly name: string
  readonly type: EntityType
  readonly from: Located | undefined
  readonly scopeName: string
  readonly scope: Scope
  readonly bind: Bind
  /** Ids of rows that come first (`leading.ts`). */
  readonly leading?: readonly string[] | undefined
}

export interface RowPage {
  readonly rows: readonly PageRow[]
  /** Position of the last row; undefined: no rows follow it. */
  readonly next: Position | undefined
  /** The position is one of `leading.ts`. */
  readonly isLed?: true
}

/** Parameters of a query besides its literals: the current instant, and which guarded rows are visible through links. */
function usesOf({ engine }: Session, { type, from }: RowSource, { timed, guard }: ReadOptions): Bind {
  return {
    ...(guard === undefined || type.visibleIn !== undefined ? {} : visibleFrom(guard, from)),
    ...(timed ? { now: engine.clock.now().toISOString() } : {}),
  }
}

export function bindFor(session: Session, source: RowSource, options: ReadOptions, after: Bind, more: Bind = {}): Bind {
  const { timed, guard, skip } = options
  const uses = timed || guard !== undefined ? usesOf(session, source, options) : undefined
  return Object.assign({}, source.bind, uses, options.bind, after, skip === undefined ? undefined : { skip }, more)
}
