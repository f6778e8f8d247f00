/** Composition root: opens the parts, creates the listener and starts it. */
import cluster from 'node:cluster'
import { join } from 'node:path'
import { type KeyPlace, type Keys, loadKeys } from '#auth/issuer/keys.ts'
import { authorizationUriOf } from '#auth/outside/authorization-uri.ts'
import { cautionsOf } from '#auth/outside/safety.ts'
import { type Clock, systemClock } from '#base/clock.ts'
import { invariant } from '#base/errors.ts'
import { type Ids, randomIds } from '#base/ids.ts'
import type { SharedTexts } from '#edm/ports.ts'
import { checkCanListen } from '#http/listen.ts'
import { startServer as listen } from '#http/server.ts'
import { isUnencrypted, shownAddress } from '#store/postgres/connect/addresses.ts'
import { openFault } from '#store/sqlite/maintenance/open-fault.ts'
import { databaseFile } from '#store/sqlite/store.ts'
import { placeStore } from '#store/store.ts'
import { temporaryFolder } from '#store/temporary-folder.ts'
import { models } from '#workloads/models.ts'
import type { WorldBox } from '#worlds/box.ts'
import { noTenants } from './adapters/known-tenants.ts'
import { type Config, listenHosts, originFor } from './config.ts'
import { listenerOf } from './listener.ts'
import { accessLog } from './observe/access-log.ts'
import { auditedIn } from './observe/audited-changes.ts'
import { createLog } from './observe/log.ts'
import { createObservation, type Observation } from './observe/observation.ts'
import { storeHealth } from './observe/store-health.ts'
import { openParts, type Parts } from './parts.ts'
import { demoWarning } from './settings/demo-tenants.ts'
import { exposureWarnings } from './settings/exposure.ts'
import type { PartSettings } from './settings/part-settings.ts'
import { type Certificates, loadCertificates } from './trust/certificates.ts'
import type { ServerSigning } from './trust/event-signing.ts'
import { tidyFolder } from './trust/private-folder.ts'
import { serverSigning } from './trust/server-signing.ts'
import { keyPlaceIn, textsIn } from './trust/shared-texts.ts'
import { type FirstWorld, worldsOf } from './worlds/server-worlds.ts'

/** From the database they are available when it is open. */
async function sharedOf(opening: Promise<Parts>, texts: SharedTexts | undefined): Promise<SharedTexts> {
  const shared = texts ?? (await opening).store.processes.texts
  invariant(shared !== undefined, 'keys are kept in a folder or in the database')
  return shared
}

/** Where the keys are, for messages. */
function placeOf({ databaseUrl, location }: Config): string {
  return databaseUrl === undefined ? join(location, 'keys.json') : 'the row keys.json of the table relata_shared'
}

export interface RunningServer {
  /** The address to show to people. */
  readonly origin: string
  readonly certificates: Certificates | undefined
  readonly parts: Parts
  /** Of the built-in issuer; a registry has none. */
  readonly keys: Keys | undefined
  /** Who answers in this process, whether it listens or not. Undefined: a registry. */
  readonly worlds: WorldBox | undefined
  close(): Promise<void>
}

/** Where keys and secrets are kept; undefined: in the database, or in memory only. */
function textsOf({ inMemory, location, databaseUrl }: Config): SharedTexts | undefined {
  return inMemory || databaseUrl !== undefined ? undefined : textsIn(location)
}

interface OpeningFacts {
  readonly clock: Clock
  readonly ids: Ids
  readonly observation: Observation
  readonly report: (error: unknown, requestId: string) => void
  readonly unenforced: PartSettings['unenforced'] | undefined
  readonly onAudit: PartSettings['onAudit'] | undefined
  readonly warn: (text: string) => void
}

/** The parts that are open before the server listens. */
interface Opened extends FirstWorld {
  readonly signing: ServerSigning
  readonly keys: Keys | undefined
  readonly certificates: Certificates | undefined
}

/** Creates keys and certificates while the database opens: each takes a large part of a start. */
async function openAll(config: Config, facts: OpeningFacts): Promise<Opened> {
  const { clock, ids, observation, ...told } = facts
  const texts = textsOf(config)
  if (texts !== undefined) await placeStore({ models: Object.values(models), location: config.location, clock })
  // Keys that cannot be read are not replaced, and a start says so; new ones are made while it goes on.
  const isKnown = !config.registry && (await texts?.read('keys.json')) !== undefined
  const temporary = config.inMemory ? temporaryFolder() : undefined
  const database = config.inMemory ? temporary?.path : config.location
  const seedsHere = temporary !== undefined
  const signing = await serverSigning({
    config,
    clock,
    texts: async () => (config.inMemory ? undefined : sharedOf(opening, texts)),
    alone: async (work) => (await opening).store.processes.alone(work),
  })
  const settings = {
    ...config,
    signing,
    database,
    seedsHere,
    texts,
    placedAt: texts === undefined ? undefined : config.location,
    faults: config.registry ? undefined : config.faults,
    authorizationUri: config.registry ? authorizationUriOf(config.issuers) : undefined,
    // Asked for when there is a target: keys are loaded beside.
    validationToken: async (tenantId: string, applicationId: string): Promise<string | undefined> => {
      if (keys === undefined) return undefined
      const { validationToken } = await import('#auth/validation-token.ts')
      return validationToken({ keys, clock, origin: originFor(config, config.port) }, tenantId, applicationId)
    },
    ...told,
  }
  // Asked for when there is a target: certificates are made beside.
  const ownAuthority = async (): Promise<string | undefined> => (await making)?.ca
  const opening = openParts({ ...settings, ownAuthority }, clock, ids, observation)
  const keyPlace = (): KeyPlace | undefined =>
    config.inMemory ? undefined : keyPlaceIn(sharedOf(opening, texts), placeOf(config))
  // A registry has no issuer of its own: whoever reads its database or folder finds nothing to sign tokens with.
  const keys = config.registry ? undefined : loadKeys(keyPlace(), clock)
  const making = config.httpOnly ? undefined : loadCertificates({ ...config, now: clock.now() })
  const [certificates, parts] = await Promise.all([making, opening, isKnown ? keys?.current() : undefined]).catch(
    async (error: unknown) => {
      // When this ends, nothing is still being written, and nothing is open.
      await Promise.allSettled([making, keys?.current(), opening.then((made) => made.close())])
      temporary?.remove()
      throw error
    },
  )
  const withFolder = (made: Parts): Parts => ({
    ...made,
    replaced: async (rows, at, counted) => withFolder(await made.replaced(rows, at, counted)),
    close: async () => {
      await made.close()
      temporary?.remove()
    },
  })
  return { parts: withFolder(parts), keys, certificates, settings, signing }
}

function observationOf({ metrics, databaseUrl }: Config): Promise<Observation> {
  return createObservation({
    metrics,
    models: Object.values(models),
    database: databaseUrl === undefined ? 'sqlite' : 'postgresql',
    environment: process.env,
  })
}

/** With what was under way when an earlier process ended; in an empty memory there is nothing. */
async function goOn({ inMemory }: Config, { bulk }: Parts): Promise<void> {
  if (!inMemory) await bulk.resumeAll()
}

/** `clock` is the system's time, which tokens, certificates and the log use even when the clock of the rows is moved. */
export async function startServer(
  config: Config,
  clock: Clock = systemClock,
  ids: Ids = randomIds,
): Promise<RunningServer> {
  const log = await createLog({ level: config.logLevel, output: config.output, silent: config.silent, clock })
  const health = storeHealth(log, clock)
  const report = (error: unknown, requestId: string): void => {
    if (!health.note(error)) log.error(`500 for request ${requestId}`, error)
  }
  const observation = await observationOf(config)
  if (config.registry && config.issuers.length === 0)
    log.warn('--registry has no issuer, so no token is accepted: --issuers names them (docs/access.md)')
  for (const url of [config.databaseUrl, config.readUrl])
    if (config.registry && url !== undefined && isUnencrypted(url))
      log.warn(`the connections to ${shownAddress(url)} are not encrypted: add sslmode=verify-full to the address`)
  for (const warning of exposureWarnings(config)) log.warn(warning)
  const unenforcedLog = accessLog(log.unenforced)
  const unenforced = { enforce: undefined, warn: unenforcedLog.unenforced, off: {} }[config.auth]
  const facts = { clock, ids, observation, report, unenforced, onAudit: auditedIn(log), warn: log.warn }
  // Before the authority is made anew for a name that was mistyped, and before a database is made.
  if (config.listens !== false)
    await checkCanListen(config.port, listenHosts(config), cluster.isWorker).catch(async (error: unknown) => {
      await observation.close()
      log.flush()
      throw error
    })
  const opened = await openAll(config, facts).catch((error: unknown) => {
    throw openFault(error, databaseFile(config.location))
  })
  const { parts, keys, certificates, signing } = opened
  if (certificates?.warning !== undefined) log.warn(certificates.warning)
  // Which names are of one tenant, the database says.
  for (const caution of cautionsOf(config.issuers, (name) => parts.tenants.find(name)?.id)) log.warn(caution)
  if (config.registry && parts.tenants.all().length === 0) log.warn(noTenants)
  const left = config.registry ? demoWarning(parts.tenants.all()) : undefined
  if (left !== undefined) log.warn(left)
  health.watch(parts.store)
  observation.watchHealth(health)
  try {
    // Who silences the log still has to know what others can read.
    tidyFolder(config.location, (text) => {
      if (config.silent) process.stderr.write(`relata: ${text}\n`)
      else log.warn(text)
    })
    const shared = { keys, certificates, signing, config, log, unenforcedLog, observation, clock, ids, report, health }
    const box = config.registry ? undefined : worldsOf(opened, shared)
    const server =
      config.listens === false
        ? undefined
        : await (box === undefined ? listen(listenerOf({ ...shared, parts })) : listen(box.first.parts, box))
    void goOn(config, parts).catch((error: unknown) => report(error, 'gdap'))
    signing.listensAt(server?.port)
    return {
      origin: originFor(config, server?.port ?? config.port),
      certificates,
      parts,
      keys,
      worlds: box,
      close: async () => {
        await Promise.all([server?.close(), box?.closeDoors()])
        health.close()
        await (box === undefined ? parts.close() : box.close())
        // When this ends, nothing is still being written.
        await keys?.current().catch(() => undefined)
        await observation.close()
        log.flush()
      },
    }
  } catch (error) {
    health.close()
    await parts.close()
    await observation.close()
    throw error
  }
}
