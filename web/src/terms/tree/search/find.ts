/** Terms found by a text, with where they are. */
import { graph, type RequestPlan } from '../../../data/plan.ts'
import type { FoundTerm, GraphType } from '../../../data/types.ts'
import type { PlaceKind } from '../../rows.ts'

export function findTermsPlan(text: string, top: number): RequestPlan<GraphType<'relata.searchResult'>> {
  return graph('POST', '/termStore/relata.search', { body: { text, top, includeDeprecated: true } })
}

export interface Hit {
  readonly setId: string
  /** Undefined: the set itself. */
  readonly termId: string | undefined
  readonly label: string
  /** The label by which it was found, where that is another one. */
  readonly matched: string | undefined
  /** Above it, from the set on. */
  readonly path: string
  readonly isDeprecated: boolean
  /** Absent: as at its home, and for tagging. */
  readonly place?: PlaceKind
  readonly isAvailable?: boolean
}

export function hitOf(found: FoundTerm, setName: (setId: string) => string): Hit {
  const {
    id,
    setId = '',
    label = '',
    path = [],
    matched,
    isDeprecated = false,
    kind = 'home',
    isAvailable = true,
  } = found
  return {
    setId,
    termId: id,
    label,
    matched: matched?.name === undefined || matched.name === label ? undefined : matched.name,
    path: [setName(setId), ...path.slice(0, -1)].filter((part) => part !== '').join(' › '),
    isDeprecated,
    place: kind,
    isAvailable,
  }
}
