/** Sets of one group have different names in each language (term-store.md §4.2). */
import type { ReadTx } from '#edm/ports.ts'
import { group, set } from '../../types.ts'
import { sameTag } from '../languages/languages.ts'
import { taken } from '../refusals.ts'
import type { LocalName } from './labels.ts'

export interface NamesOfSet {
  readonly names: readonly LocalName[]
  /** As in the body; undefined: it has none, but another group. */
  readonly sent: readonly { readonly languageTag?: string | null }[] | undefined
  readonly exceptId?: string
  /** What a refusal names where none is sent; absent: the group. */
  readonly target?: string
}

/** Whether a set of the group has one of the names. */
export async function isNameTaken(
  tx: ReadTx,
  groupId: string,
  names: readonly LocalName[],
  exceptId?: string,
): Promise<boolean> {
  const alike = names.map(({ name, languageTag }) => ({ name, languageTag }))
  for (const id of await tx.findByElement(set, 'localizedNames', alike))
    if (id !== exceptId && (await tx.get(set, id))?.parentGroupId === groupId) return true
  return false
}

/** Throws `conflict`, with the name and the group, if another set of the group has one of the names. */
export async function checkNames(
  tx: ReadTx,
  groupId: string,
  { names, sent, exceptId, target = 'parentGroup' }: NamesOfSet,
): Promise<void> {
  if (!(await isNameTaken(tx, groupId, names, exceptId))) return
  for (const entry of names) {
    if (!(await isNameTaken(tx, groupId, [entry], exceptId))) continue
    const { name, languageTag } = entry
    const at = (sent ?? []).findIndex((given) => sameTag(given.languageTag ?? '', languageTag))
    const parent = await tx.get(group, groupId)
    throw taken(
      `A term set already exists with the name specified. The name is '${name}' in ${languageTag}; the group is '${parent?.displayName}' (${groupId}).`,
      sent === undefined ? target : at < 0 ? 'localizedNames' : `localizedNames/${at}/name`,
    )
  }
}
