/** What would have to be done, asked of the server, which keeps the plan for a day so that it can be applied by its digest. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { key } from '../../../data/keys.ts'
import { control, type RequestPlan } from '../../../data/plan.ts'
import { sendRaw } from '../../../data/send.ts'
import type { BulkJob } from '../../server-jobs.ts'
import type { Wanted } from '../draft.ts'
import type { BulkPlan } from './rows.ts'

export interface Planned {
  readonly plan: BulkPlan
  readonly digest: string
  /** As it came: a file that `relata gdap apply` reads. */
  readonly text: string
}

export function askPlan(wanted: Wanted, asksAgain: boolean): RequestPlan {
  return control('POST', '/gdap/plan', {
    body: wanted,
    token: true,
    query: { askAgain: asksAgain ? true : undefined },
  })
}

export function askApply(digest: string): RequestPlan<BulkJob> {
  return control('POST', '/gdap/apply', { body: { plan: digest }, token: true })
}

let bodies = 0

/** Anew for each body, and each time the step is come to: much may have changed meanwhile. */
export function usePlanned(wanted: Wanted, asksAgain: boolean) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a number for each body, which is too long for a key.
  const number = useMemo(() => {
    bodies += 1
    return bodies
  }, [wanted, asksAgain])
  return useQuery({
    queryKey: key('jobs', 'gdap-plan', number),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    queryFn: async ({ signal }): Promise<Planned> => {
      const response = await sendRaw(askPlan(wanted, asksAgain), { signal })
      const text = await response.text()
      return { plan: JSON.parse(text) as BulkPlan, digest: response.headers.get('relata-plan') ?? '', text }
    },
  })
}
