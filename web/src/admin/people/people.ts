/** Who holds a role, by name, in the order in which they are shown. */
import { graph } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { shortened } from '../../kit/CopyId.tsx'
import { useView } from '../../kit/view.ts'
import type { Person, StoreRoles } from '../api.ts'
import { applications, holdersOf, type RoleChange } from './roles.ts'

/** More groups than that are found by their names. */
export const mostGroups = 12

/** Names of ids, as far as the caller may read them. */
function useNames(ids: readonly string[]): ReadonlyMap<string, Person & { readonly isGroup: boolean }> {
  const known = [...ids].filter((id) => id !== applications).sort()
  const query = { $select: 'id,displayName', $filter: `id in (${known.map((id) => `'${id}'`).join(',')})`, $top: 200 }
  const enabled = known.length > 0
  const users = useRead(
    'directory',
    ['names', 'users', known],
    graph<Page<Person>>('GET', '/users', { query: { ...query, $select: 'id,displayName,userPrincipalName' } }),
    { enabled },
  )
  const groups = useRead('directory', ['names', 'groups', known], graph<Page<Person>>('GET', '/groups', { query }), {
    enabled,
  })
  return new Map<string, Person & { readonly isGroup: boolean }>([
    ...(users.data?.value ?? []).map((one) => [one.id, { ...one, isGroup: false }] as const),
    ...(groups.data?.value ?? []).map((one) => [one.id, { ...one, isGroup: true }] as const),
  ])
}

/** What the matrix and the cards are drawn from. */
export interface HoldersProps {
  readonly roles: StoreRoles
  readonly canChange: boolean
  readonly onChange: (change: RoleChange, name: string) => void
}

export interface Holder {
  readonly id: string
  readonly name: string
  /** For people who look closer. */
  readonly title: string
  readonly kind: 'person' | 'group' | 'application'
}

export function useHolders(roles: StoreRoles): readonly Holder[] {
  const holders = holdersOf(roles)
  const names = useNames(holders)
  const all = holders.map((id): Holder => {
    const person = names.get(id)
    const isApp = id === applications
    return {
      id,
      name: isApp ? t('admin.people.applications') : (person?.displayName ?? shortened(id)),
      title: person?.userPrincipalName ?? id,
      kind: isApp ? 'application' : person?.isGroup === true ? 'group' : 'person',
    }
  })
  return all.sort((one, other) => one.name.localeCompare(other.name))
}

/** Those that are looked for. */
export function useGroups({ groups }: StoreRoles): StoreRoles['groups'] {
  const { view } = useView()
  const wanted = (view['groups'] ?? '').toLowerCase()
  return groups.filter(({ displayName }) => displayName.toLowerCase().includes(wanted)).slice(0, mostGroups)
}
