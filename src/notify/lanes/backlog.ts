/** Targets for which too much waits (events.md §6.4): their lanes read no further until enough of it has ended. */
import type { OwnedLane } from './owned-lane.ts'
import type { Sending } from './sending.ts'

/** Waiting and behind, of a target: above, its lanes stop reading until there are fewer than the other. */
const mostStopped = 10_000
const fewStopped = 5_000

export class Backlog {
  readonly #sending: Sending
  readonly #full = new Set<string>()

  constructor(sending: Sending) {
    this.#sending = sending
  }

  /** `lanes`: those of the target that this process has. Says it of the target where it begins and where it ends. */
  isFull(targetId: string, lanes: Iterable<OwnedLane>): boolean {
    let stopped = 0
    for (const { queue } of lanes) stopped += queue.stopped
    if (stopped > mostStopped && !this.#full.has(targetId)) {
      this.#full.add(targetId)
      const reason = `More than ${mostStopped} events wait for an attempt; later ones are not read.`
      this.#sending.note(targetId, { patch: { reason }, event: 'relata.target-backlogged' })
    } else if (stopped < fewStopped && this.#full.delete(targetId))
      this.#sending.note(targetId, { patch: { reason: null } })
    return this.#full.has(targetId)
  }
}
