/** The rules of all workloads, type by type. */
import type { Behaviour } from '#edm/ports.ts'
import { directoryGroupBehaviour } from './directory/rules/group.ts'
import { directoryRoleBehaviour } from './directory/rules/role.ts'
import { tenantRelationshipBehaviour } from './directory/rules/tenant-information.ts'
import { signedInUserBehaviour, userBehaviour } from './directory/rules/user.ts'
import { gdapBehaviours } from './gdap/rules/behaviours.ts'
import { defaultGdapSettings, type GdapSettings } from './gdap/rules/settings.ts'
import { siteBehaviour } from './sites/rules/site.ts'
import { groupBehaviour } from './term-store/rules/group.ts'
import { relationBehaviour } from './term-store/rules/relations/relation.ts'
import { setBehaviour } from './term-store/rules/set.ts'
import type { TermStoreSettings } from './term-store/rules/settings.ts'
import { storeBehaviour } from './term-store/rules/store.ts'
import { termBehaviour } from './term-store/rules/term.ts'

export function behaviours(
  settings: TermStoreSettings,
  gdap: GdapSettings = defaultGdapSettings,
): readonly Behaviour[] {
  return [
    storeBehaviour(settings),
    groupBehaviour(settings),
    setBehaviour(settings),
    termBehaviour(settings),
    relationBehaviour(settings),
    siteBehaviour,
    userBehaviour,
    signedInUserBehaviour,
    directoryGroupBehaviour,
    directoryRoleBehaviour,
    tenantRelationshipBehaviour(gdap.tenants),
    ...gdapBehaviours(gdap),
  ]
}
