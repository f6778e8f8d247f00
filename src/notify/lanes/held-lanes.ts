/** The lanes that this process works on, by their ids and by their targets. */
import type { OwnedLane } from './owned-lane.ts'

export class HeldLanes extends Map<string, OwnedLane> {
  readonly #ofTarget = new Map<string, Set<OwnedLane>>()

  hold(lane: OwnedLane): void {
    this.set(lane.id, lane)
    const others = this.#ofTarget.get(lane.targetId)
    if (others === undefined) this.#ofTarget.set(lane.targetId, new Set([lane]))
    else others.add(lane)
  }

  drop(lane: OwnedLane): void {
    this.delete(lane.id)
    const others = this.#ofTarget.get(lane.targetId)
    others?.delete(lane)
    if (others?.size === 0) this.#ofTarget.delete(lane.targetId)
  }

  /** Events of the target that wait, or are behind one that does. */
  stoppedOf(targetId: string): number {
    let stopped = 0
    for (const { queue } of this.#ofTarget.get(targetId) ?? []) stopped += queue.stopped
    return stopped
  }

  override clear(): void {
    super.clear()
    this.#ofTarget.clear()
  }
}
