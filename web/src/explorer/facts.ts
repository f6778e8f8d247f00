/** Reads from this world what the samples are filled in with. */
import { useMemo } from 'react'
import { graph } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import type { Acting } from '../data/session.ts'
import type { Page, Relationship, Term, TermGroup } from '../data/types.ts'
import { type Facts, oldestFirst } from './samples.ts'

interface Named {
  readonly id: string
  readonly displayName?: string
  readonly userPrincipalName?: string
}

function present<Name extends keyof Facts>(name: Name, value: string | null | undefined): { [N in Name]?: string } {
  return (value == null ? {} : { [name]: value }) as { [N in Name]?: string }
}

export function useFacts(acting: Acting | undefined): Facts {
  const by = acting === undefined ? {} : { acting }
  const groups = useRead(
    'groups',
    ['explorer'],
    graph<Page<TermGroup>>('GET', '/termStore/groups', {
      query: { $select: 'id', $expand: 'sets($select=id,createdDateTime)' },
    }),
    by,
  )
  const group = groups.data?.value.find(({ sets }) => (sets?.length ?? 0) > 1) ?? groups.data?.value[0]
  // What was made here is empty.
  const sets = oldestFirst(group?.sets ?? [])
  const setId = sets[0]?.id ?? undefined
  const otherSetId = sets[1]?.id
  const terms = useRead(
    'rows',
    ['explorer', setId],
    graph<Page<Term>>('GET', `/termStore/sets/${setId}/children`, {
      query: { $select: 'id,labels', $expand: 'children($select=id)', $top: 50 },
    }),
    { ...by, enabled: setId !== undefined },
  )
  const others = useRead(
    'rows',
    ['explorer', 'other', otherSetId],
    graph<Page<Term>>('GET', `/termStore/sets/${otherSetId}/terms`, { query: { $select: 'id', $top: 200 } }),
    { ...by, enabled: otherSetId != null },
  )
  const relationships = useRead(
    'relationships',
    ['explorer'],
    graph<Page<Relationship>>('GET', '/tenantRelationships/delegatedAdminRelationships', { query: { $top: 5 } }),
    by,
  )
  const people = useRead(
    'directory',
    ['explorer', 'people'],
    graph<Page<Named>>('GET', '/users', { query: { $top: 1, $select: 'id,userPrincipalName' } }),
    by,
  )
  const directoryGroups = useRead(
    'directory',
    ['explorer', 'groups'],
    graph<Page<Named>>('GET', '/groups', { query: { $top: 1, $select: 'id' } }),
    by,
  )
  return useMemo(() => {
    const rows = terms.data?.value ?? []
    // One that is not in the other set, with as little below it as can be seen here: it can be pinned there.
    const elsewhere = new Set(others.data?.value.map(({ id }) => id))
    const leaves = rows.slice(1).filter(({ children }) => (children?.length ?? 0) === 0)
    const below = [...rows].reverse().flatMap(({ children }) => children ?? [])
    const free = [...leaves, ...below].find(({ id }) => !elsewhere.has(id))
    const relationship = relationships.data?.value.find(({ customer }) => customer != null)
    return {
      ...present('groupId', group?.id),
      ...present('setId', setId),
      ...present('otherSetId', otherSetId),
      ...present('termId', rows[0]?.id),
      ...present('lastTermId', free?.id),
      ...present('termName', rows[0]?.labels?.find(({ isDefault }) => isDefault === true)?.name),
      ...present('relationshipId', relationship?.id),
      ...present('customerId', relationship?.customer?.tenantId),
      ...present('personId', people.data?.value[0]?.id),
      ...present('personName', people.data?.value[0]?.userPrincipalName),
      ...present('directoryGroupId', directoryGroups.data?.value[0]?.id),
      ...present('tenantDomain', acting?.tenant.domain),
      fresh: Date.now().toString(36),
    }
  }, [group, setId, otherSetId, terms.data, others.data, relationships.data, people.data, directoryGroups.data, acting])
}
