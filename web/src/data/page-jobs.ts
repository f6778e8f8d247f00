/** Long work that a page does itself, which goes on while other pages are shown: how far it is, for the bar at the top. */
import { useSyncExternalStore } from 'react'

export interface PageJob {
  readonly id: string
  /** On its button, and what is said beside. */
  readonly short: string
  readonly words: string
  /** Where it is shown whole. */
  readonly address: string
}

let jobs: readonly PageJob[] = []
const listeners = new Set<() => void>()

function put(next: readonly PageJob[]): void {
  jobs = next
  for (const listener of listeners) listener()
}

export function showPageJob(job: PageJob): void {
  put([...jobs.filter(({ id }) => id !== job.id), job])
}

export function hidePageJob(gone: string): void {
  put(jobs.filter(({ id }) => id !== gone))
}

export function usePageJobs(): readonly PageJob[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => jobs,
  )
}
