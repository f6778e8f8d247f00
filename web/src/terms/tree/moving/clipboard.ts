/** Terms that were cut or copied in this tab. */
import { useSyncExternalStore } from 'react'
import type { TreeNode } from '../../rows.ts'

export interface Clipboard {
  readonly mode: 'cut' | 'copy'
  readonly nodes: readonly TreeNode[]
}

let held: Clipboard | undefined
const listeners = new Set<() => void>()

export function holdNodes(next: Clipboard | undefined): void {
  held = next
  for (const listener of listeners) listener()
}

export function heldNodes(): Clipboard | undefined {
  return held
}

export function useHeldNodes(): Clipboard | undefined {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, heldNodes)
}
