/** What an operator may choose about the term store, and what its rules ask of other floors. */
import type { ReadTx } from '#edm/ports.ts'
import type { RowRule } from './findings/row-findings.ts'

/** What a rule of exchange.md §12 finds. */
export interface TaxonomyFinding {
  readonly rule: string
  readonly severity: string
  readonly set: string
  /** Of the term; absent: the set itself. */
  readonly id?: string
  /** Labels from the set on, joined by `/`. */
  readonly path: string
  readonly languageTag?: string
  readonly text: string
  readonly fix?: string
}

/** What an operator may choose about the term store: term-store.md §3.7 (listing), §4.1 (limits). */
export interface TermStoreSettings {
  /** What `children` lists by default: the same as Graph, or shared terms as well. */
  readonly listing: 'strict' | 'natural'
  readonly limits: {
    /** Terms in a store. */
    readonly terms: number
    /** Sets in a store. */
    readonly sets: number
    readonly termsPerSet: number
  }
  /** Whether a change needs a role of the term store besides the permission. Default false. */
  readonly roles?: boolean
  /** Rules of exchange.md §12 whose findings refuse the write that makes them. Default: none. */
  readonly enforce?: readonly RowRule[]
  /** Whether a search finds `ä` by `ae` as well. Default true. */
  readonly searchUmlauts?: boolean
  /** Terms may be created without a label in the default language of the store: for seeds and imports. Default false. */
  readonly labelsAsGiven?: boolean
  /**
   * Looks sets over, given by their ids. `rules`: names, with a sign before them or without (`chosenRules`). Throws `invalid`
   * for a name that no rule has. Absent: nothing asks for it.
   */
  readonly findings?: (
    tx: ReadTx,
    tenantId: string,
    request: { readonly sets: readonly string[]; readonly rules: readonly string[] },
  ) => Promise<readonly TaxonomyFinding[]>
}

export const defaultSettings: TermStoreSettings = {
  listing: 'strict',
  limits: { terms: 1_000_000, sets: 1_000, termsPerSet: 30_000 },
}
