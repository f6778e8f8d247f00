/** What can be done here, for the palette (Ctrl+K, then `>`): each page says what it has, as with keys. */
import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface Command {
  readonly id: string
  readonly words: string
  /** As `Shortcut.keys` writes it: shown beside it. */
  readonly keys?: string
  /** Why it cannot be done at the moment; absent: it can. */
  readonly reason?: string
  run(): void
}

/** The frame's are last. */
let active: readonly (readonly Command[])[] = []
const listeners = new Set<() => void>()

function put(next: typeof active): void {
  active = next
  for (const listener of listeners) listener()
}

/** While the component is there. */
export function useCommands(commands: readonly Command[], isFrame = false): void {
  const latest = useRef(commands)
  latest.current = commands
  const names = commands.map(({ id, words, keys, reason }) => [id, words, keys, reason].join('\n')).join('\n\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest functions are called through the reference.
  useEffect(() => {
    const group = latest.current.map((one, at) => ({ ...one, run: () => latest.current[at]?.run() }))
    put(isFrame ? [...active, group] : [group, ...active])
    return () => put(active.filter((one) => one !== group))
  }, [names, isFrame])
}

export function useActiveCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => active,
  ).flat()
}
