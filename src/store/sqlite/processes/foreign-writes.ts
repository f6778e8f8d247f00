/** A number that changes when another process has written to the file. */
import { textOf } from '../../rows/statement.ts'
import type { SqliteSession } from '../session.ts'

/** `data_version` of the writer changes only when another connection commits, and our reading connection never does. */
export function foreignWritesOn(writer: SqliteSession): () => number {
  const version = textOf('pragma data_version')
  let seen: unknown
  let changes = 0
  let isKnown = false
  // Read once in a turn of the event loop: a commit during the turn counts as one after it.
  const forget = (): void => {
    isKnown = false
  }
  return () => {
    if (isKnown) return changes
    isKnown = true
    setImmediate(forget)
    const now = writer.get(version, [])?.[0]
    if (now !== seen) changes += 1
    seen = now
    return changes
  }
}
