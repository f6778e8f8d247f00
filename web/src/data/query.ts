/** The cache, and how pages read. */
import { QueryClient, queryOptions, type UseQueryOptions, useQuery } from '@tanstack/react-query'
import { key, keyFor, type Topic } from './keys.ts'
import type { RequestPlan } from './plan.ts'
import { Problem } from './problem.ts'
import { ask } from './send.ts'
import type { Acting } from './session.ts'

const minute = 60_000

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: minute / 2,
      gcTime: 5 * minute,
      refetchOnWindowFocus: false,
      // Reads are safe to repeat; what was refused is not asked again.
      retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status === 503),
      retryDelay: (count, error) => (error instanceof Problem ? (error.retryAfter ?? count + 1) : 1) * 1000,
    },
    mutations: { retry: false },
  },
})

type ReadOptions<Answer> = Partial<Omit<UseQueryOptions<Answer, Error>, 'queryKey' | 'queryFn'>> & {
  /** Absent: who the page acts as. */
  readonly acting?: Acting
}

/** What `useRead` reads, for prefetching and for reading outside of a component. */
export function reading<Answer>(
  topic: Topic,
  parts: readonly unknown[],
  plan: RequestPlan<Answer>,
  { acting, ...options }: ReadOptions<Answer> = {},
) {
  return queryOptions<Answer, Error>({
    ...options,
    queryKey: acting === undefined ? key(topic, ...parts) : keyFor(acting, topic, ...parts),
    queryFn: ({ signal }) => ask(plan, { signal, ...(acting === undefined ? {} : { acting }) }),
  })
}

/** Reads one thing and keeps it fresh. */
export function useRead<Answer>(
  topic: Topic,
  parts: readonly unknown[],
  plan: RequestPlan<Answer>,
  options: ReadOptions<Answer> = {},
) {
  return useQuery(reading(topic, parts, plan, options))
}
