/** Keys: each page says which it has, the list behind `?` shows all that are there at the moment. */
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { settings } from '../look/settings.ts'

export interface Shortcut {
  /** `Ctrl+K`, `/`, `Shift+F6`, `Delete`. On a Mac `Ctrl` is the command key. */
  readonly keys: string
  readonly words: string
  /** Also while somebody types. */
  readonly inText?: boolean
  run(event: KeyboardEvent): void
}

export const isMac = /mac/i.test(navigator.platform)

/** The frame's first: what a page has counts before it, whichever came first. */
let active: readonly (readonly Shortcut[])[] = []
const listeners = new Set<() => void>()

function put(next: typeof active): void {
  active = next
  for (const listener of listeners) listener()
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    !(target instanceof HTMLInputElement && /^(?:checkbox|radio|button)$/.test(target.type))
  )
}

/** As `Shortcut.keys` writes it. */
export function keysOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): string {
  const { key } = event
  const isPrintable = key.length === 1
  return [
    event.ctrlKey || event.metaKey ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    event.shiftKey && (!isPrintable || event.ctrlKey || event.metaKey) ? 'Shift' : '',
    isPrintable ? key.toUpperCase() : key,
  ]
    .filter((part) => part !== '')
    .join('+')
}

function handle(event: KeyboardEvent): void {
  if (event.defaultPrevented) return
  const pressed = keysOf(event)
  const { shortcuts, keysOff } = settings()
  // WCAG 2.1.4: letters, and signs as well.
  if (keysOff.includes(pressed) || (pressed.length === 1 && !shortcuts)) return
  for (const group of [...active].reverse()) {
    const found = group.find(({ keys, inText }) => keys === pressed && (inText === true || !isTyping(event.target)))
    if (found === undefined) continue
    event.preventDefault()
    found.run(event)
    return
  }
}

addEventListener('keydown', handle)

/** While the component is there. What was said last comes first. */
export function useShortcuts(shortcuts: readonly Shortcut[], isFrame = false): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  const names = shortcuts.map(({ keys, words }) => `${keys}\n${words}`).join('\n\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest functions are called through the reference.
  useEffect(() => {
    const group = latest.current.map((one, at) => ({
      ...one,
      run: (event: KeyboardEvent) => latest.current[at]?.run(event),
    }))
    put(isFrame ? [group, ...active] : [...active, group])
    return () => put(active.filter((one) => one !== group))
  }, [names, isFrame])
}

export function useActiveShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => active,
  ).flat()
}

/** For people: `⌘K` on a Mac. */
export function shownKeys(keys: string): string {
  if (!isMac) return keys.replaceAll('+', ' ')
  return keys.replace('Ctrl+', '⌘').replace('Alt+', '⌥').replace('Shift+', '⇧')
}
