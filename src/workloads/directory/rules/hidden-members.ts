/**
 * Groups that hide their members (`visibility` HiddenMembership): without `Member.Read.Hidden` nobody is seen in them, and
 * they are not seen among the groups that somebody is in (gdap.md §7.6). Other permissions, `Directory.ReadWrite.All`
 * among them, do not make up for it.
 */
import type { Located, ReadContext, ScopeChoice } from '#edm/ports.ts'
import { hiddenMembership, membership, wholeScope } from '../membership.ts'
import { hiddenMembersPermission } from '../objects.ts'
import { group } from '../people.ts'

const links: ReadonlySet<string> = new Set(['members', 'transitiveMembers', 'memberOf', 'transitiveMemberOf'])

/** Where refusals are passed over, nothing is hidden. */
function seesHidden({ actor, pass }: ReadContext): boolean {
  return pass !== undefined || actor.kind === 'system' || actor.permissions.has(hiddenMembersPermission)
}

/** The hook `scope` of what these links lead to. */
export async function hiddenScope(context: ReadContext, from: Located, nav: string): Promise<ScopeChoice> {
  const isHiding = links.has(nav) && from.type.name !== 'microsoft.graph.directoryRole'
  return { scope: isHiding && seesHidden(context) ? wholeScope : 'own', bind: {} }
}

/** A key is looked up in the scope that hides; who may see what is hidden finds it here. */
export async function hiddenMember(
  context: ReadContext,
  from: Located | undefined,
  nav: string,
  key: string,
): Promise<{ id: string } | undefined> {
  if (from === undefined || !links.has(nav) || !seesHidden(context)) return undefined
  const id = key.toLowerCase()
  const [groupId, memberId] = nav === 'members' ? [from.id, id] : [id, from.id]
  if (nav !== 'members' && nav !== 'memberOf') return undefined
  return (await context.tx.has(membership, { groupId, memberId })) ? { id } : undefined
}

/** The groups among these ids that the caller may see; other ids stay. */
export async function withoutHidden(context: ReadContext, ids: readonly string[]): Promise<readonly string[]> {
  if (seesHidden(context)) return ids
  const rows = await Promise.all(ids.map((id) => context.tx.get(group, id)))
  return ids.filter((_, at) => rows[at]?.visibility !== hiddenMembership)
}
