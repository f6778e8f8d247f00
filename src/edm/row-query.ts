/** A query for rows of one type: which, in which order, and what of them. Built of the expressions of `query.ts`. */
import type { EntityType } from './define.ts'
import type { Expr, OrderKey, Shape } from './query.ts'

export interface RowQuery {
  readonly type: EntityType
  /** The rows wanted are the union of the branches, which must not overlap. */
  readonly branches: readonly Expr[]
  /** Applies to every branch. */
  readonly filter?: Expr
  /** The filter or the order is a request's, so that it may be anything. */
  readonly asked?: boolean
  /** Ascending by id is always added last. */
  readonly order: readonly OrderKey[]
  /** Rows strictly after the position bound as `after` (see `Page`). */
  readonly after?: boolean
  /** Rows at most, bound as `limit`. */
  readonly limit?: boolean
  /** Rows passed over, bound as `skip`. */
  readonly skip?: boolean
  readonly shape: Shape
  /** Row keys wanted beside the JSON text. `id` is always there. */
  readonly carry: readonly string[]
}
