/** Records of what was done with Relata itself in a tenant: who is told of events, plans, the catalogue of roles (events.md §9.1). */
import { guidOf } from '#base/ids.ts'
import type { RowOf } from '#edm/infer.ts'
import type { Actor, WriteContext } from '#edm/ports.ts'
import { directoryAudit } from './audit.ts'
import { type change, initiatorOf, leaveOut, target } from './rules/audit-record.ts'

/** Activity → operationType. */
const activities = {
  'Add webhook': 'Add',
  'Update webhook': 'Update',
  'Change webhook secret': 'Update',
  'Delete webhook': 'Delete',
  'Add webhook registration': 'Add',
  'Update webhook registration': 'Update',
  'Delete webhook registration': 'Delete',
  'Add subscription': 'Add',
  'Update subscription': 'Update',
  'Reauthorize subscription': 'Update',
  'Delete subscription': 'Delete',
  'Apply GDAP plan': 'Update',
  'Update role catalogue': 'Update',
} as const

export interface Managed {
  readonly activity: keyof typeof activities
  readonly type: 'Webhook' | 'WebhookRegistration' | 'Subscription' | 'GdapPlan' | 'RoleCatalogue'
  readonly id: string
  readonly displayName: string
  readonly changes?: ReturnType<typeof change>[]
}

/** Without what may be a secret: the query, as receivers have keys there. */
export function urlShown(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

export interface ManagementContext extends Pick<WriteContext, 'tx' | 'ids' | 'now' | 'request' | 'effects'> {
  /** Undefined: nobody who has a token. */
  readonly actor: Actor | undefined
  /** Who it is then, as the name of an application; absent: the service itself. */
  readonly by?: string | undefined
}

function initiator({ actor, by, ...context }: ManagementContext): ReturnType<typeof initiatorOf> {
  if (actor !== undefined) return initiatorOf({ ...context, actor })
  const app = { appId: null, displayName: by ?? null, servicePrincipalId: null, servicePrincipalName: null }
  return Promise.resolve({ app: by === undefined ? null : app, user: null } satisfies RowOf<
    typeof directoryAudit
  >['initiatedBy'])
}

export async function recordManagement(context: ManagementContext, managed: Managed): Promise<void> {
  const { tx, ids, now, request } = context
  const { activity, type, id, displayName, changes = [] } = managed
  const recordId = ids.mint()
  leaveOut(context, recordId)
  await tx.insert(directoryAudit, {
    id: recordId,
    category: 'RelataManagement',
    correlationId: guidOf(request?.requestId ?? '') ?? null,
    result: 'success',
    resultReason: '',
    activityDisplayName: activity,
    activityDateTime: now,
    loggedByService: 'Relata',
    operationType: activities[activity],
    initiatedBy: await initiator(context),
    targetResources: [target(type, id, displayName, changes)],
    additionalDetails: [],
    subjectId: id,
  })
}
