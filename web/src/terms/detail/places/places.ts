/** The places of a term, with the names of their sets. */
import { useQueries } from '@tanstack/react-query'
import { graph } from '../../../data/plan.ts'
import { reading, useRead } from '../../../data/query.ts'
import { maybeText } from '../../../i18n/t.ts'
import { type Place, readPlaces, type SetName, setPath } from '../api.ts'
import { setName } from '../names/names.ts'

export interface NamedPlace extends Place {
  readonly setName: string
  /** Name of the set and labels down to the term. */
  readonly trail: readonly string[]
}

interface NamedSet {
  readonly id: string
  readonly localizedNames: readonly SetName[]
}

const mostSets = 50

interface Places {
  /** The home first. Undefined: not read yet. */
  readonly places: readonly NamedPlace[] | undefined
  readonly error: Error | null
  /** Places that are left out, as too many sets hold them. */
  readonly more: number
  readonly again: () => void
}

export function usePlaces(termId: string, language: string, usual: string): Places {
  const found = useRead('term', [termId, 'places'], readPlaces(termId))
  const all = found.data?.items.find(({ id }) => id === termId)?.places ?? found.data?.items[0]?.places ?? []
  const sets = [...new Set(all.map(({ setId }) => setId))].slice(0, mostSets)
  const names = useQueries({
    queries: sets.map((id) =>
      reading('set', [id, 'name'], graph<NamedSet>('GET', setPath(id), { query: { $select: 'id,localizedNames' } })),
    ),
  })
  const nameOf = (id: string): string =>
    setName(names[sets.indexOf(id)]?.data?.localizedNames ?? [], language, usual).text || id
  const shown = all.filter(({ setId }) => sets.includes(setId))
  const places = shown
    .map((place) => {
      const name = nameOf(place.setId)
      return { ...place, setName: name, trail: [name, ...place.path] }
    })
    .sort((a, b) => Number(b.kind === 'home') - Number(a.kind === 'home'))
  return {
    places: found.data === undefined ? undefined : places,
    error: found.error,
    more: all.length - shown.length,
    again: () => void found.refetch(),
  }
}

export function kindName(kind: string): string {
  return maybeText(`relations.kind.${kind}`) ?? kind
}

export function placeAddress({ setId }: NamedPlace, termId: string): string {
  return `/terms/s/${setId}/t/${termId}`
}
