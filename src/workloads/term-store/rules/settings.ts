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
  /** Terms may be created without a label in the default language of the store: for seeds and imports. Default false. */
  readonly labelsAsGiven?: boolean
}

export const defaultSettings: TermStoreSettings = {
  listing: 'strict',
  limits: { terms: 1_000_000, sets: 1_000, termsPerSet: 30_000 },
}
