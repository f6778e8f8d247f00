/**
 * What write transactions have read. Rules ask for the same rows again and again, and nobody else writes meanwhile, so an
 * answer stays true until rows of that type are written. Rows are shared, as all are only read.
 */
import { type Answer, after } from '#base/answer.ts'
import type { AnyRow } from '#edm/infer.ts'
import { notNull } from '#edm/query.ts'

/** What was read of one type. */
interface CachedType {
  readonly rows: Map<string, Answer<unknown>>
  readonly lists: Map<string, Answer<unknown>>
  /** Which rows there are some of: true until a row is changed or removed. */
  readonly present: Set<string>
  /** Counts what may make such an answer wrong. */
  changes: number
}

function ignore(): void {
  // Nothing to do.
}

/** Types go by their qualified names. To be cleared when a write is undone. */
export class RowCache {
  private readonly types = new Map<string, CachedType>()
  /** Rows and lists that were put here since it was cleared. */
  size = 0

  private of(type: string): CachedType {
    const known = this.types.get(type)
    if (known !== undefined) return known
    const made: CachedType = { rows: new Map(), lists: new Map(), present: new Set(), changes: 0 }
    this.types.set(type, made)
    return made
  }

  private once<T>(answers: Map<string, Answer<unknown>>, key: string, ask: () => Answer<T>): Answer<T> {
    const found = answers.get(key) as Answer<T>
    if (found !== undefined || answers.has(key)) return found
    const answer = ask()
    this.size += Array.isArray(answer) ? answer.length + 1 : 1
    answers.set(key, answer)
    return answer
  }

  row<T>(type: string, id: string, ask: () => Answer<T>): Answer<T> {
    return this.once(this.of(type).rows, id, ask)
  }

  list<T>(type: string, key: string, ask: () => Answer<T>): Answer<T> {
    return this.once(this.of(type).lists, key, ask)
  }

  /** Whether there is a row: a yes outlives rows that are added. */
  has(type: string, key: string, ask: () => Answer<boolean>): Answer<boolean> {
    const known = this.of(type)
    if (known.present.has(key)) return true
    const { changes } = known
    return after(this.once(known.lists, key, ask), (is) => {
      if (is && changes === known.changes) known.present.add(key)
      return is
    })
  }

  /** A row of the type was added; undefined: its id is not known. */
  rowAdded(type: string, id: string | undefined): void {
    const known = this.types.get(type)
    if (known === undefined) return
    // To clear what is empty costs a new table.
    if (known.lists.size > 0) known.lists.clear()
    if (id !== undefined) known.rows.delete(id)
  }

  /** A row of the type was changed or removed. */
  rowChanged(type: string, id: string): void {
    this.rowAdded(type, id)
    const known = this.types.get(type)
    if (known === undefined) return
    if (known.present.size > 0) known.present.clear()
    known.changes += 1
  }

  /** Numbers of a row were added to: many writes count in one row, and what it is afterwards follows from what it was. */
  amountsAdded(type: string, id: string, amounts: Readonly<Record<string, unknown>>): void {
    const before = this.types.get(type)?.rows.get(id) as Answer<AnyRow | undefined>
    this.rowChanged(type, id)
    if (before === undefined) return
    const sum = after(before, (row) => {
      if (row === undefined) return undefined
      const changed: AnyRow = { ...row }
      for (const key in amounts) if (typeof row[key] === 'number') changed[key] = row[key] + Number(amounts[key] ?? 0)
      return changed
    })
    // A read of the row throws the failure; where there is none, the write itself does.
    if (sum instanceof Promise) sum.catch(ignore)
    this.of(type).rows.set(id, sum)
  }

  clear(): void {
    this.types.clear()
    this.size = 0
  }
}

/** Rows, lists and tenants together; a row of the usual kind takes one to two KB. */
const mostHeld = 4_000

/** Row caches by tenant, kept from one transaction to the next while no other process writes. */
export class TenantCaches {
  private readonly caches = new Map<number, RowCache>()

  of(tenantNo: number): RowCache {
    const known = this.caches.get(tenantNo)
    if (known !== undefined) return known
    const made = new RowCache()
    this.caches.set(tenantNo, made)
    return made
  }

  /** Begins anew where too much is held, whichever tenants it is of. */
  limit(): void {
    let held = this.caches.size
    for (const { size } of this.caches.values()) held += size
    if (held > mostHeld) this.clear()
  }

  clear(): void {
    this.caches.clear()
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
