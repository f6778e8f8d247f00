/** The recycle bin: its items, and what brings them back. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { key } from '../../../data/keys.ts'
import { following, graph, type RequestPlan } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import type { DeletedItem, GraphType, Page } from '../../../data/types.ts'

export type RestoreReport = GraphType<'relata.restoreReport'>

export const binPlan = graph<Page<DeletedItem>>('GET', '/termStore/relata.deletedItems()')

export interface RestorePlace {
  readonly set?: string | undefined
  readonly parent?: string | undefined
  /** Where the name is taken. */
  readonly isRenamed?: boolean
}

export function restorePlan(
  id: string,
  { set, parent, isRenamed = false }: RestorePlace = {},
): RequestPlan<RestoreReport> {
  return graph<RestoreReport>('POST', '/termStore/relata.restore', {
    body: {
      deletedItemId: id,
      ...(set === undefined ? {} : { set }),
      ...(parent === undefined ? {} : { parent }),
      ...(isRenamed ? { onClash: 'rename' } : {}),
    },
  })
}

export function purgePlan(id: string) {
  return graph('POST', '/termStore/relata.purge', { body: { deletedItemId: id } })
}

/** All items: the bin holds what was deleted within some weeks, page by page. */
export function useBin() {
  const read = useInfiniteQuery({
    queryKey: key('bin'),
    queryFn: ({ pageParam, signal }) =>
      ask(pageParam === undefined ? binPlan : following<Page<DeletedItem>>(pageParam), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page['@odata.nextLink'],
  })
  const { hasNextPage, isFetching, fetchNextPage } = read
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  const items = useMemo(() => read.data?.pages.flatMap(({ value }) => value), [read.data])
  return { read, items }
}

const dayMs = 86_400_000

/** Whole days until it leaves the bin; undefined: it stays. */
export function daysLeft({ expires }: DeletedItem, now: Date): number | undefined {
  if (expires === null || expires === undefined) return undefined
  return Math.max(0, Math.ceil((new Date(expires).getTime() - now.getTime()) / dayMs))
}

/** `Library/Genres/Fiction/Poetry` → Library › Genres › Fiction. */
export function placeOf({ path }: DeletedItem): string {
  return (path ?? '').split('/').slice(0, -1).join(' › ')
}
