/** Which failed requests somebody has seen: of the others the title of the tab and the navigation tell. */
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { lastSeen, noteFailed, noteSeen } from '../shell/tab/failed.ts'
import { isFailed, isOwn, type LoggedRequest } from './entry.ts'
import type { LogState } from './log/log.ts'

function listen(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}

function countFailed(list: readonly LoggedRequest[]): number {
  return list.filter((one) => isFailed(one) && !isOwn(one)).length
}

/** What is shown is seen if the tab is in front; what waits is not. */
export function useSeen({ shown, waiting }: LogState): void {
  const isInFront = useSyncExternalStore(listen, () => document.visibilityState === 'visible')
  const newest = shown[0]?.sequence
  const later = useMemo(() => countFailed(waiting), [waiting])
  const from = lastSeen()
  const meanwhile = isInFront ? 0 : countFailed(shown.filter(({ sequence = 0 }) => sequence > from))
  useEffect(() => {
    if (newest !== undefined && isInFront) noteSeen(newest, later)
    else noteFailed(meanwhile + later)
  }, [newest, isInFront, later, meanwhile])
}
