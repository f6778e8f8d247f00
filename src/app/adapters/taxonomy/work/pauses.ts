/** Work over many rows gives the event loop back in between. */

const longestMillis = 10

/** Waits for the next turn of the event loop where this one has been worked in for long. */
export type Pause = () => Promise<void>

export const noPause: Pause = () => Promise.resolve()

export function pauses(): Pause {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < longestMillis) return
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    began = performance.now()
  }
}
