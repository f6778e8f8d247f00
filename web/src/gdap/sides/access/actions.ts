/** What one can ask about by name; anything else is a method and a path. */
import type { TextKey } from '../../../i18n/t.ts'

/** Which object is meant makes no difference to who may. */
const any = '00000000-0000-4000-8000-000000000000'

export interface NamedAction {
  /** As `/_relata/access` takes it. */
  readonly action: string
  readonly text: TextKey
}

/** Without an action: whether there is any access at all. */
export const anything = 'anything'

export const namedActions: readonly NamedAction[] = [
  { action: anything, text: 'sides.do.anything' },
  { action: `PATCH /users/${any}`, text: 'sides.do.resetPassword' },
  { action: 'POST /users', text: 'sides.do.createUser' },
  { action: 'GET /users', text: 'sides.do.readUsers' },
  { action: `POST /groups/${any}/members/$ref`, text: 'sides.do.changeMembers' },
  { action: `POST /directoryRoles/${any}/members/$ref`, text: 'sides.do.giveRole' },
  { action: 'GET /auditLogs/directoryAudits', text: 'sides.do.readAudits' },
  { action: 'GET /termStore/groups', text: 'sides.do.readTerms' },
  { action: 'POST /termStore/groups', text: 'sides.do.changeTerms' },
]
