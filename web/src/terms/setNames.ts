/** All sets of the store by name: targets of actions, and where shared terms come from. */
import { useMemo } from 'react'
import { useRead } from '../data/query.ts'
import type { TermSet } from '../data/types.ts'
import { setNamesPlan } from './api.ts'
import { labelIn } from './rows.ts'
import type { Hit } from './tree/search/find.ts'

export function useSetNames(language: string, defaultLanguage: string) {
  const { data } = useRead('groups', ['names'], setNamesPlan())
  return useMemo(() => {
    const nameOf = ({ localizedNames = [] }: TermSet): string =>
      labelIn(
        {
          labels: localizedNames.map((one) => ({
            name: one.name ?? '',
            languageTag: one.languageTag ?? '',
            isDefault: true,
          })),
        },
        language,
        defaultLanguage,
      ).name
    const sets = (data?.value ?? []).map(
      (set): Hit => ({
        setId: set.id ?? '',
        termId: undefined,
        label: nameOf(set),
        matched: undefined,
        path: set.parentGroup?.displayName ?? '',
        isDeprecated: false,
      }),
    )
    const system = new Set(
      (data?.value ?? []).filter(({ parentGroup }) => parentGroup?.scope === 'system').map(({ id }) => id),
    )
    const names = new Map(sets.map(({ setId, label }) => [setId, label]))
    // Of the system: no places to put anything.
    return {
      sets: sets.filter(({ setId }) => !system.has(setId)),
      setName: (id: string): string => names.get(id) ?? '',
    }
  }, [data, language, defaultLanguage])
}
