/**
 * The agenda of one tenant: its entries in order, fired in a transaction of that tenant. Rows are of a type handed in,
 * with `kind`, `subject`, `dueDateTime` and `sequence`. Knows nothing of other tenants, clocks or timers: see agenda.ts.
 */
import { systemClock } from '#base/clock.ts'
import { invariant, StoreError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, DraftOf, PatchOf } from '#edm/infer.ts'
import type { Agenda, Behaviour, PageRow, Prepared, Store, Tx, WriteContext } from '#edm/ports.ts'
import type { Prop } from '#edm/props.ts'
import { constant, member, type Position, type Shape } from '#edm/query.ts'
import type { RowQuery } from '#edm/row-query.ts'

/** Where an entry stands among all: by its instant, then in the order they were set. */
export interface Place {
  readonly due: string
  readonly sequence: number
}

/** What is remembered of a tenant's entries. It may name a head that is gone, never one that is too late. */
export interface Diary {
  readonly tenantId: string
  /** The first entry that may fire; undefined: there is none. */
  head: Place | 'unknown' | undefined
  /** Entries up to here have failed. */
  cursor: Position
  /** Failed entries, by `keyOf`: passed over until the retry. */
  readonly failed: Set<string>
  /** The instant that fired last, and how often each entry did at it. */
  instant: string
  readonly times: Map<string, number>
}

const start: Position = ['', -1, '']

export function diaryOf(tenantId: string): Diary {
  return {
    tenantId,
    head: 'unknown',
    cursor: start,
    failed: new Set(),
    instant: '',
    times: new Map(),
  }
}

/** Forgets what was seen, so that it is read again. Failed entries are still passed over. */
export function forget(diary: Diary): void {
  diary.head = 'unknown'
  diary.cursor = start
  diary.times.clear()
}

/** As it was: what has fired since is undone, and does not count. */
export function restore(diary: Diary, { head, cursor }: Diary): void {
  diary.head = head
  diary.cursor = cursor
  diary.times.clear()
}

export function isBefore(one: Place, other: Place): boolean {
  return one.due < other.due || (one.due === other.due && one.sequence < other.sequence)
}

/** Thrown out of a transaction, which is then undone: one entry cannot be fired. */
export class EntryFault extends Error {
  override readonly name = 'EntryFault'
  readonly key: string
  /** What was to happen, for the log. */
  readonly entry: string
  /** Entries that went well before it in the same transaction. */
  readonly before: number

  constructor(row: AnyRow, before: number, cause: unknown) {
    super(`the entry '${String(row['id'])}' of the agenda failed`, { cause })
    this.key = keyOf(row)
    this.entry = `${String(row['kind'])} ${String(row['subject'])}`
    this.before = before
  }
}

/** An entry that was set anew for another instant is another one. */
function keyOf(row: AnyRow): string {
  return `${String(row['dueDateTime'])}|${row.id}`
}

function placeOf(row: AnyRow): Place {
  return { due: row['dueDateTime'] as string, sequence: row['sequence'] as number }
}

type Hook = NonNullable<Behaviour['due']>[string]

/** Throws when two behaviours claim one kind. */
export function hooksByKind(behaviours: readonly Behaviour[]): ReadonlyMap<string, Hook> {
  const hooks = new Map<string, Hook>()
  for (const { type, due } of behaviours) {
    for (const [kind, hook] of Object.entries(due ?? {})) {
      if (hooks.has(kind)) throw new Error(`two behaviours fire the kind '${kind}'; the second is that of ${type.name}`)
      hooks.set(kind, hook)
    }
  }
  return hooks
}

/** What a transaction fires before its own work. */
export interface Fired {
  /** The diary as it was then; undefined: nothing was fired. */
  before: Diary | undefined
}

export interface Span {
  /** Fires what is due at this instant or earlier. */
  readonly limit: string
  /** Fires what comes before this, undefined: everything. */
  readonly until: Place | undefined
  /** Entries at most. */
  readonly most: number
}

export interface DiaryFacts {
  readonly store: Store
  readonly entry: EntityType
  readonly hooks: ReadonlyMap<string, Hook>
  /** The context a hook runs in, but for its agenda. */
  readonly contextAt: (tx: Tx, tenantId: string, now: string) => Omit<WriteContext, 'agenda'>
  /** An entry was set, and stands before all that were known; it may yet be undone. */
  readonly sooner: (due: string) => void
}

export interface Diaries {
  /** The agenda for a transaction of the tenant; nothing is due before `now`. */
  agendaOn(tx: Tx, diary: Diary, now: string): Agenda
  /** Fires in order and leaves `diary` as the transaction does; returns how many fired. Throws `EntryFault`. */
  run(tx: Tx, diary: Diary, span: Span): Promise<number>
  /** Whether there is an entry, committed, before the head that is known. */
  isOutdated(diary: Diary): boolean
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const lastInstant = '9999-12-31T23:59:59.999Z'

function clamped(due: string, now: string): string {
  // Beyond the year 9999 `Date` writes a sign, which sorts before every digit.
  if (due.startsWith('+')) return lastInstant
  invariant(instantForm.test(due), `'${due}' is an instant as rows hold it`)
  return due < now ? now : due
}

const mostTimes = 100
const mostRows = 256

function checkTimes(diary: Diary, due: string, id: string): void {
  if (diary.instant !== due) {
    diary.instant = due
    diary.times.clear()
  }
  const times = (diary.times.get(id) ?? 0) + 1
  diary.times.set(id, times)
  if (times > mostTimes) throw new Error(`fires again and again at ${due}`)
}

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

/** Where the database cannot be written, no entry is to blame. */
function isOurs(error: unknown): boolean {
  return !(error instanceof StoreError && error.kind === 'unavailable')
}

/** What a transaction has set or dropped since its entries were read. */
interface Changes {
  readonly ids: Set<string>
  soonest: string
}

/** Later than every instant. */
const never = '~'

export function diariesOn(facts: DiaryFacts): Diaries {
  const { entry, hooks } = facts
  const { following, first } = queriesOf(facts.store, entry)
  let sequence = 0

  const noteSet = (diary: Diary, place: Place): void => {
    const at: Position = [place.due, place.sequence, '']
    const [due, number] = diary.cursor as [string, number, string]
    if (isBefore(place, { due, sequence: number })) diary.cursor = at
    if (diary.head === 'unknown' || (diary.head !== undefined && isBefore(diary.head, place))) return
    diary.head = place
    facts.sooner(place.due)
  }

  const agendaOf = (tx: Tx, diary: Diary, now: string, changes?: Changes): Agenda => {
    const idOf = (kind: string, subject: string): string => {
      invariant(hooks.has(kind), `'${kind}' is fired by a behaviour`)
      const id = `${kind}|${subject}`
      changes?.ids.add(id)
      return id
    }
    return {
      set: async ({ kind, subject, due }) => {
        const id = idOf(kind, subject)
        // By true time: what one process sets comes after what others have set. Looking for the last one would be a scan.
        sequence = Math.max(sequence + 1, systemClock.now().getTime() * 1_000)
        const place = { due: clamped(due, now), sequence }
        const row = { dueDateTime: place.due, sequence: place.sequence }
        if ((await tx.get(entry, id)) === undefined) {
          await tx.insert(entry, { id, kind, subject, ...row } as DraftOf<EntityType>)
        } else await tx.update(entry, id, row as PatchOf<EntityType>)
        if (changes !== undefined && place.due < changes.soonest) changes.soonest = place.due
        noteSet(diary, place)
      },
      drop: async (kind, subject) => {
        const id = idOf(kind, subject)
        if ((await tx.get(entry, id)) !== undefined) await tx.remove(entry, id)
      },
    }
  }

  const fire = async (tx: Tx, diary: Diary, row: AnyRow, changes: Changes): Promise<void> => {
    const { due } = placeOf(row)
    checkTimes(diary, due, row.id)
    const hook = hooks.get(row['kind'] as string)
    if (hook === undefined) throw new Error('no behaviour fires this kind')
    await tx.remove(entry, row.id)
    const context = { ...facts.contextAt(tx, diary.tenantId, due), agenda: agendaOf(tx, diary, due, changes) }
    await hook(context, row['subject'] as string)
    // What fails later could not be laid at this entry's door.
    await tx.confirm()
  }

  /** Gives the entry after a place, again and again, and reads anew where a change came between. */
  const readerOn = (tx: Tx, changes: Changes) => {
    let rows: readonly PageRow[] = []
    let at = 0
    // Small at first: where tenants take turns, one or two are fired at a time.
    let size = 1
    const isStale = (row: AnyRow): boolean => changes.ids.has(row.id) || changes.soonest < placeOf(row).due
    return async (cursor: Position): Promise<PageRow | undefined> => {
      const known = rows[at]
      if (known === undefined || isStale(known.row)) {
        size = known === undefined ? Math.min(size * 4, mostRows) : 4
        rows = await tx.page(following, { after: cursor, limit: size })
        at = 0
        changes.ids.clear()
        changes.soonest = never
      }
      at += 1
      return rows[at - 1]
    }
  }

  const run = async (tx: Tx, diary: Diary, { limit, until, most }: Span): Promise<number> => {
    const changes: Changes = { ids: new Set(), soonest: never }
    const following = readerOn(tx, changes)
    const isOver = (head: Place): boolean => head.due > limit || (until !== undefined && !isBefore(head, until))
    let { cursor } = diary
    let head: Place | undefined
    let fired = 0
    for (let next = await following(cursor); next !== undefined; next = await following(cursor)) {
      const { row, position } = next
      if (!diary.failed.has(keyOf(row))) {
        head = placeOf(row)
        // Others count as well: what is set from now on comes after all that was seen.
        sequence = Math.max(sequence, head.sequence)
        if (fired >= most || isOver(head)) break
        await fire(tx, diary, row, changes).catch((error: unknown) => {
          if (!isOurs(error)) throw error
          // Nothing before it is left, and it will be passed over: no need to come by again.
          if (fired === 0) diary.cursor = position
          throw new EntryFault(row, fired, error)
        })
        fired += 1
        head = undefined
      }
      cursor = position
    }
    diary.cursor = cursor
    diary.head = head
    return fired
  }

  return {
    agendaOn: agendaOf,
    run,
    isOutdated: (diary) => {
      if (diary.head === 'unknown') return false
      const json = facts.store.peek(diary.tenantId, first, { limit: 1 })
      if (json === undefined) return false
      const { dueDateTime, sequence } = JSON.parse(json) as { dueDateTime: string; sequence: number }
      // On the wire an instant has no zeros at its end.
      const place: Place = { due: new Date(dueDateTime).toISOString(), sequence }
      return diary.head === undefined || isBefore(place, diary.head)
    },
  }
}
