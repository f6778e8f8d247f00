/** Parts a write into changes of their own, so that each of its deletions is an item of the recycle bin (exchange.md §10.4). */
import type { BinnedBranch } from '#edm/records/reading.ts'
import type { RecordedRow } from './recorder.ts'

/** Rows that are recorded as one change. */
export interface RecordedPart {
  readonly rows: readonly RecordedRow[]
  /** Type and id of the row that puts it into the recycle bin. */
  readonly binned?: string
}

/** What belongs to no branch comes first. A row belongs to the first branch that names it. Parts without rows are left out. */
export function partsOf(rows: readonly RecordedRow[], branches: readonly BinnedBranch[] = []): RecordedPart[] {
  const owner = new Map<string, BinnedBranch>()
  for (const branch of branches) for (const key of branch.rows) if (!owner.has(key)) owner.set(key, branch)
  const parts = new Map<BinnedBranch | undefined, RecordedRow[]>([[undefined, []]])
  for (const branch of branches) parts.set(branch, [])
  for (const row of rows) parts.get(owner.get(`${row.type.name} ${row.id}`))?.push(row)
  return [...parts]
    .filter(([, own]) => own.length > 0)
    .map(([branch, own]) => (branch === undefined ? { rows: own } : { rows: own, binned: branch.binned }))
}
