/** Which row is shown beside the list: told at once, written into the address when the keys rest. */
import { useCallback, useEffect, useState } from 'react'
import { useView } from '../../../kit/view.ts'
import type { RelationshipRow } from '../../api.ts'

const restMs = 300

export interface PreviewState {
  readonly id: string | undefined
  show(id: string | undefined): void
  /** Shows it, or nothing where it is shown already. */
  toggle(id: string): void
}

export function usePreview(): PreviewState {
  const { view, set } = useView()
  const inAddress = view['preview']
  const [id, setId] = useState(inAddress)
  useEffect(() => setId(inAddress), [inAddress])
  useEffect(() => {
    if (id === inAddress) return
    const timer = setTimeout(() => set({ preview: id }), restMs)
    return () => clearTimeout(timer)
  }, [id, inAddress, set])
  return {
    id,
    show: setId,
    toggle: useCallback((next) => setId((now) => (now === next ? undefined : next)), []),
  }
}

/** The cell of the row that the keys are at gets the focus back. */
export function focusRow(rows: readonly RelationshipRow[], id: string | undefined): void {
  const at = rows.findIndex((row) => row.id === id)
  const cell =
    document.querySelector<HTMLElement>(`[role="row"][aria-rowindex="${at + 2}"] [role="gridcell"][aria-colindex]`) ??
    document.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]')
  cell?.focus()
}
