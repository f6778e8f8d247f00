/** Wraps behaviours to observe the firing of due entries. */
import type { Clock } from '#base/clock.ts'
import type { Behaviour } from '#edm/ports.ts'

export interface Fired {
  readonly kind: string
  /** How long after its instant it fired, in milliseconds of the clock of the rows. */
  readonly lagMs: number
  /** Absent: it succeeded. A failed entry is rolled back and retried later. */
  readonly error?: unknown
}

export type DueWatch = (fired: Fired) => void

type Dues = NonNullable<Behaviour['due']>

function watchedDues(due: Dues, clock: Clock, tell: DueWatch): Dues {
  return Object.fromEntries(
    Object.entries(due).map(([kind, hook]): [string, Dues[string]] => [
      kind,
      async (context, subject) => {
        const lagMs = Math.max(0, clock.now().getTime() - Date.parse(context.now))
        try {
          await hook(context, subject)
          tell({ kind, lagMs })
        } catch (error) {
          tell({ kind, lagMs, error })
          throw error
        }
      },
    ]),
  )
}

/** Without observers it returns the behaviours themselves. */
export function watchedBehaviours(
  list: readonly Behaviour[],
  clock: Clock,
  watches: readonly DueWatch[],
): readonly Behaviour[] {
  if (watches.length === 0) return list
  const tell: DueWatch = (fired) => {
    for (const watch of watches) watch(fired)
  }
  return list.map((entry) => (entry.due === undefined ? entry : { ...entry, due: watchedDues(entry.due, clock, tell) }))
}
