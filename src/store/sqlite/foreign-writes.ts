/** A number that changes when another process has written to the file. */
import { textOf } from '../rows/statement.ts'
import type { SqliteSession } from './session.ts'

/** `writer`: its `data_version` moves only when another connection has committed, and ours that reads never does. */
export function foreignWritesOn(writer: SqliteSession): () => number {
  const version = textOf('pragma data_version')
  let seen: unknown
  let changes = 0
  let isKnown = false
  // Once in a turn of the event loop: what others commit meanwhile is as good as committed after it.
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
