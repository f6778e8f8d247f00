/** All groups with their sets, by name: for choosing where, and for naming what is known by its id only. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { key } from '../data/keys.ts'
import { following, graph } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import { ask } from '../data/send.ts'
import type { Page, TermGroup, TermSet } from '../data/types.ts'
import { currentLanguage } from '../i18n/t.ts'

export interface KnownSet {
  readonly id: string
  readonly name: string
  readonly groupId: string
  readonly groupName: string
}

export interface KnownGroup {
  readonly id: string
  readonly name: string
  readonly isSystem: boolean
  readonly sets: readonly KnownSet[]
}

export interface KnownGroups {
  readonly groups: readonly KnownGroup[]
  set(id: string | undefined | null): KnownSet | undefined
  group(id: string | undefined | null): KnownGroup | undefined
}

type ExpandedGroup = TermGroup & { readonly 'sets@odata.nextLink'?: string }

async function rest<Item>(first: string | undefined, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = []
  let link = first
  while (link !== undefined) {
    const page: Page<Item> = await ask(following<Page<Item>>(link), { signal })
    items.push(...page.value)
    link = page['@odata.nextLink']
  }
  return items
}

interface LocalText {
  readonly name?: string | null
  readonly languageTag?: string | null
}

/** The one in the language of the pages, else the first. */
export function nameIn(names: readonly LocalText[] | null | undefined): string {
  const language = currentLanguage()
  const found = names?.find(({ languageTag }) => languageTag?.toLowerCase().startsWith(language)) ?? names?.[0]
  return found?.name ?? ''
}

export const groupsPlan = graph<Page<ExpandedGroup>>('GET', '/termStore/groups', {
  query: { $select: 'id,displayName,scope', $expand: 'sets($select=id,localizedNames)' },
})

async function readGroups(signal: AbortSignal): Promise<readonly ExpandedGroup[]> {
  const page = await ask(groupsPlan, { signal })
  const groups = [...page.value, ...(await rest<ExpandedGroup>(page['@odata.nextLink'], signal))]
  return Promise.all(
    groups.map(async (group) => ({
      ...group,
      sets: [...(group.sets ?? []), ...(await rest<TermSet>(group['sets@odata.nextLink'], signal))],
    })),
  )
}

const minute = 60_000

export function useGroups(): KnownGroups {
  const { data } = useQuery({
    queryKey: key('groups', 'with sets'),
    queryFn: ({ signal }) => readGroups(signal),
    staleTime: minute,
  })
  const language = currentLanguage()
  // biome-ignore lint/correctness/useExhaustiveDependencies: names are in the language of the pages.
  return useMemo(() => {
    const groups = (data ?? []).map(({ id = '', displayName, scope, sets }): KnownGroup => {
      const name = displayName ?? ''
      return {
        id,
        name,
        isSystem: scope === 'system',
        sets: (sets ?? []).map((set) => ({
          id: set.id ?? '',
          name: nameIn(set.localizedNames),
          groupId: id,
          groupName: name,
        })),
      }
    })
    const sets = new Map(groups.flatMap((group) => group.sets.map((set) => [set.id, set] as const)))
    const byId = new Map(groups.map((group) => [group.id, group] as const))
    return {
      groups,
      set: (id) => sets.get(id ?? ''),
      group: (id) => byId.get(id ?? ''),
    }
  }, [data, language])
}

interface StoreLanguages {
  readonly defaultLanguageTag?: string
  readonly languageTags?: readonly string[]
}

/** Tags of the languages of the store, the default one first. */
export function useStoreLanguages(): readonly string[] {
  const { data } = useRead(
    'store',
    ['languages'],
    graph<StoreLanguages>('GET', '/termStore', { query: { $select: 'defaultLanguageTag,languageTags' } }),
    { staleTime: 5 * minute },
  )
  const first = data?.defaultLanguageTag
  return [...(first === undefined ? [] : [first]), ...(data?.languageTags ?? []).filter((tag) => tag !== first)]
}
