/** The rules: which behaviour each type has. */
import type { Behaviour } from '#edm/ports.ts'
import { directoryGroupBehaviour } from './directory/group.ts'
import { directoryRoleBehaviour } from './directory/role.ts'
import { tenantRelationshipBehaviour } from './directory/tenant-information.ts'
import { signedInUserBehaviour, userBehaviour } from './directory/user.ts'
import { gdapBehaviours } from './gdap/behaviours.ts'
import { defaultGdapSettings, type GdapSettings } from './gdap/settings.ts'
import { siteBehaviour } from './sites/site.ts'
import { groupBehaviour } from './term-store/group.ts'
import { relationBehaviour } from './term-store/relation.ts'
import { setBehaviour } from './term-store/set.ts'
import type { TermStoreSettings } from './term-store/settings.ts'
import { storeBehaviour } from './term-store/store.ts'
import { termBehaviour } from './term-store/term.ts'

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
