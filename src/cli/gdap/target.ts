/** Where GDAP in bulk works: our own server or Microsoft Graph, by the same calls (events.md §7.5). */
import { setTimeout as wait } from 'node:timers/promises'
import { wellKnown } from '#app/seed/seed-data.ts'
import { systemClock } from '#base/clock.ts'
import { isObject } from '#base/json.ts'
import { type BulkReply, batchBody, type GraphPort, repliesIn } from '#bulk/apply/graph-port.ts'
import { readState } from '#bulk/apply/read-state.ts'
import { type Doubt, doubtOf } from '#bulk/apply/sight.ts'
import { ownRoles, type RoleFinder, roleFinder } from '#bulk/catalogue.ts'
import type { BulkState } from '#bulk/state.ts'
import { catalogueOf, type RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { call, ServerRefusal } from '../remote/call.ts'
import { type GraphTermsClient, graphClient } from '../remote/graph/client.ts'
import type { GraphPlace, ServerPlace } from '../remote/graph/place.ts'
import type { Target } from '../remote/target.ts'

export interface BulkTarget {
  readonly port: GraphPort
  /** Address of the service, for plans. */
  readonly server: string
  /** What the address of an invitation begins with. */
  readonly invitations: string
  /** The catalogue of the server; of Microsoft Graph the one that Relata brings. */
  roles(): Promise<RoleFinder>
  /** All that the partner has; customers that it has nothing with are looked up. Without `groups` it has none. */
  read(customers: readonly string[], groups: boolean): Promise<BulkState>
  /** Why there may be more relationships than were read; undefined: there are not. */
  doubt(state: BulkState): Promise<Doubt | undefined>
}

const invitationPath = '/AdminPortal/Home#/partners/invitation/granularAdminRelationships/'
const plain = /^[a-z0-9._ -]{1,60}$/i

function portOf(client: GraphTermsClient, refers: boolean): GraphPort {
  return {
    refers,
    list: (path) => client.list(path),
    send: async (calls): Promise<BulkReply[]> => {
      const { status, body, seconds, requestId } = await client.post('/$batch', batchBody(calls))
      // Of an item that has no id of its own it is that of the batch.
      if (status === 200)
        return repliesIn(body, calls.length).map((reply) => ({ ...reply, requestId: reply.requestId ?? requestId }))
      if (status === 429 || status === 503) return calls.map(() => ({ status, body, retryAfter: seconds }))
      const message = body?.error?.message
      throw new Error(`the service answered ${status} to a batch${typeof message === 'string' ? `: ${message}` : ''}`)
    },
  }
}

/** What a token says, where it can be read: others may not be readable. */
function claimsIn(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = token.split('.')
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return isObject(claims) ? claims : {}
  } catch {
    return {}
  }
}

/** The tenant that a token is of; undefined: it is no token that says so. */
function tenantIn(token: string): string | undefined {
  const { tid } = claimsIn(token)
  return typeof tid === 'string' && plain.test(tid) ? tid : undefined
}

/** Tokens of people have the scopes of the application they use, those of applications its roles. */
function isOfApplication(token: string): boolean {
  const { idtyp, scp, roles } = claimsIn(token)
  return idtyp === 'app' || (idtyp === undefined && scp === undefined && Array.isArray(roles))
}

async function doubtAbout(
  { relationships }: BulkState,
  port: GraphPort,
  token: () => Promise<string>,
): Promise<Doubt | undefined> {
  if (relationships.length > 0) return undefined
  return doubtOf(port, { isApplication: isOfApplication(await token()) })
}

async function partnerOf(client: GraphTermsClient, token: string): Promise<string> {
  const named = tenantIn(token)
  if (named !== undefined) return named
  const [organisation] = await client.list('/organization?$select=id')
  if (typeof organisation?.id !== 'string') throw new Error('the token does not say which tenant it is of')
  return organisation.id
}

/** A stand-in gives programs of its machine a token of the demo data's application. */
async function givenToken(target: Target, tenant: string | undefined): Promise<string> {
  const body = { tenant: tenant ?? wellKnown.contoso, app: wellKnown.daemon }
  try {
    const { accessToken } = await call<{ accessToken: string }>(target, {
      method: 'POST',
      path: '/_relata/tokens',
      body,
    })
    return accessToken
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error
    throw new Error(`${error.message}\ntip: the access token is taken from the variable RELATA_TOKEN, which is not set`, {
      cause: error,
    })
  }
}

/** The time of the server's rows; that of this machine where it does not say. */
async function nowOn(target: Target): Promise<string> {
  const clock = await call<{ now: string }>(target, { path: '/_relata/clock' }).catch(() => undefined)
  return clock?.now ?? systemClock.now().toISOString()
}

/** Where the server does not show its catalogue, as a registry does to operators only, the one that Relata brings. */
async function rolesOn(target: Target, token: string | undefined): Promise<RoleFinder> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const shown = await call(target, { path: '/_relata/roles', headers }).catch(() => undefined)
  if (shown === undefined) return ownRoles
  const { asOf, sources, roles } = shown as RoleCatalogue
  return roleFinder(catalogueOf({ asOf, sources, roles }))
}

async function onServer({ target, token, tenant }: ServerPlace): Promise<BulkTarget> {
  const held = token ?? (await givenToken(target, tenant))
  const more = target.world === undefined ? {} : { 'relata-world': target.world }
  const client = graphClient(`${target.origin}/v1.0`, async () => held, more)
  const port = portOf(client, true)
  return {
    port,
    server: target.origin,
    invitations: `${target.origin}${invitationPath}`,
    roles: () => rolesOn(target, token),
    read: async (customers, groups) => {
      const partnerId = await partnerOf(client, held)
      return readState(port, { partnerId, now: await nowOn(target), expands: true, groups, wait: pause }, customers)
    },
    doubt: (state) => doubtAbout(state, port, async () => held),
  }
}

async function pause(millis: number): Promise<void> {
  await wait(millis)
}

async function onGraph({ root, token }: GraphPlace): Promise<BulkTarget> {
  const client = graphClient(root, token)
  const port = portOf(client, false)
  return {
    port,
    server: root,
    invitations: `https://admin.microsoft.com${invitationPath}`,
    roles: async () => ownRoles,
    read: async (customers, groups) => {
      const partnerId = await partnerOf(client, await token())
      const now = systemClock.now().toISOString()
      return readState(port, { partnerId, now, expands: false, groups, wait: pause }, customers)
    },
    doubt: (state) => doubtAbout(state, port, token),
  }
}

export function bulkTarget(place: ServerPlace | GraphPlace): Promise<BulkTarget> {
  return place.kind === 'graph' ? onGraph(place) : onServer(place)
}
