/**
 * No two terms under one parent have the same default label in a language both have (term-store.md §4.2).
 * Every listing of a place, mirrored or not, is one list of physical rows, so those are all that need comparing.
 */
import { AppError } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import type { ReadTx } from '#edm/ports.ts'
import { relation, term } from '#model/term-store.ts'
import { sameTag } from './languages.ts'

interface AnyLabel {
  readonly name: string | null
  readonly isDefault: boolean | null
  readonly languageTag: string | null
}

export interface Siblings {
  readonly setId: string
  readonly parentId: string | null
}

const clash = (): AppError =>
  new AppError('conflict', 'There is already a term with the same default label and parent term.', {
    code: 'nameAlreadyExists',
  })

const ownersOf = (tx: ReadTx, { name, languageTag }: AnyLabel): Promise<string[]> =>
  tx.findByElement(term, 'labels', { name, languageTag, isDefault: true })

const clashesWithSource = async (tx: ReadTx, label: AnyLabel, defaultTag: string, at: Siblings, exceptId: string) => {
  if (sameTag(label.languageTag ?? '', defaultTag)) {
    // The order column holds this very label, and is indexed below the parent: no other set's terms are looked at.
    const found = await tx.find(term, { setId: at.setId, parentId: at.parentId, sortKey: fold(label.name ?? '') }, 2)
    return found.some(({ id }) => id !== exceptId)
  }
  for (const id of await ownersOf(tx, label)) {
    if (id === exceptId) continue
    const owner = await tx.get(term, id)
    if (owner?.setId === at.setId && owner.parentId === at.parentId) return true
  }
  return false
}

/** Throws `conflict` when another term at that place has one of the default labels. */
export const checkSiblings = async (
  tx: ReadTx,
  labels: readonly AnyLabel[],
  defaultTag: string,
  at: Siblings,
  exceptId: string,
): Promise<void> => {
  const defaults = labels.filter(({ isDefault }) => isDefault === true)
  for (const label of defaults) if (await clashesWithSource(tx, label, defaultTag, at, exceptId)) throw clash()
  const shared = await tx.find(relation, { setId: at.setId, fromTermId: at.parentId })
  const sharedIds = new Set(shared.map(({ toTermId }) => toTermId).filter((id) => id !== exceptId))
  if (sharedIds.size === 0) return
  for (const label of defaults) if ((await ownersOf(tx, label)).some((id) => sharedIds.has(id))) throw clash()
}
