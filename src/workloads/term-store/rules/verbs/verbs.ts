/**
 * What the verbs of exchange.md §9 are called with. Operations and imports call the same functions, each of which checks
 * roles and rules and writes in the transaction of its context:
 *
 * - `moveTerm(settings, context, at, to)` (move-term.ts)
 * - `copyTerm(settings, context, at, to)`, the id of the copy (copy-term.ts)
 * - `mergeTerm(settings, context, at, { into, onChildClash })` (merge-term.ts)
 * - `deprecateTerm` and `undeprecateTerm(settings, context, at, replacedBy)` (deprecation.ts)
 * - `setAvailability(settings, context, at, value)` (availability.ts)
 * - `reassignSource(settings, context, termId, { setId, withBranch })` (reassign-source.ts)
 * - `orderChildren(settings, context, place, ids)` (order.ts)
 * - `moveSet(settings, context, setId, groupId)`, `copySet(settings, context, setId, to)` (move-set.ts, copy-set.ts)
 *
 * Ids are in lower case, and name rows that the caller sees: whether a site's groups are visible is a matter of the path.
 */

/** A term in a set that shows it. */
export interface TermAt {
  readonly setId: string
  readonly termId: string
}

/** Where children are: below a term as it occurs in a set, or, without one, at the root of the set. */
export interface ChildrenOf {
  readonly setId: string
  readonly parentId: string | null
}

/** Where a moved term goes; `before` or `after`: the id of a sibling there, at most one of them. */
export interface Destination extends ChildrenOf {
  readonly before?: string | undefined
  readonly after?: string | undefined
}

export interface CopyTo extends ChildrenOf {
  /** The default label in the store's default language; absent: that of the original. */
  readonly name?: string | undefined
  readonly withChildren: boolean
  /** `flatten`: terms shared below become new ones; `keep`: they are shared again. */
  readonly shared: 'flatten' | 'keep'
}

export interface MergeInto {
  /** The term that stays. */
  readonly into: string
  /** `merge`: children of both with one default label are merged as well. */
  readonly onChildClash: 'refuse' | 'merge'
}

export interface NewSource {
  /** A set in which the term is reused; its home from then on. */
  readonly setId: string
  /** Also of the terms below it whose home is the old set and which the new one reuses. */
  readonly withBranch: boolean
}

/** `reuse`: the copy reuses the terms; `new`: it has terms of its own; `none`: it is empty. */
export type TermsOfCopy = 'reuse' | 'new' | 'none'

export interface CopySetTo {
  readonly groupId: string
  /** The name in the store's default language; absent: `Copy of` the original's. */
  readonly name?: string | undefined
  readonly terms: TermsOfCopy
}
