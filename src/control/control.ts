/**
 * The control addresses, which move the clock and act as the customer: which path has which handler. Everything they need
 * are functions passed as arguments. A registry has only the clock, read-only.
 */

import { formTokens } from '#base/form-token.ts'
import { html, pageAnswer } from '#base/html.ts'
import type { AddressHandler } from '#base/own-address.ts'
import { type Dues, dueHandler } from './about/due.ts'
import { infoHandler, type ServerInfo } from './about/info.ts'
import { type MeParts, meHandler } from './about/me.ts'
import { type SettingsParts, settingsHandler } from './about/settings.ts'
import { type ClockParts, clockHandler } from './clock.ts'
import { adminCenter } from './customer/admin-center.ts'
import { type ApproveParts, findApprovePage } from './customer/approve-page.ts'
import { type BulkParts, findBulk } from './customer/bulk.ts'
import {
  actions,
  type CustomerAction,
  customerHandler,
  extensionHandler,
  relationshipsHandler,
} from './customer/customer.ts'
import { type FaultsControl, findFaults } from './faults.ts'
import { type AuditParts, auditAddresses, keySetHandler } from './feed/audit.ts'
import { type DeliveriesParts, findDeliveries } from './feed/deliveries/deliveries.ts'
import { findWebhooks, type WebhooksParts } from './feed/deliveries/webhooks.ts'
import { eventsHandler, type FeedParts } from './feed/events.ts'
import { findCertificate, type SigningParts, signingAddresses } from './feed/partner/signing.ts'
import { byMethod } from './request.ts'
import { findRequests, type RequestsParts } from './requests/handlers.ts'
import { accessHandler, type Explain, type ExplainTo } from './rights/access.ts'
import { type IssuersParts, issuerCheckHandler, issuersHandler } from './rights/issuers.ts'
import { type RoleCatalogueParts, roleCatalogueHandler } from './rights/role-catalogue.ts'
import { type RolesParts, rolesHandler } from './rights/roles.ts'
import { findTenants, type TenantsParts } from './tenants.ts'
import { findTerms, type TermsParts } from './term-store/terms.ts'
import { type SeedControl, seedHandler } from './worlds/seed.ts'
import { findSnapshots, type SnapshotsControl } from './worlds/snapshots.ts'
import { findWorlds, type WorldsControl } from './worlds/worlds.ts'

export interface ControlParts extends ClockParts, Omit<ApproveParts, 'tokens'> {
  /** Binds forms to this process. */
  readonly secret: Uint8Array
  /** Absent: no address explains access. */
  readonly explain?: Explain
  /** Who may ask in a registry; absent: nobody may. */
  readonly explainTo?: ExplainTo
  readonly termStoreRoles?: Omit<RolesParts, 'registry'>
  /** The catalogue of built-in roles. */
  readonly roles?: RoleCatalogueParts
  /** Taxonomies as files. */
  readonly terms?: Omit<TermsParts, 'registry'>
  /** Who is told of events, and what became of it. */
  readonly deliveries?: Omit<WebhooksParts & DeliveriesParts, 'registry'>
  /** GDAP in bulk. */
  readonly bulk?: Omit<BulkParts, 'registry'>
  readonly issuers?: IssuersParts
  readonly tenants?: TenantsParts
  /** Absent: requests are not kept. */
  readonly requests?: RequestsParts
  readonly me?: MeParts
  readonly info?: () => Promise<ServerInfo>
  /** Whether other processes serve the same rows at the moment; absent: none does. */
  readonly isShared?: () => Promise<boolean>
  readonly settings?: SettingsParts
  readonly dues?: Dues
  readonly events?: FeedParts
  readonly audit?: AuditParts
  /** Public keys that what leaves this server is signed with. */
  readonly eventKeys?: () => Promise<readonly object[]>
  readonly eventSigning?: SigningParts
  /** Absent: this server has one world, which cannot be reset. */
  readonly worlds?: WorldsControl
  readonly snapshots?: SnapshotsControl
  readonly seeds?: SeedControl
  /** Absent: nothing goes wrong on purpose. */
  readonly faults?: FaultsControl
}

export interface Control {
  /** The handler of this raw path; undefined when it is not a control address. */
  find(path: string): AddressHandler | undefined
}

const extension = 'auto-extend'
const gdapForm = new RegExp(`^/_relata/gdap/([^/]+)/(${[...actions, extension].join('|')})/?$`, 'i')

const entries = [
  ['/v1.0/$metadata', 'Microsoft Graph, v1.0', false],
  ['/beta/$metadata', 'Microsoft Graph, beta', false],
  ['/health', 'how this server is', false],
  ['/_relata/clock', 'the clock', false],
  ['/AdminPortal/Home', 'invitations of partners; each has its page at /approve/{relationship id}', true],
] as const

function home(registry: boolean): AddressHandler {
  return byMethod({
    GET: async () =>
      pageAnswer({
        title: 'Relata',
        body: html`<h1>Relata</h1><p>A server that speaks Microsoft Graph.</p>
<dl>${entries
          .filter(([, , local]) => !(local && registry))
          .map(([path, text]) => html`<dt><a href="${path}">${path}</a></dt><dd>${text}</dd>`)}</dl>`,
      }),
  })
}

function rightsOf({
  explain,
  explainTo,
  termStoreRoles,
  issuers,
  roles,
  registry,
}: ControlParts): Readonly<Record<string, AddressHandler>> {
  return {
    ...(explain === undefined || (registry && explainTo === undefined)
      ? {}
      : { '/_relata/access': accessHandler({ explain, ...(registry ? { explainTo } : {}) }) }),
    ...(termStoreRoles === undefined
      ? {}
      : { '/_relata/term-store/roles': rolesHandler({ ...termStoreRoles, registry }) }),
    ...(roles === undefined ? {} : { '/_relata/roles': roleCatalogueHandler(roles) }),
    ...(issuers === undefined
      ? {}
      : { '/_relata/issuers': issuersHandler(issuers), '/_relata/issuers/check': issuerCheckHandler(issuers) }),
  }
}

/** Addresses that a registry does not have, and a stand-in where it is given what they need. */
function findOfStandIn(parts: ControlParts, path: string): AddressHandler | undefined {
  const { worlds, snapshots, seeds, requests, faults, eventSigning, isAlone = async () => true } = parts
  if (seeds !== undefined && /^\/_relata\/seed\/?$/i.test(path)) return seedHandler(seeds)
  return (
    (worlds && findWorlds(worlds, path)) ??
    (faults && findFaults({ faults, isAlone }, path)) ??
    (snapshots && findSnapshots(snapshots, path)) ??
    (requests && findRequests(requests, path)) ??
    (eventSigning && findCertificate(eventSigning, path))
  )
}

/** Addresses that a registry has as well. Those of GDAP in bulk come before the customer's below the same name. */
function findInBoth(parts: ControlParts, path: string): AddressHandler | undefined {
  const { tenants, terms, bulk, deliveries, registry } = parts
  return (
    (tenants && findTenants(tenants, path)) ??
    (terms && findTerms({ ...terms, registry }, path)) ??
    (bulk && findBulk({ ...bulk, registry }, path)) ??
    (deliveries &&
      (findWebhooks({ ...deliveries, registry }, path) ?? findDeliveries({ ...deliveries, registry }, path)))
  )
}

function aboutOf({
  me,
  info,
  settings,
  dues,
  events,
  audit,
  eventKeys,
  eventSigning,
  clock,
  registry,
  isShared,
}: ControlParts): Readonly<Record<string, AddressHandler>> {
  return {
    ...(me === undefined ? {} : { '/_relata/me': meHandler(me) }),
    ...(events === undefined ? {} : { '/_relata/events': eventsHandler(events) }),
    ...(audit === undefined ? {} : auditAddresses(audit)),
    ...(eventKeys === undefined ? {} : { '/_relata/webhooks/jwks.json': keySetHandler(eventKeys) }),
    ...(eventSigning === undefined ? {} : signingAddresses(eventSigning)),
    ...(info === undefined
      ? {}
      : { '/_relata/info': infoHandler({ info, registry, ...(isShared === undefined ? {} : { isShared }) }) }),
    ...(settings === undefined ? {} : { '/_relata/settings': settingsHandler(settings) }),
    ...(dues === undefined ? {} : { '/_relata/clock/due': dueHandler({ dues, now: () => clock.now() }) }),
  }
}

export function createControl(parts: ControlParts): Control {
  const clock = clockHandler(parts)
  const pages = { ...parts, tokens: formTokens(parts.secret) }
  const steady: Readonly<Record<string, AddressHandler>> = {
    '/': home(parts.registry),
    '/_relata/clock': clock,
    ...rightsOf(parts),
    ...aboutOf(parts),
    ...(parts.registry ? {} : { '/adminportal/home': adminCenter, '/_relata/gdap': relationshipsHandler(parts) }),
  }
  return {
    find(path) {
      const known = path.toLowerCase()
      if (Object.hasOwn(steady, known)) return steady[known]
      const inBoth = findInBoth(parts, path)
      if (inBoth !== undefined || parts.registry) return inBoth
      const ofStandIn = findOfStandIn(parts, path)
      if (ofStandIn !== undefined) return ofStandIn
      const [, id, action] = gdapForm.exec(path) ?? []
      if (id !== undefined && action?.toLowerCase() === extension) return extensionHandler(parts, id)
      if (id !== undefined && action !== undefined)
        return customerHandler(parts, action.toLowerCase() as CustomerAction, id)
      return findApprovePage(pages, path)
    },
  }
}
