/** `relata.setLocalProperties`: custom properties that hold at one place of a term only (exchange.md §13.6). */
import { Faults } from '#base/errors.ts'
import type { WriteContext } from '#edm/ports.ts'
import { relation, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { type Property, propertiesIn } from '../labels/labels.ts'
import { invalid } from '../refusals.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { checkStored, needPlace, needSet } from './checks.ts'
import type { TermAt } from './verbs.ts'

/** They take the place of all that the term has there. What a mirror shows follows its source, so it is refused there. */
export async function setLocalProperties(
  settings: TermStoreSettings,
  context: WriteContext,
  at: TermAt,
  given: readonly Partial<Property>[],
): Promise<void> {
  const { tx } = context
  const place = await needPlace(tx, at)
  await checkRoleInSet(settings, context, at.setId)
  await checkStored(tx, place)
  const { systemRole } = await needSet(tx, at.setId)
  if (systemRole === 'orphanedTerms') throw invalid('The terms of the set of orphaned terms cannot be changed there.')
  const faults = new Faults()
  const localProperties = propertiesIn(given, faults)
  faults.throwIfAny()
  const { kind, id, termId } = place.row
  const row = kind === 'source' ? await tx.get(term, id) : await tx.get(relation, id)
  if (JSON.stringify(row?.localProperties ?? []) === JSON.stringify(localProperties)) return
  if (kind === 'source') await tx.update(term, id, { localProperties, ...stampOf(context) })
  else {
    await tx.update(relation, id, { localProperties })
    await tx.update(term, termId, stampOf(context))
  }
}
