/** The pane beside the tree. */

import { graph } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { Term, TermGroup, TermSet } from '../../data/types.ts'
import { Loaded } from '../../kit/Loaded.tsx'
import { useShared } from '../../kit/styles.ts'

export interface DetailProps {
  readonly groupId?: string | undefined
  readonly setId?: string | undefined
  readonly termId?: string | undefined
}

export function Detail({ groupId, setId, termId }: DetailProps) {
  const shared = useShared()
  const path =
    groupId !== undefined
      ? `/termStore/groups/${groupId}`
      : termId === undefined
        ? `/termStore/sets/${setId}`
        : `/termStore/sets/${setId}/terms/${termId}`
  const read = useRead('term', [path], graph<Term & TermSet & TermGroup>('GET', path))
  return (
    <Loaded read={read}>
      {({ id, labels, localizedNames, displayName }) => (
        <div className={shared.page}>
          <h2 className={shared.paneTitle}>{displayName ?? labels?.[0]?.name ?? localizedNames?.[0]?.name}</h2>
          <div className={shared.mono}>{id}</div>
        </div>
      )}
    </Loaded>
  )
}
