/** What is chosen in the term store: a term, a set, a group, or the store itself. */
import { GroupDetail } from './GroupDetail.tsx'
import { SetDetail } from './SetDetail.tsx'
import { StoreDetail } from './StoreDetail.tsx'
import { TermDetail } from './TermDetail.tsx'

export interface DetailProps {
  readonly groupId?: string | undefined
  readonly setId?: string | undefined
  readonly termId?: string | undefined
}

export function Detail({ groupId, setId, termId }: DetailProps) {
  if (setId !== undefined && termId !== undefined)
    return <TermDetail key={`${setId} ${termId}`} setId={setId} termId={termId} />
  if (setId !== undefined) return <SetDetail key={setId} setId={setId} />
  if (groupId !== undefined) return <GroupDetail key={groupId} groupId={groupId} />
  return <StoreDetail />
}
