/** Relations: term-store.md §3.6 (creation) and §3.5 (change and removal). */

import { AppError, type Faults, invariant } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type Located, type ReadTx, type Tx, type WriteContext } from '#edm/ports.ts'
import { branch } from '../../occurrences.ts'
import { relation, set, store, term } from '../../types.ts'
import { type ChangeStamp, stampOf } from '../author.ts'
import { describeRelation } from '../labels/descriptions.ts'
import { checkSiblings } from '../labels/siblings.ts'
import { titleOfSet } from '../labels/titles.ts'
import { linkBranch, rowsBelow } from '../places/branch.ts'
import { checkDepth, lowerHeights, raiseHeights } from '../places/height.ts'
import { survivorOf } from '../places/merged-ids.ts'
import { tidyOrder } from '../places/order.ts'
import { branchOccursInAny, occursInAny } from '../places/overlap.ts'
import { removalOf, removeFromSet, removeUnusedOrphans, touch } from '../places/remove-branch.ts'
import {
  affectedPlaces,
  findPlace,
  placeOf,
  rowOfRelation,
  rowOfTerm,
  type TermPlace,
  viewedSet,
} from '../places/tree.ts'
import { denied, invalid, isVisible, missing, taken, unseen } from '../refusals.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { relationId } from './relation-id.ts'

type RelationRow = RowOf<typeof relation>
type TermRow = RowOf<typeof term>

function kindIn(value: unknown, faults: Faults): 'pin' | 'reuse' | undefined {
  if (value === 'pin' || value === 'reuse') return value
  if (!faults.has('relationship')) faults.add('relationship', "'relationship' is required: 'pin' or 'reuse'.")
  return undefined
}

/** The set and the term, each named by the body or by the address. */
function endsOf(from: Located, draft: Partial<RelationRow>, faults: Faults) {
  const onSet = from.type.name === set.name
  const setId = draft.setId ?? (onSet ? from.id : undefined)
  const toTermId = draft.toTermId ?? (onSet ? undefined : from.id)
  if (setId === undefined && !faults.has('set'))
    faults.add('set', "The target set is required: send 'set' with its 'id'.")
  if (toTermId === undefined && !faults.has('toTerm')) {
    faults.add('toTerm', "The term to share is required: send 'toTerm' with its 'id'.")
  }
  if (!onSet && toTermId !== from.id) faults.add('toTerm', "'toTerm' differs from the term in the address.")
  return { setId, toTermId }
}

function needThere<T>(found: T | undefined, name: 'Term' | 'Set', id: string): T {
  if (found === undefined) throw missing(name, id, name === 'Set' ? 'set' : 'toTerm')
  return found
}

function checkKinds(source: TermRow, target: RowOf<typeof set>): void {
  if (target.systemRole !== null) throw denied('No terms can be shared into the sets of the system.')
  if (source.isDeprecated || source.isKeyword)
    throw invalid('A deprecated term or a keyword cannot be shared.', 'toTerm')
}

async function isSeen(tx: ReadTx, from: Located, source: TermRow): Promise<boolean> {
  if (from.type.name === term.name) return (await placeOf(tx, from)) !== undefined
  const home = await tx.get(set, source.setId)
  return home !== undefined && isVisible(home.siteCollectionId, from)
}

/** Whether the path leads through the term's home set, so that the term is known to be visible. */
function isAtHome(from: Located, source: TermRow): boolean {
  return from.type.name === term.name && viewedSet(from) === source.setId
}

/** Level at which the new occurrence will stand. */
async function levelUnder(tx: ReadTx, place: TermPlace, { setId, fromTermId }: WantedRelation): Promise<number> {
  if (place.locked) {
    const title = await titleOfSet(tx, setId)
    throw invalid(`Terms cannot be shared below a pinned term: '${fromTermId}' is one in the set ${title}.`, 'fromTerm')
  }
  return place.level + 1
}

async function checkNotThere(
  tx: ReadTx,
  source: TermRow,
  place: TermPlace | undefined,
  { setId, fromTermId }: Pick<WantedRelation, 'setId' | 'fromTermId'>,
): Promise<void> {
  if (source.setId !== setId && place === undefined) return
  const title = await titleOfSet(tx, setId)
  if (source.setId === setId) throw invalid(`The term belongs to the set ${title} already.`, 'set')
  if (place !== undefined && place.kind !== 'mirrored' && place.row.parentId === fromTermId)
    throw taken(`The term is shared there already, in the set ${title}.`, 'toTerm')
  throw invalid(`The term occurs in the set ${title} already: a term can occur only once in a set.`, 'toTerm')
}

/** Checks the branch, and the sets that mirror the place; the set itself has been checked for the term. */
async function checkFree(tx: ReadTx, source: TermRow, setId: string, fromTermId: string | null): Promise<void> {
  const setIds = (await affectedPlaces(tx, setId, fromTermId)).map((shown) => shown.setId)
  const isTaken = async (ids: readonly string[]): Promise<boolean> =>
    (await occursInAny(
      tx,
      source.id,
      ids.filter((id) => id !== setId),
    )) || branchOccursInAny(tx, source, ids)
  if (!(await isTaken(setIds))) return
  let taken = setId
  for (const shown of setIds) if (taken === setId && (await isTaken([shown]))) taken = shown
  const why = taken === setId ? '' : ', which mirrors this place'
  throw invalid(
    `The term, or one below it, occurs already in the set ${await titleOfSet(tx, taken)}${why}: a term can occur only once in a set.`,
    'toTerm',
  )
}

const frozenKeys = { setId: 'set', fromTermId: 'fromTerm', toTermId: 'toTerm' } as const

function refuseMoves(before: RelationRow, patch: Partial<RelationRow>, faults: Faults): void {
  for (const [key, target] of Object.entries(frozenKeys) as [keyof typeof frozenKeys, string][]) {
    const sent = patch[key]
    if (sent !== undefined && sent !== before[key] && !faults.has(target)) {
      faults.add(target, `'${target}' of a relation cannot be changed.`)
    }
  }
}

async function sourceOf(tx: ReadTx, { toTermId }: RelationRow): Promise<TermRow> {
  const source = await tx.get(term, toTermId)
  invariant(source !== undefined, 'a relation has its term')
  return source
}

async function storeIdOf(tx: ReadTx, setId: string): Promise<string> {
  const found = await tx.get(set, setId)
  invariant(found !== undefined, 'a relation is in a set')
  return found.storeId
}

/**
 * Pin to reuse: relations take the place of what the pin mirrored. The set shows the same terms, so no check is needed.
 */
async function unlock(tx: Tx, before: RelationRow, stamp: ChangeStamp): Promise<Partial<RelationRow>> {
  await linkBranch(tx, rowOfTerm(await sourceOf(tx, before)), before.setId, before.level, stamp)
  await tx.update(relation, before.id, { relationship: 'reuse' })
  await removeUnusedOrphans(tx, { storeId: await storeIdOf(tx, before.setId), stamp }, [before.toTermId])
  await touch(tx, [before.toTermId], stamp)
  return { relationship: 'reuse' }
}

/** Reuse to pin: the relations below are removed. Throws `conflict` if a term below occurs only here. */
async function lock(tx: Tx, before: RelationRow, stamp: ChangeStamp): Promise<Partial<RelationRow>> {
  const source = await sourceOf(tx, before)
  const below = await rowsBelow(tx, rowOfRelation(before))
  const mirrored = new Set((await tx.query(branch, { term: source.id })).map(({ node }) => node))
  // A term whose home is this set may be part of the mirrored branch as well, pinned there: it would lose its home.
  if (below.some(({ kind, termId }) => kind === 'source' || !mirrored.has(termId))) {
    throw new AppError('conflict', 'Some terms below stand only here: a pin would lose them.', { code: 'conflict' })
  }
  for (const { id } of below.toReversed()) await tx.remove(relation, id)
  // The checks must see the set without the relation that is about to change.
  await tx.remove(relation, before.id)
  await checkDepth(tx, before, source.height, 'relationship')
  await checkNotThere(tx, source, await findPlace(tx, before.setId, source.id), before)
  await checkFree(tx, source, before.setId, before.fromTermId)
  const pin = { relationship: 'pin', height: source.height } as const
  await tx.insert(relation, { ...before, ...pin })
  await raiseHeights(tx, { setId: before.setId, parentId: before.fromTermId }, source.height, 'relationship')
  await lowerHeights(tx, before.setId, before.fromTermId)
  await tidyOrder(tx, rowOfRelation({ ...before, ...pin }), source.setId)
  const concerned = [before.toTermId, ...below.map(({ termId }) => termId)]
  await removeUnusedOrphans(tx, { storeId: await storeIdOf(tx, before.setId), stamp }, concerned)
  await touch(tx, concerned, stamp)
  return pin
}

interface WantedRelation {
  readonly relationship: 'pin' | 'reuse'
  readonly setId: string
  readonly fromTermId: string | null
  readonly toTermId: string
}

type RelationDraft = WantedRelation & Pick<RelationRow, 'id' | 'createdDateTime' | 'level' | 'height'>

/** The term that the id of a merged one stands for (exchange.md §9.5). */
async function heirOf({ tx, strict }: WriteContext, id: string): Promise<string | undefined> {
  return strict || (await tx.get(term, id)) !== undefined ? undefined : survivorOf(tx, id)
}

/** The row to store. Throws where the term, the set or the place does not allow it. */
async function newRelation(context: WriteContext, from: Located, wanted: WantedRelation): Promise<RelationDraft> {
  const { tx, now } = context
  const { setId, fromTermId, toTermId } = wanted
  // Asked for together: where the database answers over a connection, that is one round trip.
  const [sourceRow, targetRow, place] = await Promise.all([
    tx.get(term, toTermId),
    tx.get(set, setId),
    findPlace(tx, setId, toTermId),
  ])
  const heir = sourceRow === undefined ? await heirOf(context, toTermId) : undefined
  if (heir !== undefined) return newRelation(context, from, { ...wanted, toTermId: heir })
  const source = needThere(sourceRow, 'Term', toTermId)
  if (!isAtHome(from, source) && !(await isSeen(tx, from, source))) throw missing('Term', toTermId, 'toTerm')
  const target = needThere(targetRow, 'Set', setId)
  if (!isVisible(target.siteCollectionId, from)) throw missing('Set', setId, 'set')
  const above = fromTermId === null ? undefined : await findPlace(tx, setId, fromTermId)
  if (fromTermId !== null && above === undefined) {
    const other = await heirOf(context, fromTermId)
    if (other !== undefined) return newRelation(context, from, { ...wanted, fromTermId: other })
    throw missing('Term', fromTermId, 'fromTerm')
  }
  const level = above === undefined ? 1 : await levelUnder(tx, above, wanted)
  await checkNotThere(tx, source, place, wanted)
  checkKinds(source, target)
  const storeRow = await tx.get(store, target.storeId)
  invariant(storeRow !== undefined, 'a set is in a store')
  const at = { setId, parentId: fromTermId }
  const { labels } = source
  const compared = { labels, defaultTag: storeRow.defaultLanguageTag, exceptId: source.id, targetOf: () => 'toTerm' }
  await checkSiblings(tx, compared, at)
  await checkDepth(tx, { setId, level }, source.height, 'toTerm')
  // Pins do not mirror the root, and a leaf has no branch: nothing more to check.
  if (fromTermId !== null || source.height > 1) await checkFree(tx, source, setId, fromTermId)
  const id = relationId(setId, fromTermId, toTermId)
  return { id, ...wanted, createdDateTime: now, level, height: source.height }
}

/** A reused term brings its branch along; the heights above grow, and the term counts as changed. */
async function followUp(tx: Tx, row: RelationRow, stamp: ChangeStamp): Promise<void> {
  if (row.relationship === 'reuse')
    await linkBranch(tx, rowOfTerm(await sourceOf(tx, row)), row.setId, row.level, stamp)
  const above = { setId: row.setId, parentId: row.fromTermId }
  if (row.fromTermId !== null) await raiseHeights(tx, above, row.height, 'toTerm')
  await tx.update(term, row.toTermId, stamp)
}

/** A relation is listed wherever its term is, but changed only where its set is seen. */
async function checkSetSeen(tx: ReadTx, at: Located, setId: string): Promise<void> {
  const held = await tx.get(set, setId)
  if (held === undefined || !isVisible(held.siteCollectionId, at)) throw unseen('Set', 'set')
}

export function relationBehaviour(settings: TermStoreSettings): Behaviour {
  return behaviour(relation, {
    describe: describeRelation,
    async beforeCreate(context, { from, draft, faults }) {
      const { tx } = context
      invariant(from !== undefined, 'relations are below a set or a term')
      const relationship = kindIn(draft.relationship, faults)
      const { setId, toTermId } = endsOf(from, draft, faults)
      // The set is what changes, so its role counts; the term is only read.
      if (setId !== undefined) await checkRoleInSet(settings, context, setId)
      faults.throwIfAny()
      invariant(relationship !== undefined && setId !== undefined && toTermId !== undefined, 'faults were thrown')
      const fromTermId = draft.fromTermId ?? null
      return {
        row: await newRelation(context, from, { relationship, setId, fromTermId, toTermId }),
        whenStored: (row) => followUp(tx, row, stampOf(context)),
      }
    },

    async beforeUpdate(context, { at, before, patch, faults }) {
      const { tx } = context
      await checkSetSeen(tx, at, before.setId)
      await checkRoleInSet(settings, context, before.setId)
      refuseMoves(before, patch, faults)
      const wanted = 'relationship' in patch ? kindIn(patch.relationship, faults) : undefined
      faults.throwIfAny()
      if (wanted === undefined || wanted === before.relationship) return {}
      return wanted === 'reuse' ? unlock(tx, before, stampOf(context)) : lock(tx, before, stampOf(context))
    },

    async remove(context, { at, row }) {
      const { tx } = context
      await checkSetSeen(tx, at, row.setId)
      await checkRoleInSet(settings, context, row.setId)
      const removal = removalOf(context, { storeId: await storeIdOf(tx, row.setId), setId: row.setId })
      await removeFromSet(tx, removal, [rowOfRelation(row)])
    },
  })
}
