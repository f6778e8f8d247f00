/**
 * What the jobs of a transaction have read. Rules ask for the same rows again and again, and nobody else writes meanwhile, so
 * an answer stays true until the transaction itself writes rows of that type. Rows are shared, as all are only read.
 */
import type { AnyRow } from '#edm/infer.ts'

/** What was read of one type. */
export interface Known {
  readonly rows: Map<string, Promise<unknown>>
  readonly lists: Map<string, Promise<unknown>>
}

/** By the name of the type. To be emptied when a job is undone. */
export type Memory = Map<string, Known>

export const knownOf = (memory: Memory, name: string): Known => {
  const known = memory.get(name)
  if (known !== undefined) return known
  const made: Known = { rows: new Map(), lists: new Map() }
  memory.set(name, made)
  return made
}

/** The same for the same values, and for no others. */
export const keyOf = (start: string, where: object): string => {
  let key = start
  for (const name in where) {
    const value = (where as Readonly<Record<string, unknown>>)[name]
    key += typeof value === 'string' ? `|${name}${value.length}"${value}` : `|${name} ${JSON.stringify(value)}`
  }
  return key
}

/** One row of the type was written, or, without an id, any of them. */
export const forgetRow = (memory: Memory, name: string, id: string | undefined): void => {
  const known = memory.get(name)
  if (known === undefined) return
  known.lists.clear()
  if (id === undefined) known.rows.clear()
  else known.rows.delete(id)
}

const isCounted = (row: AnyRow, amounts: object): boolean => {
  for (const key in amounts) if (typeof row[key] !== 'number') return false
  return true
}

/** Many writes count in one row: what it is afterwards follows from what is known of it. `ask`: where it does not. */
export const rememberSum = (
  { rows }: Known,
  id: string,
  before: Promise<AnyRow | undefined>,
  amounts: Readonly<Record<string, unknown>>,
  ask: () => Promise<unknown>,
): void => {
  const after = before.then((row) => {
    if (row === undefined || !isCounted(row, amounts)) {
      rows.delete(id)
      return ask()
    }
    const sum: AnyRow = { ...row }
    for (const key in amounts) sum[key] = (row[key] as number) + Number(amounts[key] ?? 0)
    return sum
  })
  // Who asks for the row hears of a fault; where nobody does, the write itself tells.
  after.catch(() => undefined)
  rows.set(id, after)
}
