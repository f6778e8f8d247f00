/** Which object a pasted id is of: asked for in lists, so that nothing is refused where it is none of that kind. */
import { useQuery } from '@tanstack/react-query'
import { key } from '../../data/keys.ts'
import { control, graph, literal, type RequestPlan } from '../../data/plan.ts'
import { ask } from '../../data/send.ts'
import { useSession } from '../../data/session.ts'
import type { DelegatedCustomer, Page, Relationship, TermGroup, TermSet } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import type { Hit } from './hit.ts'
import { pastedId } from './query.ts'
import { searchPlan, termHit } from './terms.ts'

interface LoggedRequest {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly status?: number
}

interface Person {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
}

interface KnownTenant {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
}

type Ask = <Answer>(plan: RequestPlan<Answer>) => Promise<Answer>

/** What is refused is none of that kind, for this caller. */
async function found(hits: Promise<readonly Hit[]>): Promise<readonly Hit[]> {
  return hits.catch(() => [])
}

function idHit(kind: string, text: string, to: string): Hit {
  return { id: to, group: 'palette.ids', text, more: kind, to }
}

const tenantRelationships = '/tenantRelationships'

async function relationships(send: Ask, id: string): Promise<readonly Hit[]> {
  const query = { $filter: `id eq ${literal(id)}` }
  const { value } = await send(
    graph<Page<Relationship>>('GET', `${tenantRelationships}/delegatedAdminRelationships`, { query }),
  )
  return value.map(({ displayName = '' }) =>
    idHit(t('palette.id.relationship'), displayName, `/gdap/relationships/${id}`),
  )
}

/** The id of a relation holds set, parent and term: each 16 bytes, the first three groups of a GUID backwards. */
export function partsOfRelation(id: string): { readonly set: string; readonly term: string } | undefined {
  const coded = /^r!([\w-]{64})$/.exec(id)?.[1]
  if (coded === undefined) return undefined
  const bytes = Array.from(atob(coded.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  const guidAt = (start: number): string =>
    order
      .map((at) => (bytes[start + at] ?? 0).toString(16).padStart(2, '0'))
      .join('')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { set: guidAt(0), term: guidAt(32) }
}

async function relation(send: Ask, id: string): Promise<readonly Hit[]> {
  const parts = partsOfRelation(id)
  if (parts === undefined) return []
  const { items = [] } = await send(searchPlan(parts.term))
  return items
    .slice(0, 1)
    .map(({ label = '' }) =>
      idHit(t('palette.id.relation'), label, `/terms/s/${parts.set}/t/${parts.term}?tab=relations`),
    )
}

async function terms(send: Ask, id: string): Promise<readonly Hit[]> {
  const { items = [] } = await send(searchPlan(id))
  return items
    .filter((term) => term.id === id)
    .map((term) => ({ ...termHit(term, ''), group: 'palette.ids', more: t('palette.id.term') }))
}

async function sets(send: Ask, id: string): Promise<readonly Hit[]> {
  const query = { $filter: `id eq ${literal(id)}`, $select: 'id,localizedNames' }
  const { value } = await send(graph<Page<TermSet>>('GET', '/termStore/sets', { query }))
  return value.map(({ localizedNames }) =>
    idHit(t('palette.id.set'), localizedNames?.[0]?.name ?? id, `/terms/s/${id}`),
  )
}

async function termGroups(send: Ask, id: string): Promise<readonly Hit[]> {
  const query = { $filter: `id eq ${literal(id)}`, $select: 'id,displayName' }
  const { value } = await send(graph<Page<TermGroup>>('GET', '/termStore/groups', { query }))
  return value.map(({ displayName }) => idHit(t('palette.id.group'), displayName ?? id, `/terms/g/${id}`))
}

async function customers(send: Ask, id: string): Promise<readonly Hit[]> {
  const query = { $filter: `tenantId eq ${literal(id)}` }
  const { value } = await send(
    graph<Page<DelegatedCustomer>>('GET', `${tenantRelationships}/delegatedAdminCustomers`, { query }),
  )
  return value.map(({ displayName }) => idHit(t('palette.id.customer'), displayName ?? id, `/gdap/customers/${id}`))
}

async function people(send: Ask, id: string): Promise<readonly Hit[]> {
  const query = { $filter: `id eq ${literal(id)}`, $select: 'id,displayName,userPrincipalName' }
  const { value } = await send(graph<Page<Person>>('GET', '/users', { query }))
  return value.map(({ displayName, userPrincipalName }) =>
    idHit(t('palette.id.person'), displayName, `/gdap/access?user=${encodeURIComponent(userPrincipalName)}`),
  )
}

async function requests(send: Ask, id: string): Promise<readonly Hit[]> {
  const { value } = await send(
    control<{ readonly value: readonly LoggedRequest[] }>('GET', '/requests', { query: { id, top: 1 } }),
  )
  return value.map(({ method, path, status }) =>
    idHit(t('palette.id.request'), `${method} ${path} ${status ?? ''}`, `/requests/${id}`),
  )
}

async function tenants(send: Ask, id: string): Promise<readonly Hit[]> {
  const { value } = await send(control<{ readonly value: readonly KnownTenant[] }>('GET', '/tenants'))
  return value
    .filter((tenant) => tenant.id === id)
    .map(({ displayName, defaultDomain }) =>
      idHit(t('palette.id.tenant'), `${displayName} · ${defaultDomain}`, '/admin/tenants'),
    )
}

const taxonomy = [terms, sets, termGroups] as const
const delegation = [customers, people] as const

/** The objects of a pasted id. */
export function useIdHits(text: string): { readonly hits: readonly Hit[]; readonly isAsking: boolean; isId: boolean } {
  const { info } = useSession()
  const pasted = pastedId(text)
  const has = (feature: string): boolean => info.features.includes(feature)
  const read = useQuery({
    queryKey: key('search', 'id', pasted?.kind, pasted?.id),
    enabled: pasted !== undefined,
    staleTime: 30_000,
    queryFn: async ({ signal }): Promise<readonly Hit[]> => {
      if (pasted === undefined) return []
      const send: Ask = (plan) => ask(plan, { signal })
      if (pasted.kind === 'relationship') return found(relationships(send, pasted.id))
      if (pasted.kind === 'relation') return found(relation(send, pasted.id))
      const kinds = [
        ...(has('requests') ? [requests] : []),
        ...(has('term-store') ? taxonomy : []),
        ...delegation,
        ...(has('tenants') && info.mode === 'stand-in' ? [tenants] : []),
      ]
      return (await Promise.all(kinds.map((kind) => found(kind(send, pasted.id))))).flat()
    },
  })
  return { hits: read.data ?? [], isAsking: read.isFetching, isId: pasted !== undefined }
}
