/** Which users of the partner may act (the group AdminAgents), and how keys are looked up: gdap.md §2.2, §4.3. */
import { guidOf } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { type Actor, type Behaviour, type ReadContext, refuse } from '#edm/ports.ts'
import { membership } from '../../directory/membership.ts'
import { group } from '../../directory/people.ts'
import { isEnabled } from '../../directory/rules/account.ts'
import { agentGroup } from '../../directory/rules/rights.ts'
import { denied } from './refusals.ts'
import type { GdapSettings } from './settings.ts'

export const adminAgents = agentGroup

/** Users only: applications and due entries are in no group. */
function isAsked(settings: GdapSettings, { kind }: Actor): boolean {
  return settings.adminAgents && kind === 'user'
}

/** Whether an enabled user is a member of a group with that name. */
export async function isMemberOf(
  { tx, actor: { userId } }: Pick<ReadContext, 'tx' | 'actor'>,
  name: string,
): Promise<boolean> {
  if (userId === undefined) return false
  for (const { id } of await tx.find(group, { displayName: name })) {
    if (await tx.has(membership, { groupId: id, memberId: userId })) return isEnabled(tx, userId)
  }
  return false
}

export function isAgent(context: Pick<ReadContext, 'tx' | 'actor'>): Promise<boolean> {
  return isMemberOf(context, adminAgents)
}

/** Refuses a user who is not in AdminAgents, if the settings ask for it. */
export async function checkAgent(settings: GdapSettings, context: ReadContext): Promise<void> {
  if (isAsked(settings, context.actor) && !(await isAgent(context))) refuse(context, denied(adminAgents))
}

async function isShown(context: ReadContext): Promise<boolean> {
  if (await isAgent(context)) return true
  context.pass?.(denied(adminAgents))
  return context.pass !== undefined
}

/** Other users see empty lists instead of a refusal; Microsoft says that this is by design (gdap.md §2.2). */
export function seesAsAgent(settings: GdapSettings): Pick<Behaviour, 'sees'> {
  return settings.adminAgents ? { sees: (context) => !isAsked(settings, context.actor) || isShown(context) } : {}
}

/** Ids are stored in lower case; the lookup by the model compares keys as they are written. */
export function locateFolded(type: EntityType, link?: string): NonNullable<Behaviour['locate']> {
  return async ({ tx }, from, _nav, key) => {
    const id = guidOf(key)
    if (id === undefined || id === key) return undefined
    const row = (await tx.get(type, id)) as AnyRow | undefined
    if (row === undefined || (link !== undefined && row[`${link}Id`] !== from?.id)) return undefined
    return { id }
  }
}
