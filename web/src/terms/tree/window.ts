/** Which rows are in the document: those in sight, some beside them, and the one with the focus. */
import { type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback } from 'react'
import type { TreeRow } from '../rows.ts'

export function useRowWindow(
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly TreeRow[],
  height: number,
  activeIndex: number,
) {
  // As long as these stay the same functions, the places of 30,000 rows are not computed anew.
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows])
  const estimateSize = useCallback(() => height, [height])
  // The focused row stays mounted wherever it is, else the focus would be lost.
  const rangeExtractor = useCallback(
    ({ startIndex, endIndex, overscan, count }: Range): number[] => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const list = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
      if (activeIndex < count && (activeIndex < first || activeIndex > last)) list.push(activeIndex)
      return list.sort((a, b) => a - b)
    },
    [activeIndex],
  )
  return useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize,
    getItemKey,
    overscan: 8,
    rangeExtractor,
  })
}
