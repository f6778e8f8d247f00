/** What was done, with a way back, for ten seconds. Shown by shell/Toasts.tsx. */
import { useSyncExternalStore } from 'react'
import { announce } from './announce.ts'

export interface ToastFacts {
  readonly text: string
  readonly kind?: 'done' | 'failed'
  readonly undo?: () => Promise<unknown>
}

export interface ShownToast extends ToastFacts {
  readonly id: number
}

const most = 4
let shown: readonly ShownToast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function put(next: readonly ShownToast[]): void {
  shown = next
  for (const listener of listeners) listener()
}

export function toast(facts: ToastFacts): void {
  lastId += 1
  put([...shown, { ...facts, id: lastId }].slice(-most))
  announce(facts.text, facts.kind === 'failed' ? 'assertive' : 'polite')
}

export function closeToast(id: number): void {
  put(shown.filter((one) => one.id !== id))
}

export function useToasts(): readonly ShownToast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
}
