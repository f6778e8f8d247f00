/** `relata.setAvailableForTagging`: exchange.md §9.6. It counts at one place of the term only. */
import type { WriteContext } from '#edm/ports.ts'
import { relation, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { invalid } from '../refusals.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { checkStored, needPlace, needSet } from './checks.ts'
import type { TermAt } from './verbs.ts'

/** What a mirror shows follows its source, so it is refused there. */
export async function setAvailability(
  settings: TermStoreSettings,
  context: WriteContext,
  at: TermAt,
  value: boolean,
): Promise<void> {
  const { tx } = context
  const place = await needPlace(tx, at)
  await checkRoleInSet(settings, context, at.setId)
  await checkStored(tx, place)
  const { systemRole } = await needSet(tx, at.setId)
  if (systemRole === 'orphanedTerms') throw invalid('The terms of the set of orphaned terms cannot be changed there.')
  const { kind, id, termId } = place.row
  const row = kind === 'source' ? await tx.get(term, id) : await tx.get(relation, id)
  if (row?.isAvailableForTagging === value) return
  if (kind === 'source') await tx.update(term, id, { isAvailableForTagging: value, ...stampOf(context) })
  else {
    await tx.update(relation, id, { isAvailableForTagging: value })
    await tx.update(term, termId, stampOf(context))
  }
}
