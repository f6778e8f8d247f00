/**
 * Whether somebody may read what is watched: at creation by the token, later by what the directory still says of the creator
 * (events.md §3.5). Of a creator whom the directory does not know, the token of the creation is all there is.
 */
import type { RowOf } from '#edm/infer.ts'
import { type Actor, type ReadContext, type ReadTx, refuse } from '#edm/ports.ts'
import { hiddenMembership } from '../../directory/membership.ts'
import { hiddenMembersPermission } from '../../directory/objects.ts'
import { group, user } from '../../directory/people.ts'
import { isEnabled } from '../../directory/rules/account.ts'
import { application } from '../../directory/types.ts'
import { adminAgents, isAgent } from '../../gdap/rules/admin-agents.ts'
import type { subscription } from '../types.ts'
import { notAgent, notReadable } from './refusals.ts'
import { type WatchedKind, watchedKinds } from './watched.ts'

export type SubscriptionRow = RowOf<typeof subscription>

export interface WatchedPlace {
  readonly kind: WatchedKind
  readonly id: string | null
}

/** What a subscription keeps of its creator. */
export type CreatorFacts = Pick<
  SubscriptionRow,
  'applicationId' | 'creatorId' | 'creatorKind' | 'permissions' | 'followed'
>

const agentKinds: ReadonlySet<WatchedKind> = new Set(['relationships', 'assignments', 'customers'])

async function hidesMembers(tx: ReadTx, { kind, id }: WatchedPlace): Promise<boolean> {
  return kind === 'members' && id !== null && (await tx.get(group, id))?.visibility === hiddenMembership
}

function holdsAny(wanted: readonly string[], held: ReadonlySet<string>): boolean {
  return wanted.some((one) => held.has(one))
}

/** Refuses a caller who may not read it. `isAgentAsked`: users of a partner have to be in its group. */
export async function checkReads(context: ReadContext, place: WatchedPlace, isAgentAsked: boolean): Promise<void> {
  const { tx, actor } = context
  const { permissions } = watchedKinds[place.kind]
  if (!holdsAny(permissions, actor.permissions)) refuse(context, notReadable(permissions, actor.permissions))
  if ((await hidesMembers(tx, place)) && !actor.permissions.has(hiddenMembersPermission))
    refuse(context, notReadable([hiddenMembersPermission], actor.permissions))
  if (isAgentAsked && agentKinds.has(place.kind) && actor.kind === 'user' && !(await isAgent({ tx, actor })))
    refuse(context, notAgent(adminAgents))
}

/** Permissions that the directory says an application has: for itself, or for the people who use it. */
async function grantsOf(tx: ReadTx, appId: string | null, kind: string): Promise<readonly string[]> {
  const row = appId === null ? undefined : await tx.get(application, appId)
  return (kind === 'app' ? row?.appRoles : row?.registration?.delegatedScopes) ?? []
}

/** What is kept of the caller who makes or reauthorises a subscription. */
export async function creatorOf(tx: ReadTx, actor: Actor, { kind }: WatchedPlace): Promise<CreatorFacts> {
  const wanted = watchedKinds[kind].permissions
  const applicationId = actor.appId ?? null
  const creatorKind = actor.kind === 'user' ? 'user' : 'app'
  const permissions = [...wanted, hiddenMembersPermission].filter((one) => actor.permissions.has(one))
  const knows = {
    account: actor.userId !== undefined && (await tx.get(user, actor.userId)) !== undefined,
    grants: (await grantsOf(tx, applicationId, creatorKind)).some((one) => wanted.includes(one)),
  }
  return {
    applicationId,
    creatorId: actor.userId ?? applicationId,
    creatorKind,
    permissions,
    followed: (['account', 'grants'] as const).filter((what) => knows[what]),
  }
}

export function placeOf({ watched, watchedId }: Pick<SubscriptionRow, 'watched' | 'watchedId'>): WatchedPlace {
  return { kind: watched as WatchedKind, id: watchedId }
}

/** Whether the creator may still read what the subscription is about. */
export async function mayStillRead(tx: ReadTx, row: SubscriptionRow, isAgentAsked: boolean): Promise<boolean> {
  const { followed, creatorId, creatorKind, applicationId, permissions } = row
  const place = placeOf(row)
  const userId = creatorKind === 'user' ? (creatorId ?? undefined) : undefined
  if (followed.includes('account') && !(await isEnabled(tx, userId))) return false
  if (followed.includes('grants')) {
    const granted = await grantsOf(tx, applicationId, creatorKind)
    if (!watchedKinds[place.kind].permissions.some((one) => granted.includes(one))) return false
  }
  if ((await hidesMembers(tx, place)) && !permissions.includes(hiddenMembersPermission)) return false
  if (!isAgentAsked || !agentKinds.has(place.kind) || userId === undefined) return true
  const actor: Actor = { kind: 'user', tenantId: '', userId, permissions: new Set(permissions) }
  return isAgent({ tx, actor })
}
