/** Who holds a role, by name, in the order in which they are shown. */
import { graph } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { Page } from '../../data/types.ts'
import { t } from '../../i18n/t.ts'
import { shortened } from '../../kit/CopyId.tsx'
import { useView } from '../../kit/view.ts'
import type { Person, StoreRoles } from '../api.ts'
import { applications, type GroupRole, holdersOf, type RoleChange } from './roles.ts'

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

export function administratorWords(name: string, isAdministrator: boolean): string {
  return t(isAdministrator ? 'admin.people.nowAdministrator' : 'admin.people.noAdministrator', { name })
}

export function roleWords(name: string, role: GroupRole, group: string): string {
  if (role === 'none') return t('admin.people.noRole', { name, group })
  return t('admin.people.nowRole', { name, group, role: t(`admin.people.role.${role}`) })
}

/** What the matrix and the cards are drawn from. */
export interface HoldersProps {
  readonly roles: StoreRoles
  readonly canChange: boolean
  /** `done`: what is said of it. */
  readonly onChange: (change: RoleChange, done: string) => void
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
