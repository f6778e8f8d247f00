/** Targets that have fallen too far behind: their lanes read nothing more until fewer events wait (events.md §6.2). */
import type { TargetNews } from './owned-lane.ts'

/** Waiting and behind, of a target: above, its lanes stop reading until there are fewer than the other. */
const mostStopped = 10_000
const fewStopped = 5_000

export class Backlog {
  readonly #targets = new Set<string>()

  /** `stopped`: events of the target that wait or are behind. `note` is told when it begins and when it ends. */
  isFull(targetId: string, stopped: number, note: (news: TargetNews) => void): boolean {
    if (stopped > mostStopped && !this.#targets.has(targetId)) {
      this.#targets.add(targetId)
      const reason = `More than ${mostStopped} events wait for an attempt; later ones are not read.`
      note({ patch: { reason }, event: 'relata.target-backlogged' })
    } else if (stopped < fewStopped && this.#targets.delete(targetId)) note({ patch: { reason: null } })
    return this.#targets.has(targetId)
  }
}
