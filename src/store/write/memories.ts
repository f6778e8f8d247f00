/** What jobs have read, by tenant, kept from one transaction to the next while no other process writes to the file. */

import { type Session, textOf } from '../sqlite/session.ts'
import type { Common } from './group-commit.ts'
import { Memory } from './row-cache.ts'

/** Rows, lists and tenants together; a row of the usual kind takes one to two KB. */
const mostHeld = 4_000

export function memoriesOn(writer: Session): Common<(tenantNo: number) => Memory> {
  const version = textOf('pragma data_version')
  const memories = new Map<number, Memory>()
  /** Moves only when another connection has committed. */
  let seen: unknown
  const memoryOf = (tenantNo: number): Memory => {
    const known = memories.get(tenantNo)
    if (known !== undefined) return known
    const made = new Memory()
    memories.set(tenantNo, made)
    return made
  }
  return {
    // In the transaction nobody else can commit: what is asked here holds until its end.
    begin: () => {
      const now = writer.get(version, [])?.[0]
      let held = memories.size
      for (const memory of memories.values()) held += memory.held
      if (now !== seen || held > mostHeld) memories.clear()
      seen = now
      return memoryOf
    },
    lost: () => memories.clear(),
  }
}
