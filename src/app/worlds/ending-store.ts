/**
 * A store as one instance sees it: where all its rows are replaced, what goes on of its work must not write into the new
 * ones. Its writes then wait until it is known how that ends.
 */
import type { ClockState, MovableClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Store } from '#edm/ports.ts'

export interface EndingStore {
  readonly store: Store
  /**
   * Puts an image in the place of all rows, with the clock that belongs to it. From then on this store refuses all writes
   * that have not begun. Throws where that fails: nothing has changed then, and writes go on.
   */
  replaceBy(rows: Uint8Array, clock: MovableClock, state: ClockState): Promise<void>
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
    replaceBy: async (rows, clock, state) => {
      const { content } = store
      if (content?.replace === undefined)
        throw new AppError('unsupported', 'The rows of this database cannot be replaced as a whole.')
      const before = clock.state
      // The clock first: by the time of before, what is due in the new rows could fire.
      clock.restore(state)
      const done = content.replace(rows)
      end = done.then(
        () => true,
        () => false,
      )
      try {
        await done
      } catch (error) {
        end = undefined
        clock.restore(before)
        throw error
      }
    },
  }
}
