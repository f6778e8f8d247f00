/** What `relata.validate` finds of a set or of a term in it. */
import type { UseQueryResult } from '@tanstack/react-query'
import { graph, type RequestPlan } from '../../../data/plan.ts'
import { useRead } from '../../../data/query.ts'
import type { Finding, Page } from '../../../data/types.ts'

function validate(setId: string, termId: string | undefined): RequestPlan<Page<Finding>> {
  return graph('POST', '/termStore/relata.validate', {
    body: { set: setId, ...(termId === undefined ? {} : { term: termId }) },
  })
}

/** A large set takes the server seconds: `isWanted` is false until somebody looks. */
export function useFindings(
  setId: string,
  termId?: string,
  isWanted = true,
): UseQueryResult<readonly Finding[], Error> {
  return useRead('problems', [setId, termId ?? 'set'], validate(setId, termId), {
    enabled: isWanted,
    select: ({ value }) => (termId === undefined ? value : value.filter(({ id }) => id === termId)) as never,
  }) as unknown as UseQueryResult<readonly Finding[], Error>
}
