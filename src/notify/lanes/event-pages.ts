/**
 * The events of one tenant for all its lanes: each part of the outbox is read once and kept for a moment, as the lanes of a
 * target read the same part one after another (events.md §6.3).
 */
import type { Prepared, Store } from '#edm/ports.ts'
import { constant, member, param } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { outboxEvent } from '#workloads/directory/audit.ts'
import type { OutboxRow } from '../kinds/kind.ts'

const pageRows = 256
const mostPages = 12

export interface EventQueries {
  readonly page: Prepared
  readonly newest: Prepared
  readonly oldest: Prepared
}

export function eventQueries(store: Store): EventQueries {
  const carry = Object.keys(outboxEvent.props).filter((name) => name !== 'id')
  const all: RowQuery = {
    type: outboxEvent,
    branches: [constant(true)],
    order: [{ by: member('sequence'), descending: false }],
    limit: true,
    shape: [],
    carry: ['sequence'],
  }
  return {
    page: store.prepare({
      ...all,
      branches: [{ op: 'gt', left: member('sequence'), right: param('from') }],
      filter: { op: 'le', left: member('sequence'), right: param('to') },
      carry,
    }),
    oldest: store.prepare(all),
    newest: store.prepare({ ...all, order: [{ by: member('sequence'), descending: true }] }),
  }
}

interface Page {
  readonly events: readonly OutboxRow[]
  /** No event of it is still to come. */
  readonly isWhole: boolean
}

export interface EventsRead {
  readonly events: readonly OutboxRow[]
  /** As far as they reach. */
  readonly to: number
}

export class EventPages {
  readonly #store: Store
  readonly #tenantId: string
  readonly #queries: EventQueries
  readonly #pages = new Map<number, Promise<Page>>()
  #newest = 0

  constructor(store: Store, tenantId: string, queries: EventQueries) {
    this.#store = store
    this.#tenantId = tenantId
    this.#queries = queries
  }

  /** The highest sequence that is known. */
  get newest(): number {
    return this.#newest
  }

  async #sequence(query: Prepared): Promise<number> {
    const rows = await this.#store.read(this.#tenantId, (tx) => tx.query(query, { limit: 1 }))
    return (rows[0]?.row['sequence'] as number | undefined) ?? 0
  }

  /** Looks for newer events; returns whether there are any. */
  async refresh(): Promise<boolean> {
    const before = this.#newest
    this.#newest = Math.max(before, await this.#sequence(this.#queries.newest))
    return this.#newest > before
  }

  oldest(): Promise<number> {
    return this.#sequence(this.#queries.oldest)
  }

  async #read(from: number): Promise<Page> {
    const { page } = this.#queries
    // What is known before the read is in it: numbers are in the order of commits.
    const isPast = this.#newest >= from + pageRows
    const limit = { from, to: from + pageRows, limit: pageRows }
    const rows = await this.#store.read(this.#tenantId, (tx) => tx.query(page, limit))
    const events = rows.map(({ row }) => row as unknown as OutboxRow)
    return { events, isWhole: isPast || events.at(-1)?.sequence === from + pageRows }
  }

  #page(from: number): Promise<Page> {
    const known = this.#pages.get(from)
    if (known !== undefined) return known
    const reading = this.#read(from)
    this.#pages.set(from, reading)
    const forget = (): void => {
      if (this.#pages.get(from) === reading) this.#pages.delete(from)
    }
    // The last page grows: it is shared by those who ask while it is read.
    reading.then(({ isWhole }) => (isWhole ? undefined : forget()), forget)
    for (const old of this.#pages.keys()) if (this.#pages.size > mostPages) this.#pages.delete(old)
    return reading
  }

  /** Events after a sequence, some of those that there are. */
  async after(sequence: number): Promise<EventsRead> {
    const from = sequence - (sequence % pageRows)
    const { events, isWhole } = await this.#page(from)
    const last = events.at(-1)?.sequence ?? from
    this.#newest = Math.max(this.#newest, last)
    return {
      events: events.filter((event) => event.sequence > sequence),
      to: isWhole ? from + pageRows : Math.max(sequence, last),
    }
  }
}
