/** How the last request went, and whether the server is there: for the status line and the offline bar. */
import { useSyncExternalStore } from 'react'

export interface ServerStatus {
  readonly ms: number | undefined
  readonly requestId: string | undefined
  /** Since when nothing answers; undefined: it answers. */
  readonly goneSince: Date | undefined
  readonly isLive: boolean
  /** Another version of the server runs than the pages were made for. */
  readonly hasNewVersion: boolean
  /** The world of these pages has ended. */
  readonly isWorldGone: boolean
}

let status: ServerStatus = {
  ms: undefined,
  requestId: undefined,
  goneSince: undefined,
  isLive: false,
  hasNewVersion: false,
  isWorldGone: false,
}
const listeners = new Set<() => void>()

function put(change: Partial<ServerStatus>): void {
  status = { ...status, ...change }
  for (const listener of listeners) listener()
}

export function noteRequest(facts: { ms: number; id: string | undefined }): void {
  put({ ms: facts.ms, requestId: facts.id ?? status.requestId })
}

export function noteLive(isLive: boolean): void {
  if (status.isLive !== isLive) put({ isLive })
}

export function noteGone(since: Date | undefined): void {
  put({ goneSince: since })
}

export function currentStatus(): ServerStatus {
  return status
}

export function noteNewVersion(): void {
  put({ hasNewVersion: true })
}

export function noteWorldGone(): void {
  if (!status.isWorldGone) put({ isWorldGone: true })
}

export function useServerStatus(): ServerStatus {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentStatus)
}
