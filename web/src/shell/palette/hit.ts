/** One line of the palette. */
export interface Hit {
  readonly id: string
  readonly group:
    | 'palette.ids'
    | 'palette.terms'
    | 'palette.goTo'
    | 'palette.relationships'
    | 'palette.people'
    | 'palette.commands'
  readonly text: string
  /** Beside it: the path, the kind, the customer. */
  readonly more?: string
  /** Shown at its end, as keys. */
  readonly keys?: string
  /** Why it cannot be chosen at the moment. */
  readonly reason?: string
  /** An address of the pages; absent: `run`. */
  readonly to?: string
  readonly run?: () => void
}
