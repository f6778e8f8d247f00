/**
 * What a change of a store's languages does to its sets and terms: term-store.md §1.2 (store), §4.3. May be O(terms).
 */
import { fold } from '#base/fold.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Tx } from '#edm/ports.ts'
import { set, term } from '../../types.ts'
import { defaultLabel, type Label, type LocalName, nameOf, orderedLabels } from '../labels/labels.ts'
import { compareTags, type Languages, storeTag } from './languages.ts'

type SetRow = RowOf<typeof set>
type TermRow = RowOf<typeof term>

function inLanguages<T extends { languageTag: string | null }>(languages: Languages, list: readonly T[]): T[] {
  return list.filter(({ languageTag }) => storeTag(languages, languageTag ?? '') !== undefined)
}

function renamed(row: SetRow, from: Languages, to: Languages): Partial<SetRow> {
  const names = row.localizedNames as LocalName[]
  const missing = nameOf(names, to.defaultTag) === undefined
  const copied = missing ? [{ name: nameOf(names, from.defaultTag) ?? '', languageTag: to.defaultTag }] : []
  const localizedNames = inLanguages(to, [...names, ...copied]).toSorted((a, b) =>
    compareTags(a.languageTag, b.languageTag),
  )
  return { localizedNames, sortKey: fold(nameOf(localizedNames, to.defaultTag) ?? '') }
}

function relabelled(row: TermRow, from: Languages, to: Languages): Partial<TermRow> {
  const labels = row.labels as Label[]
  const missing = defaultLabel(labels, to.defaultTag) === undefined
  const name = defaultLabel(labels, from.defaultTag) ?? ''
  const copied = missing ? [{ name, isDefault: true, languageTag: to.defaultTag }] : []
  const kept = orderedLabels(inLanguages(to, [...labels, ...copied]))
  return {
    labels: kept,
    descriptions: inLanguages(to, row.descriptions),
    sortKey: fold(defaultLabel(kept, to.defaultTag) ?? ''),
  }
}

/**
 * Copies the default name of every set and term to the new default language where they have none in it, and removes
 * what is in a removed language. The copies are not compared with their siblings: the change could not be refused for
 * them.
 */
export async function changeLanguages(tx: Tx, storeId: string, from: Languages, to: Languages): Promise<void> {
  for (const inStore of await tx.find(set, { storeId })) {
    await tx.update(set, inStore.id, renamed(inStore, from, to))
    for (const row of await tx.find(term, { setId: inStore.id }))
      await tx.update(term, row.id, relabelled(row, from, to))
  }
}
