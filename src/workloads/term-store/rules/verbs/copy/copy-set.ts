/** `relata.copy` of a set: exchange.md §9.4. As SharePoint does it, the copy reuses the terms of the original. */
import { Faults } from '#base/errors.ts'
import { fold } from '#base/text/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { ReadTx, WriteContext } from '#edm/ports.ts'
import { set, store } from '../../../types.ts'
import { birthOf } from '../../author.ts'
import { type LocalName, nameOf } from '../../labels/labels.ts'
import { checkNames, isNameTaken } from '../../labels/set-names.ts'
import { cutTo, maxName, nameIn } from '../../labels/text.ts'
import { type Languages, sameTag } from '../../languages/languages.ts'
import { checkOnce } from '../../places/once.ts'
import { invalid } from '../../refusals.ts'
import type { TermStoreSettings } from '../../settings.ts'
import { checkNoSystemSet, needSet, storeOfSet } from '../checks.ts'
import { placeInGroup } from '../containers/move-set.ts'
import type { CopySetTo, TermsOfCopy } from '../verbs.ts'
import { type Copying, copiedOrder, readChildren, remarkLeftOut, writeCopy } from './copy-branch.ts'

type SetRow = RowOf<typeof set>

/** `Copy of X`, `Copy of X (2)` …, cut to the length of a name. */
export function copyOf(name: string, number: number): string {
  const suffix = number === 1 ? '' : ` (${number})`
  return `${cutTo(`Copy of ${name}`, maxName - suffix.length)}${suffix}`
}

async function freeName(tx: ReadTx, groupId: string, { name, languageTag }: LocalName): Promise<LocalName> {
  for (let number = 1; ; number += 1) {
    const free = { name: copyOf(name, number), languageTag }
    if (!(await isNameTaken(tx, groupId, [free]))) return free
  }
}

/** A name as bodies give it. Throws its faults. */
export function givenName(name: string): string {
  const faults = new Faults('invalidRequest')
  const read = nameIn(name, 'name', faults)
  faults.throwIfAny()
  return read ?? name
}

/** `Copy of X` in each language, but for the name that is given. */
async function namesOfCopy(
  tx: ReadTx,
  row: SetRow,
  { groupId, name }: CopySetTo,
  { defaultTag }: Languages,
): Promise<LocalName[]> {
  const given = name === undefined ? undefined : { name: givenName(name), languageTag: defaultTag }
  if (given !== undefined) await checkNames(tx, groupId, { names: [given], sent: undefined, target: 'name' })
  const names: LocalName[] = []
  for (const own of row.localizedNames as readonly LocalName[]) {
    if (given !== undefined && sameTag(own.languageTag, defaultTag)) names.push(given)
    else names.push(await freeName(tx, groupId, own))
  }
  return names
}

/** The set itself, without terms. */
async function insertSet(
  settings: TermStoreSettings,
  context: WriteContext,
  row: SetRow,
  { groupId, names }: { readonly groupId: string; readonly names: readonly LocalName[] },
): Promise<SetRow> {
  const { tx, ids } = context
  const { row: storeRow, languages } = await storeOfSet(tx, row)
  if (storeRow.setCount >= settings.limits.sets)
    throw invalid(`The store has its limit of ${settings.limits.sets} sets.`)
  const place = await placeInGroup(settings, context, row, groupId, 'group')
  const { lastModifiedDateTime: _, ...birth } = birthOf(context)
  const { description, properties, contact, owner, stakeholders, isOpen, isAvailableForTagging, storeId } = row
  await tx.add(store, storeId, { setCount: 1 })
  return tx.insert(set, {
    id: ids.mint(),
    description,
    properties,
    contact,
    owner,
    stakeholders,
    isOpen,
    isAvailableForTagging,
    storeId,
    localizedNames: [...names],
    sortKey: fold(nameOf(names, languages.defaultTag) ?? ''),
    ...place,
    ...birth,
  })
}

/** Copies a set under given names. Returns the id of the copy. */
export async function copySetAs(
  settings: TermStoreSettings,
  context: WriteContext,
  row: SetRow,
  to: { readonly groupId: string; readonly names: readonly LocalName[]; readonly terms: TermsOfCopy },
): Promise<string> {
  const { tx } = context
  const copy = await insertSet(settings, context, row, to)
  if (to.terms === 'none') return copy.id
  const copying: Copying = { context, mode: to.terms === 'new' ? 'keep' : 'reuse', leftOut: [] }
  const nodes = await readChildren(copying, row.id, null)
  await writeCopy(settings, context, nodes, { to: copy, parentId: null, level: 1 })
  await checkOnce(tx, [copy.id])
  const customSortOrder = copiedOrder(row.customSortOrder, nodes)
  if (customSortOrder.length > 0) await tx.update(set, copy.id, { customSortOrder })
  remarkLeftOut(copying)
  return copy.id
}

/** Copies a set into a group. Returns the id of the copy. */
export async function copySet(
  settings: TermStoreSettings,
  context: WriteContext,
  setId: string,
  to: CopySetTo,
): Promise<string> {
  const { tx } = context
  const row = await needSet(tx, setId)
  await checkNoSystemSet(tx, row)
  const { languages } = await storeOfSet(tx, row)
  const names = await namesOfCopy(tx, row, to, languages)
  return copySetAs(settings, context, row, { ...to, names })
}
