/**
 * Which directory roles let people of the tenant change its directory; the permission of the token is asked for as well.
 * Sources, by number in the lines:
 * [1] the section “Permissions” of the operation’s page below learn.microsoft.com/graph/api, which names the least
 *     privileged roles: group-post-members, group-delete-members, group-post-groups, group-update, group-delete,
 *     user-post-users, user-update, user-delete, directoryrole-post-members, directoryrole-delete-member;
 * [2] what the role contains, learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference;
 * [3] “Who can reset passwords” and “Who can perform sensitive actions”, …/role-based-access-control/privileged-roles-permissions.
 * Global Administrator may everything, so it is in no line.
 */
import { globalAdministrator, needRole } from './role-catalogue.ts'

type RoleIds = ReadonlySet<string>

/** The ids of the roles with these names, with Global Administrator. */
function rolesOf(names: string): RoleIds {
  return new Set([...names.split(', ').map((name) => needRole(name).id), globalAdministrator])
}

/** Of Microsoft 365 groups only [1]. */
const unifiedOnly = 'Exchange Administrator, SharePoint Administrator, Teams Administrator, Yammer Administrator'
/** Of security groups only [1]. */
const securityOnly = 'Intune Administrator'

/** What is done with an ordinary group. Owners may all of it but create [1]. */
const forGroups = {
  create: 'Directory Writers, Groups Administrator, User Administrator', // [1], [2] groups/create
  update: 'Directory Writers, Groups Administrator, User Administrator', // [1], [2] groups/basic/update
  delete: 'Groups Administrator, User Administrator', // [1], [2] groups/delete
  // [1]
  members: 'Directory Writers, Groups Administrator, Identity Governance Administrator, User Administrator',
} as const

export type GroupAction = keyof typeof forGroups

type ByKind = Readonly<Record<'unified' | 'security', RoleIds>>

function byKind(names: string): ByKind {
  return { unified: rolesOf(`${names}, ${unifiedOnly}`), security: rolesOf(`${names}, ${securityOnly}`) }
}

export const groupWriters: Readonly<Record<GroupAction, ByKind>> = {
  create: byKind(forGroups.create),
  update: byKind(forGroups.update),
  delete: byKind(forGroups.delete),
  members: byKind(forGroups.members),
}

/** Groups that can be assigned to roles, roles, and who holds them [1]. The permission is needed in any case. */
export const roleWriters = rolesOf('Privileged Role Administrator')
export const rolePermission = 'RoleManagement.ReadWrite.Directory'

/**
 * The partner’s group: its members see and change what the partner has to do with its customers. Nothing documents who
 * may change it through Graph; our decision: who may give roles to administrators (docs/adr/0028).
 */
export const agentGroupWriters = rolesOf('Privileged Role Administrator')

/** [1], [2] users/create. */
export const userCreators = rolesOf('Directory Writers, User Administrator')
/** Properties that are not sensitive: [2] users/basic/update. */
export const userWriters = rolesOf(
  'Authentication Administrator, Directory Writers, Intune Administrator, Privileged Authentication Administrator, User Administrator',
)

/** Who may read the log of the directory: [1] of directoryaudit-list and -get; Global Reader reads everything [2]. */
export const auditReaders = rolesOf('Global Reader, Reports Reader, Security Administrator, Security Reader')

const passwordRoles = [
  'Password Administrator',
  'Helpdesk Administrator',
  'Authentication Administrator',
  'User Administrator',
  'Privileged Authentication Administrator',
] as const

/** One line for each role that the person to be changed may hold: who of the columns’ roles may [3]. `-`: may not. */
function tableOf(columns: readonly string[], lines: string): ReadonlyMap<string, RoleIds> {
  return new Map(
    lines
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', marks = ''] = line.split(': ')
        const may = columns.filter((_, at) => marks.trim().split(/\s+/)[at] === 'x')
        return [name.trim() === 'nobody' ? '' : needRole(name.trim()).id, rolesOf(may.join(', '))] as const
      }),
  )
}

/** [3] “Who can reset passwords”; columns as in `passwordRoles`. Who may, may change the telephone numbers as well. */
const resettable = tableOf(
  passwordRoles,
  `
nobody:                        x x x x x
Authentication Administrator:  - - x - x
Directory Readers:             x x x x x
Groups Administrator:          - - - x x
Guest Inviter:                 x x x x x
Helpdesk Administrator:        - x - x x
Message Center Reader:         - x x x x
Password Administrator:        x x x x x
Reports Reader:                - x x x x
User Administrator:            - - - x x
User Experience Success Manager: - x x x x
Usage Summary Reports Reader:  - x x x x
`,
)

/** [3] “Who can perform sensitive actions”; columns: the last three of `passwordRoles`. */
const sensitive = tableOf(
  passwordRoles.slice(2),
  `
nobody:                        x x x
Authentication Administrator:  x - x
Directory Readers:             x x x
Groups Administrator:          - x x
Guest Inviter:                 x x x
Helpdesk Administrator:        - x x
Message Center Reader:         x x x
Password Administrator:        x x x
Reports Reader:                x x x
User Administrator:            - x x
User Experience Success Manager: x x x
Usage Summary Reports Reader:  x x x
`,
)

/** All other roles, and members of a group that can be assigned to roles [3]. */
const onlyHighest = rolesOf('Privileged Authentication Administrator')

/** Properties whose change is a sensitive action [3]. Deletion is one as well. */
export const sensitiveProperties = {
  accountEnabled: 'sensitive',
  userPrincipalName: 'sensitive',
  businessPhones: 'password',
  mobilePhone: 'password',
  passwordProfile: 'password',
} as const

export type SensitiveAction = (typeof sensitiveProperties)[keyof typeof sensitiveProperties]

const tables: Readonly<Record<SensitiveAction, ReadonlyMap<string, RoleIds>>> = { sensitive, password: resettable }

/** What is known of the person who is to be changed. */
export interface Standing {
  /** Template ids of the roles it holds. */
  readonly roles: readonly string[]
  /** One of them is privileged, or not known. */
  readonly isPrivileged: boolean
  readonly isInAssignableGroup: boolean
}

/** Whether the person is an administrator in the sense of the pages of user-update and user-delete: “privileged roles”. */
export function isAdministrator({ isPrivileged, isInAssignableGroup }: Standing): boolean {
  return isInAssignableGroup || isPrivileged
}

/** For each role that the person holds, one of these is needed of who changes it. */
export function allowedToChange(action: SensitiveAction, { roles, isInAssignableGroup }: Standing): RoleIds[] {
  const table = tables[action]
  const asked = (roles.length === 0 ? [''] : roles).map((role) => table.get(role) ?? onlyHighest)
  return isInAssignableGroup ? [...asked, onlyHighest] : asked
}
