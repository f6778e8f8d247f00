/** A tenant's term store in memory, as far as its checks need it: containers, parents and levels. */
import type { AnyRow } from '#edm/infer.ts'
import { type CheckedTenant, rowsIn } from '../../finding.ts'
import type { Occurrence } from '../rules/places/tree.ts'
import { group, relation, set, store, term } from '../types.ts'

export interface Taxonomy {
  readonly stores: ReadonlyMap<string, StoreFacts>
  readonly groups: ReadonlyMap<string, { readonly storeId: string; readonly siteCollectionId: string | null }>
  readonly sets: ReadonlyMap<string, SetFacts>
  /** Home occurrences, by term id. */
  readonly sources: ReadonlyMap<string, Occurrence>
  /** All of them, in no order. */
  readonly occurrences: readonly Occurrence[]
  /** The occurrences of a term in a set; there should be one at most. */
  at(setId: string, termId: string): readonly Occurrence[]
  /** All occurrences of a term, in any set. */
  of(termId: string): readonly Occurrence[]
  /** Those under a parent. */
  under(setId: string, parentId: string): readonly Occurrence[]
}

export interface StoreFacts {
  readonly defaultTag: string
  readonly languageTags: readonly string[]
  readonly setCount: number
  readonly termCount: number
}

export interface SetFacts {
  readonly storeId: string
  readonly groupId: string
  readonly siteCollectionId: string | null
  readonly termCount: number
  /** Whether it takes in orphans, among which names may repeat. */
  readonly isForOrphans: boolean
}

const none: readonly Occurrence[] = []

async function readContainers(tenant: CheckedTenant) {
  const stores = new Map<string, StoreFacts>()
  for await (const row of rowsIn(tenant, store, ['defaultLanguageTag', 'languageTags', 'setCount', 'termCount']))
    stores.set(row.id, {
      defaultTag: row['defaultLanguageTag'] as string,
      languageTags: row['languageTags'] as readonly string[],
      setCount: row['setCount'] as number,
      termCount: row['termCount'] as number,
    })
  const groups = new Map<string, { storeId: string; siteCollectionId: string | null }>()
  for await (const row of rowsIn(tenant, group, ['storeId', 'siteCollectionId']))
    groups.set(row.id, {
      storeId: row['storeId'] as string,
      siteCollectionId: row['siteCollectionId'] as string | null,
    })
  const sets = new Map<string, SetFacts>()
  for await (const row of rowsIn(tenant, set, [
    'storeId',
    'parentGroupId',
    'siteCollectionId',
    'termCount',
    'systemRole',
  ]))
    sets.set(row.id, {
      storeId: row['storeId'] as string,
      groupId: row['parentGroupId'] as string,
      siteCollectionId: row['siteCollectionId'] as string | null,
      termCount: row['termCount'] as number,
      isForOrphans: row['systemRole'] === 'orphanedTerms',
    })
  return { stores, groups, sets }
}

/** Keeps one string for each id: the database gives a new one each time, and they would take three times the memory. */
function interned() {
  const known = new Map<string, string>()
  return <T>(value: T): T => {
    if (typeof value !== 'string') return value
    const first = known.get(value)
    if (first !== undefined) return first as T
    known.set(value, value)
    return value
  }
}

async function readOccurrences(tenant: CheckedTenant): Promise<Occurrence[]> {
  const found: Occurrence[] = []
  const once = interned()
  const add = (kind: Occurrence['kind'], row: AnyRow, termId: string, parentId: string | null): void => {
    found.push({
      kind,
      id: once(row.id),
      setId: once(row['setId'] as string),
      termId: once(termId),
      parentId: once(parentId),
      level: row['level'] as number,
      height: row['height'] as number,
    })
  }
  for await (const row of rowsIn(tenant, term, ['setId', 'parentId', 'level', 'height']))
    add('source', row, row.id, row['parentId'] as string | null)
  const keys = ['setId', 'fromTermId', 'toTermId', 'relationship', 'level', 'height']
  for await (const row of rowsIn(tenant, relation, keys)) {
    const kind = row['relationship'] === 'pin' ? 'pin' : 'reuse'
    add(kind, row, row['toTermId'] as string, row['fromTermId'] as string | null)
  }
  return found
}

export async function readTaxonomy(tenant: CheckedTenant): Promise<Taxonomy> {
  const containers = await readContainers(tenant)
  const occurrences = await readOccurrences(tenant)
  const sources = new Map<string, Occurrence>()
  const shared = new Map<string, Occurrence[]>()
  const children = new Map<string, Occurrence[]>()
  const push = (map: Map<string, Occurrence[]>, key: string, one: Occurrence): void => {
    const list = map.get(key)
    if (list === undefined) map.set(key, [one])
    else list.push(one)
  }
  for (const one of occurrences) {
    if (one.kind === 'source') sources.set(one.termId, one)
    else push(shared, one.termId, one)
    if (one.parentId !== null) push(children, one.parentId, one)
  }
  const inSet = (list: readonly Occurrence[] | undefined, setId: string): readonly Occurrence[] =>
    list?.filter((one) => one.setId === setId) ?? none
  return {
    ...containers,
    sources,
    occurrences,
    at: (setId, termId) => {
      const home = sources.get(termId)
      const others = inSet(shared.get(termId), setId)
      return home?.setId === setId ? [home, ...others] : others
    },
    of: (termId) => {
      const home = sources.get(termId)
      const others = shared.get(termId) ?? none
      return home === undefined ? others : [home, ...others]
    },
    under: (setId, parentId) => inSet(children.get(parentId), setId),
  }
}

/** How findings name an occurrence. */
export function nameOf({ kind, id }: Occurrence): string {
  return `${kind === 'source' ? 'term' : 'relation'} ${id}`
}
