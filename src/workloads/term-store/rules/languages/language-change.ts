/**
 * What a change of a store's languages does to its sets and terms: term-store.md §1.2 (store), §4.3. O(terms). Names are
 * compared before anything is written (name-clashes.ts).
 */

import { fold } from '#base/text/fold.ts'
import type { PatchOf, RowOf } from '#edm/infer.ts'
import type { Tx } from '#edm/ports.ts'
import { set, term } from '../../types.ts'
import type { ChangeStamp } from '../author.ts'
import { defaultLabel, type Label, type LocalName, nameOf, orderedLabels } from '../labels/labels.ts'
import { compareTags, type Languages, sameTag, storeTag } from './languages.ts'
import { checkClashes } from './name-clashes.ts'

type SetRow = RowOf<typeof set>
type TermRow = RowOf<typeof term>

export interface LanguageChange {
  readonly storeId: string
  readonly from: Languages
  readonly to: Languages
  /** What the terms get that it changes. */
  readonly stamp: ChangeStamp
  /** Terms made at this instant or earlier get no label by it: they are as they were. Absent: all get one. */
  readonly since?: string
}

function inLanguages<T extends { languageTag: string | null }>(languages: Languages, list: readonly T[]): readonly T[] {
  const kept = list.filter(({ languageTag }) => storeTag(languages, languageTag ?? '') !== undefined)
  return kept.length === list.length ? list : kept
}

function renamed(row: SetRow, { from, to }: LanguageChange): PatchOf<typeof set> {
  const names = row.localizedNames as LocalName[]
  const missing = nameOf(names, to.defaultTag) === undefined
  const copied = missing ? [{ name: nameOf(names, from.defaultTag) ?? '', languageTag: to.defaultTag }] : []
  const localizedNames = inLanguages(to, [...names, ...copied]).toSorted((a, b) =>
    compareTags(a.languageTag, b.languageTag),
  )
  return { localizedNames, sortKey: fold(nameOf(localizedNames, to.defaultTag) ?? '') }
}

/** A term without a label in the old default language has nothing to copy, and none in the new one either. */
function relabelled(row: TermRow, { from, to, stamp, since }: LanguageChange): PatchOf<typeof term> {
  const labels = row.labels as Label[]
  const model = defaultLabel(labels, from.defaultTag)
  const isOlder = since !== undefined && (row.createdDateTime ?? '') <= since
  const isCopied = !isOlder && model !== undefined && defaultLabel(labels, to.defaultTag) === undefined
  const known = inLanguages(to, labels)
  const kept = isCopied
    ? orderedLabels([...known, { name: model, isDefault: true, languageTag: to.defaultTag }])
    : (known as Label[])
  const descriptions = inLanguages(to, row.descriptions)
  const sortKey = fold(defaultLabel(kept, to.defaultTag) ?? '')
  return {
    ...(kept === labels ? {} : { labels: [...kept] }),
    ...(descriptions === row.descriptions ? {} : { descriptions: [...descriptions] }),
    ...(kept === labels && descriptions === row.descriptions ? {} : stamp),
    ...(sortKey === row.sortKey ? {} : { sortKey }),
  }
}

/** Whether a language goes, or another one is the default. */
function isFelt({ from, to }: LanguageChange): boolean {
  const isRemoved = from.tags.some((tag) => !to.tags.some((kept) => sameTag(kept, tag)))
  return isRemoved || !sameTag(from.defaultTag, to.defaultTag)
}

/**
 * Copies the default name of every set and term to the new default language where they have none in it, and removes
 * what is in a removed language. Throws `conflict` with every clash of names before anything is written.
 */
export async function changeLanguages(tx: Tx, change: LanguageChange): Promise<void> {
  if (!isFelt(change)) return
  const sets = await tx.find(set, { storeId: change.storeId })
  if (!sameTag(change.from.defaultTag, change.to.defaultTag)) await checkClashes(tx, sets, change)
  for (const inStore of sets) {
    await tx.update(set, inStore.id, renamed(inStore, change))
    for (const row of await tx.find(term, { setId: inStore.id })) {
      const patch = relabelled(row, change)
      if (Object.keys(patch).length > 0) await tx.update(term, row.id, patch)
    }
  }
}
