/** One world, open: its parts with the listener's, as `worlds/` serves, copies and replaces them. */
import { AppError } from '#base/errors.ts'
import type { EventFeed } from '#control/feed/feed.ts'
import { RequestLog } from '#control/requests/request-log.ts'
import type { LogBudget } from '#control/requests/segments.ts'
import type { Instance, WorldImage } from '#worlds/instance.ts'
import { type ListenerFacts, listenerOf } from '../listener.ts'
import type { Parts } from '../parts.ts'
import { rethrow } from './snapshots.ts'

/** What all worlds of a server share, and what only this one has. */
export interface InstanceFacts extends Omit<ListenerFacts, 'parts' | 'requestLog'> {
  readonly parts: Parts
  readonly logBudget: LogBudget
  /** A database in memory: opens its successor. Absent: the database stays, and its rows are replaced. */
  readonly reopened?: ((image: WorldImage) => Promise<AppInstance>) | undefined
}

export interface AppInstance extends Instance {
  readonly feed: EventFeed
}

export function imageOf({ store, clock, ids, faults }: Parts): Promise<WorldImage> {
  const { content } = store
  if (content === undefined)
    throw new AppError('unsupported', 'The database of this server cannot be copied as a whole.')
  const { state } = clock
  const held = faults?.control.held() ?? []
  // Counted after the rows were read, so that none of theirs is made again.
  return content.image().then((rows) => ({ rows, clock: state, ids: ids.state, held }))
}

export function instanceOf(facts: InstanceFacts): AppInstance {
  const { parts, reopened, logBudget } = facts
  // Of its own: a reset begins an empty one, and so does a copy.
  const requestLog = new RequestLog({ budget: logBudget })
  return {
    parts: listenerOf({ ...facts, requestLog }),
    feed: parts.events.feed,
    tell: (event, data) => parts.events.feed.tell(event, data),
    image: () => imageOf(parts),
    replaced: async (image) => {
      const inPlace = async (): Promise<AppInstance> => {
        const put = await parts.replaced(image.rows, image.clock, image.ids).catch(rethrow)
        await put.faults?.control.goOn(image.held ?? [])
        return instanceOf({ ...facts, parts: put })
      }
      const next = reopened === undefined ? await inPlace() : await reopened(image)
      await parts.events.feed.replaced(() => next.feed.here())
      return next
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
