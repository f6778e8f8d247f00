/** Numbers that change when rows of a type do: by our own commits, and by those of other processes on the same file. */
import { textOf } from '../rows/statement.ts'
import type { SqliteSession } from './session.ts'

export interface Editions {
  /** The empty name stands for everything of the tenant. */
  of(tenantId: string, type: string): number
  /** Of other processes alone. */
  foreign(): number
  /** Everything is bumped with any of its types, and with none. */
  bump(tenantId: string, types: Iterable<string>): void
}

/** `writer`: its `data_version` moves only when another connection has committed, and ours that reads never does. */
export function editionsOn(writer: SqliteSession): Editions {
  const version = textOf('pragma data_version')
  const counts = new Map<string, Map<string, number>>()
  let seen: unknown
  let foreign = 0
  let asked = false
  /** Once in a turn of the event loop: what others commit meanwhile is as good as committed after it. */
  const askOthers = (): void => {
    if (asked) return
    asked = true
    setImmediate(() => {
      asked = false
    })
    const now = writer.get(version, [])?.[0]
    if (now === seen) return
    seen = now
    foreign += 1
  }
  return {
    of: (tenantId, type) => {
      askOthers()
      return foreign + (counts.get(tenantId)?.get(type) ?? 0)
    },
    foreign: () => {
      askOthers()
      return foreign
    },
    bump: (tenantId, types) => {
      const own = counts.get(tenantId) ?? new Map<string, number>()
      counts.set(tenantId, own)
      own.set('', (own.get('') ?? 0) + 1)
      for (const type of types) own.set(type, (own.get(type) ?? 0) + 1)
    },
  }
}
