/** What is chosen in the term store: a term, a set, a group, or the store itself. Each is loaded when first shown. */
import { lazy } from 'react'
import { useMendedField } from '../past/report/useMendedField.ts'

const GroupDetail = lazy(async () => ({ default: (await import('./GroupDetail.tsx')).GroupDetail }))
const SetDetail = lazy(async () => ({ default: (await import('./SetDetail.tsx')).SetDetail }))
const StoreDetail = lazy(async () => ({ default: (await import('./store/StoreDetail.tsx')).StoreDetail }))
const TermDetail = lazy(async () => ({ default: (await import('./TermDetail.tsx')).TermDetail }))

export interface DetailProps {
  readonly groupId?: string | undefined
  readonly setId?: string | undefined
  readonly termId?: string | undefined
}

export function Detail({ groupId, setId, termId }: DetailProps) {
  useMendedField()
  if (setId !== undefined && termId !== undefined)
    return <TermDetail key={`${setId} ${termId}`} setId={setId} termId={termId} />
  if (setId !== undefined) return <SetDetail key={setId} setId={setId} />
  if (groupId !== undefined) return <GroupDetail key={groupId} groupId={groupId} />
  return <StoreDetail />
}
