/** The file to import: chosen on the page of imports, or dropped anywhere in the term store. It is not kept over a reload. */
import { useSyncExternalStore } from 'react'

let file: File | undefined
const listeners = new Set<() => void>()

export function putFile(next: File | undefined): void {
  file = next
  for (const listener of listeners) listener()
}

export function useFile(): File | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => file,
  )
}
