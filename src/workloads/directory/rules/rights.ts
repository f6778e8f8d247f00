/**
 * The second layer of access to the directory: people need a directory role, or own the group, besides the permission of
 * their token (write-roles.ts). What counts are the roles held at this moment, not those of the token. Applications
 * act by their permissions alone; none of them holds a role here.
 */
import { type AppError, type Lack, lacking } from '#base/errors.ts'
import type { RowOf } from '#edm/infer.ts'
import { type ReadContext, type ReadTx, refuse } from '#edm/ports.ts'
import { namesOfRoles } from '../catalogue/rows.ts'
import { membership } from '../membership.ts'
import { passwordPermission } from '../objects.ts'
import { group } from '../people.ts'
import { roleHolding, unifiedRoleDefinition } from '../roles.ts'
import {
  agentGroupWriters,
  allowedToChange,
  auditReaders,
  type GroupAction,
  groupWriters,
  isAdministrator,
  rolePermission,
  roleWriters,
  type SensitiveAction,
  type Standing,
  sensitiveProperties,
  userCreators,
  userWriters,
} from '../write-roles.ts'
import { isEnabled } from './account.ts'

type Context = Pick<ReadContext, 'tx' | 'actor' | 'pass'>
type Group = Pick<RowOf<typeof group>, 'displayName' | 'groupTypes' | 'isAssignableToRole'>
type Ids = ReadonlySet<string>

/** Of which name the partner’s group is: gdap.md §2.2. */
export const agentGroup = 'AdminAgents'

const message = 'Insufficient privileges to complete the operation.'
const spec = 'gdap.md §7.8'

function lacksPermission(wanted: readonly string[], { actor }: Context): AppError {
  return lacking(message, { layer: 'permission', wanted, held: [...actor.permissions] }, { spec })
}

/** Roles of a person of the tenant. Those of an account that may not sign in do not count. */
async function rolesHeld(tx: ReadTx, userId: string | undefined): Promise<readonly string[]> {
  if (userId === undefined || !(await isEnabled(tx, userId))) return []
  return (await tx.find(roleHolding, { userId })).map(({ roleTemplateId }) => roleTemplateId)
}

/** Undefined: no role is asked of the caller. */
async function rolesOfCaller({ tx, actor }: Context): Promise<readonly string[] | undefined> {
  if (actor.kind !== 'user') return undefined
  if (actor.homeTenantId !== undefined) return [...(actor.roles ?? [])]
  return rolesHeld(tx, actor.userId)
}

/** What people lack who hold none of the roles of one of the sets. */
async function lackOf(context: Context, asked: readonly Ids[]): Promise<Lack | undefined> {
  const held = await rolesOfCaller(context)
  const missing = held && asked.find((wanted) => !held.some((role) => wanted.has(role)))
  if (held === undefined || missing === undefined) return undefined
  const { tx } = context
  return { layer: 'role', wanted: await namesOfRoles(tx, [...missing]), held: await namesOfRoles(tx, held) }
}

async function checkHolds(context: Context, ...asked: readonly Ids[]): Promise<void> {
  const lack = await lackOf(context, asked)
  if (lack !== undefined) refuse(context, lacking(message, lack, { spec }))
}

/** Roles, who holds them, and groups that can be given roles. */
async function checkMayChangeRoles(context: Context): Promise<void> {
  if (context.actor.kind === 'system') return
  if (!context.actor.permissions.has(rolePermission)) refuse(context, lacksPermission([rolePermission], context))
  await checkHolds(context, roleWriters)
}

export const checkMayActivate = checkMayChangeRoles
export const checkMayAppoint = checkMayChangeRoles

function isAgentGroup({ displayName }: Pick<Group, 'displayName'>): boolean {
  return displayName?.toLowerCase() === agentGroup.toLowerCase()
}

/** `row`: the group as it is, or is to be made. `after`: its new name, where it gets one. */
export async function checkMayChangeGroup(
  context: Context,
  action: GroupAction,
  row: Partial<Group>,
  after: Pick<Partial<Group>, 'displayName'> = {},
): Promise<void> {
  if (row.isAssignableToRole === true) return checkMayChangeRoles(context)
  if (
    isAgentGroup({ displayName: row.displayName ?? null }) ||
    isAgentGroup({ displayName: after.displayName ?? null })
  )
    return checkHolds(context, agentGroupWriters)
  const kind = row.groupTypes?.includes('Unified') === true ? 'unified' : 'security'
  await checkHolds(context, groupWriters[action][kind])
}

/** The same for the group’s members. Where there is no such group, nothing is refused. */
export async function checkMayChangeMembers(context: Context, groupId: string | null | undefined): Promise<void> {
  const row = await context.tx.get(group, groupId ?? '')
  if (row !== undefined) await checkMayChangeGroup(context, 'members', row)
}

export async function checkMayCreateUser(context: Context): Promise<void> {
  await checkHolds(context, userCreators)
}

async function standingOf(tx: ReadTx, userId: string): Promise<Standing> {
  const roles = (await tx.find(roleHolding, { userId })).map(({ roleTemplateId }) => roleTemplateId)
  const groups = (await tx.find(membership, { memberId: userId })).map(({ groupId }) => groupId)
  const rows = await Promise.all(groups.map((id) => tx.get(group, id)))
  const definitions = await Promise.all(roles.map((id) => tx.get(unifiedRoleDefinition, id)))
  return {
    roles,
    isPrivileged: definitions.some((row) => row?.isPrivileged !== false),
    isInAssignableGroup: rows.some((row) => row?.isAssignableToRole === true),
  }
}

/** For people who act as themselves for an application: the permission that the change of an administrator needs. */
const asThemselves = 'Directory.AccessAsUser.All'

/** Sensitive actions on an administrator: people need a second permission and a higher role; no application has a role. */
function checkAdministrator(context: Context): void {
  const { kind, permissions } = context.actor
  if (kind === 'user' && permissions.has(asThemselves)) return
  const lacks = { layer: 'role', wanted: ['Privileged Authentication Administrator'], held: [] } as const
  refuse(context, kind === 'user' ? lacksPermission([asThemselves], context) : lacking(message, lacks, { spec }))
}

async function checkSensitive(context: Context, userId: string, actions: Iterable<SensitiveAction>): Promise<void> {
  if (context.actor.kind === 'system') return
  const standing = await standingOf(context.tx, userId)
  if (isAdministrator(standing)) checkAdministrator(context)
  await checkHolds(context, ...[...new Set(actions)].flatMap((action) => allowedToChange(action, standing)))
}

/** People may change this much of themselves: learn.microsoft.com/entra/fundamentals/users-default-permissions. */
const own: readonly string[] = ['mobilePhone']

function isOwn({ actor }: Context, userId: string, changed: readonly string[]): boolean {
  const isSelf = actor.kind === 'user' && actor.homeTenantId === undefined && actor.userId === userId
  return isSelf && changed.length > 0 && changed.every((name) => own.includes(name))
}

function sensitivityOf(name: string): SensitiveAction | undefined {
  return Object.hasOwn(sensitiveProperties, name)
    ? sensitiveProperties[name as keyof typeof sensitiveProperties]
    : undefined
}

/** `changed`: names of the properties that the request changes. */
export async function checkMayChangeUser(context: Context, userId: string, changed: readonly string[]): Promise<void> {
  if (isOwn(context, userId, changed)) return
  const { permissions, kind } = context.actor
  const actions = changed.map(sensitivityOf)
  const isOnlySensitive = actions.length > 0 && !actions.includes(undefined)
  if (!isOnlySensitive) await checkHolds(context, userWriters)
  if (changed.includes('passwordProfile') && kind !== 'system') {
    const enough = [passwordPermission, ...(kind === 'user' ? [asThemselves] : [])]
    if (!enough.some((one) => permissions.has(one))) refuse(context, lacksPermission(enough, context))
  }
  const asked = actions.filter((action) => action !== undefined)
  if (asked.length > 0) await checkSensitive(context, userId, asked)
}

export async function checkMayDeleteUser(context: Context, userId: string): Promise<void> {
  await checkSensitive(context, userId, ['sensitive'])
}

/** Who reads the log of the directory; code and text as Graph's reports have them. */
export async function checkMayReadAudits(context: Context): Promise<void> {
  const lack = await lackOf(context, [auditReaders])
  if (lack === undefined) return
  const code = 'Authentication_RequestFromUnsupportedUserRole'
  refuse(context, lacking('User is not in the allowed roles', lack, { code, spec: 'gdap.md §7.7' }))
}
