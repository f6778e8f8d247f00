/** What is wrong with a file, or noted about it: exchange.md §2.8. Scripts rely on the codes, so they never change. */

/** Where in a file something was read. `line` and `column` count from 1; `path` is made of labels joined by `/`. */
export interface At {
  readonly file: string
  readonly line: number
  readonly column?: number
  readonly path: string
}

/** `stops`: the whole import; `refused`: the record; the others let it pass. */
export type Severity = 'stops' | 'refused' | 'loss' | 'warning' | 'note'

export const severities = {
  'format-unknown': 'stops',
  encoding: 'stops',
  syntax: 'stops',
  header: 'stops',
  stale: 'stops',
  'too-many-missing': 'stops',
  columns: 'refused',
  gap: 'refused',
  boolean: 'refused',
  /** A cell or member holds what it cannot: a word where a number is needed, a list where a text is. */
  value: 'refused',
  guid: 'refused',
  'id-kind': 'refused',
  'id-differs': 'refused',
  'merged-id': 'refused',
  char: 'refused',
  tab: 'refused',
  control: 'refused',
  'long-name': 'refused',
  'long-text': 'refused',
  'long-value': 'refused',
  level: 'refused',
  clash: 'refused',
  'empty-label': 'refused',
  'parent-refused': 'refused',
  'parent-missing': 'refused',
  locked: 'refused',
  system: 'refused',
  role: 'refused',
  limit: 'refused',
  token: 'refused',
  unsupported: 'refused',
  'language-missing': 'refused',
  lcid: 'refused',
  'two-defaults': 'refused',
  twice: 'refused',
  'twice-in-set': 'refused',
  'source-missing': 'refused',
  'second-parent': 'loss',
  lost: 'loss',
  'order-partial': 'loss',
  'pnp-nested': 'loss',
  'mirror-differs': 'warning',
  cycle: 'warning',
  'unknown-member': 'warning',
  'no-parent': 'warning',
  user: 'warning',
  'orphan-as-home': 'warning',
  'top-with-parent': 'warning',
  'label-copied': 'note',
  'folded-language': 'note',
  truncated: 'note',
  repaired: 'note',
  'no-default-label': 'note',
  'parent-made': 'note',
  /** What the file leaves open, and how it was read. */
  assumed: 'note',
  self: 'note',
} as const satisfies Record<string, Severity>

export type FaultCode = keyof typeof severities

export interface ImportFault {
  readonly code: FaultCode
  readonly severity: Severity
  readonly at: At
  /** What is wrong, where, and what to do. */
  readonly text: string
}

export function fault(code: FaultCode, at: At, text: string): ImportFault {
  return { code, severity: severities[code], at, text }
}

/** Thrown where a file cannot be read further; the reader answers a document that holds only this fault. */
export class Unreadable extends Error {
  readonly fault: ImportFault

  constructor(why: ImportFault) {
    super(why.text)
    this.fault = why
  }
}

/** What files may hold at most: exchange.md §14. Lengths are UTF-16 units. */
export const fileLimits = {
  file: 100_000_000,
  field: 1_000_000,
  labels: 1_000_000,
  quads: 5_000_000,
  nesting: 64,
} as const
