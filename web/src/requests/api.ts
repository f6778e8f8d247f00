/** What the inspector reads. */
import { control, graph } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import type { LoggedDetail } from './entry.ts'

/** A request that was answered does not change. */
export function useRequest(id: string | undefined) {
  return useRead('requests', ['one', id], control<LoggedDetail>('GET', `/requests/${encodeURIComponent(id ?? '')}`), {
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export interface Named {
  readonly id: string
  readonly displayName: string
}

export const setPlan = (setId: string) =>
  graph<{ readonly parentGroup?: Named }>('GET', `/termStore/sets/${encodeURIComponent(setId)}`, {
    query: { $select: 'id', $expand: 'parentGroup($select=id,displayName)' },
  })
