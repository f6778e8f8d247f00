/**
 * The time limit of running requests. One timer passes over all of them a few times a second, which costs a request no
 * timer of its own: a limit is kept to within that pass. It also notices clients that have closed their connection.
 */
import type { Deadline, EndReason } from '#base/deadline.ts'

/** Passes in the time of one request; a pass at least every quarter of a second. */
const passesInTime = 16
const longestPassMillis = 250
/** Passes that an ended request has to answer by itself. */
const passesToAnswer = 4

/** What is known of a running request. */
export interface Running {
  /** Whether the client has closed the connection. */
  isGone(): boolean
  /** Called where the request does not answer soon after its end. */
  giveUp(): void
}

/** The deadline of one request. */
export class RunningDeadline implements Deadline {
  readonly limitSeconds: number
  readonly running: Running
  /** As `performance.now()`: when the pass before it was. */
  began: number
  ended: EndReason | undefined
  passesSinceEnd = 0
  /** Its place among those that run; -1 where it is not among them. */
  place = -1
  #works: Set<(why: EndReason) => void> | undefined

  constructor(running: Running, limitSeconds: number, began: number) {
    this.running = running
    this.limitSeconds = limitSeconds
    this.began = began
  }

  onEnd(work: (why: EndReason) => void): () => void {
    if (this.ended !== undefined) {
      work(this.ended)
      return () => undefined
    }
    this.#works ??= new Set()
    const works = this.#works.add(work)
    return () => works.delete(work)
  }

  extend(millis: number): void {
    this.began += millis
  }

  end(why: EndReason): void {
    if (this.ended !== undefined) return
    this.ended = why
    const works = this.#works
    this.#works = undefined
    if (works !== undefined) for (const work of works) work(why)
  }
}

export class Deadlines {
  /** In no order. An array, as a set that changes twice with each request costs several microseconds of it. */
  readonly #running: RunningDeadline[] = []
  readonly #limitSeconds: number
  readonly #passMillis: number
  #now = 0
  #timer: NodeJS.Timeout | undefined

  constructor(limitSeconds: number) {
    this.#limitSeconds = limitSeconds
    this.#passMillis = Math.min(longestPassMillis, (limitSeconds * 1000) / passesInTime)
  }

  begin(running: Running): RunningDeadline {
    if (this.#timer === undefined) {
      this.#now = performance.now()
      this.#timer = setInterval(() => this.#pass(), this.#passMillis).unref()
    }
    const deadline = new RunningDeadline(running, this.#limitSeconds, this.#now)
    deadline.place = this.#running.push(deadline) - 1
    return deadline
  }

  /** To be called when the request is answered. */
  finish(deadline: RunningDeadline): void {
    const { place } = deadline
    if (place === -1) return
    deadline.place = -1
    const last = this.#running.pop()
    if (last === undefined || last === deadline) return
    this.#running[place] = last
    last.place = place
  }

  #pass(): void {
    if (this.#running.length === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    this.#now = performance.now()
    // The time of a request that began just after a pass is counted from that pass.
    const oldest = this.#now - this.#limitSeconds * 1000 - this.#passMillis
    // A copy, as those that give up leave their place.
    for (const deadline of [...this.#running]) {
      if (deadline.running.isGone()) deadline.end('gone')
      else if (deadline.began < oldest) deadline.end('timeout')
      if (deadline.ended === undefined) continue
      deadline.passesSinceEnd += 1
      if (deadline.passesSinceEnd <= passesToAnswer) continue
      this.finish(deadline)
      deadline.running.giveUp()
    }
  }
}
