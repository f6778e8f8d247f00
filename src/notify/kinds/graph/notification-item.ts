/** One event as a subscription is told of it: events.md §3.6. Which events are about what is watched, too. */
import type { EntityType } from '#edm/define.ts'
import type { AnyRow } from '#edm/infer.ts'
import { tagKey } from '#edm/model.ts'
import type { ReadTx } from '#edm/ports.ts'
import { instantOut } from '#edm/types.ts'
import { factsIn } from '#workloads/events/canonical.ts'
import { assignment, customer, relationship } from '#workloads/gdap/types.ts'
import type { SubscriptionRow } from '#workloads/subscriptions/rules/readers.ts'
import type { ChangeType, WatchedKind } from '#workloads/subscriptions/rules/watched.ts'
import type { OutboxRow } from '../kind.ts'

/** Members that come and go are a change of their group. */
export function changeTold(kind: WatchedKind, changeType: ChangeType | undefined): ChangeType | undefined {
  return kind === 'members' && changeType !== undefined ? 'updated' : changeType
}

/** What is below something is told of by the key of the order, which is the id of that. */
const belowKinds: ReadonlySet<WatchedKind> = new Set(['members', 'assignments', 'terms', 'relations'])

export function isAbout(kind: WatchedKind, id: string | null, event: OutboxRow): boolean {
  return id === null || (belowKinds.has(kind) ? event.orderingKey : event.subjectId) === id
}

export interface ToldSubscription {
  readonly tenantId: string
  readonly row: SubscriptionRow
  readonly clientState: string | null
}

/** The last segment of the path that an event has. */
function lastId({ resourcePath }: OutboxRow): string {
  return resourcePath.slice(resourcePath.lastIndexOf('/') + 1)
}

interface Resource {
  /** Relative address, as in `resource` and `@odata.id`. */
  readonly path: string
  /** After `#Microsoft.Graph.`. */
  readonly type: string
  readonly id: string
  /** The stored type that has an entity tag. */
  readonly tagged?: EntityType
}

const gdap = 'tenantRelationships'

/** With the site, where the subscription has named one. */
function termStoreOf({ resource }: SubscriptionRow): string {
  const path = resource.replace(/^\//, '').replace(/^(?:v1\.0|beta)\//i, '')
  return `${path.slice(0, path.toLowerCase().indexOf('termstore'))}termStore`
}

function resourceOf({ row }: ToldSubscription, event: OutboxRow): Resource {
  const { subjectId, orderingKey } = event
  const sets = `${termStoreOf(row)}/sets/${orderingKey}`
  const own = lastId(event)
  switch (row.watched as WatchedKind) {
    case 'users':
      return { path: `Users/${subjectId}`, type: 'User', id: subjectId }
    case 'groups':
      return { path: `Groups/${subjectId}`, type: 'Group', id: subjectId }
    case 'members':
      return { path: `Groups/${orderingKey}`, type: 'Group', id: orderingKey }
    case 'relationships': {
      const path = `${gdap}/delegatedAdminRelationships/${subjectId}`
      return { path, type: 'delegatedAdminRelationship', id: subjectId, tagged: relationship }
    }
    case 'assignments': {
      const path = `${gdap}/delegatedAdminRelationships/${subjectId}/accessAssignments/${own}`
      return { path, type: 'delegatedAdminAccessAssignment', id: own, tagged: assignment }
    }
    case 'customers': {
      const path = `${gdap}/delegatedAdminCustomers/${subjectId}`
      return { path, type: 'delegatedAdminCustomer', id: subjectId, tagged: customer }
    }
    case 'termGroups':
      return { path: `${termStoreOf(row)}/groups/${subjectId}`, type: 'termStore.group', id: subjectId }
    case 'termSet':
      return { path: `${termStoreOf(row)}/sets/${subjectId}`, type: 'termStore.set', id: subjectId }
    case 'terms':
      return { path: `${sets}/terms/${subjectId}`, type: 'termStore.term', id: subjectId }
    case 'relations':
      return { path: `${sets}/relations/${subjectId}`, type: 'termStore.relation', id: subjectId }
  }
}

const ofDirectory: ReadonlySet<string> = new Set<WatchedKind>(['users', 'groups', 'members'])

/** What Graph adds for users and groups. */
function directoryMembers({ tenantId, row }: ToldSubscription, event: OutboxRow): Readonly<Record<string, unknown>> {
  if (!ofDirectory.has(row.watched)) return {}
  const { changedDateTime, sequence } = event
  const usual = { organizationId: tenantId, eventTime: instantOut(changedDateTime), sequenceNumber: sequence }
  if (row.watched !== 'members') return usual
  const isRemoved = factsIn(event)?.changeType === 'deleted'
  return { ...usual, 'members@delta': [{ id: lastId(event), ...(isRemoved ? { '@removed': 'deleted' } : {}) }] }
}

/** The tag that the row has now; the event has none, as the store makes it after the rules. */
async function tagOf(tx: ReadTx, { tagged, id }: Resource): Promise<Readonly<Record<string, string>>> {
  const row = tagged === undefined ? undefined : ((await tx.get(tagged, id)) as AnyRow | undefined)
  const tag = row?.[tagKey]
  return typeof tag === 'string' ? { '@odata.etag': `W/"${tag}"` } : {}
}

export interface NotificationItem {
  readonly id: string
  readonly subscriptionId: string
  readonly subscriptionExpirationDateTime: string
  readonly clientState: string | null
  readonly changeType: ChangeType | undefined
  readonly resource: string
  readonly tenantId: string
  readonly resourceData: Readonly<Record<string, unknown>>
}

export async function notificationItem(
  tx: ReadTx,
  told: ToldSubscription,
  event: OutboxRow,
): Promise<NotificationItem> {
  const { tenantId, row, clientState } = told
  const resource = resourceOf(told, event)
  return {
    id: event.id,
    subscriptionId: row.id,
    subscriptionExpirationDateTime: instantOut(row.expirationDateTime),
    clientState,
    changeType: changeTold(row.watched as WatchedKind, factsIn(event)?.changeType),
    resource: resource.path,
    tenantId,
    resourceData: {
      '@odata.type': `#Microsoft.Graph.${resource.type}`,
      '@odata.id': resource.path,
      ...(await tagOf(tx, resource)),
      id: resource.id,
      ...directoryMembers(told, event),
    },
  }
}
