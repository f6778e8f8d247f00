/** Rows of the term store as they were at a moment, one by one and set by set. */
import { AppError } from '#base/errors.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow, RowOf } from '#edm/infer.ts'
import type { ChangeRecord, ReadTx } from '#edm/ports.ts'
import type { ChangedMembers, ChangeHead, PastMoment, RecordEntry, RecordOf } from '#edm/records/reading.ts'
import { changeId } from '#edm/records/recording.ts'
import { Rewind } from '#edm/records/rewind.ts'
import { relation, term } from '../../types.ts'
import { typeNamed } from './rewound-rows.ts'
import { sightKeys } from './seen.ts'

export type TermThen = RowOf<typeof term>
export type RelationThen = RowOf<typeof relation>

const atOnce = 500

/** What happened after the moment to what a row holds, the row itself included. */
interface Later {
  /** Types by id. */
  readonly touched: ReadonlyMap<string, string>
  /** The number of the first write that made the row. */
  readonly made: ReadonlyMap<string, number>
}

export class Then {
  readonly #tx: ReadTx
  readonly #record: ChangeRecord
  readonly #moment: PastMoment
  readonly #rewind: Rewind
  /** The oldest change after the moment of each row that was taken back, creations aside; undefined: there is none. */
  readonly #oldest = new Map<string, number | undefined>()
  readonly #later = new Map<string, Later>()

  constructor(tx: ReadTx, record: ChangeRecord, moment: PastMoment) {
    this.#tx = tx
    this.#record = record
    this.#moment = moment
    this.#rewind = new Rewind(async (type, id) => {
      const declared = typeNamed(type)
      return declared === undefined ? undefined : ((await tx.get(declared, id)) as AnyRow | undefined)
    })
  }

  /** Entries after the moment, newest first. */
  async *#entries(of: RecordOf): AsyncGenerator<RecordEntry> {
    for (let before: string | undefined; ; ) {
      const some = await this.#record.entries(this.#tx, of, before, atOnce)
      for (const entry of some) {
        if (entry.sequence <= this.#moment.sequence) return
        yield entry
      }
      if (some.length < atOnce) return
      before = some.at(-1)?.place
    }
  }

  /** Who changed a row last is not recorded with it: it is the last change of the row by then, or its creation. */
  async #stamped(row: AnyRow): Promise<AnyRow> {
    const last = row['lastModifiedDateTime']
    if (typeof last !== 'string' || last <= this.#moment.instant) return row
    const end = changeId(this.#moment.sequence + 1)
    const [entry] = await this.#record.entries(this.#tx, { subject: row.id }, end, 1)
    const change = entry && (await this.#record.change(this.#tx, entry.sequence))
    return {
      ...row,
      lastModifiedDateTime: change?.changedDateTime ?? row['createdDateTime'],
      lastModifiedBy: change === undefined ? row['createdBy'] : authorOf(change),
    }
  }

  /** The row as the changes after the moment found it, whether a later write made it or not. */
  async #takenBack(type: EntityType, id: string): Promise<AnyRow | undefined> {
    if (!this.#oldest.has(id)) {
      this.#oldest.set(id, undefined)
      for await (const { sequence, row } of this.#entries({ subject: id })) {
        if (row === undefined || row.type !== type.name) continue
        checkKept(row)
        await this.#rewind.takeBack(row)
        this.#oldest.set(id, sequence)
      }
    }
    const { was } = await this.#rewind.row(type.name, id)
    return was && this.#stamped(was)
  }

  async laterIn(holderId: string): Promise<Later> {
    const known = this.#later.get(holderId)
    if (known !== undefined) return known
    const touched = new Map<string, string>()
    const made = new Map<string, number>()
    const read = new Set<number>()
    for await (const { sequence, row } of this.#entries({ within: holderId })) {
      if (row === undefined) {
        // Something left for another set; what it was is with that set.
        if (!read.has(sequence))
          for (const { type, id } of await this.#record.rows(this.#tx, sequence)) touched.set(id, type)
        read.add(sequence)
        continue
      }
      touched.set(row.id, row.type)
      if (row.action === 'create') made.set(row.id, sequence)
    }
    const later = { touched, made }
    this.#later.set(holderId, later)
    return later
  }

  /** A row that `holderId` holds; undefined: it was not there. */
  async row(type: EntityType, id: string, holderId: string): Promise<AnyRow | undefined> {
    const row = await this.#takenBack(type, id)
    const made = (await this.laterIn(holderId)).made.get(id)
    const oldest = this.#oldest.get(id)
    return made !== undefined && (oldest === undefined || made < oldest) ? undefined : row
  }

  /** A row that was there, as something was that leads to it. */
  async rowThere(type: EntityType, id: string): Promise<AnyRow | undefined> {
    return this.#takenBack(type, id)
  }

  /** Rows that no write is recorded for, such as those of a seed, are as old as they say. */
  async #isYounger(row: AnyRow, setId: string): Promise<boolean> {
    if ((row['createdDateTime'] as string) <= this.#moment.instant) return false
    return (await this.#record.madeBy(this.#tx, setId, row.id)) === undefined
  }

  /** The terms whose home the set was, and the relations in it. */
  async set(setId: string): Promise<{ readonly terms: TermThen[]; readonly relations: RelationThen[] }> {
    const { touched } = await this.laterIn(setId)
    const terms: TermThen[] = []
    const relations: RelationThen[] = []
    for (const [type, found] of [[term, terms] as const, [relation, relations] as const]) {
      const now = (await this.#tx.find(type as EntityType, { setId })) as AnyRow[]
      const ids = [...touched].flatMap(([id, name]) => (name === type.name ? [id] : []))
      for (const row of now.filter(({ id }) => !touched.has(id)))
        if (!(await this.#isYounger(row, setId))) found.push((await this.#stamped(row)) as never)
      for (const id of ids) {
        const row = await this.row(type, id, setId)
        if (row?.['setId'] === setId) found.push(row as never)
      }
    }
    return { terms, relations }
  }
}

function authorOf({ by }: ChangeHead) {
  const identity = { displayName: by.name, id: by.id }
  if (by.kind === 'system') return null
  return by.kind === 'user' ? { application: null, user: identity } : { application: identity, user: null }
}

/** Throws where a deletion no longer says what it deleted. */
function checkKept({ action, before, id }: ChangedMembers): void {
  if (action !== 'delete' || Object.keys(before).some((key) => !sightKeys.includes(key))) return
  throw new AppError('invalid', `What ${id} was then has been purged.`, {
    code: 'invalidRequest',
    target: 'asOf',
    spec: 'exchange.md §10.2',
  })
}
