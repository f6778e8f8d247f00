/** Adapter: what is due and what has fired, from the rows of the agenda and the hooks that fire them. */
import type { Dues } from '#control/about/due.ts'
import type { Behaviour, PageRow, Prepared, Store } from '#edm/ports.ts'
import { constant, member } from '#edm/query.ts'
import { agendaEntry } from '#workloads/common.ts'
import { relationship } from '#workloads/gdap/types.ts'
import type { TenantList } from '../tenant-list.ts'

type DueEntry = Awaited<ReturnType<Dues['due']>>[number]

const mostFired = 1_000
/** Tenants that are read at a time. */
const atOnce = 32

/** What has fired in this process. An entry that was rolled back and fired again is there once. */
export class FiredEntries {
  readonly #entries = new Map<string, DueEntry>()

  note(entry: DueEntry): void {
    const key = `${entry.tenantId}|${entry.kind}|${entry.subject}|${entry.dueDateTime}`
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= mostFired) return
      this.#entries.delete(oldest)
    }
  }

  newest(most: number): readonly DueEntry[] {
    return [...this.#entries.values()].reverse().slice(0, most)
  }

  /** The same rules, whose due entries are noted when they have fired. */
  of(behaviours: readonly Behaviour[]): readonly Behaviour[] {
    return behaviours.map((rules) => {
      if (rules.due === undefined) return rules
      const due = Object.entries(rules.due).map(([kind, hook]): [string, typeof hook] => [
        kind,
        async (context, subject) => {
          await hook(context, subject)
          this.note({ tenantId: context.actor.tenantId, kind, subject, dueDateTime: context.now })
        },
      ])
      return { ...rules, due: Object.fromEntries(due) }
    })
  }
}

function isBefore(one: PageRow['row'], other: PageRow['row']): number {
  const key = ({ dueDateTime, sequence }: PageRow['row']): string =>
    `${String(dueDateTime)} ${String(sequence).padStart(16, '0')}`
  return key(one) < key(other) ? -1 : 1
}

interface Found {
  readonly tenantId: string
  readonly row: PageRow['row']
}

export function duesOf(
  store: Store,
  tenants: TenantList,
  firedEntries: FiredEntries,
  settle: () => Promise<void>,
): Dues {
  const by = (key: string) => ({ by: member(key), descending: false })
  const first: Prepared = store.prepare({
    type: agendaEntry,
    branches: [constant(true)],
    order: [by('dueDateTime'), by('sequence')],
    limit: true,
    shape: [],
    carry: ['kind', 'subject', 'dueDateTime', 'sequence'],
  })
  const inTenant = async (tenantId: string, limit: number): Promise<Found[]> =>
    (await store.read(tenantId, (tx) => tx.query(first, { limit }))).map(({ row }) => ({ tenantId, row }))
  const named = async ({ tenantId, row }: Found): Promise<DueEntry> => {
    const { kind, subject, dueDateTime } = row as unknown as Pick<DueEntry, 'kind' | 'subject' | 'dueDateTime'>
    const about = await store.read(tenantId, (tx) => tx.get(relationship, subject))
    return { tenantId, kind, subject, ...(about === undefined ? {} : { displayName: about.displayName }), dueDateTime }
  }
  return {
    due: async (most) => {
      await settle()
      await tenants.refresh()
      const ids = tenants.all().map(({ id }) => id)
      let found: Found[] = []
      for (let at = 0; at < ids.length; at += atOnce) {
        const more = await Promise.all(ids.slice(at, at + atOnce).map((id) => inTenant(id, most)))
        found = [...found, ...more.flat()].sort((one, other) => isBefore(one.row, other.row)).slice(0, most)
      }
      return Promise.all(found.map(named))
    },
    fired: (most) => firedEntries.newest(most),
  }
}
