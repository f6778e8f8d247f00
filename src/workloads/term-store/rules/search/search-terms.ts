/** Searches all labels of a term store: exchange.md §11. */
import type { ReadTx } from '#edm/ports.ts'
import { store, term } from '../../types.ts'
import { languagesOf, sameTag } from '../languages/languages.ts'
import { findPlace } from '../places/tree.ts'
import { type Match, soughtFor, tierOf } from './match.ts'

/** What is searched for. */
export interface TermSearch {
  readonly text: string
  /** Default `prefix`. */
  readonly match?: Match | undefined
  /** Only labels in these languages, the preferred one first. Absent: in all, the store's default one first. */
  readonly languages?: readonly string[] | undefined
  /** Only terms that occur in the set: as their home, shared or mirrored. */
  readonly setId?: string | undefined
  /** Only terms somewhere below this one in that set, or without one in its home set. */
  readonly parentTermId?: string | undefined
  /** Default false. */
  readonly includeDeprecated?: boolean | undefined
  /** Default true. */
  readonly includeUnavailable?: boolean | undefined
  /** Terms of the set of keywords. Default false. */
  readonly includeKeywords?: boolean | undefined
  /** Default labels, synonyms, or both, which is the default. */
  readonly kinds?: readonly ('default' | 'synonym')[] | undefined
  /** Default 20. */
  readonly top?: number | undefined
  /** `next` of the page before. */
  readonly after?: string | undefined
}

export interface FoundTerm {
  readonly id: string
  /** Its home set. */
  readonly homeSetId: string
  readonly tier: number
  /** The label by which it is found. */
  readonly matched: { readonly name: string; readonly languageTag: string; readonly isDefault: boolean }
}

export interface FoundTerms {
  readonly items: readonly FoundTerm[]
  /** What `after` is for the next page; undefined: this is the last one. A page may be short, or empty, before the last. */
  readonly next: string | undefined
}

/** Whether the term is somewhere below the other one in the set. */
async function isBelow(tx: ReadTx, setId: string, termId: string, aboveId: string): Promise<boolean> {
  for (let place = await findPlace(tx, setId, termId); place?.row.parentId != null; ) {
    if (place.row.parentId === aboveId) return true
    place = await findPlace(tx, setId, place.row.parentId)
  }
  return false
}

export async function searchTerms(tx: ReadTx, search: TermSearch): Promise<FoundTerms> {
  const [storeRow] = await tx.find(store, {}, 1)
  if (storeRow === undefined) return { items: [], next: undefined }
  const { defaultTag } = languagesOf(storeRow)
  const order = search.languages ?? [defaultTag]
  const sought = soughtFor(search.text, search.match ?? 'prefix')
  const found: (FoundTerm & { readonly key: string })[] = []
  for (const row of await tx.find(term, {})) {
    if (row.isDeprecated && search.includeDeprecated !== true) continue
    if (!row.isAvailableForTagging && search.includeUnavailable === false) continue
    if (row.isKeyword && search.includeKeywords !== true) continue
    const setId = search.setId ?? row.setId
    if (search.setId !== undefined && (await findPlace(tx, setId, row.id)) === undefined) continue
    if (search.parentTermId !== undefined && !(await isBelow(tx, setId, row.id, search.parentTermId))) continue
    for (const { name, languageTag, isDefault } of row.labels) {
      if (name === null || languageTag === null) continue
      if (search.kinds?.includes(isDefault ? 'default' : 'synonym') === false) continue
      const language = order.findIndex((tag) => sameTag(tag, languageTag))
      if (language < 0 && search.languages !== undefined) continue
      const tier = tierOf({ name, isDefault }, sought)
      if (tier === undefined) continue
      const parts = [
        tier,
        language < 0 ? 9 : language,
        Number(row.isDeprecated || !row.isAvailableForTagging),
        row.level,
      ]
      const key = [
        ...parts.map((part) => String(part).padStart(2, '0')),
        String(name.length).padStart(3, '0'),
        name,
      ].join(' ')
      found.push({
        key: `${key} ${row.id}`,
        id: row.id,
        homeSetId: row.setId,
        tier,
        matched: { name, languageTag, isDefault: isDefault === true },
      })
    }
  }
  found.sort((one, other) => (one.key < other.key ? -1 : 1))
  const first = found.filter(({ id }, at) => found.findIndex((entry) => entry.id === id) === at)
  const rest = first.filter(({ key }) => search.after === undefined || key > search.after)
  const items = rest.slice(0, search.top ?? 20)
  return { items, next: rest.length > items.length ? items.at(-1)?.key : undefined }
}
