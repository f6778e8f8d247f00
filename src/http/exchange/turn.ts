/**
 * Batches requests by turn of the event loop: those that Node has read in one turn are answered together, at the end of the
 * same turn, so no timer delays them. The code for them is then still in the processor's caches, and they may share one read
 * transaction of the store. Measured for point reads, as processor time of the bare reference divided by ours, medians of
 * three runs: 0.86; without the shared transaction 0.70; without batching 0.63.
 */

/** Runs `work` in one read transaction. */
export type Together = (work: () => void) => void

/** For fewer requests, a shared transaction costs more than it saves. */
const fewest = 3

/** Returns the function to call with each request. `answer` must not throw. */
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
