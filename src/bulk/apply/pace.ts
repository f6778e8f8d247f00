/** How much is sent at once: half of it where the service is busy, one more after 20 answers (events.md §7.5). */

const longestMillis = 60_000
const answersForOneMore = 20
/** So many busy answers in a row end the run. */
export const mostBusyInRow = 10

export interface Pace {
  /** Customers side by side. */
  readonly width: number
  succeeded(answers: number): void
  /** One answer, or one batch, that says the service is busy; returns how long to wait. */
  busy(retryAfterSeconds: number | undefined): number
  readonly isExhausted: boolean
}

export function paceOf(parallel: number): Pace {
  let width = parallel
  let answers = 0
  let inRow = 0
  return {
    get width() {
      return width
    },
    get isExhausted() {
      return inRow >= mostBusyInRow
    },
    succeeded: (count) => {
      if (count === 0) return
      inRow = 0
      answers += count
      while (answers >= answersForOneMore) {
        answers -= answersForOneMore
        width = Math.min(parallel, width + 1)
      }
    },
    busy: (retryAfter) => {
      const millis = retryAfter === undefined ? 1000 * 2 ** Math.min(inRow, 6) : retryAfter * 1000
      inRow += 1
      answers = 0
      width = Math.max(1, Math.floor(width / 2))
      return retryAfter === undefined ? Math.min(longestMillis, millis) : millis
    },
  }
}
