/**
 * A store as one instance sees it: where all its rows are replaced, what goes on of its work must not write into the new
 * ones. Its writes then wait until it is known how that ends.
 */
import { AppError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'

export interface EndingStore {
  readonly store: Store
  /** Runs `work`, which replaces the rows. Where it succeeds, this store refuses all writes that have not begun; else they go on. */
  ending(work: () => Promise<void>): Promise<void>
}

function replaced(): AppError {
  return new AppError('unavailable', 'This world was put back to another state while the request ran; send it again.', {
    headers: { 'Retry-After': '1' },
    check: 'world.replaced',
  })
}

export function endingStore(store: Store): EndingStore {
  let end: Promise<boolean> | undefined
  /** `begin` is called in the same turn where nothing is being replaced. */
  const unlessEnded = <T>(begin: () => Promise<T>): Promise<T> => {
    if (end === undefined) return begin()
    return end.then((isOver) => {
      if (isOver) throw replaced()
      return begin()
    })
  }
  return {
    store: {
      ...store,
      write: (tenantId, work, how) => unlessEnded(() => store.write(tenantId, work, how)),
      addTenant: (id) => unlessEnded(() => store.addTenant(id)),
      removeTenant: (id) => unlessEnded(() => store.removeTenant(id)),
    },
    ending: async (work) => {
      const done = work()
      const outcome = done.then(
        () => true,
        () => false,
      )
      end = outcome
      if (!(await outcome)) end = undefined
      await done
    },
  }
}
