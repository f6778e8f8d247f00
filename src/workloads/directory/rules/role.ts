/** Directory roles: a tenant activates one by naming its template. */
import { guidIn } from '#base/ids.ts'
import { type Behaviour, behaviour } from '#edm/ports.ts'
import { type BuiltInRole, builtInRole } from '../role-catalogue.ts'
import { directoryRole } from '../roles.ts'
import { record, roleTarget } from './audit-record.ts'
import { hiddenScope } from './hidden-members.ts'
import { missing, taken } from './refusals.ts'
import { checkMayActivate } from './rights.ts'

/** The row of an activated role; its id is that of its template. */
export function roleRow({ id, name, description }: BuiltInRole) {
  return {
    id,
    displayName: name,
    description,
    roleTemplateId: id,
  }
}

/** The row of the role itself, which each tenant has whether it uses the role or not. */
export function definitionOf({ id, name, description, categories, privileged, gdap }: BuiltInRole) {
  return {
    id,
    templateId: id,
    displayName: name,
    description,
    resourceScopes: ['/'],
    category: categories.join(','),
    isPrivileged: privileged,
    isAssignable: gdap === 'yes',
  }
}

export const directoryRoleBehaviour: Behaviour = behaviour(directoryRole, {
  scope: hiddenScope,

  async beforeCreate(context, { draft, faults }) {
    await checkMayActivate(context)
    const { tx } = context
    const given = draft.roleTemplateId ?? ''
    const id = guidIn(given)
    const role = id === undefined ? undefined : builtInRole(id)
    if (given !== '' && id === undefined) faults.add('roleTemplateId', `'${given}' is not a GUID.`)
    faults.throwIfAny()
    if (role === undefined) throw missing(given)
    if ((await tx.get(directoryRole, role.id)) !== undefined) throw taken('roleTemplateId')
    return {
      row: roleRow(role),
      whenStored: (row) => record(context, 'Add role from template', row.id, [roleTarget(row.id, role.name)]),
    }
  },
})
