/** `relata.deprecate` and `relata.undeprecate`: exchange.md §9.6. */
import { invariant } from '#base/errors.ts'
import { guidOf } from '#base/ids.ts'
import type { Located, OperationRule, Tx } from '#edm/ports.ts'
import { set, term } from '../../types.ts'
import { stampOf } from '../author.ts'
import { placeOf } from '../places/tree.ts'
import { denied, invalid, missing } from '../refusals.ts'
import { checkRoleInSet } from '../roles/roles.ts'
import type { TermStoreSettings } from '../settings.ts'
import { titleOfSet } from '../titles.ts'

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
async function successorIn(tx: Tx, id: string, given: unknown): Promise<string | null> {
  if (given === null || given === undefined) return null
  const other = guidOf(String(given))
  const row = other === undefined ? undefined : await tx.get(term, other)
  if (row === undefined) throw missing('Term', String(given), 'replacedBy')
  if (row.isDeprecated) throw invalid('The term that takes its place is deprecated itself.', 'replacedBy')
  await checkNoCycle(tx, id, row.id)
  return row.id
}

async function termAt(
  settings: TermStoreSettings,
  context: Parameters<typeof checkRoleInSet>[1] & { tx: Tx },
  at: Located | undefined,
) {
  invariant(at !== undefined, 'the operation is bound to a term')
  const { tx } = context
  const row = await tx.get(term, at.id)
  const place = await placeOf(tx, at)
  if (row === undefined || place === undefined) throw missing('Term', at.id)
  await checkRoleInSet(settings, context, row.setId)
  if (place.kind === 'mirrored')
    throw invalid(
      `Pinned terms can be changed only in the set that owns them, ${await titleOfSet(tx, place.holderId)}.`,
    )
  const home = await tx.get(set, row.setId)
  if (home?.systemRole === 'orphanedTerms')
    throw denied('The terms of the set of orphaned terms cannot be changed there.')
  return row
}

export function deprecationRules(settings: TermStoreSettings): Readonly<Record<string, OperationRule>> {
  const write =
    (isDeprecated: boolean): Extract<OperationRule, { action: unknown }>['action'] =>
    async (context, at, args) => {
      const { tx } = context
      const row = await termAt(settings, context, at)
      const replacedBy = await successorIn(tx, row.id, args['replacedBy'])
      if (row.isDeprecated !== isDeprecated || row.replacedBy !== replacedBy)
        await tx.update(term, row.id, { isDeprecated, replacedBy, ...stampOf(context) })
      return { id: row.id }
    }
  return { deprecate: { action: write(true) }, undeprecate: { action: write(false) } }
}
