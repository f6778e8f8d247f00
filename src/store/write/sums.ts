/**
 * Amounts that are added to rows, put off until something reads them or the transaction ends: many jobs of one commit
 * count in the same row, which is then written once.
 */
import type { Steps } from '../rows/statement.ts'

type Amounts = Readonly<Record<string, number>>
type Write = (amounts: Amounts) => Steps<void>

interface Sum {
  readonly amounts: Record<string, number>
  readonly write: Write
}

/** By type and, as `where`, by tenant and row. */
export class Sums {
  // Made anew rather than cleared: a cleared map's old table leads to the next, and once it is old keeps all of them.
  private types = new Map<string, Map<string, Sum>>()

  /** Whether rows of the type, or that one of them, are to be written. */
  has(type: string, where?: string): boolean {
    const rows = this.types.get(type)
    return rows !== undefined && (where === undefined || rows.has(where))
  }

  /** `write`: how the sum is written. */
  add(type: string, where: string, amounts: Amounts, write: Write): void {
    const rows = this.types.get(type) ?? new Map<string, Sum>()
    const known = rows.get(where)
    if (known === undefined) rows.set(where, { amounts: Object.assign({}, amounts), write })
    else for (const key in amounts) known.amounts[key] = (known.amounts[key] ?? 0) + (amounts[key] ?? 0)
    this.types.set(type, rows)
  }

  get isEmpty(): boolean {
    return this.types.size === 0
  }

  *written(): Steps<void> {
    const { types } = this
    this.types = new Map()
    for (const rows of types.values()) for (const { amounts, write } of rows.values()) yield* write(amounts)
  }

  clear(): void {
    this.types = new Map()
  }
}
