/** What a database is filled with: packs and seeds, one after another, each adding to what is there. */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import { shortText } from '#base/text/short-text.ts'
import type { RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import type { TenantFacts } from '#workloads/gdap/rules/settings.ts'
import { addedTo, checkedForm, checkTenants, type KnownTenants } from '../format/seed-check.ts'
import type { Seed } from '../format/seed-format.ts'
import { runSeed, takeBack } from '../seed.ts'
import type { SeedFacts } from '../seed-facts.ts'
import { domainsOf } from '../seed-plan.ts'
import { type SeedProgress, untold } from './pack.ts'
import { type PackName, packNamed, packNames, packOf } from './packs.ts'
import { isTermsFile, seedOfTerms, type TermsFile, tenantOf } from './terms-file.ts'

export type SeedPart = PackName | Seed | TermsFile

/** `none`: nothing, and no tenants. */
export type SeedChoice = 'default' | 'none' | SeedPart | readonly SeedPart[]

/** What a part says of tenants. */
export function seedOfPart(part: SeedPart, known: KnownTenants): Seed {
  if (typeof part === 'string') return packOf(part).seed(known)
  return isTermsFile(part) ? seedOfTerms(part) : part
}

export function partsOf(content: SeedChoice): readonly SeedPart[] {
  if (typeof content === 'string') return content === 'none' ? [] : [packNamed(content) ?? 'contoso']
  return Array.isArray(content) ? content : [content as Seed]
}

/** A part, and where it is in what was sent: `seed/1/`, or empty. */
export interface PlacedPart {
  readonly part: SeedPart
  readonly at: string
}

/** The tenants of the parts before, beside those that are there. */
class KnownSoFar implements KnownTenants {
  readonly #there: KnownTenants
  readonly #added = new Map<string, TenantFacts>()

  constructor(there: KnownTenants) {
    this.#there = there
  }

  find(idOrDomain: string): TenantFacts | undefined {
    return this.#added.get(idOrDomain.toLowerCase()) ?? this.#there.find(idOrDomain)
  }

  add({ tenants }: Seed): void {
    for (const tenant of tenants) {
      if (addedTo(tenant, this) !== undefined) continue
      const { id = tenant.defaultDomain, displayName, defaultDomain } = tenant
      const facts = { id: id.toLowerCase(), displayName, defaultDomain: defaultDomain.toLowerCase() }
      for (const name of [id, ...domainsOf(tenant).all]) this.#added.set(name.toLowerCase(), facts)
    }
  }
}

/** Nobody has written the members of a pack, so its faults are one: its tenants are there. */
function presentPack(pack: PackName, { tenants }: Seed, known: KnownTenants, at: string): AppError | undefined {
  const there = tenants.flatMap((tenant) => addedTo(tenant, known)?.displayName ?? [])
  if (there.length === 0) return undefined
  const shown = there.length > 3 ? [...there.slice(0, 3), '…'] : there
  const message = `The pack '${pack}' needs a server without its tenants, and there are already ${shown.join(', ')}.`
  return new AppError('invalid', message, at === '' ? {} : { target: at.replace(/\/$/, '') })
}

function checkTermsFile(part: TermsFile, known: KnownTenants, at: string): void {
  const tenant = tenantOf(part)
  if (known.find(tenant) !== undefined) return
  const message = `${part.terms} has terms for the tenant '${tenant}', which neither is there nor is in a seed before it, such as contoso.`
  // Of the flags, the message names the file already.
  const isNamed = at === '' || at.endsWith(': ')
  throw new AppError('invalid', message, isNamed ? {} : { target: at.replace(/\/$/, '') })
}

/** Checks all parts before anything is written; `roles`: the catalogue in force. Throws `invalid` with every fault of the first part that has some. */
export function checkParts(parts: readonly PlacedPart[], there: KnownTenants, roles: RoleCatalogue): void {
  const known = new KnownSoFar(there)
  for (const { part, at } of parts) {
    if (isTermsFile(part)) {
      checkTermsFile(part, known, at)
      continue
    }
    const seed = seedOfPart(part, known)
    const paths = seed.tenants.map((_, place) =>
      typeof part === 'string' ? at.replace(/\/$/, '') : `${at}tenants/${place}`,
    )
    try {
      checkTenants(seed.tenants, paths, known, roles, true)
    } catch (error) {
      throw (typeof part === 'string' ? presentPack(part, seed, known, at) : undefined) ?? error
    }
    known.add(seed)
  }
}

/**
 * Writes the parts. Returns the ids of the tenants that were made. Where one is refused, no new tenant is left; what was added
 * to others stays.
 */
export async function writeParts(
  facts: SeedFacts,
  parts: readonly PlacedPart[],
  progress: SeedProgress = untold,
): Promise<readonly string[]> {
  const made: string[] = []
  try {
    for (const { part, at } of parts) {
      if (isTermsFile(part)) {
        const { importTerms } = await import('./import-terms.ts')
        await importTerms(facts, part, at.replace(/\/$/, ''))
        continue
      }
      const pack = typeof part === 'string' ? packOf(part) : undefined
      const seed = pack?.seed(facts.tenants) ?? (part as Seed)
      made.push(...(await runSeed(facts, seed, `${at}tenants/`, progress)))
      await pack?.fill?.(facts, progress)
    }
  } catch (error) {
    await takeBack(facts, made).catch(() => undefined)
    throw error
  }
  return made
}

const wanted = `a seed, or the name of a pack: ${packNames.join(', ')}`

function partIn(value: unknown, at: string): SeedPart {
  const target = at === '' ? {} : { target: at.replace(/\/$/, '') }
  if (typeof value === 'string') {
    const pack = packNamed(value)
    if (pack === undefined) throw new AppError('invalid', `'${value}' is not ${wanted}.`, target)
    return pack
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('invalid', `The seed is not ${wanted}.`, target)
  if ('terms' in value) return termsFileIn(value as Json, at)
  return checkedForm(value, at.replace(/\/$/, ''))
}

const termsMembers = ['terms', 'text', 'tenant', 'group']

/** `{"terms": "geo.csv", "text": …}`: a file of terms and its text. */
function termsFileIn(value: Json, at: string): TermsFile {
  const text = (name: string): string | undefined => {
    const given = value[name]
    if (given === undefined || (typeof given === 'string' && given !== '')) return given
    throw new AppError('invalid', `'${name}' is not a text, or it is empty.`, { target: `${at}${name}` })
  }
  const stray = Object.keys(value).find((name) => !termsMembers.includes(name))
  if (stray !== undefined)
    throw new AppError('invalid', `'${shortText(stray)}' is not known here. There are ${termsMembers.join(', ')}.`, {
      target: `${at}${stray}`,
    })
  const [terms, content] = [text('terms'), text('text')]
  if (terms === undefined || content === undefined)
    throw new AppError('invalid', "A file of terms has 'terms', its name, and 'text', what is in it.", {
      target: `${at}text`,
    })
  return { terms, bytes: new TextEncoder().encode(content), tenant: text('tenant'), group: text('group') }
}

/** As JSON has them: a pack by its name, a seed, or a list of these. `at`: where it is in what was sent. Throws `invalid`. */
export function partsIn(value: unknown, at: string): readonly PlacedPart[] {
  if (!Array.isArray(value)) return [{ part: partIn(value, at), at }]
  if (value.length === 0 || value.length > 100)
    throw new AppError('invalid', 'The list of seeds has 1 to 100 entries.', { target: at.replace(/\/$/, '') })
  return value.map((one, place) => ({ part: partIn(one, `${at}${place}/`), at: `${at}${place}/` }))
}
