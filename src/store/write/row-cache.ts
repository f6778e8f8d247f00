/**
 * A cache of the rows and lists that write transactions have read, because rules read the same rows repeatedly. Nobody else
 * writes during a write transaction, so an entry is valid until a row is written that is, or may be, part of it. Cached rows
 * are shared and must not be changed.
 */
import { type Answer, after } from '#base/answer.ts'
import type { AnyRow } from '#edm/infer.ts'
import { type FoundBy, FoundLists } from './found-lists.ts'

/** The entries of one type. */
interface CachedType {
  readonly rows: Map<string, Answer<unknown>>
  readonly lists: Map<string, Answer<unknown>>
  /** By what the lists were found. */
  readonly by: FoundLists
  /** Keys for which `has` was true: valid until a row is changed in what `has` was asked by, or removed. */
  readonly present: Set<string>
  /** Number of such changes and removals. Each invalidates `present`. */
  changes: number
}

function ignore(): void {
  // Nothing to do.
}

/** By qualified type name. Must be cleared when a write is undone. */
export class RowCache {
  private readonly types = new Map<string, CachedType>()
  /** Rows and lists added since it was cleared. */
  size = 0

  private of(type: string): CachedType {
    const known = this.types.get(type)
    if (known !== undefined) return known
    const lists = new Map()
    const made = { rows: new Map(), lists, by: new FoundLists(lists), present: new Set<string>(), changes: 0 }
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

  list<T>(type: string, key: string, by: FoundBy, ask: () => Answer<T>): Answer<T> {
    const known = this.of(type)
    if (!known.lists.has(key)) known.by.add(key, by)
    return this.once(known.lists, key, ask)
  }

  /** Whether a matching row exists. If so, this stays true while rows are only added. */
  has(type: string, key: string, by: FoundBy, ask: () => Answer<boolean>): Answer<boolean> {
    const known = this.of(type)
    if (known.present.has(key)) return true
    const { changes } = known
    return after(this.list(type, key, by, ask), (is) => {
      if (is && changes === known.changes) known.present.add(key)
      return is
    })
  }

  /** A row of the type was inserted. Undefined: its values are not known. */
  rowAdded(type: string, id: string, row: AnyRow | undefined): void {
    const known = this.types.get(type)
    if (known === undefined) return
    known.rows.delete(id)
    if (row === undefined) known.by.clear()
    else known.by.rowAdded(row)
  }

  /** A row of the type was updated in these keys, or in all of them, or removed. */
  rowChanged(type: string, id: string, keys?: object): void {
    const known = this.types.get(type)
    if (known === undefined) return
    known.rows.delete(id)
    if (!known.by.rowChanged(keys)) return
    if (known.present.size > 0) known.present.clear()
    known.changes += 1
  }

  /** Amounts were added to a row. Many writes add to the same row, so its entry is updated and not dropped. */
  amountsAdded(type: string, id: string, amounts: Readonly<Record<string, unknown>>): void {
    const before = this.types.get(type)?.rows.get(id) as Answer<AnyRow | undefined>
    this.rowChanged(type, id, amounts)
    if (before === undefined) return
    const sum = after(before, (row) => {
      if (row === undefined) return undefined
      const changed: AnyRow = { ...row }
      for (const key in amounts) if (typeof row[key] === 'number') changed[key] = row[key] + Number(amounts[key] ?? 0)
      return changed
    })
    // The error is not lost: a later read of the row throws it, or else the write itself does.
    if (sum instanceof Promise) sum.catch(ignore)
    this.of(type).rows.set(id, sum)
  }

  clear(): void {
    this.types.clear()
    this.size = 0
  }
}

/** Limit of rows, lists and tenants together. A typical row takes one to two kilobytes. */
const mostHeld = 4_000

/** Row caches by tenant, kept between transactions as long as no other process writes. */
export class TenantCaches {
  private readonly caches = new Map<number, RowCache>()

  of(tenantNo: number): RowCache {
    const known = this.caches.get(tenantNo)
    if (known !== undefined) return known
    const made = new RowCache()
    this.caches.set(tenantNo, made)
    return made
  }

  /** Clears all caches if they exceed the limit together. */
  limit(): void {
    let held = this.caches.size
    for (const { size } of this.caches.values()) held += size
    if (held > mostHeld) this.clear()
  }

  clear(): void {
    this.caches.clear()
  }
}
