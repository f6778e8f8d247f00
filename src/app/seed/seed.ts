/**
 * Writes a seed: an empty database is filled with one, and a server gets more tenants by one. What has rules of its own goes
 * through the engine, so it obeys them. The seed was checked before (seed-check.ts).
 */
import { AppError, invariant, StoreError } from '#base/errors.ts'
import type { Actor } from '#edm/ports.ts'
import { addedTo } from './format/seed-check.ts'
import type { Seed } from './format/seed-format.ts'
import { type SeedProgress, untold } from './packs/pack.ts'
import { readPermissions, writePermissions } from './permissions.ts'
import { additionTo } from './seed-addition.ts'
import { wellKnown } from './seed-data.ts'
import type { Post, SeedFacts } from './seed-facts.ts'
import { planOf, type TenantPlan } from './seed-plan.ts'
import { seedRelationship } from './seed-relationships.ts'
import { seedTaxonomy } from './seed-taxonomy.ts'
import { tenantWriter } from './seed-tenant.ts'

/** Who writes a seed. */
export function actorOf(id: string): Actor {
  return {
    kind: 'app',
    tenantId: id,
    appId: wellKnown.daemon,
    permissions: new Set([...readPermissions, ...writePermissions]),
  }
}

interface Refusal {
  readonly error?: { readonly message?: string; readonly target?: string }
}

/** Sends requests to the tenant. */
export function postTo({ engine, ids }: SeedFacts, tenantId: string): Post {
  const actor = actorOf(tenantId)
  return async (path, body, at) => {
    const requestId = ids.mint()
    const answer = await engine.handle({
      method: 'POST',
      version: 'v1.0',
      path,
      query: '',
      headers: {},
      body: new TextEncoder().encode(JSON.stringify(body)),
      origin: 'https://localhost',
      requestId,
      clientRequestId: requestId,
      actor,
    })
    const said = JSON.parse(answer.body ?? '{}') as Refusal & { readonly id?: string }
    if (answer.status >= 500)
      throw new AppError('unavailable', said.error?.message ?? 'The database cannot be written.')
    if (answer.status >= 300)
      throw new AppError('invalid', said.error?.message ?? `The request was answered ${answer.status}.`, { target: at })
    invariant(said.id !== undefined, `POST ${path} answers what was made`)
    return said.id
  }
}

/** Removes the tenants that a seed has made before it was refused. */
export async function takeBack({ store, tenants }: SeedFacts, made: readonly string[]): Promise<void> {
  for (const id of made) await store.removeTenant(id)
  await tenants.refresh()
}

/** The error of a database that has something already, as one of the seed. */
function clashAt(error: unknown, target: string): unknown {
  if (!(error instanceof StoreError) || error.kind !== 'conflict') return error
  return new AppError('conflict', 'The tenant already has an id or a name that the seed has.', {
    target: target === '' ? 'tenants' : target.replace(/\/$/, ''),
    cause: error,
  })
}

/**
 * Returns the ids of the tenants that were made. A tenant that is there already gets what the seed has for it. Where a rule
 * refuses something, none of the new ones is left, and `invalid` is thrown; `path`: where the tenants are in what was sent.
 */
export async function runSeed(
  facts: SeedFacts,
  { tenants }: Seed,
  path = 'tenants/',
  progress: SeedProgress = untold,
): Promise<readonly string[]> {
  const { store, ids, clock, secretHash } = facts
  const placeOf = (at: number): string => (path === '' ? '' : `${path}${at}/`)
  const plans: TenantPlan[] = []
  for (const [at, tenant] of tenants.entries()) {
    const there = addedTo(tenant, facts.tenants)
    plans.push(there === undefined ? planOf(tenant, ids) : await additionTo(there, tenant, facts, placeOf(at)))
  }
  const made: string[] = []
  try {
    for (const [at, plan] of plans.entries()) {
      const write = await tenantWriter(plan, clock.now(), ids, secretHash, facts.roles?.())
      if (plan.isAddition !== true) {
        await store.addTenant(plan.id)
        made.push(plan.id)
      }
      await store.write(plan.id, write).catch((error: unknown) => {
        throw clashAt(error, placeOf(at))
      })
    }
    // From here on the rules must know them.
    await facts.tenants.refresh()
    for (const [at, plan] of plans.entries()) {
      const post = postTo(facts, plan.id)
      const here = placeOf(at)
      await seedTaxonomy(facts, post, plan, here)
      for (const [place, relationship] of (plan.seed.relationships ?? []).entries())
        await seedRelationship(facts, post, plan, relationship, `${here}relationships/${place}`)
      progress({ what: 'tenants', done: at + 1, of: plans.length })
    }
  } catch (error) {
    await takeBack(facts, made).catch(() => undefined)
    throw error
  }
  return made
}
