/** Which batches of the list are unfolded: by their button, and by the arrows as in a tree. */
import { type KeyboardEvent, useCallback, useState } from 'react'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import type { Row } from './columns.tsx'

export interface Folding {
  readonly open: ReadonlySet<string>
  readonly onFold: (key: string) => void
  /**
   * Right unfolds a batch, Left folds it, wherever in the row the focus is. Returns whether that was so; else the arrow walks.
   */
  readonly onArrow: (event: KeyboardEvent, row: Row | undefined, column: number) => boolean
}

export function useFolding(): Folding {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const onFold = useCallback(
    (key: string) =>
      setOpen((before) => {
        const next = new Set(before)
        if (!next.delete(key)) next.add(key)
        return next
      }),
    [],
  )
  const onArrow = ({ key }: KeyboardEvent, row: Row | undefined, column: number): boolean => {
    const requests = row?.item === undefined ? row?.entry.requests : undefined
    if (row === undefined || requests === undefined) return false
    const isOpen = open.has(row.key)
    // From the first cell on, Left has nowhere else to go; an open batch is walked to the right as any row.
    const wanted = key === 'ArrowRight' ? !isOpen : key === 'ArrowLeft' && isOpen && column === 0
    if (!wanted) return false
    onFold(row.key)
    announce(t(isOpen ? 'requests.folded' : 'requests.unfolded', { n: requests.length }))
    return true
  }
  return { open, onFold, onArrow }
}
