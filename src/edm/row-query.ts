/** A query for rows of one type: which, in which order, and what of them. Built of the expressions of `query.ts`. */
import type { EntityType } from './define.ts'
import type { Expr, OrderKey, Position, Shape } from './query.ts'

export interface RowQuery {
  readonly type: EntityType
  /** The rows wanted are the union of the branches, which must not overlap. */
  readonly branches: readonly Expr[]
  /** Drawn rows of the type count as well. */
  readonly drawn?: boolean
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

/** A part of an index of words (base/text/search-keys.ts). */
export interface WordRange {
  readonly form: number
  /** In lower case; absent: all, whatever the key. */
  readonly space?: string
  /** The key, or what it begins with where it `isPrefix`. */
  readonly key: string
  readonly isPrefix: boolean
  /** Not the key itself, only longer ones. */
  readonly isLonger?: boolean
}

/** A place in the index. */
export interface WordPlace {
  readonly entry: string
  readonly id: string
}

export interface WordSearch {
  readonly ranges: readonly WordRange[]
  /** What the key has somewhere. */
  readonly part?: string | undefined
  /** Flags of the row that are off. */
  readonly off?: readonly string[]
  /** Flags that are on. */
  readonly on?: readonly string[]
  /** Only rows at one of the places, or with one of the ids. */
  readonly among?: { readonly places: readonly string[]; readonly ids: readonly string[] } | undefined
  /** Not rows at these places. */
  readonly except?: readonly string[]
  /** Keys of the row that hits have; none of a collection. */
  readonly take: readonly string[]
  readonly after?: WordPlace | undefined
  /** As far as this, included. */
  readonly until?: WordPlace | undefined
  /** Of each range at most so many. */
  readonly each?: number
  /** So many are passed over. */
  readonly offset?: number
  readonly limit: number
}

export interface WordHit extends WordPlace {
  readonly form: number
  readonly space: string
  readonly key: string
  /** Of the text. */
  readonly length: number
  /** The number of the place (base/text/search-keys.ts). */
  readonly place: number
  readonly taken: Readonly<Record<string, unknown>>
}

/** Numbers of rows by the value that they have in common. */
export type Counts = ReadonlyMap<string, number>

/** A page as one text: the JSON of its rows, joined by commas. */
export interface PageText {
  readonly json: string
  /** Place of the last row, where more rows follow it. */
  readonly next: Position | undefined
}
