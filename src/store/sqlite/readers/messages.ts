/** What the server and its reader processes say to each other. */
import type { RawRow, SqlValue } from '../../values.ts'

/** A statement to read, one at a time. */
export interface ReadOrder {
  readonly text: string
  readonly values: readonly SqlValue[]
  readonly wants: 'get' | 'all'
  /** Characters that the texts of all rows may have together. */
  readonly most: number
}

export type ReadReply =
  /** The process is ready for its first statement. */
  | { readonly ready: true }
  | { readonly rows: RawRow[] }
  /** The rows have more characters than wanted. */
  | { readonly tooLarge: true }
  /** `code`: SQLite's extended result code, where the error is SQLite's. */
  | { readonly failed: string; readonly code?: number }
