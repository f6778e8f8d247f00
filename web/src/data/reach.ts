/**
 * Whether the server is there. A request without an answer, and a stream that has been away for a while, are only a
 * suspicion: the server is asked, and again and again until it answers. Then whoever waits for it is told.
 */
import { currentStatus, noteGone } from './status.ts'

const againMs = 2000
/** So long a server may be silent that is there. */
const patienceMs = 5000

const listeners = new Set<() => void>()
let isAsking = false

/** Calls back when the server is there again. */
export function onBack(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

async function isThere(): Promise<boolean> {
  try {
    return (await fetch('/alive', { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) })).ok
  } catch {
    return false
  }
}

async function askUntilThere(since: Date): Promise<void> {
  while (!(await isThere())) {
    noteGone(since)
    await new Promise((done) => setTimeout(done, againMs))
  }
  if (currentStatus().goneSince === undefined) return
  noteGone(undefined)
  for (const listener of listeners) listener()
}

export function suspectGone(): void {
  if (isAsking) return
  isAsking = true
  void askUntilThere(new Date()).finally(() => {
    isAsking = false
  })
}
