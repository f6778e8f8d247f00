/** What the palette finds: pages, terms, relationships, people, commands, each group as its prefix wants it. */
import { useQuery } from '@tanstack/react-query'
import { key } from '../../data/keys.ts'
import { graph, literal } from '../../data/plan.ts'
import { queryClient } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import { type Acting, actAs, useSession } from '../../data/session.ts'
import type { DelegatedCustomer, Page, Relationship } from '../../data/types.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { useActiveCommands } from '../../kit/keys/commands.ts'
import { useRested } from '../../kit/keys/rested.ts'
import { actingOf, type KnownTenant, useTenants } from '../ActingAs.tsx'
import { placesOf } from '../places.ts'
import type { Hit } from './hit.ts'
import { useIdHits } from './ids.ts'
import { fitsWords, type PaletteQuery } from './query.ts'
import { mostHits, searchPlan, termHit } from './terms.ts'

const keptMs = 30_000
const fewCommands = 5

export interface Found {
  readonly hits: readonly Hit[]
  readonly isAsking: boolean
}

function useTerms(text: string, isWanted: boolean): Found {
  const { info } = useSession()
  const read = useQuery({
    queryKey: key('search', text),
    queryFn: ({ signal }) => ask(searchPlan(text), { signal }),
    enabled: isWanted && info.features.includes('term-store') && !info.strict,
    staleTime: keptMs,
  })
  const items = isWanted ? (read.data?.items ?? []) : []
  const all: Hit = {
    id: 'all terms',
    group: 'palette.terms',
    text: t('palette.allTerms', { text }),
    to: `/terms/search?q=${encodeURIComponent(text)}`,
  }
  const hits = items.map((term) => termHit(term, text))
  return { hits: items.length < mostHits ? hits : [...hits, all], isAsking: read.isFetching }
}

function useRelationships(text: string, isWanted: boolean): Found {
  const read = useQuery({
    queryKey: key('relationships', 'palette', text),
    queryFn: ({ signal }) =>
      ask(
        graph<Page<Relationship>>('GET', '/tenantRelationships/delegatedAdminRelationships', {
          query: { $filter: `contains(displayName,${literal(text)})`, $top: mostHits },
        }),
        { signal },
      ),
    enabled: isWanted,
    staleTime: keptMs,
  })
  const hits = (isWanted ? (read.data?.value ?? []) : []).map(
    ({ id = '', displayName, customer, status }): Hit => ({
      id,
      group: 'palette.relationships',
      text: displayName ?? id,
      more: [customer?.displayName, maybeText(`palette.status.${status}`) ?? status].filter(Boolean).join(' · '),
      to: `/gdap/relationships/${id}`,
    }),
  )
  return { hits, isAsking: read.isFetching }
}

function useCustomers(text: string, isWanted: boolean): Found {
  const read = useQuery({
    queryKey: key('customers', 'palette', text),
    queryFn: ({ signal }) =>
      ask(
        graph<Page<DelegatedCustomer>>('GET', '/tenantRelationships/delegatedAdminCustomers', {
          query: { ...(text === '' ? {} : { $filter: `contains(displayName,${literal(text)})` }), $top: mostHits },
        }),
        { signal },
      ),
    enabled: isWanted,
    staleTime: keptMs,
  })
  const hits = (isWanted ? (read.data?.value ?? []) : []).map(
    ({ tenantId = '', displayName }): Hit => ({
      id: `customer ${tenantId}`,
      group: 'palette.relationships',
      text: displayName ?? tenantId,
      more: t('palette.id.customer'),
      to: `/gdap/customers/${tenantId}`,
    }),
  )
  return { hits, isAsking: read.isFetching }
}

interface Person {
  readonly userPrincipalName: string
  readonly displayName: string
}

function actAsHit(acting: Acting): Hit {
  const { tenant, caller } = acting
  return {
    id: `act ${tenant.id} ${caller.id}`,
    group: 'palette.people',
    text: t('palette.actAs', { name: caller.name }),
    more: `${tenant.name} · ${caller.id}`,
    run: () => {
      actAs(acting)
      void queryClient.invalidateQueries()
      announce(t('acting.now', { name: `${caller.name}, ${tenant.name}` }))
    },
  }
}

/** Those of one tenant, asked for in the name of its first administrator. */
async function peopleIn(tenant: KnownTenant, text: string, signal: AbortSignal): Promise<readonly Acting[]> {
  const [first] = tenant.administrators
  if (first === undefined) return []
  const as = (person: Person): Acting =>
    actingOf(tenant, { kind: 'user', id: person.userPrincipalName, name: person.displayName })
  const query = {
    $select: 'displayName,userPrincipalName',
    $filter: `startswith(displayName,${literal(text)}) or startswith(userPrincipalName,${literal(text)})`,
    $top: mostHits,
  }
  const found = await ask(graph<Page<Person>>('GET', '/users', { query }), { acting: as(first), signal }).catch(() => {
    signal.throwIfAborted()
    return { value: [] }
  })
  return found.value.map(as)
}

/**
 * People of a stand-in: of the tenant one acts in, and of the other tenants where people are asked for. Each tenant is a
 * request, so for a text that finds anything they are those of this tenant.
 */
function usePeople(text: string, { isWanted, isEverywhere }: { isWanted: boolean; isEverywhere: boolean }): Found {
  const { info, acting } = useSession()
  const isHere = info.mode === 'stand-in'
  const tenants = useTenants()
  const read = useQuery({
    queryKey: key('directory', 'palette', text, isEverywhere),
    queryFn: async ({ signal }) => {
      const all = tenants.data?.value ?? []
      const asked = all.filter(({ id }) => isEverywhere || id === acting?.tenant.id)
      return (await Promise.all(asked.map((tenant) => peopleIn(tenant, text, signal)))).flat()
    },
    enabled: isWanted && isHere && tenants.data !== undefined,
    staleTime: keptMs,
  })
  const others = (isWanted ? (read.data ?? []) : []).filter(
    ({ tenant, caller }) => tenant.id !== acting?.tenant.id || caller.id !== acting.caller.id,
  )
  return { hits: others.map(actAsHit), isAsking: read.isFetching }
}

/** `limit`: how many at most. */
function useCommandHits(text: string, limit: number): readonly Hit[] {
  return useActiveCommands()
    .filter(({ words }) => fitsWords(words, text))
    .slice(0, limit)
    .map(({ id, words, keys, reason, run }) => ({
      id,
      group: 'palette.commands',
      text: words,
      run,
      ...(keys === undefined ? {} : { keys }),
      ...(reason === undefined ? {} : { reason }),
    }))
}

function placeHits(places: ReturnType<typeof placesOf>, text: string): readonly Hit[] {
  const words = text.toLowerCase()
  return places
    .filter((place) => fitsWords(t(place.text), words) || (words !== '' && place.to.includes(words)))
    .slice(0, text === '' ? 30 : mostHits)
    .map((place) => ({ id: place.to, group: 'palette.goTo', text: t(place.text), to: place.to }))
}

interface AllFound extends Found {
  /** Some are of a text that was typed before. */
  readonly isOld: boolean
  readonly isId: boolean
}

export function useHits({ scope, text }: PaletteQuery): AllFound {
  const { info, acting } = useSession()
  const asked = useRested(text)
  const isCaller = acting !== undefined || info.mode === 'registry'
  const ids = useIdHits(scope === 'all' || scope === 'ids' ? asked : '')
  const isAll = scope === 'all' && asked !== '' && isCaller && !ids.isId
  const isPeople = scope === 'people' && isCaller
  const terms = useTerms(asked, isAll)
  const relationships = useRelationships(asked, isAll)
  const customers = useCustomers(asked, isAll || isPeople)
  const people = usePeople(asked, { isWanted: isAll || isPeople, isEverywhere: isPeople })
  const isEverything = scope === 'commands' || (scope === 'all' && text !== '')
  const commands = useCommandHits(text, scope === 'commands' ? 100 : isEverything ? mostHits : fewCommands)
  const all = [ids, terms, relationships, customers, people]
  const isOld = asked !== text
  const isAsking = all.some((one) => one.isAsking) || isOld
  if (scope === 'commands') return { hits: commands, isAsking: false, isOld: false, isId: false }
  if (scope === 'ids') return { hits: ids.hits, isAsking, isOld, isId: ids.isId }
  if (scope === 'people') return { hits: [...customers.hits, ...people.hits], isAsking, isOld, isId: false }
  const places = ids.isId ? [] : placeHits(placesOf(info), text)
  const hits = [
    ...ids.hits,
    ...terms.hits,
    ...places,
    ...relationships.hits,
    ...customers.hits,
    ...people.hits,
    ...(ids.isId ? [] : commands),
  ]
  return { hits, isAsking, isOld, isId: ids.isId }
}
