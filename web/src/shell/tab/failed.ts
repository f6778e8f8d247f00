/** Requests of clients that failed and that nobody has looked at yet: for the title of the tab and for the navigation. */
import { useSyncExternalStore } from 'react'

let count = 0
/** The newest request that was looked at. */
let seenTo = 0
const listeners = new Set<() => void>()

export function failedUnseen(): number {
  return count
}

export function noteFailed(next: number): void {
  if (next === count) return
  count = next
  for (const listener of listeners) listener()
}

/** By who shows the log: up to this one all were there to be seen. `waiting`: so many failed ones came after it. */
export function noteSeen(sequence: number, waiting: number): void {
  seenTo = sequence
  noteFailed(waiting)
}

export function lastSeen(): number {
  return seenTo
}

export function onFailed(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useFailedUnseen(): number {
  return useSyncExternalStore(onFailed, failedUnseen)
}
