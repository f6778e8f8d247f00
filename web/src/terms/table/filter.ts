/** Which rows of a set are shown, and in what order: for lists that are held whole. Pure. */
import type { Listed, TermFacts } from './api.ts'
import { labelIn } from './matrix/cells.ts'

export interface RowFilter {
  readonly text: string
  /** `missing:de-DE`, `deprecated`, `shared`, `untagged`; empty: all. */
  readonly state: string
}

export const states = ['deprecated', 'shared', 'untagged'] as const

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

export function shownRows(
  rows: readonly Listed[],
  facts: ReadonlyMap<string, TermFacts>,
  { text, state }: RowFilter,
): readonly Listed[] {
  const wanted = folded(text.trim())
  const missing = /^missing:(.+)$/.exec(state)?.[1]
  return rows.filter((row) => {
    const labels = facts.get(row.id)?.labels
    if (missing !== undefined && (labels === undefined || labelIn(labels, missing) !== '')) return false
    if (state === 'deprecated' && !row.isDeprecated) return false
    if (state === 'shared' && row.kind === 'home') return false
    if (state === 'untagged' && row.isAvailable) return false
    return (
      wanted === '' ||
      row.id === wanted ||
      folded(row.label).includes(wanted) ||
      (labels?.some(({ name }) => folded(name).includes(wanted)) ?? false)
    )
  })
}
