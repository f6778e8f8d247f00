/**
 * Records of what was done in the directory, written in the transaction that does it: events.md §9.1 and §9.2. Names of
 * activities are those of Microsoft's list, learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities.
 */
import { guidOf } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { directoryAudit } from '../audit.ts'
import { type group, user } from '../people.ts'
import { application } from '../types.ts'

type Audit = RowOf<typeof directoryAudit>
type Target = Audit['targetResources'][number]
type Change = NonNullable<Target['modifiedProperties']>[number]
type User = Pick<RowOf<typeof user>, 'id' | 'displayName' | 'userPrincipalName'>
type Group = Pick<RowOf<typeof group>, 'id' | 'displayName'>

/** What OWASP's logging vocabulary calls it, for the log of the server. */
const events = {
  'Add user': 'user_created',
  'Update user': 'user_updated',
  'Disable account': 'user_updated',
  'Enable account': 'user_updated',
  'Reset user password': 'user_updated',
  'Delete user': 'user_deleted',
  'Add group': 'authz_admin',
  'Update group': 'authz_admin',
  'Delete group': 'authz_admin',
  'Add member to group': 'privilege_permissions_changed',
  'Remove member from group': 'privilege_permissions_changed',
  'Add member to role': 'privilege_permissions_changed',
  'Remove member from role': 'privilege_permissions_changed',
  'Add role from template': 'authz_admin',
  'Add application': 'authz_admin',
  'Update application': 'authz_admin',
} as const

export type Activity = keyof typeof events

function categoryOf(activity: Activity): string {
  if (/role/.test(activity)) return 'RoleManagement'
  if (/group/.test(activity)) return 'GroupManagement'
  return activity.endsWith('application') ? 'ApplicationManagement' : 'UserManagement'
}

/** `Add`, `Update`, `Delete`; for who is in something `Assign`, `Unassign`. */
function operationTypeOf(activity: Activity): string {
  if (/member/.test(activity)) return activity.startsWith('Add') ? 'Assign' : 'Unassign'
  return /^(Add|Delete)/.exec(activity)?.[1] ?? 'Update'
}

export function target(type: string, id: string, displayName: string | null, changes: Change[] = []): Target {
  return { displayName, groupType: null, id, modifiedProperties: changes, type, userPrincipalName: null }
}

export function userTarget({ id, displayName, userPrincipalName }: User, changes: Change[] = []): Target {
  return { ...target('User', id, displayName, changes), userPrincipalName }
}

export function groupTarget({ id, displayName }: Group, changes: Change[] = []): Target {
  // Graph says so of groups of every kind, as captured records show.
  return { ...target('Group', id, displayName, changes), groupType: 'unknownFutureValue' }
}

export function roleTarget(id: string, displayName: string | null): Target {
  return target('Role', id, displayName)
}

export function applicationTarget(id: string, displayName: string, changes: Change[] = []): Target {
  return target('Application', id, displayName, changes)
}

/** Values are JSON text. */
export function change(displayName: string, before: unknown, after: unknown): Change {
  const text = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value))
  return { displayName, newValue: text(after), oldValue: text(before) }
}

/** What a change sets to another value; `names`: of these properties only. */
export function changesOf(before: object, after: object, names: readonly string[] = Object.keys(after)): Change[] {
  const [was, is] = [before, after] as Readonly<Record<string, unknown>>[]
  const isChanged = (name: string) => JSON.stringify(was?.[name] ?? null) !== JSON.stringify(is?.[name] ?? null)
  return names.filter(isChanged).map((name) => change(name, was?.[name], is?.[name]))
}

/** One property of a record: added with what a member gets, or removed with what it loses. */
export function changing(isAdded: boolean, name: string, value: string | null): Change {
  return isAdded ? change(name, null, value) : change(name, value, null)
}

/** Of the roles of which it is known; of others it is their name without blanks, as in the one record that is known (events.md §9.2). */
const wellKnownNames: Readonly<Record<string, string>> = {
  '62e90394-69f5-4237-9190-012177145e10': 'TenantAdmins',
  'fe930be7-5e62-47db-91af-98c3a49a38b1': 'UserAccountAdmins',
  'cf1c38e5-3621-4004-a7cb-879624dced7c': 'ApplicationDevelopers',
}

/** What a record says of the role that somebody gets or loses. Its order matters: queries of others count on it. */
export function roleChanges(isAdded: boolean, id: string, name: string | null): Change[] {
  return [
    changing(isAdded, 'Role.ObjectID', id),
    changing(isAdded, 'Role.DisplayName', name),
    changing(isAdded, 'Role.TemplateId', id),
    changing(isAdded, 'Role.WellKnownObjectName', wellKnownNames[id] ?? name?.replaceAll(' ', '') ?? null),
  ]
}

export type RecordContext = Pick<WriteContext, 'tx' | 'actor' | 'ids' | 'now' | 'request' | 'note' | 'effects'>

export async function initiatorOf({
  tx,
  actor,
  request,
}: Pick<RecordContext, 'tx' | 'actor' | 'request'>): Promise<Audit['initiatedBy']> {
  const { kind, userId, appId = null, name = null, homeTenantId } = actor
  if (kind === 'system') return { app: null, user: null }
  if (kind === 'app') {
    const own = appId === null ? undefined : await tx.get(application, appId)
    const app = { appId, displayName: own?.displayName ?? name, servicePrincipalId: null, servicePrincipalName: null }
    return { app, user: null }
  }
  // Somebody of another tenant has no row here.
  const row = homeTenantId === undefined && userId !== undefined ? await tx.get(user, userId) : undefined
  return {
    app: null,
    user: {
      id: userId ?? null,
      displayName: row?.displayName ?? null,
      ipAddress: request?.remote ?? null,
      userPrincipalName: row?.userPrincipalName ?? name,
    },
  }
}

/** A dry run tells what happens to what was asked for, not that it would be recorded. */
export function leaveOut({ effects }: Pick<WriteContext, 'effects'>, id: string): void {
  effects?.set(`${directoryAudit.name} ${id}`, '')
}

const longestAgent = 256

/** `subjectId`: the row it was done to. Told to the log of the server as well, when the write is durable. */
export async function record(
  context: RecordContext,
  activity: Activity,
  subjectId: string,
  targets: readonly Target[],
): Promise<void> {
  const { tx, ids, now, request } = context
  const agent = request?.headers['user-agent']
  const id = ids.mint()
  leaveOut(context, id)
  await tx.insert(directoryAudit, {
    id,
    category: categoryOf(activity),
    correlationId: guidOf(request?.requestId ?? '') ?? null,
    result: 'success',
    resultReason: '',
    activityDisplayName: activity,
    activityDateTime: now,
    loggedByService: 'Core Directory',
    operationType: operationTypeOf(activity),
    initiatedBy: await initiatorOf(context),
    targetResources: [...targets],
    additionalDetails: agent === undefined ? [] : [{ key: 'User-Agent', value: agent.slice(0, longestAgent) }],
    subjectId,
  })
  const named = targets.map(({ type, id }) => `${type}/${id}`).join(' ')
  context.note?.({ event: events[activity], fields: { activity, targets: named } })
}
