/**
 * What waits for an answer keeps its place while the pointer or the focus is among it: were a card taken away as soon as
 * it is answered, the next one's button would come under a second press.
 */
import { type FocusEvent, useState } from 'react'

/** `before` in its order, as far as `known` still has it, and then what is new; without `isHeld` only what waits. */
export function steadyOrder(
  before: readonly string[],
  waiting: readonly string[],
  known: readonly string[],
  isHeld: boolean,
): readonly string[] {
  if (!isHeld) return waiting
  const kept = before.filter((id) => known.includes(id))
  return [...kept, ...waiting.filter((id) => !kept.includes(id))]
}

const isSame = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join()

export function useSteady(waiting: readonly string[], known: readonly string[]) {
  const [isOver, setOver] = useState(false)
  const [hasFocus, setFocus] = useState(false)
  const [order, setOrder] = useState<readonly string[]>([])
  const shown = steadyOrder(order, waiting, known, isOver || hasFocus)
  if (!isSame(shown, order)) setOrder(shown)
  return {
    shown,
    /** Of the element that they are in. */
    place: {
      onPointerOver: () => setOver(true),
      onPointerLeave: () => setOver(false),
      onFocus: () => setFocus(true),
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) => setFocus(currentTarget.contains(relatedTarget)),
    },
  }
}
