/** Directory roles: a tenant activates one by naming its template. */
import { guidIn } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour } from '#edm/ports.ts'
import { directoryRole, unifiedRoleDefinition } from '../roles.ts'
import { record, roleTarget } from './audit-record.ts'
import { hiddenScope } from './hidden-members.ts'
import { missing, taken } from './refusals.ts'
import { checkMayActivate } from './rights.ts'

type Definition = Pick<RowOf<typeof unifiedRoleDefinition>, 'id' | 'displayName' | 'description'>

/** The row of an activated role; its id is that of its template. */
export function roleRow({ id, displayName, description }: Definition) {
  return { id, displayName, description, roleTemplateId: id }
}

export const directoryRoleBehaviour: Behaviour = behaviour(directoryRole, {
  scope: hiddenScope,

  async beforeCreate(context, { draft, faults }) {
    await checkMayActivate(context)
    const { tx } = context
    const given = draft.roleTemplateId ?? ''
    const id = guidIn(given)
    if (given !== '' && id === undefined) faults.add('roleTemplateId', `'${given}' is not a GUID.`)
    faults.throwIfAny()
    const role = await tx.get(unifiedRoleDefinition, id ?? '')
    // As `/directoryRoleTemplates` shows it.
    if (role === undefined || role.withheld !== null) throw missing(given)
    if ((await tx.get(directoryRole, role.id)) !== undefined) throw taken('roleTemplateId')
    return {
      row: roleRow(role),
      whenStored: (row) => record(context, 'Add role from template', row.id, [roleTarget(row.id, role.displayName)]),
    }
  },
})
