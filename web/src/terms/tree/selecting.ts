/** Terms that are selected: one by one, or from one row to another; a range is added to what was chosen one by one. */
import { useRef } from 'react'
import { t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import type { TreeRow } from '../rows.ts'

const none: ReadonlySet<string> = new Set()

interface SelectingOptions {
  readonly rows: readonly TreeRow[]
  readonly indexOf: ReadonlyMap<string, number>
  readonly selected: ReadonlySet<string>
  readonly onSelect: (selected: ReadonlySet<string>) => void
}

export function useSelecting({ rows, indexOf, selected, onSelect }: SelectingOptions) {
  const anchor = useRef<string | undefined>(undefined)
  const base = useRef(none)
  const keysBetween = (from: string, to: string): string[] => {
    const [a = 0, b = 0] = [indexOf.get(from) ?? 0, indexOf.get(to) ?? 0].sort((x, y) => x - y)
    return rows.slice(a, b + 1).flatMap(({ key, node }) => (node?.kind === 'term' ? [key] : []))
  }
  return {
    /** The next range begins elsewhere, and is all that is selected then. */
    begin: (): void => {
      anchor.current = undefined
      base.current = none
    },
    clear: (): void => {
      base.current = none
      if (selected.size > 0) onSelect(none)
    },
    toggle: (key: string): void => {
      if (rows[indexOf.get(key) ?? -1]?.node?.kind !== 'term') return
      const next = new Set(selected)
      if (!next.delete(key)) next.add(key)
      anchor.current = key
      base.current = next
      onSelect(next)
    },
    /** `from`: where a range begins, if none has begun. */
    extend: (from: string, to: string): void => {
      anchor.current ??= from
      onSelect(new Set([...base.current, ...keysBetween(anchor.current, to)]))
    },
    /** The level, and when that is selected already, all that is loaded. */
    all: (of: TreeRow): void => {
      const level = rows.filter(({ parentKey, node }) => parentKey === of.parentKey && node?.kind === 'term')
      const isLevel = level.length > 0 && level.every(({ key }) => selected.has(key))
      const chosen = isLevel ? rows.filter(({ node }) => node?.kind === 'term') : level
      onSelect(new Set(chosen.map(({ key }) => key)))
      announce(t('tree.selected', { n: chosen.length }))
    },
  }
}
