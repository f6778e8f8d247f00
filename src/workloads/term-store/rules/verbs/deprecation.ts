/** `relata.deprecate` and `relata.undeprecate`: exchange.md §9.6. */
import { guidOf } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Tx, WriteContext } from '#edm/ports.ts'
import { set, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { survivorOf } from '../places/merged-ids.ts'
import { invalid, missing } from '../refusals.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { checkStored, needPlace } from './checks.ts'
import type { TermAt } from './verbs.ts'

/** Terms named one after another by `replacedBy`, to where it ends. */
async function checkNoCycle(tx: Tx, id: string, first: string): Promise<void> {
  const passed = new Set([id])
  for (let next: string | null = first; next !== null; ) {
    if (passed.has(next))
      throw invalid('A term cannot be replaced by itself, directly or by way of others.', 'replacedBy')
    passed.add(next)
    next = (await tx.get(term, next))?.replacedBy ?? null
  }
}

/** The id of a term that can take the place of another; null: none is wanted. */
async function successorIn(tx: Tx, id: string, given: string | null | undefined): Promise<string | null> {
  if (given === null || given === undefined) return null
  const other = guidOf(given)
  const row = other === undefined ? undefined : await tx.get(term, (await survivorOf(tx, other)) ?? other)
  if (row === undefined) throw missing('Term', given, 'replacedBy')
  if (row.isDeprecated) throw invalid('The term that takes its place is deprecated itself.', 'replacedBy')
  await checkNoCycle(tx, id, row.id)
  return row.id
}

async function termAt(settings: TermStoreSettings, context: WriteContext, at: TermAt): Promise<RowOf<typeof term>> {
  const { tx } = context
  const place = await needPlace(tx, at)
  const row = await tx.get(term, at.termId)
  if (row === undefined) throw missing('Term', at.termId)
  // The role counts in the term's home set, wherever it is addressed.
  await checkRoleInSet(settings, context, row.setId)
  await checkStored(tx, place)
  if ((await tx.get(set, row.setId))?.systemRole === 'orphanedTerms')
    throw invalid('The terms of the set of orphaned terms cannot be changed there.')
  return row
}

async function write(
  settings: TermStoreSettings,
  context: WriteContext,
  at: TermAt,
  isDeprecated: boolean,
  successor: string | null | undefined,
): Promise<void> {
  const { tx } = context
  const row = await termAt(settings, context, at)
  const isLeft = successor === undefined && isDeprecated
  const replacedBy = isLeft ? row.replacedBy : await successorIn(tx, row.id, successor)
  if (row.isDeprecated !== isDeprecated || row.replacedBy !== replacedBy)
    await tx.update(term, row.id, { isDeprecated, replacedBy, ...stampOf(context) })
}

/** Takes a term out of use, everywhere; `replacedBy`: the id of the term to use in its place. Undefined leaves it as it is. */
export function deprecateTerm(
  settings: TermStoreSettings,
  context: WriteContext,
  at: TermAt,
  replacedBy?: string | null,
): Promise<void> {
  return write(settings, context, at, true, replacedBy)
}

/** Takes a term into use again; what it was replaced by is forgotten unless it is given. */
export function undeprecateTerm(
  settings: TermStoreSettings,
  context: WriteContext,
  at: TermAt,
  replacedBy?: string | null,
): Promise<void> {
  return write(settings, context, at, false, replacedBy)
}
