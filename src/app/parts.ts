/** The parts below the listener: the database, the rules, the engine, and the adapters between them and other floors. */
import { hkdfSync, randomBytes } from 'node:crypto'
import type { Delegations, SignInDirectory } from '#auth/directory/directory.ts'
import { type Clock, type ClockState, type MovableClock, movableClock, systemClock } from '#base/clock.ts'
import { type CountedIds, countedIds, type IdState, type Ids, randomIds } from '#base/ids.ts'
import type { Dues } from '#control/about/due.ts'
import type { Relationships } from '#control/customer/customer.ts'
import type { Explain } from '#control/rights/access.ts'
import type { TermStoreRoles } from '#control/rights/roles.ts'
import type { Store } from '#edm/ports.ts'
import { makeEngine } from '#engine/handle.ts'
import type { Handle } from '#engine/request.ts'
import type { EngineControls, EngineFacts } from '#engine/session.ts'
import type { FaultRules } from '#faults/fault-rules.ts'
import { faultyWith } from '#faults/faulty-handle.ts'
import { openStore } from '#store/store.ts'
import { behaviours } from '#workloads/behaviours.ts'
import { agendaEntry } from '#workloads/common.ts'
import { defaultGdapSettings, type GdapSettings } from '#workloads/gdap/rules/settings.ts'
import { models } from '#workloads/models.ts'
import type { Outreach } from '#workloads/subscriptions/rules/settings.ts'
import { relation } from '#workloads/term-store/types.ts'
import { duesOf, FiredEntries } from './adapters/about/due-control.ts'
import { explainWith, termStoreRolesWith } from './adapters/access-control.ts'
import { type BulkWhenUsed, bulkWhenUsed } from './adapters/customer/bulk/bulk-when-used.ts'
import { relationshipsOf, settleWith } from './adapters/customer/control.ts'
import { delegationsOf, grantsOf, principalOf } from './adapters/delegations.ts'
import { type FaultsAtWork, faultsControlOf, type WorldFaults, worldFaultsOf } from './adapters/faults/control.ts'
import { type Auditing, auditingOn } from './adapters/feed/audit-log.ts'
import { type Feeding, feedOn } from './adapters/feed/event-feed.ts'
import { outreachOf } from './adapters/feed/outreach.ts'
import { signInDirectoryOf } from './adapters/sign-in-directory.ts'
import type { ApplyingFacts } from './adapters/taxonomy/applying.ts'
import type { TaxonomyExchange } from './adapters/taxonomy/exchange.ts'
import { storedJobs } from './adapters/taxonomy/jobs.ts'
import { whenUsed } from './adapters/taxonomy/when-used.ts'
import { type TenantList, tenantListOf } from './adapters/tenant-list.ts'
import { type Deliveries, deliveriesOn, type LaterTargets, laterTargets } from './deliveries/deliveries.ts'
import { type Observation, unobserved } from './observe/observation.ts'
import { secretHashes } from './seed/secrets.ts'
import type { SeedFacts } from './seed/seed-facts.ts'
import { lookupOf, seedIfEmpty, seedingOn } from './seed/seeding.ts'
import { accessIn, databaseOf, type PartSettings, recordOf, retentionOf } from './settings/part-settings.ts'
import { type RolesInForce, rolesInForceOn } from './tenants/roles-in-force.ts'
import { type TenantManagement, tenantsWith } from './tenants/tenants.ts'
import { pageSecretIn } from './trust/shared-texts.ts'
import { endingStore } from './worlds/ending-store.ts'

export interface Parts extends Pick<EngineControls, 'settle' | 'inTenant'> {
  readonly store: Store
  readonly handle: Handle
  readonly directory: SignInDirectory
  readonly tenants: TenantList
  /** The catalogue of built-in roles. */
  readonly roles: RolesInForce
  /** What seeds on this server are written with; they may name no variables and files for secrets. */
  readonly seeding: SeedFacts & { readonly tenants: TenantList }
  /** Operations on tenants. `note` says who did what; `environment`: variables that seeds may name for secrets. */
  manageTenants(by: {
    readonly note: (text: string) => void
    readonly environment: Readonly<Record<string, string | undefined>> | undefined
  }): TenantManagement
  /** Roles that people of one tenant hold in another. */
  readonly delegations: Delegations
  readonly explain: Explain
  readonly termStoreRoles: TermStoreRoles
  /** Taxonomies as files. */
  readonly exchange: TaxonomyExchange
  /** GDAP in bulk. */
  readonly bulk: BulkWhenUsed
  /** The clock of all rows; runs with the base clock until it is moved. */
  readonly clock: MovableClock
  /** Of all rows; random unless they follow from a number. */
  readonly ids: CountedIds
  readonly relationships: Relationships
  /** Resolves when nothing is due any more; `settle` removes old records as well. */
  fire(): Promise<void>
  /** Absent: nothing goes wrong on purpose. */
  readonly faults: (Pick<WorldFaults, 'rules'> & { readonly control: FaultsAtWork }) | undefined
  /** Whether the partner's users have to be in the group of that name. */
  readonly adminAgents: boolean
  /** The live feed. */
  readonly events: Feeding
  /** Who is told of events, and when. */
  readonly deliveries: Deliveries
  /** The chain over the log. */
  readonly audit: Omit<Auditing, 'store' | 'prunings' | 'holdsChange'>
  /** What is due and what has fired. */
  readonly dues: Dues
  /** The same at all processes on the database. Forms are bound to it, and page tokens where ids are random. */
  readonly secret: Uint8Array
  /** What an empty database was filled with, where it was when it was opened and can be copied at no cost. */
  readonly seeded?: Uint8Array | undefined
  /**
   * Replaces all rows, with the clock and the ids that belong to them. The parts on them are made anew and know nothing of what these
   * have cached; these write nothing any more. Where it fails, nothing has changed.
   */
  replaced(rows: Uint8Array, clock: ClockState, ids: IdState | undefined): Promise<Parts>
  /** Ends the work of the engine; the database stays open. */
  retire(): Promise<void>
  /** The engine first, then the database. */
  close(): Promise<void>
}

/** Another process, which has moved its clock, has the database for itself. */
export class ClockMoved extends Error {
  override readonly name = 'ClockMoved'

  constructor() {
    super('a process that has moved its clock has this database for itself; stop it first, or use another database')
  }
}

/** The database of a server with its clock, open and filled. */
interface OpenDatabase {
  readonly settings: PartSettings
  readonly base: Clock
  readonly clock: MovableClock
  readonly ids: CountedIds
  readonly observation: Observation
  readonly store: Store
  readonly secret: Uint8Array
}

interface CommonFacts extends Pick<EngineFacts, 'models' | 'store' | 'clock' | 'ids' | 'agendaEntry'> {
  readonly report: (error: unknown, requestId: string) => void
}

function commonOf({ settings, store, clock, ids }: Omit<OpenDatabase, 'secret'>): CommonFacts {
  return { models, store, clock, ids, report: settings.report ?? (() => undefined), agendaEntry }
}

/** Throws where a clock that stands still, or ids that follow from a number, would not be what they are called. */
async function checkRepeatable({ clock, ids, image }: PartSettings, store: Store): Promise<void> {
  if (clock === undefined && ids === undefined) return
  if ((await store.processes.claim?.()) === false)
    throw new Error('other processes serve this database, which --clock and --ids are not for: stop them first')
  if (ids !== undefined && image === undefined && (await store.tenants()).length > 0)
    throw new Error(
      'the database is not empty, and --ids would make ids again that are in use\ntip: use --in-memory, or another --location',
    )
}

function clockFrom(base: Clock, { clock: at, clockState }: PartSettings): MovableClock {
  const clock = movableClock(base)
  if (clockState !== undefined) clock.restore(clockState)
  else if (at !== undefined) clock.restore({ ahead: 0, held: at.getTime() })
  return clock
}

/**
 * What signs page tokens, which are in bodies: of ids that follow from a number it does so as well. It protects nothing
 * there: who can read the number can ask the server for anything.
 */
function pageSecretOf({ secret, ids: { state } }: OpenDatabase): Uint8Array {
  return state === undefined ? secret : new Uint8Array(hkdfSync('sha256', String(state.seed), '', 'pages', 32))
}

/** Opens the database, migrates it, and seeds it when it is empty. Throws when it cannot be used. */
export async function openParts(
  settings: PartSettings,
  base: Clock = systemClock,
  ids: Ids = randomIds,
  observation: Observation = unobserved,
  counted: IdState | undefined = settings.ids === undefined ? undefined : { seed: settings.ids, made: 0 },
): Promise<Parts> {
  const clock = clockFrom(base, settings)
  const own = countedIds(ids)
  own.restore(counted)
  const store = observation.store(await openStore({ ...databaseOf(settings), clock, tagCount: own.count }))
  const opened = { settings, base, clock, ids: own, observation, store }
  const fill = async (database: string) => {
    const { databaseUrl: _, texts: __, ...here } = settings
    const made = await openParts({ ...here, database, seedsHere: true }, base, ids)
    await made.close()
    own.restore(made.ids.state)
  }
  let seeded: Uint8Array | undefined
  try {
    if ((await store.processes.join?.()) === false) throw new ClockMoved()
    await checkRepeatable(settings, store)
    // Processes that start at once wait for the one that fills the database.
    if (settings.seed !== 'none') {
      const tenants = tenantListOf(store, base)
      seeded = await store.processes.alone(() => seedIfEmpty(settings, commonOf(opened), tenants, fill))
    }
    const texts = store.processes.texts ?? settings.texts
    const secret = texts === undefined ? randomBytes(32) : await pageSecretIn(texts)
    return { ...(await partsOn({ ...opened, secret })), seeded }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The code is loaded when it is first used, as that of `exchangeOn`. */
function findingsWith(settings: PartSettings): NonNullable<PartSettings['findings']> {
  return async (tx, tenantId, request) =>
    (await import('./adapters/taxonomy/exchange.ts')).findingsFor(tx, settings, tenantId, request)
}

interface EngineParts {
  readonly audit: Auditing
  readonly gdap: GdapSettings
  readonly outreach: Outreach
  readonly delegations: Delegations
  readonly fired: FiredEntries
  readonly faults: FaultRules | undefined
}

function engineOn(
  opened: OpenDatabase,
  { audit, gdap, outreach, delegations, fired, faults }: EngineParts,
): Handle & EngineControls {
  const { settings, clock, observation } = opened
  const { strict } = settings
  const { adminAgents } = gdap
  const rules = behaviours({ ...settings, roles: true, findings: findingsWith(settings) }, gdap, {
    strict,
    adminAgents,
    outreach,
  })
  return makeEngine({
    ...commonOf(opened),
    behaviours: observation.behaviours(fired.of(rules), clock),
    rolesNow: (actor) => delegations.rolesIn(actor.tenantId, principalOf(actor)),
    ...accessIn(settings),
    secret: pageSecretOf(opened),
    strict,
    strictBodies: strict || settings.strictBodies === true,
    explain: settings.explain === true,
    addressCache: settings.addressCache !== false,
    ...retentionOf(settings),
    prunings: audit.prunings,
    ...(audit.holdsChange === undefined ? {} : { holdsChange: audit.holdsChange }),
    ...recordOf(settings),
    pastStore: () => openStore({ models: Object.values(models), location: undefined, clock, lasting: false }),
    ...(observation.onPruned === undefined ? {} : { onPruned: observation.onPruned }),
    ...(observation.onRecorded === undefined ? {} : { onRecorded: observation.onRecorded }),
    ...(observation.onStep === undefined ? {} : { onStep: observation.onStep }),
    faulty: faults && faultyWith(faults),
    silentCreates: new Set(settings.relationStatus === 204 ? [relation.name] : []),
  })
}

function gdapOf(
  settings: PartSettings,
  tenants: TenantList,
  roles: RolesInForce,
  faults: WorldFaults | undefined,
): GdapSettings {
  const { gdap, strict } = settings
  const usual = { ...defaultGdapSettings, ...gdap, strict, tenants: lookupOf(tenants), roles }
  return faults === undefined ? usual : { ...usual, faults: faults.gdap }
}

function feedingOn({ settings, clock, ids }: OpenDatabase, store: Store, targets: LaterTargets) {
  const { workers = 1, report } = settings
  // Where processes cannot tell each other what is watched with them.
  const isShared = workers > 1 && store.processes.tell === undefined
  return feedOn(store, { ids, clock, isShared, report: (error) => report?.(error, 'feed'), targets })
}

function auditOn({ settings, base, clock, ids, observation }: OpenDatabase, store: Store): Auditing {
  const { workers = 1, databaseUrl, texts, strict, auditRetention, auditSink = [], report, warn } = settings
  return auditingOn({
    store,
    clock,
    base,
    texts: store.processes.texts ?? texts,
    hasTaxonomy: !strict,
    isShared: workers > 1 || databaseUrl !== undefined,
    isQuiet: ids.state !== undefined,
    days: auditRetention,
    sinks: auditSink,
    onChained: observation.onChained,
    onSunk: observation.onSunk,
    warn: warn ?? (() => undefined),
    report: (error) => report?.(error, 'audit'),
  })
}

const exchangeCalls = ['plan', 'export', 'validate', 'apply', 'job', 'stop', 'settle'] as const

function exchangeOn({ settings, ids, store }: OpenDatabase, engine: EngineControls): TaxonomyExchange {
  const facts: ApplyingFacts = {
    store,
    ids,
    jobs: storedJobs,
    settings,
    inTenant: (tenantId, actor, importId, work) =>
      engine.inTenant(tenantId, actor, work, importId === undefined ? undefined : { verb: 'import', importId }),
    report: (error) => settings.report?.(error, 'import'),
  }
  const load = async () => (await import('./adapters/taxonomy/exchange.ts')).taxonomyExchangeOf(facts)
  return whenUsed(load, exchangeCalls)
}

/** Tenants that have an earlier catalogue are brought up while the server answers. */
async function rolesOn({ settings, store, clock, ids }: OpenDatabase, tenants: TenantList): Promise<RolesInForce> {
  const report = (error: unknown): void => settings.report?.(error, 'roles')
  const roles = await rolesInForceOn({ store, tenants, clock, realClock: systemClock, ids, report })
  const settled = roles.settle().catch(report)
  // Ids that are counted are given in one order.
  if (ids.state !== undefined) await settled
  return roles
}

/** The tenants, and what ends that they are kept as others change them. */
async function tenantsOn(store: Store, base: Clock) {
  const tenants = tenantListOf(store, base)
  await tenants.refresh()
  const stopWatching = store.processes.watch?.((tenantId) => {
    // If this fails, the next lookup of an unknown tenant reads again.
    tenants.reload(tenantId).catch(() => undefined)
  })
  return { tenants, stopWatching }
}

async function partsOn(whole: OpenDatabase): Promise<Parts> {
  const { store: ended, replaceBy } = endingStore(whole.store)
  const targets = laterTargets()
  const feeding = feedingOn(whole, ended, targets)
  const audit = auditOn(whole, feeding.store)
  const store = targets.over(audit.store)
  const opened = { ...whole, store }
  const { settings, base, clock, secret } = opened
  const { tenants, stopWatching } = await tenantsOn(store, base)
  const events = feeding.over(tenants)
  const ofEngine = { handle: (): Handle => engine }
  const deliveries = await deliveriesOn(whole, { store: ended, tenants, feed: events.feed, targets, ...ofEngine })
  const roles = await rolesOn(opened, tenants)
  const faults = settings.faults && worldFaultsOf(settings.faults, tenants, clock)
  const gdap = gdapOf(settings, tenants, roles, faults)
  const grants = grantsOf({ store, tenants, settle: () => engine.settle() })
  const delegations = delegationsOf(grants)
  const fired = new FiredEntries()
  const outreach = outreachOf({ store, strict: settings.strict, ...deliveries, touched: targets.touched })
  const engine = engineOn(opened, { audit, gdap, outreach, delegations, fired, faults: faults?.rules })
  const faultsControl = faults && faultsControlOf(faults, engine)
  tenants.onRemoved((id) => engine.forget(id))
  const rights = { store, tenants, inTenant: engine.inTenant, grants, adminAgents: gdap.adminAgents, roles }
  const seeding = { ...commonOf(opened), engine: seedingOn(engine, tenants, roles), tenants, roles: roles.current }
  const bulk = bulkWhenUsed({ ...opened, engine, roles, tenants, adminAgents: gdap.adminAgents })
  const endEngine = async (graceMillis?: number): Promise<void> => {
    stopWatching?.()
    await bulk.halt()
    await Promise.all([deliveries.close(graceMillis), audit.close(), roles.close(), engine.close()])
  }
  const retire = async (): Promise<void> => {
    events.close()
    await endEngine()
  }
  return {
    store,
    handle: engine.served,
    directory: signInDirectoryOf(store, tenants, engine.inTenant),
    tenants,
    roles,
    seeding: { ...seeding, secretHash: secretHashes(undefined) },
    manageTenants: ({ note, environment }) =>
      tenantsWith({ ...seeding, secretHash: secretHashes(environment), gdap, note }),
    delegations,
    explain: explainWith(rights),
    termStoreRoles: termStoreRolesWith(rights),
    exchange: exchangeOn(opened, engine),
    bulk,
    clock,
    events,
    deliveries,
    adminAgents: gdap.adminAgents,
    ids: opened.ids,
    settle: settleWith(engine, true),
    fire: settleWith(engine),
    inTenant: engine.inTenant,
    relationships: relationshipsOf({ gdap, store, engine, tenants }),
    faults: faults && faultsControl && { rules: faults.rules, control: faultsControl },
    audit,
    dues: duesOf(store, tenants, fired, settleWith(engine)),
    secret,
    replaced: async (rows, state, counted) => {
      await replaceBy(rows, clock, state)
      // Before the engine is made: its page tokens follow from the number of the ids.
      opened.ids.restore(counted)
      // The readers of the feed are still to be told what has happened.
      await endEngine(0)
      return partsOn(whole)
    },
    retire,
    close: async () => {
      // A database that cannot be written keeps what is held; its next transition is then missing, as relata check says.
      await faultsControl?.end().catch(() => undefined)
      await retire()
      await store.close()
    },
  }
}
