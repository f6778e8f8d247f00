/** `relata.merge`: one term goes into another one, which stays (exchange.md §9.5). */
import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { mergedTerm } from '../../../own-types.ts'
import { set, store, term } from '../../../types.ts'
import { stampOf } from '../../author.ts'
import { defaultLabel } from '../../labels/labels.ts'
import { checkSiblings } from '../../labels/siblings.ts'
import { labelOfTerm, titleOfSet } from '../../labels/titles.ts'
import { checkOnce } from '../../places/once.ts'
import { affectedPlaces } from '../../places/tree.ts'
import { invalid, missing } from '../../refusals.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { needPlace, needSet, storeOfSet } from '../checks.ts'
import type { MergeInto, TermAt } from '../verbs.ts'
import { type ClashingPair, checkMerge, clashingChildren, occurrencesOf, pairsToMerge } from './merge-checks.ts'
import { joinedDescriptions, joinedLabels, joinedProperties } from './merge-members.ts'
import { fitPlaces, joinPlaces, type PlaceOfBoth, placesOfBoth } from './merge-places.ts'

type TermRow = RowOf<typeof term>

async function needTerm(tx: ReadTx, id: string, target?: string): Promise<TermRow> {
  const row = await tx.get(term, id)
  if (row === undefined) throw missing('Term', id, target)
  return row
}

/** Labels, descriptions and properties go over, and what named the one term names the other. */
async function joinMembers(context: WriteContext, gone: TermRow, survivor: TermRow): Promise<void> {
  const { tx, now, effects } = context
  const { languages } = await storeOfSet(tx, await needSet(tx, survivor.setId))
  const labels = joinedLabels(survivor.labels, gone.labels)
  await tx.update(term, survivor.id, {
    labels,
    sortKey: fold(defaultLabel(labels, languages.defaultTag) ?? ''),
    descriptions: joinedDescriptions(survivor, gone),
    properties: joinedProperties(survivor.properties, gone.properties),
    mergedTermIds: [...survivor.mergedTermIds, gone.id, ...gone.mergedTermIds],
    ...stampOf(context),
  })
  for (const { id } of await tx.find(term, { replacedBy: gone.id }))
    await tx.update(term, id, { replacedBy: id === survivor.id ? null : survivor.id })
  const merged = await tx.find(mergedTerm, { into: gone.id })
  for (const { id } of merged) await tx.update(mergedTerm, id, { into: survivor.id })
  await tx.insert(mergedTerm, { id: gone.id, into: survivor.id, mergedDateTime: now })
  // People are told of the terms.
  for (const id of [gone.id, ...merged.map((row) => row.id)]) effects?.set(`${mergedTerm.name} ${id}`, '')
}

async function removeTerm({ tx, effects }: WriteContext, { id, setId }: TermRow): Promise<void> {
  const { storeId } = await needSet(tx, setId)
  await tx.remove(term, id)
  await tx.add(set, setId, { termCount: -1 })
  await tx.add(store, storeId, { termCount: -1 })
  effects?.set(`${term.name} ${id}`, 'merge')
}

/** The labels of the survivor are those of no sibling, at any of its places. */
async function checkLabels(tx: ReadTx, survivor: TermRow): Promise<void> {
  const { languages } = await storeOfSet(tx, await needSet(tx, survivor.setId))
  const compared = { labels: survivor.labels, defaultTag: languages.defaultTag, exceptId: survivor.id }
  for (const row of await occurrencesOf(tx, survivor))
    await checkSiblings(tx, { ...compared, targetOf: () => 'into' }, row)
}

/** Where a pin showed the term, other children are shown now, unless those of the term are the survivor's at home. */
async function remarkLost(context: WriteContext, places: readonly PlaceOfBoth[], gone: TermRow, survivor: TermRow) {
  const { tx, remark } = context
  const home = places.find((place) => place.gone.kind === 'source')
  if (remark === undefined || home === undefined || home.children.length === 0) return
  const joined = survivor.setId === gone.setId
  const names: string[] = []
  for (const { termId } of home.children.slice(0, 5)) names.push(`'${await labelOfTerm(tx, termId)}'`)
  const more = home.children.length > names.length ? ` and ${home.children.length - names.length} more` : ''
  for (const place of places) {
    if (place.gone.kind !== 'pin') continue
    if (joined && (place.survivor === undefined || place.survivor.kind === 'pin')) continue
    remark(`The set ${await titleOfSet(tx, place.gone.setId)} no longer shows ${names.join(', ')}${more}.`)
  }
}

/** Sets that show the survivor, or what is below it. */
async function shownIn(tx: ReadTx, survivor: TermRow): Promise<Set<string>> {
  const found = new Set<string>()
  for (const { kind, setId, parentId, termId } of await occurrencesOf(tx, survivor))
    for (const place of [{ setId, parentId }, ...(kind === 'pin' ? [] : [{ setId, parentId: termId }])])
      for (const shown of await affectedPlaces(tx, place.setId, place.parentId)) found.add(shown.setId)
  return found
}

async function merge(
  settings: TermStoreSettings,
  context: WriteContext,
  goneId: string,
  { into, onChildClash }: MergeInto,
): Promise<void> {
  const { tx } = context
  const [gone, survivor] = [await needTerm(tx, goneId), await needTerm(tx, into, 'into')]
  await checkMerge(settings, context, gone, survivor)
  const places = await placesOfBoth(tx, await occurrencesOf(tx, gone), await occurrencesOf(tx, survivor))
  const clashes: ClashingPair[] = []
  for (const place of places)
    if (place.survivor !== undefined && place.children.length > 0)
      clashes.push(...(await clashingChildren(tx, place.gone.setId, gone.id, survivor.id)))
  const pairs = pairsToMerge(clashes, onChildClash)
  await joinPlaces(context, places, survivor)
  await joinMembers(context, gone, survivor)
  await removeTerm(context, gone)
  await checkLabels(tx, await needTerm(tx, into))
  // Check 5, for terms that a set has already.
  await checkOnce(tx, await shownIn(tx, survivor), 'into')
  await fitPlaces(context, places, survivor.id)
  await remarkLost(context, places, gone, survivor)
  // Now they are siblings, as the table wants them.
  for (const pair of pairs) await merge(settings, context, pair.gone, { into: pair.survivor, onChildClash })
}

/** Merges the term, addressed in its home set, into another one. */
export async function mergeTerm(
  settings: TermStoreSettings,
  context: WriteContext,
  at: TermAt,
  to: MergeInto,
): Promise<void> {
  const { tx } = context
  // Check 1.
  const { kind } = await needPlace(tx, at)
  await needTerm(tx, to.into, 'into')
  if (kind !== 'source') throw invalid('Only a source Term can be merged into another source Term.')
  await merge(settings, context, at.termId, to)
}
