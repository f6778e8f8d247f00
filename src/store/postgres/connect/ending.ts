/** Waiting for connections and answers that ends with the requests it is for. */
import type { Deadline } from '#base/deadline.ts'
import { StoreError } from '#base/errors.ts'

function ignore(): void {
  // Nothing to do.
}

/** The result of `work`, or the end of the request, whichever comes first. A result that comes later goes to `late`. */
export function orLate<T>(
  work: Promise<T>,
  deadline: Deadline | undefined,
  late: (value: T) => void = ignore,
): Promise<T> {
  if (deadline === undefined) return work
  return new Promise((resolve, reject) => {
    let isOver = false
    const forget = deadline.onEnd((why) => {
      isOver = true
      reject(new StoreError('unavailable', why))
    })
    work.then(
      (value) => {
        forget()
        if (isOver) late(value)
        else resolve(value)
      },
      (error: unknown) => {
        forget()
        reject(error)
      },
    )
  })
}

/** Ends when all of them have ended; undefined if one of them never ends. */
export function lastOf(all: readonly (Deadline | undefined)[]): Deadline | undefined {
  const known = all.filter((one) => one !== undefined)
  const [first, ...more] = known
  if (first === undefined || known.length < all.length) return undefined
  if (more.length === 0) return first
  const end = () => (known.every(({ ended }) => ended !== undefined) ? known.at(-1)?.ended : undefined)
  return {
    limitSeconds: Math.max(...known.map(({ limitSeconds }) => limitSeconds)),
    get ended() {
      return end()
    },
    onEnd: (work) => {
      let left = known.length
      const forgets = known.map((one) =>
        one.onEnd((why) => {
          left -= 1
          if (left === 0) work(why)
        }),
      )
      return () => {
        for (const forget of forgets) forget()
      }
    },
  }
}
