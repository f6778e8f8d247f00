/** What became of the events of one relationship at the webhooks of its partner. */
import { useEffect } from 'react'
import { invalidate } from '../../../data/invalidate.ts'
import { onEvent } from '../../../data/live.ts'
import { control } from '../../../data/plan.ts'
import { queryClient, useRead } from '../../../data/query.ts'
import { useFeature } from '../../../data/session.ts'

export interface WireDelivery {
  readonly kind: 'delivery'
  readonly key: string
  readonly dateTime: string
  readonly name: string
  /** Of the last answer, or why there was none. */
  readonly answer: string
  readonly isFailed: boolean
}

interface Row {
  readonly targetId: string
  readonly sequence: number
  readonly round: number
  readonly eventName: string
  readonly state: string
  readonly lastDateTime: string | null
  readonly lastStatus: number | null
  readonly lastError: string | null
}

/** Nobody announces that an event has arrived: it is looked at a moment after it happened. */
const laterMs = [400, 2500] as const
const onTheWayMs = 4000
const isOnTheWay = ({ state }: Row): boolean => state === 'waiting' || state === 'behind'

export function useDeliveriesOf(relationshipId: string | undefined, partnerId: string | undefined) {
  const isThere = useFeature('deliveries')
  const plan = control<{ readonly value: readonly Row[] }>('GET', '/deliveries', {
    query: { tenant: partnerId, subject: relationshipId, limit: 50 },
  })
  const { data } = useRead('deliveries', ['of', relationshipId], plan, {
    enabled: isThere && relationshipId !== undefined && partnerId !== undefined,
    refetchInterval: ({ state }) => (state.data?.value.some(isOnTheWay) === true ? onTheWayMs : false),
  })
  useEffect(() => {
    if (relationshipId === undefined) return
    const timers: ReturnType<typeof setTimeout>[] = []
    const stop = onEvent(({ data: { subject = '' } }) => {
      if (!subject.toLowerCase().includes(relationshipId.toLowerCase())) return
      for (const ms of laterMs) timers.push(setTimeout(() => invalidate(queryClient, ['page.deliveries-changed']), ms))
    })
    return () => {
      stop()
      for (const timer of timers) clearTimeout(timer)
    }
  }, [relationshipId])
  return (data?.value ?? []).map(
    ({ targetId, sequence, round, eventName, state, lastDateTime, lastStatus, lastError }): WireDelivery => ({
      kind: 'delivery',
      key: `${targetId}:${sequence}:${round}`,
      dateTime: lastDateTime ?? '',
      name: eventName,
      answer: lastError ?? (lastStatus === null ? '' : String(lastStatus)),
      isFailed: state !== 'delivered' && state !== 'skipped',
    }),
  )
}
