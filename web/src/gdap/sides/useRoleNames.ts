/** Names of Entra's roles by id; the id itself while they are not known. */
import { useRead } from '../../data/query.ts'
import type { Acting } from '../../data/session.ts'
import type { Relationship } from '../../data/types.ts'
import { roleTemplates } from './api.ts'

export function useRoleNames(acting?: Acting): (id: string) => string {
  const { data } = useRead('roles', ['names'], roleTemplates, {
    staleTime: 300_000,
    ...(acting === undefined ? {} : { acting }),
  })
  return (id) => data?.value.find((one) => one.id === id)?.displayName ?? id
}

export function roleIdsOf({ accessDetails }: Pick<Relationship, 'accessDetails'>): readonly string[] {
  return (accessDetails?.unifiedRoles ?? []).flatMap(({ roleDefinitionId }) =>
    roleDefinitionId === undefined || roleDefinitionId === null ? [] : [roleDefinitionId],
  )
}
