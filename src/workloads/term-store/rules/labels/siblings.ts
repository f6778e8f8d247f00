/**
 * No two terms under one parent have the same default label in a language both have (term-store.md §4.2).
 * Every list of children, mirrored or not, shows the stored occurrences of one set, so only those are compared.
 */
import type { AppError } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { ReadTx } from '#edm/ports.ts'
import { relation, term } from '../../types.ts'
import { sameTag } from '../languages/languages.ts'
import { sharedUnder } from '../places/tree.ts'
import { taken } from '../refusals.ts'
import type { AnyLabel } from './labels.ts'
import { titleOfSet } from './titles.ts'

export interface Siblings {
  readonly setId: string
  readonly parentId: string | null
}

/** Graph's text, and which label in which set. */
async function clash(tx: ReadTx, { name, languageTag }: AnyLabel, setId: string, target: string): Promise<AppError> {
  return taken(
    `There is already a term with the same default label and parent term. The label is '${name}' in ${languageTag}; the set is ${await titleOfSet(tx, setId)}.`,
    target,
  )
}

/** If more terms than this have the label, it is cheaper to look at the siblings than at each of these terms. */
const mostAlike = 64

/** Ids of terms with one of the labels, possibly repeated; with `limit`, at least so many where there are as many. */
async function ownersOf(tx: ReadTx, labels: readonly AnyLabel[], limit?: number): Promise<string[]> {
  return tx.findByElement(
    term,
    'labels',
    labels.map(({ name, languageTag }) => ({ name, languageTag, isDefault: true })),
    limit,
  )
}

async function isHome(tx: ReadTx, id: string, at: Siblings): Promise<boolean> {
  const found = await tx.get(term, id)
  return found?.setId === at.setId && found.parentId === at.parentId
}

async function isShared(tx: ReadTx, id: string, at: Siblings): Promise<boolean> {
  return tx.has(relation, { setId: at.setId, fromTermId: at.parentId, toTermId: id })
}

/** Keys of the terms of that name whose home is there. */
function namedUnder({ setId, parentId }: Siblings, sortKey: string) {
  return parentId === null ? { setId, level: 1, sortKey } : { setId, parentId, sortKey }
}

async function clashesWithHome(tx: ReadTx, label: AnyLabel, defaultTag: string, at: Siblings, exceptId: string) {
  if (sameTag(label.languageTag ?? '', defaultTag)) {
    // The sort key holds this label, and its index begins with the place: no other set's terms are read.
    const found = await tx.find(term, namedUnder(at, fold(label.name ?? '')), 2)
    return found.some(({ id }) => id !== exceptId)
  }
  for (const id of await ownersOf(tx, [label])) if (id !== exceptId && (await isHome(tx, id, at))) return true
  return false
}

async function clashesWithShared(tx: ReadTx, labels: readonly AnyLabel[], at: Siblings, exceptId: string) {
  const shared = await sharedUnder(tx, at.setId, at.parentId)
  if (shared.length === 0) return false
  const owners = new Set(await ownersOf(tx, labels))
  return shared.some(({ toTermId }) => toTermId !== exceptId && owners.has(toTermId))
}

async function clashes(tx: ReadTx, labels: readonly AnyLabel[], defaultTag: string, at: Siblings, exceptId: string) {
  const owners = await ownersOf(tx, labels, mostAlike)
  if (owners.length < mostAlike) {
    for (const id of owners) {
      if (id !== exceptId && ((await isHome(tx, id, at)) || (await isShared(tx, id, at)))) return true
    }
    return false
  }
  for (const label of labels) if (await clashesWithHome(tx, label, defaultTag, at, exceptId)) return true
  return clashesWithShared(tx, labels, at, exceptId)
}

/** Whether a term at that place has the label as a default one. */
export function hasSibling(tx: ReadTx, label: AnyLabel, defaultTag: string, at: Siblings): Promise<boolean> {
  return clashes(tx, [label], defaultTag, at, '')
}

interface Compared {
  readonly labels: readonly AnyLabel[]
  readonly defaultTag: string
  /** The term itself. */
  readonly exceptId: string
  /** The member of the body that a refusal names. */
  targetOf(label: AnyLabel): string
}

/** Throws `conflict`, with the label and the set, if another term at that place has one of the default labels. */
export async function checkSiblings(
  tx: ReadTx,
  { labels, defaultTag, exceptId, targetOf }: Compared,
  at: Siblings,
): Promise<void> {
  const defaults = labels.filter(({ isDefault }) => isDefault === true)
  if (!(await clashes(tx, defaults, defaultTag, at, exceptId))) return
  for (const label of defaults) {
    if (await clashes(tx, [label], defaultTag, at, exceptId)) throw await clash(tx, label, at.setId, targetOf(label))
  }
}
