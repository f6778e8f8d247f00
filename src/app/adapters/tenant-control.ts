/** Adapter: `/_relata/tenants`, implemented with the operations on tenants. Checks what a body says before anything is done. */
import { AppError, Faults } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { checkAgainst, type JsonSchema } from '#base/schema-check.ts'
import type { TenantControl } from '#control/tenants.ts'
import { relationshipStates, type SeedRelationship, type SeedTenant } from '../seed/format/seed-format.ts'
import { seedSchema, tenantSchema } from '../seed/format/seed-schema.ts'
import type { TenantPatch } from '../tenants/tenant-update.ts'
import type { TenantManagement } from '../tenants/tenants.ts'
import type { TenantList } from './tenant-list.ts'

const mostCustomers = 500
/** Members of a tenant that a patch may have. */
const changeable: ReadonlySet<string> = new Set<keyof TenantPatch>([
  'displayName',
  'defaultDomain',
  'initialDomain',
  'domains',
  'countryLetterCode',
  'preferredLanguage',
  'isPartner',
  'administrators',
  'people',
])
const {
  languages = {},
  defaultLanguage = {},
  administrators: storeAdministrators = {},
} = seedSchema.$defs?.['termStore']?.properties ?? {}

const patchSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    ...Object.fromEntries(Object.entries(tenantSchema.properties ?? {}).filter(([name]) => changeable.has(name))),
    termStore: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { languages, defaultLanguage, administrators: storeAdministrators },
    },
  },
}

const manySchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['count', 'template'],
  properties: {
    count: { type: 'integer', minimum: 1, maximum: mostCustomers },
    template: { type: 'string', enum: ['customer'] },
    partner: { type: 'string', minLength: 1, maxLength: 253 },
    relationship: { type: 'string', enum: ['none', ...relationshipStates] },
  },
}

interface ManyWish {
  readonly count: number
  readonly partner?: string
  readonly relationship?: SeedRelationship['status'] | 'none'
}

function checked<T>(body: unknown, schema: JsonSchema): T {
  const faults = new Faults()
  checkAgainst(body, schema, faults, { root: seedSchema })
  faults.throwIfAny()
  return body as T
}

/** Checks a change of a tenant. Throws `invalid` with every fault. */
export function checkedPatch(body: unknown): TenantPatch {
  return checked<TenantPatch>(body, patchSchema)
}

function isMany(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('template' in body || 'count' in body)
}

export interface TenantControlParts {
  readonly tenants: TenantManagement
  readonly list: TenantList
  readonly registry: boolean
  /** Id of the tenant with which customers of a template have a relationship, if it is there and the body names no other. */
  readonly usualPartner: string
}

/** Who signs in to the stand-in does so by the well-known applications; a registry has its own issuers. */
function completed(seed: SeedTenant, registry: boolean): SeedTenant {
  if (!registry) return seed.applications === undefined ? { ...seed, applications: 'well-known' } : seed
  const faults = new Faults()
  if (seed.applications === 'well-known')
    faults.add('applications', 'A registry has no well-known applications: their secret is public.')
  for (const [at, { secret }] of (Array.isArray(seed.applications) ? seed.applications : []).entries())
    if (secret === 'well-known') faults.add(`applications/${at}/secret`, 'A registry takes no secret that is public.')
  faults.throwIfAny()
  return seed
}

export function tenantControlOf({ tenants, list, registry, usualPartner }: TenantControlParts): TenantControl {
  const addMany = async (body: unknown, by: string): Promise<readonly Json[]> => {
    if (registry)
      throw new AppError('invalid', 'Templates are for development: a registry has real tenants only.', {
        target: 'template',
      })
    const { count, partner, relationship } = checked<ManyWish>(body, manySchema)
    const wish = { partner: partner ?? list.find(usualPartner)?.id, relationship: relationship ?? ('active' as const) }
    return (await tenants.addCustomers(count, wish, by)) as unknown as readonly Json[]
  }
  return {
    list: async () => (await tenants.list()) as unknown as readonly Json[],
    show: async (id) => (await tenants.show(id)) as unknown as Json,
    add: async (body, by) => {
      if (isMany(body)) return addMany(body, by)
      const seed = completed(checked<SeedTenant>(body, tenantSchema), registry)
      const [view] = await tenants.add([seed], [''], by)
      return view as unknown as Json
    },
    update: async (id, body, by, actor) => (await tenants.update(id, checkedPatch(body), by, actor)) as unknown as Json,
    remove: async (id, confirm, by) => {
      await tenants.remove(id, confirm, by)
    },
  }
}
