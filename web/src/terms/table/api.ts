/** What the table and the matrix of a set read and write. */
import { graph, type RequestPlan } from '../../data/plan.ts'
import type { ListedTerm, Page } from '../../data/types.ts'
import { setPath } from '../detail/api.ts'

export type Listed = Required<ListedTerm>
export type ListedPage = Page<Listed>

const pageSize = 1000

export function readAllTerms(setId: string, language?: string): RequestPlan<ListedPage> {
  return graph('GET', `${setPath(setId)}/relata.getAllTerms()`, {
    query: { $top: pageSize, language, includeDeprecated: true },
  })
}
