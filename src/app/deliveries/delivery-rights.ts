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

/** What is lacking to be told of these names; of none: anything at all is enough. */
function lackingFor(readable: ReadonlySet<Area>, events: readonly string[]): readonly Area[] {
  if (events.length === 0) return readable.size > 0 ? [] : areas
  return areasOf(events).filter((area) => !readable.has(area))
}

/** Whether somebody may be told of names of events. Asks the store once, for however many targets. */
export async function readerFor(
  { store, adminAgents }: RightFacts,
  actor: Actor | undefined,
): Promise<(events: readonly string[]) => boolean> {
  if (actor === undefined) return () => true
  const readable = await readableAreas(store, actor, adminAgents)
  return (events) => lackingFor(readable, events).length === 0
}

/** `events` empty: any right is enough. `actor` undefined: nobody has to show one. Throws `forbidden`. */
export async function needRight(
  { store, adminAgents }: RightFacts,
  actor: Actor | undefined,
  events: readonly string[],
): Promise<void> {
  if (actor === undefined) return
  const lacks = lackingFor(await readableAreas(store, actor, adminAgents), events)
  if (lacks.length > 0) throw lackingAreas(actor, lacks, 'The token gives no right to read what is asked for here.')
}
