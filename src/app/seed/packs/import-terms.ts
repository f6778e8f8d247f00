/** Imports a file of terms as a seed. It is loaded when there is one. Nobody's roles are asked for. */
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
import type { SeedFacts } from '../seed-facts.ts'
import { type TermsFile, tenantOf } from './terms-file.ts'

const mostTold = 5

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
