/** Whom a template can be for: customers of the partner, tenants of the stand-in that are none yet, and those that were added. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { key } from '../../data/keys.ts'
import { control, graph } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import { useFeature, useSession } from '../../data/session.ts'
import type { DelegatedCustomer, Page } from '../../data/types.ts'
import { allRows } from '../sides/lists/pagesOf.ts'
import type { Draft, KnownCustomer } from './draft.ts'

export interface ListedCustomer extends KnownCustomer {
  /** Whether the partner has, or had, a relationship with it. */
  readonly isCustomer: boolean
}

interface Tenant {
  readonly id: string
  readonly displayName: string
  readonly isPartner: boolean
}

/** Graph gives so many a page at most. */
const pageSize = 300
const noTenants: readonly Tenant[] = []

export const customersPlan = graph<Page<DelegatedCustomer>>('GET', '/tenantRelationships/delegatedAdminCustomers', {
  query: { $orderby: 'displayName', $top: pageSize },
})

export interface CustomerList {
  /** Undefined: not read yet. */
  readonly rows: readonly ListedCustomer[] | undefined
  readonly error: Error | null
  readonly again: () => void
}

interface Sources {
  readonly customers: readonly DelegatedCustomer[]
  readonly tenants: readonly Tenant[]
  readonly added: Draft['added']
  /** The tenant of the partner. */
  readonly own: string | undefined
}

/** Each once, by the first list that has it. */
function listed({ customers, tenants, added, own }: Sources): readonly ListedCustomer[] {
  const all = [
    ...customers.flatMap(({ tenantId: id, displayName }) =>
      typeof id === 'string' ? [{ id, name: displayName ?? id, isCustomer: true }] : [],
    ),
    ...tenants
      .filter(({ id, isPartner }) => id !== own && !isPartner)
      .map(({ id, displayName: name }) => ({ id, name, isCustomer: false })),
    ...added.map(({ id, name }) => ({ id, name: name === '' ? id : name, isCustomer: false })),
  ]
  const known = new Map<string, ListedCustomer>()
  for (const row of all) if (!known.has(row.id)) known.set(row.id, row)
  return [...known.values()]
}

/** `isWanted`: else nothing is read, and nothing is read again. */
export function useCustomerList(added: Draft['added'], isWanted: boolean): CustomerList {
  const { acting, info } = useSession()
  const hasTenants = useFeature('tenants') && info.mode === 'stand-in'
  const own = acting?.tenant.id
  const read = useQuery({
    enabled: isWanted,
    queryKey: key('customers', 'whole'),
    queryFn: ({ signal }) => allRows(customersPlan, () => undefined, signal),
  })
  const tenants = useRead('tenants', [], control<Page<Tenant>>('GET', '/tenants'), {
    enabled: hasTenants && isWanted,
  })
  const customers = read.data
  const others = hasTenants ? tenants.data?.value : noTenants
  const rows = useMemo(
    () =>
      customers === undefined || others === undefined ? undefined : listed({ customers, tenants: others, added, own }),
    [customers, others, added, own],
  )
  return {
    rows,
    error: rows === undefined ? (read.error ?? tenants.error) : null,
    again: () => {
      void read.refetch()
      void tenants.refetch()
    },
  }
}

/** Those of the list that are chosen. */
export function chosenOf(rows: readonly ListedCustomer[], customers: Draft['customers']): readonly ListedCustomer[] {
  if (customers === 'all') return rows
  const ids = new Set(customers)
  return rows.filter(({ id }) => ids.has(id))
}
