/** What a read gives: skeletons, the problem, or what is made of the answer. What was there stays while it is read again. */
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Problem } from './Problem.tsx'
import { Skeleton } from './Skeleton.tsx'

interface LoadedProps<Answer> {
  readonly read: UseQueryResult<Answer, Error>
  readonly lines?: number
  readonly children: (answer: Answer) => ReactNode
}

export function Loaded<Answer>({ read, lines = 3, children }: LoadedProps<Answer>) {
  const { data, error, refetch } = read
  if (data !== undefined) return <>{children(data)}</>
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  return <Skeleton lines={lines} />
}
