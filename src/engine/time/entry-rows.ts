/**
 * The rows of due entries: set, dropped and fired in transactions of one tenant. Their type is an argument and has
 * `kind`, `subject`, `dueDateTime` and `sequence`. Knows no clocks, no timers and no order over tenants.
 */
import { systemClock } from '#base/clock.ts'
import { invariant, StoreError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, DraftOf, PatchOf } from '#edm/infer.ts'
import type { Agenda, Behaviour, PageRow, Prepared, Store, Tx, WriteContext } from '#edm/ports.ts'
import type { Prop } from '#edm/props.ts'
import { constant, member, type Position, type Shape } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'
import { countFiring, type DueEntries, type EntryPosition, isBefore, noteSet } from './due-entries.ts'

/** Thrown when an entry cannot be fired; its transaction is then rolled back. */
export class EntryFault extends Error {
  override readonly name = 'EntryFault'
  readonly key: string
  /** Kind and subject, for the log. */
  readonly entry: string
  /** How many entries fired before it in the same transaction. */
  readonly before: number

  constructor(row: AnyRow, before: number, cause: unknown) {
    super(`the entry '${String(row['id'])}' of the agenda failed`, { cause })
    this.key = keyOf(row)
    this.entry = `${String(row['kind'])} ${String(row['subject'])}`
    this.before = before
  }
}

/** An entry that is set again for another instant has another key. */
function keyOf(row: AnyRow): string {
  return `${String(row['dueDateTime'])}|${row.id}`
}

function positionOf(row: AnyRow): EntryPosition {
  return { due: row['dueDateTime'] as string, sequence: row['sequence'] as number }
}

type DueHook = NonNullable<Behaviour['due']>[string]

/** Throws when two behaviours fire one kind. */
export function hooksByKind(behaviours: readonly Behaviour[]): ReadonlyMap<string, DueHook> {
  const hooks = new Map<string, DueHook>()
  for (const { type, due } of behaviours) {
    for (const [kind, hook] of Object.entries(due ?? {})) {
      if (hooks.has(kind)) throw new Error(`two behaviours fire the kind '${kind}'; the second is that of ${type.name}`)
      hooks.set(kind, hook)
    }
  }
  return hooks
}

/** Which entries a transaction fires. */
export interface FiringSpan {
  /** Those due at this instant or earlier. */
  readonly limit: string
  /** Those before this position; undefined: all. */
  readonly until: EntryPosition | undefined
  /** So many at most. */
  readonly most: number
}

export interface EntryRowsFacts {
  readonly store: Store
  readonly entry: EntityType
  readonly hooks: ReadonlyMap<string, DueHook>
  /** The context a hook runs in, but for its agenda. */
  readonly contextAt: (tx: Tx, tenantId: string, now: string) => Omit<WriteContext, 'agenda'>
  /** An entry was set that comes before all others of the tenant; it may still be rolled back. */
  readonly onNewHead: (due: string) => void
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const lastInstant = '9999-12-31T23:59:59.999Z'

function clamped(due: string, now: string): string {
  // Beyond the year 9999 `Date` writes a sign, which sorts before every digit.
  if (due.startsWith('+')) return lastInstant
  invariant(instantForm.test(due), `'${due}' is an instant as rows hold it`)
  return due < now ? now : due
}

/** `first`: the instant of the first entry as text; `following`: entries after a position. */
function queriesOf(store: Store, type: EntityType): { following: Prepared; first: Prepared } {
  const query: RowQuery = { type, branches: [constant(true)], order: [], limit: true, shape: [], carry: [] }
  const by = (key: string, descending: boolean) => ({ by: member(key), descending })
  const shown = (key: string): Shape[number] => ({ kind: 'prop', name: key, prop: type.props[key] as Prop })
  return {
    first: store.prepare({
      ...query,
      order: [by('dueDateTime', false), by('sequence', false)],
      shape: [shown('dueDateTime'), shown('sequence')],
    }),
    following: store.prepare({
      ...query,
      order: [by('dueDateTime', false), by('sequence', false)],
      after: true,
      carry: ['kind', 'subject', 'dueDateTime', 'sequence'],
    }),
  }
}

/** When the database cannot be written, the entry is not at fault. */
function isDatabaseFault(error: unknown): boolean {
  return error instanceof StoreError && error.kind === 'unavailable'
}

/** What a transaction has set or dropped since its entries were read. */
interface EntryChanges {
  readonly ids: Set<string>
  earliest: string
}

/** Later than every instant. */
const never = '~'
const mostRows = 256

/** Reads the entries after a position, one by one, and queries again where the transaction has changed them. */
class EntryReader {
  readonly #tx: Tx
  readonly #following: Prepared
  readonly #changes: EntryChanges
  #rows: readonly PageRow[] = []
  #at = 0
  /** Small at first: where several tenants have due entries, one or two of each fire at a time. */
  #size = 1

  constructor(tx: Tx, following: Prepared, changes: EntryChanges) {
    this.#tx = tx
    this.#following = following
    this.#changes = changes
  }

  async next(after: Position): Promise<PageRow | undefined> {
    const known = this.#rows[this.#at]
    if (known === undefined || this.#isStale(known.row)) {
      this.#size = known === undefined ? Math.min(this.#size * 4, mostRows) : 4
      this.#rows = await this.#tx.query(this.#following, { after, limit: this.#size })
      this.#at = 0
      this.#changes.ids.clear()
      this.#changes.earliest = never
    }
    this.#at += 1
    return this.#rows[this.#at - 1]
  }

  #isStale(row: AnyRow): boolean {
    return this.#changes.ids.has(row.id) || this.#changes.earliest < positionOf(row).due
  }
}

export class EntryRows {
  readonly #facts: EntryRowsFacts
  readonly #following: Prepared
  readonly #first: Prepared
  /** The highest number that was given to an entry or seen at one. */
  #sequence = 0

  constructor(facts: EntryRowsFacts) {
    this.#facts = facts
    const { following, first } = queriesOf(facts.store, facts.entry)
    this.#following = following
    this.#first = first
  }

  /** The agenda for a transaction of the tenant; what is set for an instant before `now` is due at `now`. */
  agendaIn(tx: Tx, entries: DueEntries, now: string, changes?: EntryChanges): Agenda {
    const idOf = (kind: string, subject: string): string => {
      invariant(this.#facts.hooks.has(kind), `'${kind}' is fired by a behaviour`)
      const id = `${kind}|${subject}`
      changes?.ids.add(id)
      return id
    }
    return {
      set: async ({ kind, subject, due }) => {
        const id = idOf(kind, subject)
        const position = { due: clamped(due, now), sequence: this.#nextSequence() }
        await this.#write(tx, { id, kind, subject }, position)
        if (changes !== undefined && position.due < changes.earliest) changes.earliest = position.due
        if (noteSet(entries, position)) this.#facts.onNewHead(position.due)
      },
      drop: async (kind, subject) => {
        const id = idOf(kind, subject)
        const { entry } = this.#facts
        if ((await tx.get(entry, id)) !== undefined) await tx.remove(entry, id)
      },
    }
  }

  /** Fires in order, updates `entries`, and returns how many fired. Throws `EntryFault`. */
  async fire(tx: Tx, entries: DueEntries, { limit, until, most }: FiringSpan): Promise<number> {
    const changes: EntryChanges = { ids: new Set(), earliest: never }
    const reader = new EntryReader(tx, this.#following, changes)
    const isOver = (head: EntryPosition): boolean => head.due > limit || (until !== undefined && !isBefore(head, until))
    let { cursor } = entries
    let head: EntryPosition | undefined
    let fired = 0
    for (let next = await reader.next(cursor); next !== undefined; next = await reader.next(cursor)) {
      const { row, position } = next
      if (!entries.failed.has(keyOf(row))) {
        head = positionOf(row)
        // Other processes give numbers as well: what is set from now on comes after all entries seen so far.
        this.#sequence = Math.max(this.#sequence, head.sequence)
        if (fired >= most || isOver(head)) break
        await this.#fireOne(tx, entries, row, changes).catch((error: unknown) => {
          if (isDatabaseFault(error)) throw error
          // Nothing is left before it, and it will be skipped, so reading may begin after it.
          if (fired === 0) entries.cursor = position
          throw new EntryFault(row, fired, error)
        })
        fired += 1
        head = undefined
      }
      cursor = position
    }
    entries.cursor = cursor
    entries.head = head
    return fired
  }

  /**
   * `outdated`: a committed entry comes before the known head. `removed`: there is no such tenant any more. `current`
   * also where the store cannot answer synchronously.
   */
  stateOf({ tenantId, head }: DueEntries): 'current' | 'outdated' | 'removed' {
    if (head === 'unknown') return 'current'
    let json: string | undefined
    try {
      json = this.#facts.store.peek(tenantId, this.#first, { limit: 1 })
    } catch (error) {
      if (error instanceof StoreError && error.reason === 'tenant') return 'removed'
      throw error
    }
    if (json === undefined) return 'current'
    const { dueDateTime, sequence } = JSON.parse(json) as { dueDateTime: string; sequence: number }
    // JSON omits trailing zeros of an instant.
    const position: EntryPosition = { due: new Date(dueDateTime).toISOString(), sequence }
    return head === undefined || isBefore(position, head) ? 'outdated' : 'current'
  }

  async #fireOne(tx: Tx, entries: DueEntries, row: AnyRow, changes: EntryChanges): Promise<void> {
    const { entry, hooks, contextAt } = this.#facts
    const { due } = positionOf(row)
    countFiring(entries, due, row.id)
    const hook = hooks.get(row['kind'] as string)
    if (hook === undefined) throw new Error('no behaviour fires this kind')
    await tx.remove(entry, row.id)
    const context = { ...contextAt(tx, entries.tenantId, due), agenda: this.agendaIn(tx, entries, due, changes) }
    await hook(context, row['subject'] as string)
    // A statement that the database refuses later could not be attributed to this entry.
    await tx.pipeline.flush()
  }

  async #write(
    tx: Tx,
    named: { readonly id: string; readonly kind: string; readonly subject: string },
    { due, sequence }: EntryPosition,
  ): Promise<void> {
    const { entry } = this.#facts
    const row = { dueDateTime: due, sequence }
    if ((await tx.get(entry, named.id)) === undefined)
      await tx.insert(entry, { ...named, ...row } as DraftOf<EntityType>)
    else await tx.update(entry, named.id, row as PatchOf<EntityType>)
  }

  /** From the system clock, so that entries of one process come after those of others. Reading the highest would be a scan. */
  #nextSequence(): number {
    this.#sequence = Math.max(this.#sequence + 1, systemClock.now().getTime() * 1_000)
    return this.#sequence
  }
}
