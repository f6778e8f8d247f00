/** Groups: the kinds that Graph can make, and what a deletion leaves. */
import type { Faults } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type ReadTx } from '#edm/ports.ts'
import { removeWhole } from '../../remove-whole.ts'
import { site } from '../../sites/types.ts'
import { dismiss } from '../../term-store/rules/roles/dismissal.ts'
import { hiddenMembership } from '../membership.ts'
import { group } from '../people.ts'
import { tenant } from '../types.ts'
import { changesOf, groupTarget, record } from './audit-record.ts'
import { hiddenMember, hiddenScope } from './hidden-members.ts'
import { checkDisplayName, checkKept, checkMailNickname } from './names.ts'
import { checkMayChangeGroup } from './rights.ts'

const longestDescription = 1024
const unified = 'Unified'
const kinds: readonly string[] = [unified, 'DynamicMembership']
const visibilities: readonly string[] = ['Private', 'Public', hiddenMembership]

type Group = Partial<RowOf<typeof group>>

function isUnified({ groupTypes }: Group): boolean {
  return groupTypes?.includes(unified) === true
}

function checkKind(row: Group, faults: Faults): void {
  const groupTypes = row.groupTypes ?? []
  for (const [at, kind] of groupTypes.entries())
    if (!kinds.includes(kind)) faults.add(`groupTypes/${at}`, `'${kind}' is not a kind of group: ${kinds.join(', ')}.`)
  if (row.mailEnabled !== isUnified(row) && typeof row.mailEnabled === 'boolean')
    faults.add(
      'mailEnabled',
      isUnified(row)
        ? 'A Microsoft 365 group is mail-enabled.'
        : 'Mail-enabled groups other than Microsoft 365 groups are made in Exchange: set mailEnabled to false.',
    )
  if (row.mailEnabled === false && row.securityEnabled === false)
    faults.add('securityEnabled', 'A group is security-enabled, mail-enabled, or both.')
  if (row.isAssignableToRole !== true) return
  if (row.securityEnabled === false)
    faults.add('isAssignableToRole', 'Only a security-enabled group can be assigned to roles.')
  if (groupTypes.includes('DynamicMembership'))
    faults.add('isAssignableToRole', 'A group with a membership rule cannot be assigned to roles.')
}

function checkTexts(row: Group, faults: Faults): void {
  checkDisplayName(row.displayName, faults)
  checkMailNickname(row.mailNickname, faults)
  if ((row.description?.length ?? 0) > longestDescription)
    faults.add('description', `The property 'description' has at most ${longestDescription} characters.`)
  if (row.visibility != null && !visibilities.includes(row.visibility))
    faults.add('visibility', `'${row.visibility}' is not one of: ${visibilities.join(', ')}.`)
}

async function mailOf(tx: ReadTx, tenantId: string, { mailEnabled, mailNickname }: Group): Promise<string | null> {
  if (mailEnabled !== true) return null
  const own = await tx.get(tenant, tenantId)
  return `${mailNickname}@${own?.defaultDomain}`
}

/** Set at creation only. */
const fixed = ['isAssignableToRole', 'mailEnabled'] as const

export const directoryGroupBehaviour: Behaviour = behaviour(group, {
  scope: hiddenScope,
  locate: hiddenMember,

  async beforeCreate(context, { draft, faults }) {
    const { tx, ids, now, actor } = context
    await checkMayChangeGroup(context, 'create', draft)
    checkTexts(draft, faults)
    checkKind(draft, faults)
    faults.throwIfAny()
    // The directory makes the id, whatever the body says.
    return {
      row: {
        ...draft,
        id: ids.mint(),
        createdDateTime: now,
        mail: await mailOf(tx, actor.tenantId, draft),
        visibility: draft.visibility ?? (draft.mailEnabled === true ? 'Public' : null),
      },
      whenStored: (row) =>
        record(context, 'Add group', row.id, [groupTarget(row, changesOf({}, row, Object.keys(group.props)))]),
    }
  },

  async beforeUpdate(context, { before, patch, faults }) {
    const { tx, actor } = context
    await checkMayChangeGroup(context, 'update', before, patch)
    checkKept(patch, ['displayName', 'mailNickname', 'securityEnabled'], faults)
    checkTexts(patch, faults)
    const after = { ...before, ...patch }
    for (const name of fixed)
      if ((after[name] ?? false) !== (before[name] ?? false))
        faults.add(name, `The property '${name}' cannot be changed once the group is made.`)
    if (isUnified(after) !== isUnified(before))
      faults.add('groupTypes', `A group cannot become a Microsoft 365 group, nor stop being one.`)
    else if (!faults.any) checkKind(after, faults)
    faults.throwIfAny()
    const changes = changesOf(before, patch)
    if (changes.length > 0) await record(context, 'Update group', before.id, [groupTarget(after, changes)])
    return 'mailNickname' in patch ? { ...patch, mail: await mailOf(tx, actor.tenantId, after) } : patch
  },

  async remove(context, { row }) {
    const { tx } = context
    await checkMayChangeGroup(context, 'delete', row)
    await record(context, 'Delete group', row.id, [groupTarget(row)])
    // Its sites stay, without a group.
    for (const { id } of await tx.find(site, { groupId: row.id })) await tx.update(site, id, { groupId: null })
    await dismiss(tx, row.id)
    await removeWhole(tx, group, row.id)
  },
})
