/** Adapter: who may manage a target: whoever may read all that its filter names (events.md §5). */
import { starPattern } from '#base/text/star-pattern.ts'
import { type Area, areaOf, areas } from '#control/feed/filter.ts'
import type { Actor, Store } from '#edm/ports.ts'
import { eventNames } from '#workloads/events/names.ts'
import { lackingAreas, readableAreas } from '../adapters/feed/feed-rights.ts'

export interface RightFacts {
  readonly store: Store
  readonly adminAgents: boolean
}

/** What names of events, with `*`, are about. A name that nobody knows is about relationships. */
function areasOf(events: readonly string[]): readonly Area[] {
  const found = events.flatMap((pattern) => {
    const matched = eventNames.filter(starPattern(pattern))
    return matched.length === 0 ? [areaOf(pattern)] : matched.map(areaOf)
  })
  return [...new Set(found)]
}

/** `events` empty: any right is enough. `actor` undefined: nobody has to show one. Throws `forbidden`. */
export async function needRight(
  { store, adminAgents }: RightFacts,
  actor: Actor | undefined,
  events: readonly string[],
): Promise<void> {
  if (actor === undefined) return
  const readable = await readableAreas(store, actor, adminAgents)
  const wanted = areasOf(events)
  const lacks = wanted.filter((area) => !readable.has(area))
  if (wanted.length === 0 ? readable.size > 0 : lacks.length === 0) return
  const text = 'The token gives no right to read what is asked for here.'
  throw lackingAreas(actor, wanted.length === 0 ? areas : lacks, text)
}
