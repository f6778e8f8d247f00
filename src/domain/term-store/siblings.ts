/**
 * No two terms under one parent have the same default label in a language both have (term-store.md §4.2).
 * Every listing of a place, mirrored or not, is one list of physical rows, so those are all that need comparing.
 */
import { AppError } from '#base/errors.ts'
import { fold } from '#base/fold.ts'
import type { ReadTx, Tx } from '#edm/ports.ts'
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

/** As `homeUnder`, for one name; spread, it would cost more than to find the row. */
const namedUnder = ({ setId, parentId }: Siblings, sortKey: string) =>
  parentId === null ? { setId, level: 1, sortKey } : { setId, parentId, sortKey }

const clashesWithSource = async (tx: ReadTx, label: AnyLabel, defaultTag: string, at: Siblings, exceptId: string) => {
  if (sameTag(label.languageTag ?? '', defaultTag)) {
    // The order column holds this very label, and is indexed below the parent: no other set's terms are looked at.
    const found = await tx.find(term, namedUnder(at, fold(label.name ?? '')), 2)
    return found.some(({ id }) => id !== exceptId)
  }
  for (const id of await ownersOf(tx, label)) {
    if (id === exceptId) continue
    const owner = await tx.get(term, id)
    if (owner?.setId === at.setId && owner.parentId === at.parentId) return true
  }
  return false
}

/** So many terms have the label that it is cheaper to read the siblings than to ask for each. */
const manyOwners = 32

/** Of the terms shared there. */
const sharesLabel = async (tx: ReadTx, label: AnyLabel, at: Siblings, exceptId: string): Promise<boolean> => {
  const owners = (await ownersOf(tx, label)).filter((id) => id !== exceptId)
  if (owners.length > manyOwners) {
    const known = new Set(owners)
    const shared = await tx.find(relation, { setId: at.setId, fromTermId: at.parentId })
    return shared.some(({ toTermId }) => known.has(toTermId))
  }
  for (const toTermId of owners) {
    if (await tx.has(relation, { setId: at.setId, fromTermId: at.parentId, toTermId })) return true
  }
  return false
}

const clashesWithShared = async (tx: ReadTx, labels: readonly AnyLabel[], at: Siblings, exceptId: string) => {
  if (!(await tx.has(relation, { setId: at.setId, fromTermId: at.parentId }))) return false
  for (const label of labels) if (await sharesLabel(tx, label, at, exceptId)) return true
  return false
}

/** Throws `conflict` when another term at that place has one of the default labels. */
export const checkSiblings = async (
  tx: Tx,
  labels: readonly AnyLabel[],
  defaultTag: string,
  at: Siblings,
  exceptId: string,
): Promise<void> => {
  const defaults = labels.filter(({ isDefault }) => isDefault === true)
  await tx.ahead((reading) => [
    ...defaults.map((label) => clashesWithShared(reading, [label], at, exceptId)),
    ...defaults.map((label) => clashesWithSource(reading, label, defaultTag, at, exceptId)),
  ])
  if (await clashesWithShared(tx, defaults, at, exceptId)) throw clash()
  for (const label of defaults) if (await clashesWithSource(tx, label, defaultTag, at, exceptId)) throw clash()
}
