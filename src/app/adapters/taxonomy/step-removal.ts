/**
 * Adapter: what a step of a plan takes away, by the rules of the store, and how that is recorded: each branch that goes is an
 * item of the recycle bin (exchange.md §10.4).
 */
import type { WriteContext } from '#edm/ports.ts'
import type { BinnedBranch } from '#edm/records/reading.ts'
import type { PlanRecord } from '#exchange/plan/records.ts'
import type { PlaceState, TaxonomyPart } from '#exchange/plan/taxonomy/taxonomy.ts'
import { stampOf } from '#workloads/term-store/rules/author.ts'
import { type Removal, removeFromSet, removeUnusedOrphans } from '#workloads/term-store/rules/places/remove-branch.ts'
import { type Occurrence, rowIn } from '#workloads/term-store/rules/places/tree.ts'
import { relationId } from '#workloads/term-store/rules/relations/relation-id.ts'
import { relation, set, term } from '#workloads/term-store/types.ts'

export interface StepRemoval {
  readonly context: WriteContext
  readonly storeId: string
  /** The records of the step that take something away. */
  readonly records: readonly PlanRecord[]
  /** Those that do anything else. */
  readonly others: readonly PlanRecord[]
  /** The store before the step, and when everything but the removals is written. */
  readonly before: TaxonomyPart
  readonly written: TaxonomyPart
  /** Terms that later steps change. */
  readonly later: ReadonlySet<string>
}

/** Places that go; those below another that goes leave with it. */
function topsIn({ records, written }: StepRemoval): PlaceState[] {
  const gone = new Set(records.map(({ set: setId, id }) => `${setId} ${id}`))
  return records.flatMap(({ set: setId = '', id }) => {
    const place = written.place(setId, id)
    for (let above = place?.parentId ?? null; above !== null; above = written.place(setId, above)?.parentId ?? null)
      if (gone.has(`${setId} ${above}`)) return []
    return place ?? []
  })
}

function keyOf({ kind, setId, parentId, termId }: PlaceState): string {
  return kind === 'home' ? `${term.name} ${termId}` : `${relation.name} ${relationId(setId, parentId, termId)}`
}

/** The row that holds the order of a place. */
function keyAbove({ written }: StepRemoval, { setId, parentId }: PlaceState): string {
  const above = parentId === null ? undefined : written.place(setId, parentId)
  return above === undefined ? `${set.name} ${setId}` : keyOf(above)
}

/** The orphans that hang together with the term; none: it is no orphan. */
function orphansWith(taxonomy: TaxonomyPart, termId: string): PlaceState[] {
  let top = taxonomy.home(termId)
  if (top === undefined || taxonomy.sets.get(top.setId)?.systemRole !== 'orphanedTerms') return []
  for (let above = top.parentId; above !== null; above = top.parentId) {
    const next: PlaceState | undefined = taxonomy.place(top.setId, above)
    if (next === undefined) break
    top = next
  }
  return taxonomy.branchOf(top)
}

/** How often each is there. */
function counted(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/**
 * What goes with each of the places. A row that stays, but whose order or successor it was, goes along where nothing else in the
 * step changes that row, so that restoring the branch brings that back.
 */
function branchesOf(removal: StepRemoval, tops: readonly PlaceState[]): BinnedBranch[] {
  const { written, others } = removal
  const changed = new Set(others.flatMap(({ id, set: setId, parent }) => [id, parent ?? setId]))
  const isOwn = (key: string): boolean => !changed.has(key.slice(key.indexOf(' ') + 1))
  const holders = counted(tops.map((top) => keyAbove(removal, top)))
  const replaced = new Map<string, string[]>()
  for (const { id, replacedBy } of written.terms.values())
    if (replacedBy !== null) replaced.set(replacedBy, [...(replaced.get(replacedBy) ?? []), id])
  return tops.map((top) => {
    const branch = written.branchOf(top)
    const rows = new Set(branch.map(keyOf))
    for (const { kind, termId } of branch) {
      if (kind !== 'home') for (const orphan of orphansWith(written, termId)) rows.add(keyOf(orphan))
      for (const id of replaced.get(termId) ?? []) if (!changed.has(id)) rows.add(`${term.name} ${id}`)
    }
    const holder = keyAbove(removal, top)
    if (holders.get(holder) === 1 && isOwn(holder)) rows.add(holder)
    return { binned: keyOf(top), rows }
  })
}

/** Orphans are used no more where sharing ended, but those that later steps share again stay until then. */
function endedSharing({ before, written, later, others }: StepRemoval): string[] {
  const shared = new Set(others.filter(({ action }) => action !== 'update').map(({ id }) => id))
  for (const setId of before.sets.keys())
    for (const { kind, termId } of before.placesIn(setId))
      if (kind !== 'home' && written.place(setId, termId) === undefined) shared.add(termId)
  return [...shared].filter((id) => {
    const orphans = orphansWith(written, id)
    return orphans.length > 0 && !orphans.some(({ termId }) => later.has(termId))
  })
}

/** Removes rows, and tells the record of changes what of it is an item of the recycle bin. */
export async function removeInStep(removal: StepRemoval): Promise<void> {
  const { context, storeId, records } = removal
  const { tx, notes } = context
  const tops = records.length === 0 ? [] : topsIn(removal)
  if (notes !== undefined && tops.length > 0) notes.branches = branchesOf(removal, tops)
  const rows = new Map<string, Occurrence[]>()
  for (const { setId, termId } of tops) {
    const row = await rowIn(tx, setId, termId)
    if (row !== undefined) rows.set(setId, [...(rows.get(setId) ?? []), row])
  }
  for (const [setId, own] of rows) {
    const from: Removal = { storeId, setId, stamp: stampOf(context) }
    await removeFromSet(tx, from, own)
  }
  await removeUnusedOrphans(tx, { storeId, stamp: stampOf(context) }, endedSharing(removal))
}
