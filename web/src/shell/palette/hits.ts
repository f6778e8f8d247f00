/** What the palette finds: pages, terms, relationships, people, commands, each group as its prefix wants it. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { key } from '../../data/keys.ts'
import { control, graph, literal } from '../../data/plan.ts'
import { queryClient } from '../../data/query.ts'
import { ask } from '../../data/send.ts'
import { type Acting, actAs, useSession } from '../../data/session.ts'
import type { DelegatedCustomer, Page, Relationship } from '../../data/types.ts'
import { maybeText, t } from '../../i18n/t.ts'
import { announce } from '../../kit/announce.ts'
import { useActiveCommands } from '../../kit/keys/commands.ts'
import type { KnownTenant } from '../ActingAs.tsx'
import { placesOf } from '../places.ts'
import type { Hit } from './hit.ts'
import { useIdHits } from './ids.ts'
import { fitsWords, type PaletteQuery } from './query.ts'
import { mostHits, searchPlan, termHit } from './terms.ts'

const restMs = 60
const keptMs = 30_000
const fewCommands = 5

/** The text after it has rested. */
export function useRested(text: string, ms = restMs): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return rested
}

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

/** People of all tenants of a stand-in, each asked for in the name of its first administrator. */
async function peopleOf(text: string): Promise<readonly Acting[]> {
  const { value } = await ask(control<Page<KnownTenant>>('GET', '/tenants'))
  const found = await Promise.all(
    value.map(async ({ id, displayName, defaultDomain, administrators: [first] }) => {
      if (first === undefined) return []
      const tenant = { id, name: displayName, domain: defaultDomain }
      const caller = (person: Person) =>
        ({ kind: 'user', id: person.userPrincipalName, name: person.displayName }) as const
      const acting = { tenant, caller: caller(first) }
      const query = {
        $select: 'displayName,userPrincipalName',
        $filter: `startswith(displayName,${literal(text)}) or startswith(userPrincipalName,${literal(text)})`,
        $top: mostHits,
      }
      const people = await ask(graph<Page<Person>>('GET', '/users', { query }), { acting }).catch(() => ({ value: [] }))
      return people.value.map((person) => ({ tenant, caller: caller(person) }))
    }),
  )
  return found.flat()
}

function usePeople(text: string, isWanted: boolean): Found {
  const { info, acting } = useSession()
  const isHere = info.mode === 'stand-in'
  const read = useQuery({
    queryKey: key('directory', 'palette', text),
    queryFn: () => peopleOf(text),
    enabled: isWanted && isHere,
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

export function useHits({ scope, text }: PaletteQuery): Found & { readonly isId: boolean } {
  const { info, acting } = useSession()
  const asked = useRested(text)
  const isCaller = acting !== undefined || info.mode === 'registry'
  const ids = useIdHits(scope === 'all' || scope === 'ids' ? asked : '')
  const isAll = scope === 'all' && asked !== '' && isCaller && !ids.isId
  const isPeople = scope === 'people' && isCaller
  const terms = useTerms(asked, isAll)
  const relationships = useRelationships(asked, isAll)
  const customers = useCustomers(asked, isAll || isPeople)
  const people = usePeople(asked, isAll || isPeople)
  const isEverything = scope === 'commands' || (scope === 'all' && text !== '')
  const commands = useCommandHits(text, scope === 'commands' ? 100 : isEverything ? mostHits : fewCommands)
  const all = [ids, terms, relationships, customers, people]
  const isAsking = all.some((one) => one.isAsking) || asked !== text
  if (scope === 'commands') return { hits: commands, isAsking: false, isId: false }
  if (scope === 'ids') return { hits: ids.hits, isAsking, isId: ids.isId }
  if (scope === 'people') return { hits: [...customers.hits, ...people.hits], isAsking, isId: false }
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
  return { hits, isAsking, isId: ids.isId }
}
