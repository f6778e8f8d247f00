/**
 * Receivers that answer slowly, judged as Graph does it (events.md §3.6). What is counted is kept in memory: each process
 * judges what it has sent itself, and begins anew with a start.
 */
import type { Throttling } from '../kind.ts'

/** All in milliseconds. */
const slowMillis = 2_900
const windowMillis = 600_000
const heldMillis = 600_000

/** Of notifications: before there are so many, nobody is judged. */
const fewestCounted = 100
const heldFrom = 0.1
const droppedFrom = 0.15

interface CountedAnswers {
  counted: number
  slow: number
  /** It is flushed when one of the clocks has passed its end. */
  readonly worldEnd: number
  readonly realEnd: number
}

export interface SlowReceivers {
  /** A request with so many notifications took so long, answered or not. */
  took(url: string, notifications: number, millis: number): void
  throttlingOf(url: string): Throttling | undefined
}

/** Subscriptions that differ in the query alone have one receiver. */
function receiverIn(url: string): string {
  return url.split('?', 1)[0] as string
}

/** `worldNow`, `realNow`: milliseconds since 1970 by either clock. */
export function slowReceivers(worldNow: () => number, realNow: () => number): SlowReceivers {
  const receivers = new Map<string, CountedAnswers>()
  const isOver = ({ worldEnd, realEnd }: CountedAnswers): boolean => worldEnd <= worldNow() || realEnd <= realNow()
  const current = (receiver: string): CountedAnswers | undefined => {
    const answers = receivers.get(receiver)
    if (answers === undefined || !isOver(answers)) return answers
    receivers.delete(receiver)
    return undefined
  }
  const begin = (receiver: string): CountedAnswers => {
    // They are in the order in which they began, and all last as long.
    for (const [other, answers] of receivers) {
      if (!isOver(answers)) break
      receivers.delete(other)
    }
    const begun = { counted: 0, slow: 0, worldEnd: worldNow() + windowMillis, realEnd: realNow() + windowMillis }
    receivers.set(receiver, begun)
    return begun
  }
  return {
    took: (url, notifications, millis) => {
      const receiver = receiverIn(url)
      const answers = current(receiver) ?? begin(receiver)
      answers.counted += notifications
      if (millis > slowMillis) answers.slow += notifications
    },
    throttlingOf: (url) => {
      const { counted, slow } = current(receiverIn(url)) ?? { counted: 0, slow: 0 }
      if (counted < fewestCounted || slow < counted * heldFrom) return undefined
      if (slow >= counted * droppedFrom) return { reason: 'dropped, as the receiver answers too slowly' }
      return { heldMillis, reason: 'held back, as the receiver answers slowly' }
    },
  }
}
