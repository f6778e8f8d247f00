/** A set as a table: its terms in the order of the tree, page by page. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { key } from '../../data/keys.ts'
import { following } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { t } from '../../i18n/t.ts'
import { Grid } from '../../kit/Grid.tsx'
import { Problem } from '../../kit/Problem.tsx'
import { Skeleton } from '../../kit/Skeleton.tsx'
import { useGo } from '../../kit/view.ts'
import { type ListedPage, readAllTerms } from './api.ts'

export function SetTable({ setId }: { readonly setId: string }) {
  const go = useGo()
  const pages = useInfiniteQuery({
    queryKey: key('rows', setId, 'table'),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<ListedPage>(pageParam === undefined ? readAllTerms(setId) : following(pageParam), { signal }),
    getNextPageParam: (page) => page['@odata.nextLink'],
  })
  if (pages.error !== null) return <Problem error={pages.error} onRetry={() => void pages.refetch()} />
  if (pages.data === undefined) return <Skeleton lines={8} />
  return (
    <Grid
      label={t('table.title')}
      rows={pages.data.pages.flatMap(({ value }) => value)}
      rowKey={({ id }) => id}
      columns={[
        { id: 'label', title: t('table.label'), width: 'minmax(200px, 2fr)', cell: ({ label }) => label },
        {
          id: 'path',
          title: t('table.path'),
          width: 'minmax(200px, 2fr)',
          cell: ({ path }) => path.slice(0, -1).join(' > '),
        },
      ]}
      onOpen={({ id }) => go(`/terms/s/${setId}/t/${id}`)}
      onMore={() => {
        if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage()
      }}
    />
  )
}
