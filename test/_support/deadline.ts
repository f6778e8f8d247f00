/** The deadline of a request that a test ends when it wants. */
import type { Deadline, EndReason } from '#base/deadline.ts'

export const request = () => {
  const waiting = new Set<(why: EndReason) => void>()
  let ended: EndReason | undefined
  const deadline: Deadline = {
    limitSeconds: 30,
    get ended() {
      return ended
    },
    onEnd: (work) => {
      if (ended === undefined) waiting.add(work)
      else work(ended)
      return () => waiting.delete(work)
    },
  }
  const end = (why: EndReason): void => {
    ended = why
    for (const work of [...waiting]) work(why)
  }
  return { deadline, end, waiting }
}
