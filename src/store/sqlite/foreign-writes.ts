/** A number that changes when another process has written to the same file. */
import { textOf } from '../rows/statement.ts'
import type { SqliteSession } from './session.ts'

/** `writer`: its `data_version` moves only when another connection has committed, and the one that reads never does. */
export function foreignWritesOn(writer: SqliteSession): () => number {
  const version = textOf('pragma data_version')
  let seen: unknown
  let count = 0
  let isAsked = false
  return () => {
    // Once in a turn of the event loop: what others commit meanwhile is as good as committed after it.
    if (isAsked) return count
    isAsked = true
    setImmediate(() => {
      isAsked = false
    })
    const now = writer.get(version, [])?.[0]
    if (now === seen) return count
    seen = now
    count += 1
    return count
  }
}
