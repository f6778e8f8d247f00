/** Puts the parts together: store, rules, engine, sign-in, listener. The only place that knows them all. */
import { randomBytes } from 'node:crypto'
import type { Directory } from '#auth/directory.ts'
import { type Clock, systemClock } from '#base/clock.ts'
import { type Ids, randomIds } from '#base/ids.ts'
import { behaviours } from '#domain/index.ts'
import type { TermStoreSettings } from '#domain/term-store/settings.ts'
import type { Store } from '#edm/ports.ts'
import { makeEngine } from '#engine/handle.ts'
import type { Handle } from '#engine/request.ts'
import { application, tenant } from '#model/directory.ts'
import { models } from '#model/index.ts'
import { relation } from '#model/term-store.ts'
import { openStore } from '#store/store.ts'
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
  const handle = makeEngine({
    models,
    store,
    behaviours: behaviours(settings),
    clock,
    ids,
    secret: settings.pageSecret ?? randomBytes(32),
    strict: settings.strict,
    silentCreates: new Set(settings.relationStatus === 204 ? [relation.name] : []),
    report: settings.report ?? (() => undefined),
  })
  try {
    if (settings.seed === 'default') await seedDefault({ store, handle, clock, ids })
  } catch (error) {
    await store.close()
    throw error
  }
  return { store, handle, directory: directoryOf(store) }
}
