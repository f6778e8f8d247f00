/** Rows of the term store as they are and as they had been. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { type RewoundRow, sameValue } from '#edm/records/rewind.ts'
import { mergedTerm } from '../../own-types.ts'
import { group, relation, set, store, term } from '../../types.ts'
import type { Listed, PlaceChanges } from '../places/settle.ts'

/** Types in the order in which rows are added. */
const types: readonly EntityType[] = [store, group, set, term, relation, mergedTerm]

export function typeNamed(name: string): EntityType | undefined {
  return types.find((type) => type.name === name)
}

export interface RewoundRows {
  readonly added: readonly RewoundRow[]
  readonly changed: readonly { readonly row: RewoundRow; readonly patch: Readonly<Record<string, unknown>> }[]
  readonly removed: readonly RewoundRow[]
  /** When the rows were as they are written. */
  readonly since?: string
}

/** What differs between the rows as they are and as they were. */
export function rewoundRows(rows: Iterable<RewoundRow>): RewoundRows {
  const added: RewoundRow[] = []
  const changed: RewoundRows['changed'][number][] = []
  const removed: RewoundRow[] = []
  for (const row of rows) {
    const { now, was, type } = row
    if (now === undefined && was !== undefined) added.push(row)
    if (now !== undefined && was === undefined) removed.push(row)
    if (now === undefined || was === undefined) continue
    const derived = typeNamed(type)?.derived ?? []
    const patch = Object.fromEntries(
      Object.entries(was).filter(([key, value]) => !derived.includes(key) && !sameValue(now[key], value)),
    )
    if (Object.keys(patch).length > 0) changed.push({ row, patch })
  }
  return { added, changed, removed }
}

/** Undefined: it is no such row. */
export function listedBy(type: string, row: AnyRow | undefined): Listed | undefined {
  if (row === undefined || (type !== term.name && type !== relation.name)) return undefined
  const isHome = type === term.name
  const parentId = (row[isHome ? 'parentId' : 'fromTermId'] ?? null) as string | null
  return { setId: row['setId'] as string, parentId, termId: (isHome ? row.id : row['toTermId']) as string }
}

/** What has another place, by set. */
export function placeChanges({ added, changed, removed }: RewoundRows): Map<string, PlaceChanges> {
  const found = new Map<string, PlaceChanges>()
  const of = (setId: string): PlaceChanges => {
    const known = found.get(setId) ?? { placed: [], left: [], grown: 0 }
    found.set(setId, known)
    return known
  }
  for (const { type, now, was } of [...added, ...changed.map(({ row }) => row), ...removed]) {
    const [from, to] = [listedBy(type, now), listedBy(type, was)]
    const isSame = from?.setId === to?.setId && from?.parentId === to?.parentId
    if (isSame && now?.['relationship'] === was?.['relationship']) continue
    if (from !== undefined) of(from.setId).left.push(from)
    if (to !== undefined) of(to.setId).placed.push(to)
    if (type !== term.name || from?.setId === to?.setId) continue
    if (from !== undefined) of(from.setId).grown -= 1
    if (to !== undefined) of(to.setId).grown += 1
  }
  return found
}
