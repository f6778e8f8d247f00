/** Who among the partner's people may act, and how keys are looked up: gdap.md §2.2, §4.3. */
import { guidOf } from '#base/ids.ts'
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import type { Behaviour, ReadContext } from '#edm/ports.ts'
import { group, membership } from '#model/directory/people.ts'
import { denied } from './refusals.ts'
import type { GdapSettings } from './settings.ts'

const adminAgents = 'AdminAgents'

/** Whether the caller is no user, or one of AdminAgents, or nobody asks. */
export const isAgent = async (settings: GdapSettings, { tx, actor }: ReadContext): Promise<boolean> => {
  if (!settings.adminAgents || actor.kind !== 'user' || actor.userId === undefined) return true
  const memberId = actor.userId
  for (const { id } of await tx.find(group, { displayName: adminAgents })) {
    if ((await tx.find(membership, { groupId: id, memberId }, 1)).length > 0) return true
  }
  return false
}

/** Throws `forbidden` for a user outside of AdminAgents where the settings ask for it. */
export const checkAgent = async (settings: GdapSettings, context: ReadContext): Promise<void> => {
  if (!(await isAgent(settings, context))) throw denied()
}

/** Someone outside sees empty lists, not a refusal; Microsoft calls that the design (gdap.md §2.2). */
export const seesAsAgent = (settings: GdapSettings): Pick<Behaviour, 'sees'> =>
  settings.adminAgents ? { sees: (context) => isAgent(settings, context) } : {}

/** Keys are GUIDs kept in lower case; the plain lookup takes them as they were written. */
export const locateFolded =
  (type: EntityType, link?: string): NonNullable<Behaviour['locate']> =>
  async ({ tx }, from, _nav, key) => {
    const id = guidOf(key)
    if (id === undefined || id === key) return undefined
    const row = (await tx.get(type, id)) as AnyRow | undefined
    if (row === undefined || (link !== undefined && row[`${link}Id`] !== from?.id)) return undefined
    return { id }
  }
