/** All terms of a set, in the order of the tree, with their labels: the first at once, the others while one looks. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { key } from '../../data/keys.ts'
import { onEvent } from '../../data/live.ts'
import { ask } from '../../data/send.ts'
import type { Page } from '../../data/types.ts'
import type { Label } from '../detail/api.ts'
import { type Listed, type ListedPage, nextOf, readAllTerms, readFacts, readSome, type TermFacts } from './api.ts'

export interface SetRows {
  readonly rows: readonly Listed[]
  readonly facts: ReadonlyMap<string, TermFacts>
  /** Of all terms of the set; undefined: not known yet. */
  readonly total: number | undefined
  readonly isComplete: boolean
  readonly error: Error | null
  /** Others have made, moved or deleted terms of a set too large to be read again by itself. */
  readonly isOld: boolean
  readonly again: () => void
  /** Puts labels in that were just saved. */
  readonly put: (id: string, labels: readonly Label[]) => void
}

/** Larger sets are not read again because one term of them was changed. */
const mostAgain = 2000
const gatherMs = 400

/** Pages after pages, until the last. */
function useAllPages<One>(
  parts: readonly unknown[],
  first: () => ReturnType<typeof readAllTerms> | ReturnType<typeof readFacts>,
) {
  const query = useInfiniteQuery({
    queryKey: key('table', ...parts),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask(pageParam === undefined ? first() : nextOf(pageParam), { signal }) as unknown as Promise<Page<One>>,
    getNextPageParam: (page) => page['@odata.nextLink'],
    staleTime: 60_000,
  })
  const { hasNextPage, isFetching, fetchNextPage, isError } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  return query
}

/** `asOf`: as they were then, which no event changes. */
export function useSetRows(setId: string, language: string, asOf?: string): SetRows {
  const client = useQueryClient()
  const then = asOf === undefined ? [] : [asOf]
  const listed = useAllPages<Listed>([setId, 'listed', language, ...then], () => readAllTerms(setId, language, asOf))
  const known = useAllPages<TermFacts>([setId, 'facts', ...then], () => readFacts(setId, asOf))
  const rows = useMemo(() => (listed.data?.pages ?? []).flatMap(({ value }: ListedPage) => value), [listed.data])
  const facts = useMemo(
    () => new Map((known.data?.pages ?? []).flatMap(({ value }) => value.map((one) => [one.id, one] as const))),
    [known.data],
  )
  const total = known.data?.pages[0]?.['@odata.count']
  const patch = useCallback(
    (changed: ReadonlyMap<string, Partial<TermFacts>>) =>
      client.setQueryData<typeof known.data>(key('table', setId, 'facts'), (before) =>
        before === undefined
          ? before
          : {
              ...before,
              pages: before.pages.map((page) => ({
                ...page,
                value: page.value.map((one) => ({ ...one, ...changed.get(one.id) })),
              })),
            },
      ),
    [client, setId],
  )
  const again = useCallback(() => void client.invalidateQueries({ queryKey: key('table', setId) }), [client, setId])
  const isOld = useFollowing({ setId, count: rows.length, patch, again, isPast: asOf !== undefined })
  const put = useCallback((id: string, labels: readonly Label[]) => void patch(new Map([[id, { labels }]])), [patch])
  return {
    rows,
    facts,
    total,
    isComplete: listed.data !== undefined && known.data !== undefined && !listed.hasNextPage && !known.hasNextPage,
    error: listed.error ?? known.error,
    isOld: isOld.value,
    again: () => {
      isOld.clear()
      again()
    },
    put,
  }
}

interface FollowingFacts {
  readonly setId: string
  readonly count: number
  readonly patch: (changed: ReadonlyMap<string, Partial<TermFacts>>) => unknown
  readonly again: () => void
  readonly isPast: boolean
}

/** Small sets are read again when something of the taxonomy changes, of large ones only the terms that were changed. */
function useFollowing({ setId, count, patch, again, isPast }: FollowingFacts) {
  const [isOld, setOld] = useState(false)
  useEffect(() => {
    if (isPast) return
    let changed = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = async (): Promise<void> => {
      const ids = [...changed]
      changed = new Set()
      timer = undefined
      if (count <= mostAgain) again()
      else if (ids.length > 0 && ids.length <= 100) {
        const { value } = await ask(readSome(setId, ids))
        patch(new Map(value.map((one) => [one.id, one])))
      } else if (ids.length > 100) setOld(true)
    }
    const end = onEvent(({ name, data }) => {
      if (!/^relata\.(taxonomy\.(term|relation|set)-|gap|world-reset)/.test(name)) return
      const id = /\/terms\/([^/]+)/.exec(data.subject ?? '')?.[1]
      if (name === 'relata.taxonomy.term-changed' && id !== undefined) changed.add(id)
      else if (count > mostAgain && (data.subject ?? '').includes(setId)) setOld(true)
      timer ??= setTimeout(() => void settle().catch(() => setOld(true)), gatherMs)
    })
    return () => {
      end()
      clearTimeout(timer)
    }
  }, [setId, count, patch, again, isPast])
  return { value: isOld, clear: () => setOld(false) }
}
