/** Wraps the store to observe its transactions: their beginning, and their outcome when they have ended. */
import { StoreError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'

/** `failed`: the database could not do it. What rules refuse is not a failure. */
export type Ending = (outcome: 'done' | 'refused' | 'failed') => void
export type StoreWatch = (kind: 'read' | 'write', tenantId: string) => Ending

/** Work that is left to another process is not a failure. */
function outcomeOf(error: unknown): 'refused' | 'failed' {
  return error instanceof StoreError && error.kind === 'unavailable' && error.reason !== 'elsewhere'
    ? 'failed'
    : 'refused'
}

async function watched<T>(end: Ending, work: () => Promise<T>): Promise<T> {
  try {
    const value = await work()
    end('done')
    return value
  } catch (error) {
    end(outcomeOf(error))
    throw error
  }
}

/** Without observers it returns the store itself. */
export function watchedStore(store: Store, watches: readonly StoreWatch[]): Store {
  if (watches.length === 0) return store
  const begin = (kind: 'read' | 'write', tenantId: string): Ending => {
    const ends = watches.map((watch) => watch(kind, tenantId))
    return (outcome) => {
      for (const end of ends) end(outcome)
    }
  }
  const { rowBelow } = store
  return {
    ...store,
    // One statement is a transaction as well.
    rowBelow: async (tenantId, above, last) => {
      const find = await rowBelow(tenantId, above, last)
      return (id, deadline) => watched(begin('read', tenantId), () => find(id, deadline))
    },
    read: (tenantId, work, deadline) => watched(begin('read', tenantId), () => store.read(tenantId, work, deadline)),
    write: (tenantId, work, how) => watched(begin('write', tenantId), () => store.write(tenantId, work, how)),
  }
}
