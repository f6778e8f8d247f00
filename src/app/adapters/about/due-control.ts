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

/** Removes the row that it happens to. */
const removal = 'gdap.cleanUp'

function nameOf(about: { readonly displayName: string } | undefined): Pick<DueEntry, 'displayName'> {
  return about === undefined ? {} : { displayName: about.displayName }
}

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
          // Nothing is left of it afterwards that has a name.
          const about = kind === removal ? await context.tx.get(relationship, subject) : undefined
          await hook(context, subject)
          const { tenantId } = context.actor
          this.note({ tenantId, kind, subject, ...nameOf(about), dueDateTime: context.now })
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
  const named = async (entry: DueEntry): Promise<DueEntry> => {
    const { tenantId, kind, subject, dueDateTime } = entry
    // The tenant of what has fired may have been removed.
    if (entry.displayName !== undefined || tenants.find(tenantId) === undefined) return entry
    const about = await store.read(tenantId, (tx) => tx.get(relationship, subject))
    return { tenantId, kind, subject, ...nameOf(about), dueDateTime }
  }
  const entryOf = ({ tenantId, row }: Found): DueEntry => {
    const { kind, subject, dueDateTime } = row as unknown as Pick<DueEntry, 'kind' | 'subject' | 'dueDateTime'>
    return { tenantId, kind, subject, dueDateTime }
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
      return Promise.all(found.map((one) => named(entryOf(one))))
    },
    fired: async (most) => Promise.all(firedEntries.newest(most).map(named)),
  }
}
