/** The rules of the directory, type by type. */
import type { Behaviour } from '#edm/ports.ts'
import { directoryAuditBehaviour } from './audit-log.ts'
import { directoryGroupBehaviour } from './group.ts'
import { membershipBehaviour, roleHoldingBehaviour } from './members.ts'
import { directoryRoleBehaviour } from './role.ts'
import { signedInUserBehaviour, userBehaviour } from './user.ts'
import { directoryObjectBehaviour } from './what-it-is-in.ts'

export const directoryBehaviours: readonly Behaviour[] = [
  directoryObjectBehaviour,
  userBehaviour,
  signedInUserBehaviour,
  directoryGroupBehaviour,
  membershipBehaviour,
  directoryRoleBehaviour,
  roleHoldingBehaviour,
  directoryAuditBehaviour,
]
