/**
 * A file of terms as a seed: SharePoint's CSV, PnP's XML, SKOS and the like (docs/taxonomy-files.md). It is imported into the
 * term store of a tenant that is there, by the same plan as any other import; nobody's roles are asked for.
 */
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { AppError } from '#base/errors.ts'
import { readFile } from '#exchange/formats.ts'
import { isBlocked } from '#exchange/plan/plan.ts'
import type { Plan } from '#exchange/plan/records.ts'
import { stepsOf } from '#exchange/plan/steps.ts'
import { languagesOf } from '#workloads/term-store/rules/languages/languages.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import { applyStep } from '../../adapters/taxonomy/apply-step.ts'
import { makePlan } from '../../adapters/taxonomy/planning.ts'
import { needStore } from '../../adapters/taxonomy/read-taxonomy.ts'
import type { Seed } from '../format/seed-format.ts'
import { wellKnown } from '../seed-data.ts'
import type { SeedFacts } from '../seed-facts.ts'

export interface TermsFile {
  /** Name of the file, for messages; its extension may tell the format. */
  readonly terms: string
  readonly bytes: Uint8Array
  /** Id or domain; absent: Contoso. */
  readonly tenant?: string | undefined
  /** Where its sets go, if it names no group; absent: a group with the name of the file. */
  readonly group?: string | undefined
}

const endings = /^\.(?:csv|tsv|xml|ttl|nt|rdf|jsonld|jsonl|txt)$/i
const mostTold = 5

/** Whether a path names a file of terms, and no seed of JSON or YAML. */
export function isTermsPath(file: string): boolean {
  return endings.test(extname(file))
}

export function isTermsFile(part: unknown): part is TermsFile {
  return typeof part === 'object' && part !== null && 'terms' in part && 'bytes' in part
}

/** Throws where it cannot be read. */
export function termsFileAt(path: string): TermsFile {
  try {
    return { terms: basename(path), bytes: new Uint8Array(readFileSync(path)) }
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

export function tenantOf({ tenant = wellKnown.contoso }: TermsFile): string {
  return tenant
}

/** What it adds to, as a seed says it. */
export function seedOfTerms(file: TermsFile): Seed {
  return { tenants: [{ id: tenantOf(file) }] } as unknown as Seed
}

function refusal({ terms }: TermsFile, { records, remarks }: Plan): AppError {
  const ofRecords = records.flatMap(({ at, faults }) => faults.map(({ code, text }) => `${at.path}: ${code}: ${text}`))
  const ofFile = remarks
    .filter(({ severity }) => severity === 'stops' || severity === 'refused')
    .map(({ text }) => text)
  const all = [...ofFile, ...ofRecords]
  const more = all.length > mostTold ? ` … and ${all.length - mostTold} more` : ''
  return new AppError('invalid', `${terms} cannot be imported: ${all.slice(0, mostTold).join(' · ')}${more}`)
}

/** Throws `invalid` with what is refused; nothing is written then. */
export async function importTerms(facts: SeedFacts, file: TermsFile, at: string): Promise<void> {
  const { store, ids, engine, tenants } = facts
  const wanted = tenantOf(file)
  const tenant = tenants.find(wanted)
  if (tenant === undefined)
    throw new AppError(
      'invalid',
      `${file.terms} is for the tenant '${wanted}', which is not there.`,
      at === '' ? {} : { target: at },
    )
  const settings = defaultSettings
  const { defaultTag } = await store.read(tenant.id, async (tx) => languagesOf(await needStore(tx)))
  const { terms, bytes, group = basename(terms, extname(terms)) } = file
  const { doc, as } = await readFile({ file: terms, bytes, defaultLanguage: defaultTag })
  const caller = { tenantId: tenant.id, actor: undefined }
  const plan = await makePlan({ store, ids, settings }, caller, { doc, as, source: [], options: { group, adds: true } })
  if (isBlocked(plan)) throw refusal(file, plan)
  const steps = stepsOf(plan.records, plan.languages.add)
  const system = { kind: 'system', tenantId: tenant.id, permissions: new Set<string>() } as const
  for (const [place, step] of steps.entries()) {
    const later = new Set(steps.slice(place + 1).flatMap(({ records }) => records.map(({ id }) => id)))
    await engine.inTenant(tenant.id, system, (context) =>
      applyStep({ context, plan, step, untouched: [], later, settings, asksRoles: false }),
    )
  }
}
