/**
 * Views that somebody has named; kept in this browser. The address itself holds the view and its name, so links need none of
 * this.
 */
import { useSyncExternalStore } from 'react'
import { keep, keptList } from '../../../kit/kept.ts'
import type { ListView } from './filter.ts'

export interface SavedView {
  readonly name: string
  readonly view: ListView
}

const storageKey = 'relata.gdap.views'

let views: readonly SavedView[] = keptList<SavedView>('browser', storageKey, 'name').filter(
  ({ view }) => Object(view) === view,
)
const listeners = new Set<() => void>()

function put(next: readonly SavedView[]): void {
  views = next
  keep('browser', storageKey, next)
  for (const listener of listeners) listener()
}

/** One of the same name is replaced. */
export function saveView(name: string, view: ListView): void {
  put([...views.filter((one) => one.name !== name), { name, view }].sort((a, b) => a.name.localeCompare(b.name)))
}

export function forgetView(name: string): void {
  put(views.filter((one) => one.name !== name))
}

export function useSavedViews(): readonly SavedView[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => views,
  )
}
