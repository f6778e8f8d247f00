/** Subscriptions: creation with its handshake, renewal, reauthorisation, and who sees which (events.md §3.1, §3.2). */
import { AppError, type Faults, invariant } from '#base/errors.ts'
import { shortText } from '#base/text/short-text.ts'
import type { PatchOf, RowOf } from '#edm/infer.ts'
import { type Behaviour, behaviour, type ReadContext, type ReadTx, type WriteContext } from '#edm/ports.ts'
import { addressShown, type Managed, recordManagement } from '../../directory/management-record.ts'
import { group, user } from '../../directory/people.ts'
import { changesOf } from '../../directory/rules/audit-record.ts'
import { deliveryTarget } from '../../events/types.ts'
import { relationship } from '../../gdap/types.ts'
import { siteBehaviour } from '../../sites/rules/site.ts'
import { site } from '../../sites/types.ts'
import { set, group as termGroup } from '../../term-store/types.ts'
import { readsAll, subscription } from '../types.ts'
import { checkCertificate } from './certificate.ts'
import { followNew, goOn, lifeCycleNames, removeSubscription, setEnd, subscriptionDues } from './life-cycle.ts'
import { checkReads, creatorOf, placeOf, type SubscriptionRow, type WatchedPlace } from './readers.ts'
import { invalid, tooMany, unknownResource, unknownSubscription } from './refusals.ts'
import type { SubscriptionSettings } from './settings.ts'
import {
  type ChangeType,
  changeTypesIn,
  keyIn,
  servedForms,
  type WatchedAddress,
  type WatchedKind,
  watchedAt,
  watchedKinds,
} from './watched.ts'

type Draft = Partial<RowOf<typeof subscription>>
type Patch = PatchOf<typeof subscription>

const longestState = 128
/** In a tenant, for each application. */
const mostOfApplication = 500
const tlsVersions = ['v1_0', 'v1_1', 'v1_2', 'v1_3']
const minuteMillis = 60_000

/** Where nothing is refused for want of rights, callers without an application see what all have. */
function seesAll({ actor, pass }: ReadContext): boolean {
  return actor.permissions.has(readsAll) || (pass !== undefined && actor.appId === undefined)
}

function isOwn({ actor, pass }: ReadContext, { applicationId }: Pick<SubscriptionRow, 'applicationId'>): boolean {
  return (actor.appId ?? null) === applicationId || (pass !== undefined && actor.appId === undefined)
}

/** Who sees those of others by permission does not change them. */
function checkOwn(context: ReadContext, row: SubscriptionRow): void {
  if (!isOwn(context, row)) throw unknownSubscription(row.id)
}

function checkExpiry(value: string | undefined, kind: WatchedKind, now: string, faults: Faults): void {
  if (value === undefined) return
  const { mostMinutes } = watchedKinds[kind]
  const millis = Date.parse(value) - Date.parse(now)
  if (millis <= 0) faults.add('expirationDateTime', 'expirationDateTime has to be in the future.')
  else if (millis > mostMinutes * minuteMillis)
    faults.add(
      'expirationDateTime',
      `A subscription to this resource lasts ${mostMinutes} minutes at most; expirationDateTime is later.`,
    )
}

function checkMembers(draft: Draft, faults: Faults): void {
  if ((draft.clientState?.length ?? 0) > longestState)
    faults.add('clientState', `clientState has at most ${longestState} characters.`)
  for (const name of ['notificationQueryOptions', 'notificationUrlAppId'] as const)
    if (draft[name] != null) faults.add(name, `Relata does not serve '${name}': leave it out, or send null.`)
  const version = draft.latestSupportedTlsVersion
  if (version != null && !tlsVersions.includes(version))
    faults.add('latestSupportedTlsVersion', `latestSupportedTlsVersion is one of: ${tlsVersions.join(', ')}.`)
  else if (version === 'v1_0' || version === 'v1_1')
    faults.add('latestSupportedTlsVersion', 'Notifications are sent with TLS 1.2 or 1.3 only.')
  checkCertificate(draft, faults)
}

const urlMembers = ['notificationUrl', 'lifecycleNotificationUrl'] as const

async function checkUrls({ outreach }: SubscriptionSettings, draft: Draft, faults: Faults): Promise<void> {
  for (const member of urlMembers) {
    const url = draft[member]
    if (url == null || faults.has(member)) continue
    try {
      await outreach?.checkUrl(url, member)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      faults.add(member, error.message)
    }
  }
}

/** Members of other rows than the resource's, by the key it has in the address. */
async function idOf(tx: ReadTx, { kind, key }: WatchedAddress): Promise<string | undefined> {
  if (key === undefined) return undefined
  const id = keyIn(kind, key)
  if (kind === 'users' && id === undefined) return (await tx.find(user, { userPrincipalName: key }, 1))[0]?.id
  if (id === undefined) return undefined
  if (kind === 'users') return (await tx.get(user, id))?.id
  if (kind === 'groups' || kind === 'members') return (await tx.get(group, id))?.id
  if (kind === 'relationships' || kind === 'assignments') return (await tx.get(relationship, id))?.id
  return (await tx.get(set, id))?.id
}

/** The site collection from which the term store is seen; null: it is seen from everywhere. */
async function siteCollectionOf(
  context: ReadContext,
  { site: key }: WatchedAddress,
): Promise<string | null | undefined> {
  if (key === undefined) return null
  const found = (await siteBehaviour.locate?.(context, undefined, 'sites', key))?.id ?? key
  return (await context.tx.get(site, found))?.siteCollectionId
}

async function isSetSeen(tx: ReadTx, setId: string, siteCollectionId: string | null): Promise<boolean> {
  const row = await tx.get(set, setId)
  const holder = row === undefined ? undefined : await tx.get(termGroup, row.parentGroupId)
  return holder !== undefined && (holder.siteCollectionId ?? siteCollectionId) === siteCollectionId
}

interface FoundPlace extends WatchedPlace {
  readonly siteCollectionId: string | null
}

/** Throws `notFound` where it is not there. */
async function findPlace(context: ReadContext, address: WatchedAddress, resource: string): Promise<FoundPlace> {
  const siteCollectionId = await siteCollectionOf(context, address)
  const id = await idOf(context.tx, address)
  const { kind, key } = address
  if (siteCollectionId === undefined || (key !== undefined && id === undefined)) throw unknownResource(resource)
  const isOfSet = kind === 'termSet' || kind === 'terms' || kind === 'relations'
  if (isOfSet && !(await isSetSeen(context.tx, id ?? '', siteCollectionId))) throw unknownResource(resource)
  return { kind, id: id ?? null, siteCollectionId }
}

/** Throws every fault of the body. */
async function addressIn(settings: SubscriptionSettings, { now }: WriteContext, draft: Draft, faults: Faults) {
  const { resource = '', changeType = '' } = draft
  const address = watchedAt(resource, settings.strict)
  checkMembers(draft, faults)
  await checkUrls(settings, draft, faults)
  if (address === undefined) {
    if (!faults.has('resource'))
      faults.add(
        'resource',
        `'${shortText(resource)}' cannot be watched. What can be: ${servedForms(settings.strict)}.`,
      )
    faults.throwIfAny()
  }
  invariant(address !== undefined, 'faults were thrown')
  const changes = changeTypesIn(changeType, address.kind)
  if ('fault' in changes && !faults.has('changeType')) faults.add('changeType', changes.fault)
  checkExpiry(draft.expirationDateTime, address.kind, now, faults)
  faults.throwIfAny()
  return { address, types: 'types' in changes ? changes.types : [] }
}

/** Asks both addresses, at the same time. Throws what is wrong with either. */
function askAddresses(
  { outreach }: SubscriptionSettings,
  { outside, effects, request, ids }: WriteContext,
  urls: Draft,
): void {
  // In a dry run nobody is called.
  if (effects !== undefined || outreach === undefined) return
  if (outside === undefined)
    throw new AppError(
      'invalid',
      'The addresses of a subscription are asked before it is stored, which is not done in an atomicityGroup: send the request outside of it.',
      { target: 'atomicityGroup', check: 'batch.outside' },
    )
  const requestId = request?.requestId ?? ids.mint()
  const asked = urlMembers.flatMap((member) => {
    const url = urls[member]
    return url == null ? [] : [{ member, url }]
  })
  outside(`do ${asked.map(({ url }) => url).join(' and ')} take notifications`, async () => {
    await Promise.all(asked.map(({ member, url }) => outreach.validate(url, member, requestId)))
  })
}

interface NewTargets {
  readonly types: readonly ChangeType[]
  readonly clientState: string | null
}

/** In the transaction that stores the row. */
async function addTargets(
  { outreach }: SubscriptionSettings,
  context: WriteContext,
  row: SubscriptionRow,
  { types, clientState }: NewTargets,
): Promise<void> {
  const { tx, now } = context
  const secret = clientState ?? undefined
  const { watched, watchedId, siteCollectionId, notificationUrl, lifecycleNotificationUrl, lifecycleTargetId } = row
  await outreach?.addTarget(
    tx,
    {
      id: row.id,
      kind: 'graph',
      url: notificationUrl,
      events: watchedKinds[watched as WatchedKind].events,
      settings: { watched, watchedId, siteCollectionId, changeTypes: types },
      secret,
    },
    now,
  )
  if (lifecycleNotificationUrl === null || lifecycleTargetId === null) return
  await outreach?.addTarget(
    tx,
    {
      id: lifecycleTargetId,
      kind: 'graph',
      url: lifecycleNotificationUrl,
      events: lifeCycleNames,
      settings: { lifeCycleOf: row.id },
      secret,
      lanes: 1,
    },
    now,
  )
}

async function checkNumber({ tx, actor }: WriteContext): Promise<void> {
  const { appId } = actor
  if (appId === undefined) return
  const counts = await tx.countEach(subscription, {}, 'applicationId', [appId])
  if ((counts.get(appId) ?? 0) >= mostOfApplication) throw tooMany(mostOfApplication)
}

/** What a caller that may read it now changes of the row. */
async function reauthorized(
  settings: SubscriptionSettings,
  context: WriteContext,
  row: SubscriptionRow,
): Promise<Patch> {
  const place = placeOf(row)
  await checkReads(context, place, settings.adminAgents)
  const { permissions, followed, creatorKind, creatorId } = await creatorOf(context.tx, context.actor, place)
  await goOn(context, row.id)
  return { permissions, followed, creatorKind, creatorId, dueDateTime: null }
}

/** Members that PATCH changes; another one that is sent with its present value is no change. */
const changeable: ReadonlySet<string> = new Set([
  'expirationDateTime',
  'encryptionCertificate',
  'encryptionCertificateId',
])

function checkPatch(before: SubscriptionRow, patch: Patch, faults: Faults): void {
  for (const [name, value] of Object.entries(patch))
    if (!changeable.has(name) && value !== before[name as keyof SubscriptionRow])
      faults.add(name, `The property '${name}' of a subscription cannot be changed.`)
  checkCertificate({ ...before, ...patch }, faults)
}

/** In the log of the tenant, which in Graph has no such entries. */
async function recordIn(
  { strict }: SubscriptionSettings,
  context: WriteContext,
  { id, resource }: Pick<SubscriptionRow, 'id' | 'resource'>,
  { activity, changes = [] }: Pick<Managed, 'activity' | 'changes'>,
): Promise<void> {
  if (!strict) await recordManagement(context, { activity, type: 'Subscription', id, displayName: resource, changes })
}

function changesToNew({ changeType, notificationUrl, expirationDateTime }: SubscriptionRow) {
  return changesOf({}, { changeType, notificationUrl: addressShown(notificationUrl), expirationDateTime })
}

async function isFailing(tx: ReadTx, id: string): Promise<boolean> {
  const row = await tx.get(deliveryTarget, id)
  return row !== undefined && row.failingSince !== null
}

async function reauthorize(settings: SubscriptionSettings, context: WriteContext, id: string): Promise<void> {
  const { tx } = context
  const row = await tx.get(subscription, id)
  if (row === undefined) throw invalid('id', 'reauthorize is called on a subscription.')
  checkOwn(context, row)
  await tx.update(subscription, row.id, await reauthorized(settings, context, row))
  await recordIn(settings, context, row, { activity: 'Reauthorize subscription' })
}

export function subscriptionBehaviour(settings: SubscriptionSettings): Behaviour {
  return behaviour(subscription, {
    async scope(context) {
      if (seesAll(context)) return { scope: 'all', bind: {} }
      return { scope: 'own', bind: { application: context.actor.appId ?? '' } }
    },

    async locate(context, _from, _nav, key) {
      const row = await context.tx.get(subscription, key.toLowerCase())
      if (row === undefined || !(isOwn(context, row) || seesAll(context))) throw unknownSubscription(key)
      return { id: row.id }
    },

    async beforeCreate(context, { draft, faults }) {
      const { tx, ids, actor } = context
      if (settings.outreach === undefined) throw new AppError('unsupported', 'Notifications are not sent here.')
      const { address, types } = await addressIn(settings, context, draft, faults)
      const place = await findPlace(context, address, draft.resource ?? '')
      await checkReads(context, place, settings.adminAgents)
      await checkNumber(context)
      askAddresses(settings, context, draft)
      const { clientState = null, lifecycleNotificationUrl = null } = draft
      const row = {
        ...draft,
        ...(await creatorOf(tx, actor, place)),
        id: ids.mint(),
        resource: draft.resource as string,
        changeType: draft.changeType as string,
        notificationUrl: draft.notificationUrl as string,
        expirationDateTime: draft.expirationDateTime as string,
        clientState: null,
        latestSupportedTlsVersion: draft.latestSupportedTlsVersion ?? 'v1_2',
        includeResourceData: draft.includeResourceData ?? false,
        watched: place.kind,
        watchedId: place.id,
        siteCollectionId: place.siteCollectionId,
        lifecycleTargetId: lifecycleNotificationUrl === null ? null : ids.mint(),
      }
      return {
        row,
        echo: { clientState },
        whenStored: async (stored) => {
          await addTargets(settings, context, stored, { types, clientState })
          await followNew(context, stored)
          await recordIn(settings, context, stored, { activity: 'Add subscription', changes: changesToNew(stored) })
        },
      }
    },

    async beforeUpdate(context, { before, patch, faults }) {
      checkOwn(context, before)
      checkPatch(before, patch, faults)
      checkExpiry(patch.expirationDateTime, before.watched as WatchedKind, context.now, faults)
      faults.throwIfAny()
      const { permissions, followed, ...asked } = await reauthorized(settings, context, before)
      if (await isFailing(context.tx, before.id)) askAddresses(settings, context, before)
      const { expirationDateTime } = patch
      if (expirationDateTime !== undefined) await setEnd(context, before.id, expirationDateTime)
      const changes = changesOf(
        before,
        patch,
        Object.keys(patch).filter((name) => changeable.has(name)),
      )
      await recordIn(settings, context, before, { activity: 'Update subscription', changes })
      return { ...patch, ...asked, ...(permissions && { permissions }), ...(followed && { followed }) }
    },

    async remove(context, { row }) {
      checkOwn(context, row)
      await removeSubscription(settings, context, row, false)
      await recordIn(settings, context, row, { activity: 'Delete subscription' })
    },

    due: subscriptionDues(settings),

    operations: { reauthorize: { action: (context, at) => reauthorize(settings, context, at?.id ?? '') } },
  })
}
