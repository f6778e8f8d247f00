/** Reads what is found page by page, and how much that is. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { key } from '../../data/keys.ts'
import { ask } from '../../data/send.ts'
import type { View } from '../../kit/view.ts'
import { facets, fits, isChosenHere, searchRequest, totalRequest } from './search.ts'

const keptMs = 30_000
/** So many hits are wanted where the page itself chooses among them. */
const wantedHits = 40

export function useSearch(view: View) {
  const isWanted = (view['q'] ?? '').trim() !== ''
  const asked = [(view['q'] ?? '').trim(), ...facets.map((name) => view[name])]
  const read = useInfiniteQuery({
    queryKey: key('search', 'table', ...asked),
    queryFn: ({ pageParam, signal }) => ask(searchRequest(view, pageParam), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.skipToken ?? undefined,
    enabled: isWanted,
    staleTime: keptMs,
    placeholderData: keepPreviousData,
  })
  const { data, hasNextPage, isFetching, isPlaceholderData, fetchNextPage } = read
  const found = useMemo(
    () => (isWanted ? (data?.pages ?? []).flatMap(({ items = [] }) => items).filter((term) => fits(term, view)) : []),
    [data, isWanted, view],
  )
  const isHere = isChosenHere(view)
  const isTooFew = isHere && found.length < wantedHits
  useEffect(() => {
    if (isTooFew && hasNextPage && !isFetching) void fetchNextPage()
  }, [isTooFew, hasNextPage, isFetching, fetchNextPage])
  // Where all is on one page it is known; else it is counted by a request of its own, for which the first hits do not wait.
  const total = useQuery({
    queryKey: key('search', 'total', ...asked),
    queryFn: ({ signal }) => ask(totalRequest(view), { signal }),
    enabled: isWanted && !isHere && hasNextPage && !isPlaceholderData,
    staleTime: keptMs,
  })
  return { read, found, isWanted, total: hasNextPage && !isHere ? (total.data?.total ?? undefined) : undefined }
}
