/** Puts the parts together: store, rules, engine, sign-in, listener. The only place that knows them all. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createAuthority } from '#auth/authority.ts'
import type { Directory } from '#auth/directory.ts'
import { loadKeys } from '#auth/keys.ts'
import { createVerify } from '#auth/verify.ts'
import { type Clock, systemClock } from '#base/clock.ts'
import { type Ids, randomIds } from '#base/ids.ts'
import { behaviours } from '#domain/index.ts'
import { defaultSettings, type TermStoreSettings } from '#domain/term-store/settings.ts'
import type { Store } from '#edm/ports.ts'
import { makeEngine } from '#engine/handle.ts'
import type { Handle } from '#engine/request.ts'
import { startServer as listen } from '#http/server.ts'
import { application, tenant } from '#model/directory.ts'
import { models } from '#model/index.ts'
import { relation } from '#model/term-store.ts'
import { openStore } from '#store/store.ts'
import { type Certificates, loadCertificates } from './certificates.ts'
import { type Config, listenHosts, originFor } from './config.ts'
import { createLog } from './log.ts'
import { keyFile, readIfThere, writeWhole } from './private-files.ts'
import { seedDefault } from './seed.ts'

/** What the parts below the listener need to know. */
export interface PartSettings extends TermStoreSettings {
  /** Folder of the database; undefined: in memory. */
  readonly database: string | undefined
  readonly strict: boolean
  readonly relationStatus: 201 | 204
  readonly seed: 'default' | 'none'
  /** Signs page tokens; absent: made for this process. */
  readonly pageSecret?: Uint8Array
  readonly report?: (error: unknown, requestId: string) => void
}

export interface Parts {
  readonly store: Store
  readonly handle: Handle
  readonly directory: Directory
}

const directoryOf = (store: Store): Directory => {
  const tenantsById = new Map<string, { id: string; domain: string }>()
  const load = async () => {
    for (const { id } of await store.tenants()) {
      if (tenantsById.has(id)) continue
      const row = await store.read(id, (tx) => tx.get(tenant, id))
      if (row !== undefined) tenantsById.set(id, { id, domain: row.defaultDomain.toLowerCase() })
    }
  }
  const find = (wanted: string) =>
    tenantsById.get(wanted) ?? [...tenantsById.values()].find(({ domain }) => domain === wanted)
  return {
    findTenant: async (idOrDomain) => {
      const wanted = idOrDomain.toLowerCase()
      const known = find(wanted)
      if (known !== undefined) return known
      await load()
      return find(wanted)
    },
    findApplication: (tenantId, appId) => store.read(tenantId, (tx) => tx.get(application, appId)),
  }
}

/** Opens the database, brings it up to date, seeds it when it is empty. Throws when it cannot be used as it is. */
export const openParts = async (
  settings: PartSettings,
  clock: Clock = systemClock,
  ids: Ids = randomIds,
): Promise<Parts> => {
  const store = await openStore({ models: Object.values(models), location: settings.database, clock })
  const common = { models, store, clock, ids, report: settings.report ?? (() => undefined) }
  const handle = makeEngine({
    ...common,
    behaviours: behaviours(settings),
    secret: settings.pageSecret ?? randomBytes(32),
    strict: settings.strict,
    silentCreates: new Set(settings.relationStatus === 204 ? [relation.name] : []),
  })
  try {
    if (settings.seed === 'default') {
      // The seed is the same whatever the settings, so it has an engine of its own with the usual ones.
      const usual = { behaviours: behaviours(defaultSettings), secret: randomBytes(32), strict: false }
      await seedDefault({ store, handle: makeEngine({ ...common, ...usual, silentCreates: new Set() }), clock, ids })
    }
  } catch (error) {
    await store.close()
    throw error
  }
  return { store, handle, directory: directoryOf(store) }
}

export interface RunningServer {
  /** The address to tell people. */
  readonly origin: string
  readonly certificates: Certificates | undefined
  readonly parts: Parts
  close(): Promise<void>
}

/** Signs page tokens; kept beside the database, so that paging goes on over a restart. */
const pageSecretOf = async ({ inMemory, location }: Config): Promise<Uint8Array> => {
  if (inMemory) return randomBytes(32)
  const file = join(location, 'page.key')
  const known = await readIfThere(file)
  if (known !== undefined) return Buffer.from(known, 'base64url')
  const made = randomBytes(32)
  await writeWhole(file, made.toString('base64url'))
  return made
}

/** Keys and certificates are made while the database opens: each takes a good part of a start. */
export const startServer = async (
  config: Config,
  clock: Clock = systemClock,
  ids: Ids = randomIds,
): Promise<RunningServer> => {
  const log = await createLog({ level: config.logLevel, output: config.output, silent: config.silent, clock })
  const keys = loadKeys(config.inMemory ? undefined : keyFile(join(config.location, 'keys.json')))
  const files = [
    config.httpOnly ? undefined : loadCertificates({ ...config, now: clock.now() }),
    pageSecretOf(config),
  ] as const
  const [certificates, pageSecret] = await Promise.all(files).catch(async (error: unknown) => {
    // When this ends, nothing is still being written.
    await Promise.allSettled([...files, keys.current()])
    throw error
  })
  const report = (error: unknown, requestId: string): void => log.error(`500 for request ${requestId}`, error)
  const database = config.inMemory ? undefined : config.location
  const parts = await openParts({ ...config, database, pageSecret, report }, clock, ids)
  try {
    const server = await listen({
      handle: parts.handle,
      verify: createVerify({ directory: parts.directory, keys, clock }),
      authority: createAuthority({ directory: parts.directory, keys, clock }),
      clock,
      ids,
      about: { store: config.inMemory ? 'memory' : 'sqlite' },
      ...(certificates?.ca === undefined ? {} : { certificate: certificates.ca }),
      ...(log.request === undefined ? {} : { onRequest: log.request }),
      onFault: report,
      port: config.port,
      hosts: listenHosts(config),
      ...(certificates === undefined ? {} : { tls: { key: certificates.key, cert: certificates.cert } }),
    })
    return {
      origin: originFor(config, server.port),
      certificates,
      parts,
      close: async () => {
        await server.close()
        await parts.store.close()
        log.flush()
      },
    }
  } catch (error) {
    await parts.store.close()
    throw error
  }
}
