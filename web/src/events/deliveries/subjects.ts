/** What deliveries are about, in words: the relationship and its customer, where the caller may read them; else the id. */
import { useQuery } from '@tanstack/react-query'
import { key } from '../../data/keys.ts'
import { graph, literal, type RequestPlan } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import type { Page, Relationship } from '../../data/types.ts'
import { shortened } from '../../kit/CopyId.tsx'
import type { Delivery } from '../api.ts'

/** Ids of relationships are long, and stand in an address. */
const idsAtOnce = 20
const freshMs = 5 * 60_000

type NamedRelationship = Pick<Relationship, 'displayName' | 'customer'> & { readonly id: string }

/** Events of a relationship, and of what is in it, have its id as the key of their order. */
export function isOfRelationship({ eventName }: Pick<Delivery, 'eventName'>): boolean {
  return eventName.includes('granular-admin')
}

function namesPlan(ids: readonly string[]): RequestPlan<Page<NamedRelationship>> {
  return graph('GET', '/tenantRelationships/delegatedAdminRelationships', {
    query: { $filter: `id in (${ids.map(literal).join(',')})`, $select: 'id,displayName,customer' },
  })
}

function words({ displayName, customer }: NamedRelationship): string {
  return [customer?.displayName, displayName].filter((name) => typeof name === 'string').join(' · ')
}

async function namesOf(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const { value } = await ask(namesPlan(ids.slice(at, at + idsAtOnce)), { signal })
    for (const row of value) names.set(row.id, words(row))
  }
  return names
}

/** Those that are gone, or may not be read, are told by their ids. */
export function useSubjects(rows: readonly Delivery[]): (row: Delivery) => string {
  const ids = [...new Set(rows.filter(isOfRelationship).map(({ orderingKey }) => orderingKey))].sort()
  const { data } = useQuery({
    queryKey: key('relationships', 'names', ids),
    queryFn: ({ signal }) => namesOf(ids, signal),
    enabled: ids.length > 0,
    staleTime: freshMs,
    placeholderData: (before) => before,
  })
  return (row) =>
    isOfRelationship(row) ? (data?.get(row.orderingKey) ?? shortened(row.orderingKey)) : shortened(row.subjectId)
}
