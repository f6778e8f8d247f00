/** Takes recorded changes back, newest first, on copies of the rows: what rows were before (exchange.md §10.3). */
import type { AnyRow } from '../infer.ts'
import type { ChangedMembers } from './reading.ts'

/** A row as it is and as it was; undefined: not there. */
export interface RewoundRow {
  readonly type: string
  readonly id: string
  readonly now: AnyRow | undefined
  was: AnyRow | undefined
}

export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other)
}

/** Whether the row is still as the change left it. */
function isAsLeft({ action, after }: ChangedMembers, row: AnyRow | undefined): boolean {
  if (action === 'delete') return row === undefined
  if (row === undefined) return false
  return Object.entries(after).every(([key, value]) => sameValue(row[key], value))
}

export class Rewind {
  readonly rows = new Map<string, RewoundRow>()
  readonly #read: (type: string, id: string) => Promise<AnyRow | undefined>

  constructor(read: (type: string, id: string) => Promise<AnyRow | undefined>) {
    this.#read = read
  }

  async row(type: string, id: string): Promise<RewoundRow> {
    const key = `${type} ${id}`
    const known = this.rows.get(key)
    if (known !== undefined) return known
    const now = await this.#read(type, id)
    const row = { type, id, now, was: now }
    this.rows.set(key, row)
    return row
  }

  /** Returns whether the row was as the change had left it. It is taken back all the same. */
  async takeBack(changed: ChangedMembers): Promise<boolean> {
    const row = await this.row(changed.type, changed.id)
    const isLeft = isAsLeft(changed, row.was)
    if (changed.action === 'create') row.was = undefined
    else if (changed.action === 'delete') row.was = { ...changed.before, id: changed.id }
    else if (row.was !== undefined) row.was = { ...row.was, ...changed.before }
    return isLeft
  }
}
