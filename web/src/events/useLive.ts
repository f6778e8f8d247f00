/** What happens is told to targets a moment later, which nobody announces: it is looked at then. */
import { useEffect } from 'react'
import { invalidate } from '../data/invalidate.ts'
import { onEvent } from '../data/live.ts'
import { queryClient } from '../data/query.ts'
import { touches } from './api.ts'

/** After an event: its first attempt is over, and the time a receiver may need. */
const laterMs = [400, 2500] as const
const timers = new Map<number, ReturnType<typeof setTimeout>>()

/** After an event, and after something was sent again. */
export function lookLater(): void {
  for (const ms of laterMs) {
    clearTimeout(timers.get(ms))
    timers.set(
      ms,
      setTimeout(() => invalidate(queryClient, touches), ms),
    )
  }
}

export function useLive(): void {
  useEffect(() => onEvent(lookLater), [])
}
