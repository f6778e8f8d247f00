/** Two counts of rows beside each other. Pure. */
export interface CountedTable {
  readonly table: string
  readonly before: number
  readonly after: number
}

export function comparedRows(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): readonly CountedTable[] {
  const tables = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return tables.map((table) => ({ table, before: before[table] ?? 0, after: after[table] ?? 0 }))
}

/** Differing ones, the largest difference first. */
export function differing(tables: readonly CountedTable[]): readonly CountedTable[] {
  const size = ({ before, after }: CountedTable): number => Math.abs(after - before)
  return tables.filter((one) => size(one) > 0).sort((a, b) => size(b) - size(a))
}

/** `708 KB`, `1.4 MB`: in steps of 1000, as file managers have them. */
export function sizeOf(bytes: number): { readonly value: number; readonly unit: 'kilobyte' | 'megabyte' } {
  return bytes < 1_000_000
    ? { value: Math.round(bytes / 1000), unit: 'kilobyte' }
    : { value: Math.round(bytes / 100_000) / 10, unit: 'megabyte' }
}
