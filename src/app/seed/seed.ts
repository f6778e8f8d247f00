/**
 * Writes a seed: an empty database is filled with one, and a server gets more tenants by one. What has rules of its own goes
 * through the engine, so it obeys them. The seed was checked before (seed-check.ts).
 */
import { AppError, invariant } from '#base/errors.ts'
import type { Actor } from '#edm/ports.ts'
import type { Seed } from './format/seed-format.ts'
import { readPermissions, writePermissions } from './permissions.ts'
import { wellKnown } from './seed-data.ts'
import type { Post, SeedFacts } from './seed-facts.ts'
import { planOf } from './seed-plan.ts'
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
async function takeBack({ store, tenants }: SeedFacts, made: readonly string[]): Promise<void> {
  for (const id of made) await store.removeTenant(id)
  await tenants.refresh()
}

/** Returns the ids of the tenants. Where a rule refuses something, none of them is left, and `invalid` is thrown. */
export async function runSeed(facts: SeedFacts, { tenants }: Seed, path = 'tenants/'): Promise<readonly string[]> {
  const { store, ids, clock, secretHash } = facts
  const plans = tenants.map((tenant) => planOf(tenant, ids))
  const made: string[] = []
  try {
    for (const plan of plans) {
      const write = await tenantWriter(plan, clock.now(), ids, secretHash)
      await store.addTenant(plan.id)
      made.push(plan.id)
      await store.write(plan.id, write)
    }
    // From here on the rules must know them.
    await facts.tenants.refresh()
    for (const [at, plan] of plans.entries()) {
      const post = postTo(facts, plan.id)
      const here = path === '' ? '' : `${path}${at}/`
      await seedTaxonomy(facts, post, plan, here)
      for (const [place, relationship] of (plan.seed.relationships ?? []).entries())
        await seedRelationship(facts, post, plan, relationship, `${here}relationships/${place}`)
    }
  } catch (error) {
    await takeBack(facts, made).catch(() => undefined)
    throw error
  }
  return made
}
