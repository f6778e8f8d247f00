/** What a seed is written with. */
import type { Clock } from '#base/clock.ts'
import type { Ids } from '#base/ids.ts'
import type { Store } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { EngineControls } from '#engine/session.ts'
import type { MarkedRoles } from '#workloads/directory/catalogue/rows.ts'
import { bundledRoles, type RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import type { TenantList } from '../adapters/tenant-list.ts'
import type { SeedSecret } from './format/seed-format.ts'

/** The hash of a secret, as `hashSecret` makes it. Throws `invalid` where there is no such secret. */
export type SecretHash = (secret: SeedSecret) => Promise<string>

export interface SeedFacts {
  readonly store: Store
  /** Its rules are those for seeds: nobody needs a role, and terms may have no label in the default language. */
  readonly engine: Pick<EngineControls, 'inTenant' | 'settle'> & { readonly handle: Handle }
  readonly clock: Clock
  readonly ids: Ids
  readonly tenants: Pick<TenantList, 'find' | 'refresh'>
  readonly secretHash: SecretHash
  /** The roles in force: those of new tenants, and those that seeds name. Absent: those that Relata brings. */
  readonly roles?: () => MarkedRoles
}

export function seedRoles({ roles }: Pick<SeedFacts, 'roles'>): RoleCatalogue {
  return roles?.().catalogue ?? bundledRoles
}

/** Creates by a request, and returns the id of what was made. `at`: where it is in the seed; throws `invalid` with that target. */
export type Post = (path: string, body: unknown, at: string) => Promise<string>
