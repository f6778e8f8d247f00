/**
 * Requests read in one turn of the event loop are answered in a row, when the last of them has been read: code that has
 * just run for one is still in the processor's caches for the next, and all may read one state of the store.
 * Nobody waits for a timer: the answers begin in the very turn.
 */

/** Runs work that reads much; what is read in it is of one state. */
export type Together = (work: () => void) => void

/** For fewer it would cost more than it saves. */
const fewest = 3

/** `answer` must not throw. */
export function inTurns<T>(answer: (arrival: T) => void, together: Together | undefined): (arrival: T) => void {
  let waiting: T[] = []
  const turn = (): void => {
    const arrivals = waiting
    waiting = []
    const answerAll = (): void => {
      for (let at = 0; at < arrivals.length; at++) answer(arrivals[at] as T)
    }
    if (together === undefined || arrivals.length < fewest) answerAll()
    else together(answerAll)
  }
  return (arrival) => {
    waiting.push(arrival)
    if (waiting.length === 1) setImmediate(turn)
  }
}
