/** What the inspector reads. */
import { useQuery } from '@tanstack/react-query'
import { control, graph } from '../data/plan.ts'
import { reading } from '../data/query.ts'
import type { LoggedDetail } from './entry.ts'

/** A request that was answered does not change. */
export function requestReading(id: string | undefined) {
  return reading('requests', ['one', id], control<LoggedDetail>('GET', `/requests/${encodeURIComponent(id ?? '')}`), {
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useRequest(id: string | undefined) {
  return useQuery(requestReading(id))
}

export interface Named {
  readonly id: string
  readonly displayName: string
}

export const setPlan = (setId: string) =>
  graph<{ readonly parentGroup?: Named }>('GET', `/termStore/sets/${encodeURIComponent(setId)}`, {
    query: { $select: 'id', $expand: 'parentGroup($select=id,displayName)' },
  })
