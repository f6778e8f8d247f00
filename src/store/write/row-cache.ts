/**
 * What jobs have read. Rules ask for the same rows again and again, and nobody else writes meanwhile, so an answer stays
 * true until a job writes rows of that type. Rows are shared, as all are only read.
 */
import type { Answer } from '#base/answer.ts'
import type { AnyRow } from '#edm/infer.ts'
import { notNull } from '#edm/query.ts'

/** What was read of one type. */
export interface Known {
  readonly rows: Map<string, Answer<unknown>>
  readonly lists: Map<string, Answer<unknown>>
  /** What rows there are some of: true until a row is changed or removed. */
  readonly present: Set<string>
  /** Counts what may make such an answer wrong. */
  changes: number
}

/** By the name of the type. To be cleared when a job is undone. */
export class Memory {
  private readonly types = new Map<string, Known>()
  /** Rows and lists that were put here since it was cleared. */
  held = 0

  peek(name: string): Known | undefined {
    return this.types.get(name)
  }

  of(name: string): Known {
    const known = this.types.get(name)
    if (known !== undefined) return known
    const made: Known = { rows: new Map(), lists: new Map(), present: new Set(), changes: 0 }
    this.types.set(name, made)
    return made
  }

  clear(): void {
    this.types.clear()
    this.held = 0
  }
}

/** The same for the same values, and for no others. */
export function keyOf(start: string, where: object): string {
  let key = start
  if (Array.isArray(where)) {
    for (const one of where) key = keyOf(`${key}/`, one)
    return key
  }
  for (const name in where) {
    const value = (where as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'string') key += `|${name}${value.length}"${value}`
    else if (typeof value === 'number') key += `|${name} ${value}`
    else key += value === null ? `|${name} ` : `|${name} ${value === notNull ? '*' : JSON.stringify(value)}`
  }
  return key
}

/** A row of the type was added. */
export function forgetLists(memory: Memory, name: string, id: string | undefined): void {
  const known = memory.peek(name)
  if (known === undefined) return
  // To clear what is empty costs a new table.
  if (known.lists.size > 0) known.lists.clear()
  if (id !== undefined) known.rows.delete(id)
}

/** One row of the type was changed or removed. */
export function forgetRow(memory: Memory, name: string, id: string): void {
  forgetLists(memory, name, id)
  const known = memory.peek(name)
  if (known === undefined) return
  if (known.present.size > 0) known.present.clear()
  known.changes += 1
}

function isCounted(row: AnyRow, amounts: object): boolean {
  for (const key in amounts) if (typeof row[key] !== 'number') return false
  return true
}

/** Many writes count in one row: what it is afterwards follows from what is known of it. `ask`: where it does not. */
export function rememberSum(
  { rows }: Known,
  id: string,
  before: AnyRow | Promise<AnyRow | undefined>,
  amounts: Readonly<Record<string, unknown>>,
  ask: () => Promise<unknown>,
): void {
  const sumOf = (row: AnyRow): AnyRow => {
    const sum: AnyRow = { ...row }
    for (const key in amounts) sum[key] = (row[key] as number) + Number(amounts[key] ?? 0)
    return sum
  }
  if (!(before instanceof Promise)) {
    if (isCounted(before, amounts)) rows.set(id, sumOf(before))
    return
  }
  const after = before.then((row) => {
    if (row !== undefined && isCounted(row, amounts)) return sumOf(row)
    rows.delete(id)
    return ask()
  })
  // Who asks for the row hears of a fault; where nobody does, the write itself tells.
  after.catch(() => undefined)
  rows.set(id, after)
}
