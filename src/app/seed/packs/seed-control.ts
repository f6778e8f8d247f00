/** Adapter: seeds for a database that is served, as `/_relata/seed` and `/_relata/worlds` take them. */
import { AppError } from '#base/errors.ts'
import { isObject, type Json } from '#base/json.ts'
import { shortText } from '#base/text/short-text.ts'
import type { SeedControl } from '#control/worlds/seed.ts'
import type { TenantFacts } from '#workloads/gdap/rules/settings.ts'
import type { TenantList } from '../../adapters/tenant-list.ts'
import { addedTo } from '../format/seed-check.ts'
import type { Seed } from '../format/seed-format.ts'
import { type SeedFacts, seedRoles } from '../seed-facts.ts'
import { checkParts, type PlacedPart, partsIn, type SeedPart, seedOfPart, writeParts } from './contents.ts'
import { packOf } from './packs.ts'
import { isTermsFile } from './terms-file.ts'

export interface SeedControlFacts {
  readonly seeding: SeedFacts & { readonly tenants: TenantList }
  /** The database is in memory. */
  readonly isInMemory: boolean
  /** Says what was done, for the log. */
  readonly note: (text: string) => void
  /**
   * Does the same in a copy, and throws what refuses it: what is added to a tenant that is there cannot be taken back.
   * Absent: this is the copy.
   */
  readonly rehearse?: (body: unknown) => Promise<void>
}

function addsTo(placed: readonly PlacedPart[], tenants: TenantList): boolean {
  return seedsOf(placed, tenants).some((seed) => seed.tenants.some((tenant) => addedTo(tenant, tenants) !== undefined))
}

function seedsOf(placed: readonly PlacedPart[], tenants: TenantList): readonly Seed[] {
  return placed.map(({ part }) => seedOfPart(part, tenants))
}

/** A seed by itself, or as a member; what else may be in a body is a mistake. */
function placedIn(body: unknown): readonly PlacedPart[] {
  if (!isObject(body) || Array.isArray(body) || !Object.hasOwn(body, 'seed')) return partsIn(body, '')
  const { seed, ...others } = body as Json
  const [stray] = Object.keys(others)
  if (stray !== undefined)
    throw new AppError('invalid', `'${shortText(stray)}' is not known here: the body is {"seed": …}, or a seed.`, {
      target: stray,
    })
  return partsIn(seed, 'seed/')
}

/** Who signs in does so by the well-known applications, where a new tenant has no others. */
function completed(part: SeedPart): SeedPart {
  if (typeof part === 'string' || isTermsFile(part)) return part
  const tenants = part.tenants.map((tenant) =>
    tenant.applications === undefined && tenant.displayName !== undefined && tenant.defaultDomain !== undefined
      ? { ...tenant, applications: 'well-known' as const }
      : tenant,
  )
  return { ...part, tenants }
}

function isLargePart({ part }: PlacedPart): boolean {
  return typeof part === 'string' && packOf(part).isLarge === true
}

function checkSize(parts: readonly PlacedPart[]): void {
  for (const { part, at } of parts)
    if (isLargePart({ part, at }))
      throw new AppError(
        'invalid',
        `'${part}' is too large for a world in memory: start a server with --seed ${part}.`,
        {
          ...(at === '' ? {} : { target: at.replace(/\/$/, '') }),
        },
      )
}

function named({ id, displayName, defaultDomain }: TenantFacts, isNew: boolean): Json {
  return { id, displayName, defaultDomain, isNew }
}

/** One after another, so that each sees what the one before has made. */
export function seedControlOf({ seeding, isInMemory, note, rehearse }: SeedControlFacts): SeedControl {
  let last: Promise<unknown> = Promise.resolve()
  const add = async (body: unknown): Promise<readonly Json[]> => {
    const { store, tenants } = seeding
    const placed = placedIn(body).map(({ part, at }) => ({ part: completed(part), at }))
    if (isInMemory) checkSize(placed)
    return store.processes.alone(async () => {
      await tenants.refresh()
      checkParts(placed, tenants, seedRoles(seeding))
      if (rehearse !== undefined && !placed.some(isLargePart) && addsTo(placed, tenants)) await rehearse(body)
      const made = new Set(await writeParts(seeding, placed))
      const touched = seedsOf(placed, tenants).flatMap((seed) =>
        seed.tenants.flatMap((tenant) => addedTo(tenant, tenants) ?? []),
      )
      const all = [...new Map(touched.map((one) => [one.id, one])).values()]
      for (const { id, displayName } of all)
        note(`tenant ${made.has(id) ? 'added' : 'filled'} by a seed: ${id} ${displayName}`)
      return all.map((one) => named(one, made.has(one.id)))
    })
  }
  return {
    add: (body) => {
      const done = last.then(() => add(body))
      last = done.catch(() => undefined)
      return done
    },
  }
}
