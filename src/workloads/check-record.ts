/** Checks the record of changes: its numbers have no gap, each write is whole, and the newest change of a row fits the row. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Model } from '#edm/model.ts'
import { leftMark, reachId, recordedRow, recordReach, sequenceOf } from '#edm/records/recording.ts'
import { sameValue } from '#edm/records/rewind.ts'
import { type CheckedTenant, fromBackup, rowsIn } from './finding.ts'

const keys = ['type', 'subject', 'before', 'after', 'count', 'changedDateTime']
/** Rows that are looked up in one transaction. */
const atOnce = 500

interface Entry {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly before: string | null
  readonly after: string | null
  readonly count: number | null
  readonly changedDateTime: string | null
}

function isWrong({ before, after }: Entry, row: AnyRow | undefined): string | undefined {
  if (after === null && before !== null) return row === undefined ? undefined : 'it was deleted, and is there'
  if (row === undefined) return 'it is not there, and no deletion is recorded'
  const members = after === null ? [] : Object.entries(JSON.parse(after) as Record<string, unknown>)
  const wrong = members.find(([key, value]) => !sameValue(row[key], value))
  return wrong && `its ${wrong[0]} is not what the change left`
}

async function checkNewest(tenant: CheckedTenant, types: ReadonlyMap<string, EntityType>, entries: Iterable<Entry>) {
  const all = [...entries]
  for (let at = 0; at < all.length; at += atOnce)
    await tenant.store.read(tenant.tenantId, async (tx) => {
      for (const entry of all.slice(at, at + atOnce)) {
        const type = types.get(entry.type)
        const row = type && ((await tx.get(type, entry.subject)) as AnyRow | undefined)
        const what = type === undefined ? `there is no type ${entry.type}` : isWrong(entry, row)
        if (what !== undefined) tenant.report('record-row', `change ${entry.id} of ${entry.subject}`, what, fromBackup)
      }
    })
}

/** The order and the completeness of writes, one row after another. */
class Writes {
  #last: number
  #due = 0
  readonly #tenant: CheckedTenant

  constructor(tenant: CheckedTenant, forgotten: number) {
    this.#tenant = tenant
    this.#last = forgotten
  }

  row({ id, count, changedDateTime }: Entry): void {
    const number = sequenceOf(id)
    if (number !== this.#last) {
      this.#endWrite()
      if (number !== this.#last + 1 || changedDateTime === null) {
        const what = `it follows ${this.#last}, or its first row is missing`
        this.#tenant.report('record-order', `change ${number}`, what, fromBackup)
      }
      this.#last = number
      this.#due = count ?? 0
    }
    this.#due -= 1
  }

  #endWrite(): void {
    if (this.#due > 0)
      this.#tenant.report('record-write', `change ${this.#last}`, `${this.#due} of its rows are missing`, fromBackup)
  }

  end(newest: number): void {
    this.#endWrite()
    if (this.#last === newest) return
    const what = `its newest change is ${this.#last}, not ${newest}`
    this.#tenant.report('record-order', 'record of changes', what, fromBackup)
  }
}

export async function checkRecord(tenant: CheckedTenant, { entities }: Model): Promise<void> {
  const reach = await tenant.store.read(tenant.tenantId, (tx) => tx.get(recordReach, reachId))
  const { forgotten = 0, newest = 0 } = reach ?? {}
  const writes = new Writes(tenant, forgotten)
  const last = new Map<string, Entry>()
  for await (const row of rowsIn(tenant, recordedRow, keys)) {
    const entry = row as unknown as Entry
    // Of those that are forgotten, the removal has begun.
    if (sequenceOf(entry.id) <= forgotten) continue
    writes.row(entry)
    if (entry.after !== leftMark) last.set(`${entry.type} ${entry.subject}`, entry)
  }
  writes.end(newest)
  await checkNewest(tenant, new Map(entities.map((type) => [type.name, type])), last.values())
}
