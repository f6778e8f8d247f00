/** Lists page by page, as they come into sight, and all of them for a file. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { key, type Topic } from '../../../data/keys.ts'
import { following, type RequestPlan } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import type { Page } from '../../../data/types.ts'

export interface ReadPages<Row> {
  readonly rows: readonly Row[]
  readonly total: number | undefined
  readonly isLoaded: boolean
  readonly error: Error | null
  readonly more: () => void
  readonly again: () => void
}

export function usePages<Row>(topic: Topic, parts: readonly unknown[], plan: RequestPlan<Page<Row>>): ReadPages<Row> {
  const read = useInfiniteQuery({
    queryKey: key(topic, 'pages', ...parts),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => ask(pageParam === '' ? plan : following<Page<Row>>(pageParam), { signal }),
    getNextPageParam: (last: Page<Row>) => last['@odata.nextLink'],
  })
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, refetch, error } = read
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const rows = useMemo(() => data?.pages.flatMap(({ value }) => value) ?? [], [data])
  return {
    rows,
    total: data?.pages[0]?.['@odata.count'],
    isLoaded: data !== undefined,
    error: data === undefined ? error : null,
    more,
    again: useCallback(() => void refetch(), [refetch]),
  }
}

/** Every page. `told`: how many there are so far. */
export async function allRows<Row>(
  plan: RequestPlan<Page<Row>>,
  told: (n: number) => void,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  let next: RequestPlan<Page<Row>> | undefined = plan
  while (next !== undefined) {
    const page: Page<Row> = await ask(next, { signal })
    rows.push(...page.value)
    told(rows.length)
    const link = page['@odata.nextLink']
    next = link === undefined ? undefined : following<Page<Row>>(link)
  }
  return rows
}
