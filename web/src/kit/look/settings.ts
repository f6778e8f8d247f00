/** What a person has chosen of the pages themselves; kept in this browser. */
import { useSyncExternalStore } from 'react'
import { keep, kept } from '../kept.ts'

export interface PageSettings {
  readonly theme: 'system' | 'light' | 'dark' | 'contrast'
  readonly density: 'comfortable' | 'dense'
  readonly dates: 'relative' | 'local' | 'utc'
  /** Commands on single letters and signs. */
  readonly shortcuts: boolean
  /** Keys, as `Shortcut.keys` writes them, that do nothing of ours. */
  readonly keysOff: readonly string[]
  readonly showDeprecated: boolean
  readonly isNavigationFolded: boolean
}

const storageKey = 'relata.settings'
const usual: PageSettings = {
  theme: 'system',
  density: 'comfortable',
  dates: 'relative',
  shortcuts: true,
  keysOff: [],
  showDeprecated: true,
  isNavigationFolded: false,
}

let now = keptSettings()
const listeners = new Set<() => void>()

export function settings(): PageSettings {
  return now
}

function take(next: PageSettings): void {
  now = next
  for (const listener of listeners) listener()
}

/** What of a file can be taken: members that are known, and are of the kind that they should be. */
export function settingsIn(value: unknown): Partial<PageSettings> {
  if (value === null || typeof value !== 'object') return {}
  const choices: Readonly<Record<string, readonly unknown[]>> = {
    theme: ['system', 'light', 'dark', 'contrast'],
    density: ['comfortable', 'dense'],
    dates: ['relative', 'local', 'utc'],
  }
  const fits = ([name, one]: [string, unknown]): boolean => {
    if (name === 'keysOff') return Array.isArray(one) && one.every((key) => typeof key === 'string')
    return choices[name]?.includes(one) ?? (Object.hasOwn(usual, name) && typeof one === 'boolean')
  }
  return Object.fromEntries(Object.entries(value).filter(fits))
}

function keptSettings(): PageSettings {
  return { ...usual, ...settingsIn(kept('browser', storageKey)) }
}

export function changeSettings(change: Partial<PageSettings>): void {
  take({ ...now, ...change })
  keep('browser', storageKey, now)
}

// Chosen in another tab. Absent outside of a browser, as localStorage is.
globalThis.addEventListener?.('storage', ({ key }) => {
  if (key === storageKey) take(keptSettings())
})

export function useSettings(): PageSettings {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, settings)
}
