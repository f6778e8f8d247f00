/** What the table and the matrix of a set read and write. */
import { graph, literal, type RequestPlan } from '../../data/plan.ts'
import type { ListedTerm, Page } from '../../data/types.ts'
import { type Label, type RowState, setPath, termPath } from '../detail/api.ts'

export type Listed = Omit<Required<ListedTerm>, 'path'> & { readonly path: readonly string[] }
export type ListedPage = Page<Listed>

export interface TermFacts {
  readonly id: string
  readonly labels: readonly Label[]
  readonly lastModifiedDateTime?: string | null
  readonly lastModifiedBy?: unknown
  readonly '@relata.state'?: RowState
}

/** The first page comes at once, the others are large. */
const firstSize = 200
export const laterSize = 5000

const annotations = { Prefer: 'include-annotations="relata.state"' }
const members = 'id,labels,lastModifiedDateTime,lastModifiedBy'

/** `asOf`: as it was then. */
export function readAllTerms(setId: string, language: string, asOf?: string): RequestPlan<ListedPage> {
  return graph('GET', `${setPath(setId)}/relata.getAllTerms()`, {
    query: { $top: firstSize, language, includeDeprecated: true, asOf },
  })
}

export function readFacts(setId: string, asOf?: string): RequestPlan<Page<TermFacts>> {
  return graph('GET', `${setPath(setId)}/terms`, {
    query: { $select: members, $top: firstSize, $count: true, asOf },
    headers: annotations,
  })
}

/** The page behind a next link, larger. The preference has to be sent again. */
export function nextOf<Answer>(link: string): RequestPlan<Answer> {
  const { pathname, searchParams } = new URL(link, location.origin)
  searchParams.set('$top', String(laterSize))
  return { method: 'GET', path: `${pathname}?${searchParams}`, needsToken: true, headers: annotations }
}

export function readSome(
  setId: string,
  ids: readonly string[],
  select = members,
  asOf?: string,
): RequestPlan<Page<TermFacts>> {
  return graph('GET', `${setPath(setId)}/terms`, {
    query: { $filter: `id in (${ids.map(literal).join(',')})`, $select: select, $top: ids.length, asOf },
    headers: annotations,
  })
}

export function writeLabels(homeSetId: string, id: string, labels: readonly Label[]): RequestPlan<TermFacts> {
  return graph('PATCH', termPath(homeSetId, id), { body: { labels } })
}
