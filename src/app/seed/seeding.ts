/** Fills an empty database, and adds to one that is served: the engine with the rules for seeds, and where rows go first. */
import { randomBytes } from 'node:crypto'
import { makeEngine } from '#engine/handle.ts'
import type { EngineControls, EngineFacts } from '#engine/session.ts'
import type { DatabasePlace } from '#store/bulk.ts'
import { behaviours } from '#workloads/behaviours.ts'
import { agendaEntry } from '#workloads/common.ts'
import { defaultGdapSettings, type GdapSettings } from '#workloads/gdap/rules/settings.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import type { TenantList } from '../adapters/tenant-list.ts'
import { partsOf, type SeedChoice, writeParts } from './packs/contents.ts'
import { type SeedProgress, untold } from './packs/pack.ts'
import { packOf } from './packs/packs.ts'
import { secretHashes } from './secrets.ts'
import { seedWhole } from './seed-whole.ts'

/** What the rules ask of the tenants. They ask inside a transaction, so they get what is in memory; what is missing is read afterwards. */
export function lookupOf(tenants: TenantList): GdapSettings['tenants'] {
  return {
    find: async (idOrDomain) => {
      const known = tenants.find(idOrDomain)
      // If this fails, the tenant stays unknown.
      if (known === undefined) tenants.refresh().catch(() => undefined)
      return known
    },
  }
}

/** A seed may have what requests may not, such as terms without a label in the default language. */
function seedRules(tenants: TenantList, roles = defaultGdapSettings.roles) {
  const gdap = { ...defaultGdapSettings, tenants: lookupOf(tenants), roles }
  return behaviours({ ...defaultSettings, labelsAsGiven: true }, gdap)
}

/** The engine, for seeds on a server that runs. */
export function seedingOn(engine: EngineControls, tenants: TenantList, roles: GdapSettings['roles']) {
  return { handle: engine.withRules(seedRules(tenants, roles)), inTenant: engine.inTenant, settle: engine.settle }
}

type SeedingFacts = Pick<EngineFacts, 'models' | 'store' | 'clock' | 'ids' | 'report'>

/** The seed does not depend on the settings, so it is written by an engine with the default ones. */
async function seedHere(
  common: SeedingFacts,
  tenants: TenantList,
  content: SeedChoice,
  progress: SeedProgress,
): Promise<void> {
  const usual = seedRules(tenants)
  const quiet = { secret: randomBytes(32), strict: false, silentCreates: new Set<string>(), agendaEntry }
  const engine = makeEngine({ ...common, ...quiet, behaviours: usual })
  const parts = { handle: engine, inTenant: engine.inTenant, settle: engine.settle }
  const facts = { ...common, engine: parts, tenants, secretHash: secretHashes(process.env) }
  const placed = partsOf(content).map((part) => ({ part, at: '' }))
  await writeParts(facts, placed, progress).finally(() => engine.close())
}

interface SeedPlace {
  readonly database: string | undefined
  readonly databaseUrl?: string | undefined
  /** The folder is temporary: its durability does not matter, and the seed is written into it directly. */
  readonly seedsHere?: boolean
  readonly seed: SeedChoice
  readonly onSeed?: SeedProgress | undefined
}

/** Where the seed is copied to; undefined: it is written directly. */
function placeOf({ database, databaseUrl, seedsHere }: SeedPlace): DatabasePlace | undefined {
  if (databaseUrl !== undefined) return { url: databaseUrl }
  return database === undefined || seedsHere === true ? undefined : { location: database }
}

/** Whether a copy of it is too much to be kept in memory. */
export function isLarge(content: SeedChoice): boolean {
  return partsOf(content).some((part) => typeof part === 'string' && packOf(part).isLarge === true)
}

/** `fill` seeds a database in a folder of its own. Returns a copy of the content, where there is one at little cost. */
export async function seedIfEmpty(
  settings: SeedPlace,
  common: SeedingFacts,
  tenants: TenantList,
  fill: (database: string) => Promise<void>,
): Promise<Uint8Array | undefined> {
  const { seed, onSeed = untold } = settings
  if (partsOf(seed).length === 0 || (await common.store.tenants()).length > 0) return undefined
  const place = placeOf(settings)
  await (place === undefined ? seedHere(common, tenants, seed, onSeed) : seedWhole(place, common.clock, fill, onSeed))
  return settings.databaseUrl === undefined && !isLarge(seed) ? common.store.content?.image() : undefined
}
