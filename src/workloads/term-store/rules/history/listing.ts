/** `relata.history`: the changes of a term, a set, a group or the store, newest first (exchange.md §10.2). */
import { invariant } from '#base/errors.ts'
import type { PageOfValues } from '#edm/define.ts'
import type { ChangeRecord, Located, ReadContext, ReadTx } from '#edm/ports.ts'
import type { ChangedMembers, ChangeHead, RecordEntry } from '#edm/records/reading.ts'
import { changeId } from '#edm/records/recording.ts'
import { instantIn } from '#edm/types.ts'
import { changeVerbs } from '../../operations/history.ts'
import { set, store, term } from '../../types.ts'
import { rowsBelow } from '../places/branch.ts'
import { findPlace, viewedSet } from '../places/tree.ts'
import { invalid } from '../refusals.ts'
import { numberIn } from './bin.ts'
import { changeValue, recordIn } from './change-value.ts'
import { RecordSight } from './seen.ts'

const usualPage = 100
/** Rows of one change that are shown. */
const mostRows = 100
/** Entries that one page looks at: where most are left out, the next link goes on. */
const mostLooked = 20_000
const atOnce = 500
/** So many rows are looked up one by one; of more, everything in their set is read. */
const mostSingle = 200

interface Wanted {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly verb: string | undefined
  /** An id or a name, in lower case. */
  readonly by: string | undefined
}

type Found = ChangeHead & { readonly rows: ChangedMembers[] }

/** Entries of the rows, newest first, before a place. */
type Source = (before: string | undefined, most: number) => Promise<RecordEntry[]>

function newestFirst(a: RecordEntry, b: RecordEntry): number {
  return a.place < b.place ? 1 : -1
}

/** What made a row and what changed it, of several rows together. */
function ofRows(tx: ReadTx, record: ChangeRecord, rows: readonly { id: string; within: string }[]): Source {
  const made = new Map<string, Promise<RecordEntry[]>>()
  /** The entry of the creation: the row was first where its oldest change found it. */
  const creationOf = async ({ id, within }: { id: string; within: string }): Promise<RecordEntry[]> => {
    let first = within
    for (let before: string | undefined; ; ) {
      const some = await record.entries(tx, { subject: id }, before, atOnce)
      for (const { row } of some) first = (row?.before['setId'] as string | undefined) ?? first
      before = some.at(-1)?.place
      if (some.length < atOnce) break
    }
    const sequence = await record.madeBy(tx, first, id)
    if (sequence === undefined) return []
    const row = (await record.rows(tx, sequence)).find((entry) => entry.id === id && entry.action === 'create')
    return row === undefined ? [] : [{ place: changeId(sequence), sequence, row }]
  }
  return async (before, most) => {
    const found: RecordEntry[] = []
    for (const at of rows) {
      found.push(...(await record.entries(tx, { subject: at.id }, before, most)))
      const creation = made.get(at.id) ?? creationOf(at)
      made.set(at.id, creation)
      found.push(...(await creation).filter(({ place }) => before === undefined || place < before))
    }
    return found.sort(newestFirst).slice(0, most)
  }
}

/** Everything that the sets hold or held, of which `wants` takes what counts. */
function ofHolders(
  tx: ReadTx,
  record: ChangeRecord,
  holders: readonly string[],
  wants: (row: ChangedMembers) => boolean,
): Source {
  return async (before, most) => {
    const found: RecordEntry[] = []
    for (const within of holders) found.push(...(await record.entries(tx, { within }, before, most)))
    const first = found.sort(newestFirst).slice(0, most)
    return first.map((entry) => (entry.row === undefined || wants(entry.row) ? entry : { ...entry, row: undefined }))
  }
}

/** A term and everything below it in the set of the path, with the relations that put it there. */
async function branchOf(tx: ReadTx, at: Located) {
  const place = await findPlace(tx, viewedSet(at), at.id)
  const rows = place === undefined ? [] : [place.row, ...(await rowsBelow(tx, place.row))]
  const home = (await tx.get(term, at.id))?.setId ?? at.id
  const found = new Map([[at.id, home]])
  for (const row of rows) {
    found.set(row.id, row.setId)
    if (row.kind !== 'source') found.set(row.termId, (await tx.get(term, row.termId))?.setId ?? row.setId)
  }
  return [...found].map(([id, within]) => ({ id, within }))
}

async function sourceOf(tx: ReadTx, record: ChangeRecord, at: Located, branch: boolean): Promise<Source> {
  if (at.type.name === store.name) return (before, most) => record.entries(tx, 'all', before, most)
  if (!branch || at.type.name === term.name) {
    const rows = branch
      ? await branchOf(tx, at)
      : [{ id: at.id, within: (at.row['setId'] as string | undefined) ?? at.id }]
    if (rows.length <= mostSingle) return ofRows(tx, record, rows)
    const ids = new Set(rows.map(({ id }) => id))
    const wants = (row: ChangedMembers) => ids.has(row.id) || ids.has(row.before['toTermId'] as string)
    return ofHolders(tx, record, [...new Set(rows.map(({ within }) => within))], wants)
  }
  const isSet = at.type.name === set.name
  const sets = isSet ? [at.id] : (await tx.find(set, { parentGroupId: at.id })).map(({ id }) => id)
  return ofHolders(tx, record, isSet ? sets : [at.id, ...sets], () => true)
}

function isBy({ id, name }: ChangeHead['by'], wanted: string): boolean {
  return id?.toLowerCase() === wanted || name?.toLowerCase() === wanted
}

function fits({ changedDateTime, verb, by }: ChangeHead, wanted: Wanted): boolean {
  if (wanted.from !== undefined && changedDateTime < wanted.from) return false
  if (wanted.to !== undefined && changedDateTime > wanted.to) return false
  if (wanted.by !== undefined && !isBy(by, wanted.by)) return false
  return wanted.verb === undefined || verb === wanted.verb
}

function wantedIn(args: Readonly<Record<string, string>>): Wanted {
  const at = (name: string) => (args[name] === undefined ? undefined : instantIn(args[name]))
  const { verb, by } = args
  if (verb !== undefined && !changeVerbs.includes(verb))
    throw invalid(`'${verb}' is not a verb of changes. They are ${changeVerbs.join(', ')}.`, 'verb')
  return { from: at('from'), to: at('to'), verb, by: by?.toLowerCase() }
}

/** The changes of a page, put together from their entries. */
class Page {
  readonly found: Found[] = []
  /** Number of the last change that was looked at. */
  last = 0
  #current: Found | undefined
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** Whether an entry of another change is one too many. */
  isFull(sequence: number): boolean {
    return sequence !== this.last && this.found.length === this.#most
  }

  async add(sequence: number, row: ChangedMembers, changeOf: () => Promise<ChangeHead | undefined>): Promise<void> {
    if (sequence !== this.last) {
      this.last = sequence
      const change = await changeOf()
      this.#current = change && { ...change, rows: [] }
      if (this.#current !== undefined) this.found.push(this.#current)
    }
    if (this.#current !== undefined && this.#current.rows.length < mostRows) this.#current.rows.push(row)
  }
}

/** Takes changes from the source until the page is full, or enough was looked at. Returns where the next one begins. */
async function fill(
  { tx }: ReadContext,
  record: ChangeRecord,
  at: Located,
  source: Source,
  wanted: Wanted,
  page: Page,
  start: number | undefined,
): Promise<number | undefined> {
  const sight = new RecordSight(tx, record, at)
  let before = start === undefined ? undefined : changeId(start)
  for (let looked = 0; looked < mostLooked; looked += atOnce) {
    const some = await source(before, atOnce)
    for (const { place, sequence, row } of some) {
      before = place
      if (row === undefined || !(await sight.sees(row))) continue
      if (page.isFull(sequence)) return page.last
      await page.add(sequence, row, async () => {
        const change = await record.change(tx, sequence)
        return change !== undefined && fits(change, wanted) ? change : undefined
      })
    }
    if (some.length < atOnce) return undefined
  }
  return page.last === 0 ? undefined : page.last
}

export async function history(
  context: ReadContext,
  at: Located | undefined,
  args: Readonly<Record<string, string>>,
): Promise<PageOfValues> {
  invariant(at !== undefined, 'a history is that of a row')
  const record = recordIn(context)
  const most = Math.min(Number(args['$top'] ?? usualPage), 1000)
  const source = await sourceOf(context.tx, record, at, args['branch'] === 'true')
  const page = new Page(most)
  const next = await fill(context, record, at, source, wantedIn(args), page, numberIn(args['$skiptoken']))
  // The rows of a change are in the order in which it changed them.
  const values = page.found.map(({ rows, ...change }) => changeValue(change, rows.toReversed()))
  return next === undefined ? { values } : { values, next: String(next) }
}
