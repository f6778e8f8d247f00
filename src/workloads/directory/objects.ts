/** What users, groups and roles of a directory have in common, and the permissions Graph documents for them. */

export const ns = 'microsoft.graph'
export const docs = 'https://learn.microsoft.com/graph/api/resources/'
/** A column that is not on the wire. */
export const column = { returned: 'never', published: false, readOnly: true } as const

export const directoryScopes = {
  read: ['Directory.Read.All', 'Directory.ReadWrite.All'],
  write: ['Directory.ReadWrite.All'],
}

/** The permissions of one kind of object: its own, or those of the whole directory. */
export function permissions(read: readonly string[], write: readonly string[]) {
  return {
    read: [...read, ...write, ...directoryScopes.read],
    write: [...write, ...directoryScopes.write],
  }
}

export const userScopes = permissions(['User.Read.All', 'User.ReadBasic.All'], ['User.ReadWrite.All'])
export const groupScopes = permissions(['GroupMember.Read.All', 'Group.Read.All'], ['Group.ReadWrite.All'])
/**
 * Permissions that open one part of what others open: members of groups that hide them, and passwords. Without them that
 * part stays closed, whatever else the token holds (rules/rights.ts).
 */
export const hiddenMembersPermission = 'Member.Read.Hidden'
export const passwordPermission = 'User-PasswordProfile.ReadWrite.All'

/** Nothing but this permission changes roles and who holds them: directoryrole-post-members and its like. */
export const roleScopes = {
  ...permissions(['RoleManagement.Read.Directory'], ['RoleManagement.ReadWrite.Directory']),
  write: ['RoleManagement.ReadWrite.Directory'],
}
