/** Reads the list page by page, the counts of the tiles in one batch, and all rows where an action wants all of them. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { type BatchAnswer, batchOf } from '../../data/batch.ts'
import { key } from '../../data/keys.ts'
import { following, graph, literal, type RequestPlan } from '../../data/plan.ts'
import { queryClient } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import type { Acting } from '../../data/session.ts'
import type { Page } from '../../data/types.ts'
import type { RelationshipRow } from '../api.ts'
import { type TileName, tileFilter, tiles } from './views/filter.ts'

const relationships = '/tenantRelationships/delegatedAdminRelationships'
const pageSize = 100
/** The most that Graph gives at once. */
const largestPage = 300

export function listPlan(
  filter: string | undefined,
  order: string,
  top = pageSize,
): RequestPlan<Page<RelationshipRow>> {
  return graph('GET', relationships, {
    query: {
      $filter: filter,
      $orderby: order,
      $top: top,
      $count: 'true',
      $expand: 'accessAssignments($select=id,status,accessContainer,accessDetails)',
    },
  })
}

export function useRows(filter: string | undefined, order: string) {
  const plan = listPlan(filter, order)
  const read = useInfiniteQuery({
    queryKey: key('relationships', 'list', plan.path),
    queryFn: ({ pageParam, signal }) => ask(pageParam, { signal }),
    initialPageParam: plan,
    getNextPageParam: ({ '@odata.nextLink': link }) =>
      link === undefined ? undefined : following<Page<RelationshipRow>>(link),
    placeholderData: keepPreviousData,
  })
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = read
  const rows = useMemo(() => data?.pages.flatMap(({ value }) => value) ?? [], [data])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return { ...read, rows, total: data?.pages[0]?.['@odata.count'], more, plan }
}

export function countsPlan(now: string): RequestPlan<BatchAnswer> {
  const counted = (tile: TileName) =>
    graph('GET', `${relationships}/$count`, { query: { $filter: tileFilter(tile, now) } })
  return batchOf(tiles.map((tile) => ({ id: tile, plan: counted(tile) })))
}

/** So seldom at most they are counted again, whatever happens elsewhere. */
const countedMs = 5000

/** By tile; those that failed are not there. */
export function useCounts(now: string): ReadonlyMap<TileName, number> {
  const plan = countsPlan(now)
  const queryKey = key('relationships', 'counts', now)
  const { data } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const { dataUpdatedAt = 0 } = queryClient.getQueryState(queryKey) ?? {}
      const waitMs = dataUpdatedAt + countedMs - Date.now()
      if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs))
      return ask(plan, { signal })
    },
    placeholderData: keepPreviousData,
  })
  const known = (data?.responses ?? []).filter(({ status }) => status === 200)
  return new Map(known.map(({ id, body }) => [id as TileName, Number(body)]))
}

/** All rows of a filter. Calls back with how many there are so far. */
export async function readAll(
  filter: string | undefined,
  order: string,
  onProgress: (n: number, total: number) => void,
  signal: AbortSignal,
): Promise<readonly RelationshipRow[]> {
  const rows: RelationshipRow[] = []
  let plan: RequestPlan<Page<RelationshipRow>> | undefined = listPlan(filter, order, largestPage)
  let total = 0
  while (plan !== undefined) {
    const page: Page<RelationshipRow> = await ask(plan, { signal })
    rows.push(...page.value)
    total = page['@odata.count'] ?? total
    onProgress(rows.length, total)
    const next = page['@odata.nextLink']
    plan = next === undefined ? undefined : following(next)
  }
  return rows
}

/** So many ids, of 75 characters each, in one address. */
const idsAtOnce = 60

/** These rows as they are now, in any order; those that are gone are left out. */
export async function readByIds(
  ids: readonly string[],
  acting: Acting | undefined,
): Promise<readonly RelationshipRow[]> {
  const rows: RelationshipRow[] = []
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const some = ids.slice(at, at + idsAtOnce).map(literal)
    const plan = listPlan(`id in (${some.join(',')})`, 'displayName', idsAtOnce)
    const page = await ask(plan, acting === undefined ? {} : { acting })
    rows.push(...page.value)
  }
  return rows
}
