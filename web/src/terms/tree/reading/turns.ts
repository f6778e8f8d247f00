/**
 * The order of what the tree writes and reads. What it writes shows at once, so an answer that was read before that, and
 * comes after it, would show again what was before: such an answer is asked for again.
 */
import { noteWriting } from '../../../data/back/undo.ts'

let last: Promise<unknown> = Promise.resolve()
let begun = 0

/** A write that shows already, or is sent now: what is being read may be from before it. */
export function noteBegun(): void {
  begun += 1
}

/** Writes go one after another: a child is not sent before its parent. `run` reads nothing by `readBetween`, which waits for it. */
export function inTurn<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  noteBegun()
  const next = last.then(run, run)
  last = next.catch(() => undefined)
  return noteWriting(next)
}

async function untilWritten(): Promise<void> {
  for (let waited: Promise<unknown> | undefined; waited !== last; ) {
    waited = last
    await waited
  }
}

/** Reads when nothing is being written, and once more where a write began before the answer came. */
export async function readBetween<Answer>(read: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    await untilWritten()
    const before = begun
    const answer = await read()
    if (begun === before) return answer
  }
}

/** One read of a place after another, so that an older answer replaces no newer one. Who comes while one waits has its answer. */
export function oneByOne(run: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const waiting = new Map<string, Promise<void>>()
  const start = (key: string): Promise<void> => {
    waiting.delete(key)
    const now = run(key).finally(() => running.get(key) === now && running.delete(key))
    running.set(key, now)
    return now
  }
  return (key) => {
    const before = running.get(key)
    if (before === undefined) return start(key)
    const next =
      waiting.get(key) ??
      before.then(
        () => start(key),
        () => start(key),
      )
    waiting.set(key, next)
    return next
  }
}
