/** One world, open: its parts with the listener's, as `worlds/` serves, copies and replaces them. */
import { type Clock, movableClock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import { RequestLog } from '#control/requests/request-log.ts'
import type { LogBudget } from '#control/requests/segments.ts'
import type { Instance, WorldImage } from '#worlds/instance.ts'
import { type ListenerFacts, listenerOf } from './listener.ts'
import type { Parts } from './parts.ts'

/** What all worlds of a server share, and what only this one has. */
export interface InstanceFacts extends Omit<ListenerFacts, 'parts' | 'requestLog'> {
  readonly parts: Parts
  readonly logBudget: LogBudget
  /** A database in memory: opens its successor. Absent: the database stays, and its rows are replaced. */
  readonly reopened?: ((image: WorldImage) => Promise<Instance>) | undefined
}

function imageOf({ store, clock }: Parts): Promise<WorldImage> {
  const { content } = store
  if (content === undefined)
    throw new AppError('unsupported', 'The database of this server cannot be copied as a whole.')
  const { state } = clock
  return content.image().then((rows) => ({ rows, clock: state, ids: undefined }))
}

export function instanceOf(facts: InstanceFacts): Instance {
  const { parts, reopened, logBudget } = facts
  // Of its own: a reset begins an empty one, and so does a copy.
  const requestLog = new RequestLog({ budget: logBudget })
  return {
    parts: listenerOf({ ...facts, requestLog }),
    image: () => imageOf(parts),
    replaced: async (image) => {
      if (reopened !== undefined) return reopened(image)
      return instanceOf({ ...facts, parts: await parts.replaced(image.rows, image.clock) })
    },
    // A database in memory ends with the instance that has replaced it.
    retire: () => {
      requestLog.close()
      return reopened === undefined ? parts.retire() : parts.close()
    },
    close: () => {
      requestLog.close()
      return parts.close()
    },
  }
}

/** The state of a clock that stands still at an instant. */
export function stoppedAt(base: Clock, at: Date): WorldImage['clock'] {
  const clock = movableClock(base)
  clock.freeze(true)
  clock.set(at)
  return clock.state
}
