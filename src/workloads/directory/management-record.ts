/** Records of what was done with Relata itself in a tenant: who is told of events, plans, the catalogue of roles (events.md §9.1). */
import { createHash } from 'node:crypto'
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

/**
 * An address in a record: its origin, and as fragment the first 12 digits of the SHA-256 of all of it, so that another path
 * shows. Path and query themselves may be a secret: many receivers have their key there.
 */
export function addressShown(url: string): string {
  return `${new URL(url).origin}/#${createHash('sha256').update(url).digest('hex').slice(0, 12)}`
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
