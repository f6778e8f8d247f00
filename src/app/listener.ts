/** The parts of the listener: the engine, the verification of tokens, the sign-in and control addresses, documents, pages. */
import { hkdfSync } from 'node:crypto'
import { type Authority, createAuthority } from '#auth/issuer/authority.ts'
import type { Keys } from '#auth/issuer/keys.ts'
import { authorizationUriOf } from '#auth/outside/authorization-uri.ts'
import { createOutsideIssuers } from '#auth/outside/outside-issuers.ts'
import { originsOf, signInProvidersOf } from '#auth/outside/page-sign-in.ts'
import { rateLimit } from '#auth/rate-limit.ts'
import { createVerify, toleranceSeconds, type Verify } from '#auth/verify/verify.ts'
import type { Clock } from '#base/clock.ts'
import { type Ids, idsBeside } from '#base/ids.ts'
import type { AddressHandler } from '#base/own-address.ts'
import type { ServerInfo } from '#control/about/info.ts'
import { type Control, createControl } from '#control/control.ts'
import type { AuditParts } from '#control/feed/audit.ts'
import type { FeedParts } from '#control/feed/events.ts'
import { isPartnerCenter } from '#control/feed/partner/target.ts'
import type { Trail } from '#control/requests/logged.ts'
import type { RequestLog } from '#control/requests/request-log.ts'
import type { IssuersParts } from '#control/rights/issuers.ts'
import type { TenantsParts } from '#control/tenants.ts'
import type { TermsControl } from '#control/term-store/terms.ts'
import type { SeedControl } from '#control/worlds/seed.ts'
import type { SnapshotsControl } from '#control/worlds/snapshots.ts'
import type { WorldsControl } from '#control/worlds/worlds.ts'
import type { Handle } from '#engine/request.ts'
import { stepsUntil } from '#engine/steps.ts'
import { hostsOf } from '#http/admission/hosts.ts'
import { isProbe } from '#http/exchange/recorded.ts'
import { createWebPages } from '#http/pages/web-pages.ts'
import type { HandleSharePoint } from '#http/route.ts'
import type { ServerParts } from '#http/server.ts'
import { versionOf } from '#http/target.ts'
import { isSharePoint } from '#sharepoint/address/target.ts'
import { usualWorld } from '#worlds/naming.ts'
import { describeWith } from './adapters/about/me-control.ts'
import { rolesControlOf } from './adapters/about/roles-control.ts'
import { shownSettings } from './adapters/about/settings-control.ts'
import { explainToAgents } from './adapters/access-control.ts'
import { type FindUser, ofEnabledAccounts } from './adapters/accounts.ts'
import { bulkControlOn } from './adapters/customer/bulk/bulk-when-used.ts'
import { customerDirectoryOf } from './adapters/customer/control.ts'
import { faultySignIn } from './adapters/faults/sign-in.ts'
import { auditReaderWith } from './adapters/feed/audit-rights.ts'
import { feedRightsWith } from './adapters/feed/feed-rights.ts'
import { partnerOf } from './adapters/feed/partner/in-listener.ts'
import { toldFaults, toldRoles, toldTenants } from './adapters/feed/told-changes.ts'
import { issuersWith } from './adapters/issuers.ts'
import { ofKnownTenants } from './adapters/known-tenants.ts'
import type { SharePointFacts } from './adapters/sharepoint.ts'
import { whenUsed } from './adapters/taxonomy/when-used.ts'
import { tenantControlOf } from './adapters/tenant-control.ts'
import { actorNeeded, operatorNeeded, userFinder, verifyAs } from './adapters/verification.ts'
import { type Config, listenHosts } from './config.ts'
import { deliveryAddressesOf } from './deliveries/delivery-addresses.ts'
import type { AccessLog } from './observe/access-log.ts'
import type { Log } from './observe/log.ts'
import { type Observation, together } from './observe/observation.ts'
import type { StoreHealth } from './observe/store-health.ts'
import { openApiDocuments } from './openapi.ts'
import type { Parts } from './parts.ts'
import { seedControlOf } from './seed/packs/seed-control.ts'
import { wellKnown } from './seed/seed-data.ts'
import type { Certificates } from './trust/certificates.ts'
import type { ServerSigning } from './trust/event-signing.ts'
import { knownHosts } from './trust/known-hosts.ts'
import { ownVersion, pagesFolder } from './version.ts'

export interface ListenerFacts {
  readonly config: Config
  readonly parts: Parts
  /** Of the built-in issuer; a registry has none. */
  readonly keys: Keys | undefined
  readonly certificates: Certificates | undefined
  /** Of deliveries in Partner Center's form. */
  readonly signing: ServerSigning
  readonly log: Log
  readonly unenforcedLog: AccessLog
  readonly observation: Observation
  /** The system's time. */
  readonly clock: Clock
  readonly ids: Ids
  readonly report: (error: unknown, requestId: string) => void
  readonly health: StoreHealth
  /** Absent: this server has one world. */
  readonly worlds?: WorldsControl
  readonly snapshots?: SnapshotsControl
  /** Of this world. Absent: its requests are not kept. */
  readonly requestLog?: RequestLog
  /** Absent: a registry, which has no worlds. */
  readonly world?: string
  /** Adds seeds to a copy of a world; throws what refuses them. */
  readonly rehearse?: (parts: Parts, body: unknown) => Promise<void>
}

/** Undefined where there is no sign-in. */
function authorityOf({ config, parts, keys, clock }: ListenerFacts): Authority | undefined {
  if (keys === undefined) return undefined
  const authority = createAuthority({
    directory: parts.directory,
    delegations: parts.delegations,
    ids: parts.ids,
    keys,
    clock,
    usualClient: wellKnown.publicClient,
    ...(config.passwordGrant ? { password: wellKnown.password } : {}),
  })
  const { faults, tenants } = parts
  if (faults === undefined) return authority
  return faultySignIn(authority, { rules: faults.rules, tenantId: (name) => tenants.find(name)?.id, clock })
}

function tenantsOf({ config, parts, log }: ListenerFacts, needOperator: NeedOperator): TenantsParts {
  const tenants = tenantControlOf({
    tenants: parts.manageTenants({ note: (text) => log.info(text), environment: undefined }),
    list: parts.tenants,
    registry: config.registry,
    usualPartner: wellKnown.contoso,
  })
  return config.registry ? { tenants, needOperator } : { tenants: toldTenants(tenants, parts.events.feed) }
}

function seedsOf({ parts, log, config, world, rehearse }: ListenerFacts): SeedControl {
  const isFork = (world ?? usualWorld) !== usualWorld
  const isInMemory = isFork || (config.inMemory && config.databaseUrl === undefined)
  const trial = rehearse === undefined ? {} : { rehearse: (body: unknown) => rehearse(parts, body) }
  return seedControlOf({ seeding: parts.seeding, isInMemory, note: (text) => log.info(text), ...trial })
}

type NeedOperator = ReturnType<typeof operatorNeeded>
type NeedActor = ReturnType<typeof actorNeeded>

/** The handler of Graph's addresses, as strict as `--auth` says. */
function graphOf({ config, parts, unenforcedLog, clock }: ListenerFacts, findUser: FindUser): Handle {
  if (config.auth === 'enforce') return ofEnabledAccounts(parts.handle, findUser, clock)
  return config.auth === 'warn' ? unenforcedLog.wrap(parts.handle) : parts.handle
}

/** Whether no other process serves the same rows, from now on. */
export async function isAlone({ workers }: Pick<Config, 'workers'>, { store }: Pick<Parts, 'store'>): Promise<boolean> {
  return workers === 1 && (await store.processes.claim?.()) !== false
}

/** Whether others do at the moment. They may: unlike `isAlone`, it keeps nobody away. */
async function isShared({ workers }: Pick<Config, 'workers'>, { store }: Pick<Parts, 'store'>): Promise<boolean> {
  if (workers > 1) return true
  // Of a server without its database everything else can still be told.
  return (await store.processes.isShared?.().catch(() => false)) ?? false
}

/** The steps of the engine, for the request log. */
function stepsTaken({ letter, last }: Trail): readonly string[] {
  return last === undefined ? [] : stepsUntil(letter, last)
}

/** Readers in a registry come back with their token after so long. */
const longestFeedMillis = 600_000
/** As long as whoever lost an account may go on reading elsewhere (docs/access.md). */
const recheckFeedMillis = 5_000

function eventsOf({ config, parts, world }: ListenerFacts, needActor: NeedActor): FeedParts {
  const { events, tenants } = parts
  return {
    ...events,
    findTenant: async (idOrDomain) => {
      await tenants.refresh()
      return tenants.find(idOrDomain)?.id
    },
    hello: async () => ({ version: await ownVersion(), ...(world === undefined ? {} : { world }) }),
    ...(config.registry
      ? {
          rightsOf: feedRightsWith(parts.store, needActor, parts.adminAgents),
          longestMillis: longestFeedMillis,
          recheckMillis: recheckFeedMillis,
        }
      : {}),
  }
}

function auditOf({ config, parts, report }: ListenerFacts, needActor: NeedActor): AuditParts {
  const { audit, tenants, store } = parts
  return {
    audit,
    findTenant: async (wanted) => {
      await tenants.refresh()
      return tenants.find(wanted ?? wellKnown.contoso)?.id
    },
    ...(config.registry ? { readerOf: auditReaderWith(store, needActor) } : {}),
    report: (error) => report(error, 'audit'),
  }
}

function infoOf({ config, keys, world, parts }: ListenerFacts): () => Promise<ServerInfo> {
  return async () => ({
    version: await ownVersion(),
    store: storeName(config),
    auth: config.auth,
    strict: config.strict,
    signIn: keys !== undefined,
    roles: { asOf: parts.roles.current().catalogue.asOf },
    ...(config.registry ? { providers: signInProvidersOf(config.issuers) } : {}),
    ...(world === undefined ? {} : { world }),
  })
}

function controlOf(facts: ListenerFacts, verify: Verify, findUser: FindUser, issuers: IssuersParts): Control {
  const { config, parts } = facts
  const authorizationUri = config.registry ? authorizationUriOf(config.issuers) : undefined
  const proof = { verify, findUser, authorizationUri }
  const needOperator = operatorNeeded(proof, config.issuers)
  const needActor = actorNeeded(proof, parts.delegations)
  return createControl({
    clock: parts.clock,
    settle: parts.settle,
    // Each process has a clock of its own.
    isAlone: () => isAlone(config, parts),
    isShared: () => isShared(config, parts),
    ...(facts.worlds === undefined ? {} : { worlds: facts.worlds }),
    ...(facts.snapshots === undefined ? {} : { snapshots: facts.snapshots }),
    ...(config.registry ? {} : { seeds: seedsOf(facts) }),
    ...(parts.faults === undefined ? {} : { faults: toldFaults(parts.faults.control, parts.events.feed) }),
    ...(facts.requestLog === undefined
      ? {}
      : { requests: { log: facts.requestLog, stepsTaken, isPartial: config.workers > 1 } }),
    registry: config.registry,
    secret: new Uint8Array(hkdfSync('sha256', parts.secret, '', 'forms', 32)),
    directory: customerDirectoryOf(parts.store, parts.tenants),
    relationships: parts.relationships,
    explain: parts.explain,
    explainTo: explainToAgents(parts, needActor),
    me: { needActor, describe: describeWith(parts.store, parts.tenants) },
    info: infoOf(facts),
    settings: { list: () => shownSettings(config), ...(config.registry ? { needOperator } : {}) },
    dues: parts.dues,
    events: eventsOf(facts, needActor),
    audit: auditOf(facts, needActor),
    eventKeys: async () => [...(await facts.signing.keys()), ...(await parts.audit.keys())],
    eventSigning: facts.signing,
    issuers: config.registry ? { ...issuers, needOperator } : issuers,
    tenants: tenantsOf(facts, needOperator),
    roles: {
      roles: rolesControlOf(parts.roles, (text) => facts.log.info(text)),
      ...(config.registry ? { needOperator } : {}),
    },
    termStoreRoles: { roles: toldRoles(parts.termStoreRoles, parts.events.feed), needActor },
    terms: { terms: termsOf(parts, config), needActor },
    deliveries: deliveryAddressesOf(parts, needActor, wellKnown.contoso),
    bulk: { bulk: bulkControlOn(parts.bulk, termsOf(parts, config)), needActor },
  })
}

const termsCalls = ['tenantId', 'plan', 'apply', 'job', 'stop', 'export', 'losses', 'validate'] as const

/** Taxonomies as files. */
function termsOf({ exchange, tenants }: Parts, { iriBase }: Pick<Config, 'iriBase'>): TermsControl {
  const load = async () => {
    const { termsControlOf } = await import('./adapters/taxonomy/control.ts')
    return termsControlOf({ exchange, tenants, usualTenant: wellKnown.contoso, iriBase })
  }
  return whenUsed(load, termsCalls)
}

/** SharePoint's address for pickers, loaded with its first request. */
function sharePointOf(facts: SharePointFacts): HandleSharePoint {
  let loading: Promise<HandleSharePoint> | undefined
  return async (request, target) => {
    loading ??= import('./adapters/sharepoint.ts').then(({ sharePointWith }) => sharePointWith(facts))
    return (await loading)(request, target)
  }
}

function storeName({ databaseUrl, inMemory }: Config): string {
  if (databaseUrl !== undefined) return 'postgres'
  return inMemory ? 'memory' : 'sqlite'
}

/** Requests a second of one client; a burst is what Graph's windows of ten seconds would let through. */
function throttleOf({ rateLimit: wanted, registry }: Config, clock: Clock): Pick<ServerParts, 'throttle'> {
  const perSecond = wanted ?? (registry ? 200 : 'off')
  return perSecond === 'off' ? {} : { throttle: rateLimit({ burst: perSecond * 10, perSecond }, clock) }
}

/**
 * What is due fires before a request begins, not while it runs: by a timer it would do so sooner or later than in another
 * run, and its ids would come before or after those of the request.
 */
function inSteps({ fire, ids }: Parts) {
  const isCounted = ids.state !== undefined
  const handler = (handle: AddressHandler): AddressHandler => {
    const { admit } = handle
    const inStep: AddressHandler = async (request) => {
      await fire()
      return handle(request)
    }
    return admit === undefined ? inStep : Object.assign(inStep, { admit })
  }
  return {
    handle: (handle: Handle): Handle => (isCounted ? async (request) => fire().then(() => handle(request)) : handle),
    own: <T extends Control>(addresses: T): T =>
      isCounted
        ? {
            ...addresses,
            find: (path) => {
              const found = addresses.find(path)
              return found && handler(found)
            },
          }
        : addresses,
  }
}

/** Those of Graph's addresses do not depend on how often a client signs in, and no other on who looks whether the server is ready. */
function requestIdsOf({ parts, ids }: ListenerFacts): Pick<ServerParts, 'ids' | 'idsAt'> {
  const { state } = parts.ids
  if (state === undefined) return { ids }
  const [ofGraph, ofOthers] = [idsBeside(state, 1), idsBeside(state, 2)]
  return {
    ids: ofOthers,
    idsAt: (path) =>
      versionOf(path) === undefined && !isSharePoint(path) && !isPartnerCenter(path)
        ? isProbe(path)
          ? ids
          : ofOthers
        : ofGraph,
  }
}

export function listenerOf(facts: ListenerFacts): ServerParts {
  const { config, parts, keys, certificates, log, observation, clock } = facts
  const { directory } = parts
  const tell = (text: string, cause: unknown): void => log.warn(`${text}: ${String(cause)}`)
  const findUser = userFinder(parts.store)
  const authority = authorityOf(facts)
  const outside = createOutsideIssuers({ issuers: config.issuers, directory, clock, toleranceSeconds, tell, findUser })
  if (authority !== undefined) parts.tenants.onRemoved(authority.forget)
  const verify = ofKnownTenants(createVerify({ directory, keys, clock, outside }), parts.tenants)
  const issuers: IssuersParts = issuersWith({ issuers: outside, verify, directory, clock })
  const steps = inSteps(parts)
  const onRequest = together([log.request, observation.onRequest])
  const tenantIds = async () => parts.tenants.all().map(({ id }) => id)
  const handle = observation.handle(steps.handle(graphOf(facts, findUser)))
  return {
    limitSeconds: config.requestTimeout,
    handle,
    ...(config.strict
      ? {}
      : {
          sharePoint: sharePointOf({
            handle,
            store: parts.store,
            clock: parts.clock,
            siteScopes: config.siteScopes,
            searchUmlauts: config.searchUmlauts,
          }),
        }),
    verify: verifyAs(config.auth, { verify, directory, tenantIds }),
    partner: partnerOf(facts, { outside, findUser, tenantIds }),
    ...(authority === undefined ? {} : { authority: steps.own(authority) }),
    control: steps.own(controlOf(facts, verify, findUser, issuers)),
    registry: config.registry,
    controlScope: config.control,
    knowsHost: hostsOf(knownHosts(config, certificates?.cert)),
    trustedProxy: config.trustedProxy,
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    clock,
    rowClock: parts.clock,
    ...requestIdsOf(facts),
    documents: openApiDocuments(config),
    about: { store: storeName(config) },
    outage: () => facts.health.outage(),
    ...(certificates?.ca === undefined ? {} : { certificate: certificates.ca }),
    pages: observation.pages,
    ...(config.pages ? { web: createWebPages({ folder: pagesFolder(), connectTo: originsOf(config.issuers) }) } : {}),
    ...(onRequest === undefined ? {} : { onRequest }),
    ...(facts.requestLog === undefined ? {} : { requestLog: facts.requestLog }),
    ...(log.notable === undefined ? {} : { onNotable: log.notable }),
    ...(observation.startTrace === undefined ? {} : { startTrace: observation.startTrace }),
    onFault: facts.report,
    onDrain: () => parts.faults?.rules.hurry(),
    ...(parts.store.together === undefined ? {} : { together: parts.store.together }),
    origins: config.corsOrigin ?? (config.registry ? 'none' : 'local'),
    explain: config.explain,
    ...(config.registry ? { strictTransport: config.cert === undefined ? 'proxy' : 'all' } : {}),
    ...throttleOf(config, clock),
    // A registry's tokens are not sent in the clear.
    tlsOnly: config.registry,
    port: config.port,
    hosts: listenHosts(config),
    ...(certificates === undefined ? {} : { tls: { key: certificates.key, cert: certificates.cert } }),
  }
}
