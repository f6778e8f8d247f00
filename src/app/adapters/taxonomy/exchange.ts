/** Adapter: taxonomies as files for one server: plans, jobs that apply them, and exports, on the rows of a tenant. */
import type { ReadTx } from '#edm/ports.ts'
import type { Doc } from '#exchange/document.ts'
import type { Plan } from '#exchange/plan/records.ts'
import { chosenRules, type ValidationFinding } from '#exchange/validate/rules.ts'
import { findingsIn } from '#exchange/validate/validate.ts'
import { type Languages, languagesOf } from '#workloads/term-store/rules/languages/languages.ts'
import { type Applying, type ApplyingFacts, applyingOn, keepPlan } from './applying.ts'
import { type ExportRequest, exportDoc } from './chosen.ts'
import { type LookRequest, lookedAt, lookedIn } from './looked.ts'
import { makePlan, type PlanRequest, type TaxonomyCaller } from './planning.ts'
import { needStore } from './read-taxonomy.ts'

export interface TaxonomyExchange extends Applying {
  plan(caller: TaxonomyCaller, request: PlanRequest): Promise<Plan>
  /** Keeps the plan, so that it can be applied by its digest. */
  keep(caller: TaxonomyCaller, plan: Plan): Promise<void>
  export(caller: TaxonomyCaller, request: ExportRequest): Promise<Doc>
  languages(caller: TaxonomyCaller): Promise<Languages>
  /** `rules`: as `chosenRules` takes them. */
  validate(caller: TaxonomyCaller, request: LookRequest, rules: readonly string[]): Promise<ValidationFinding[]>
}

export function taxonomyExchangeOf(facts: ApplyingFacts): TaxonomyExchange {
  const { store } = facts
  return {
    ...applyingOn(facts),
    plan: (caller, request) => makePlan(facts, caller, request),
    keep: (caller, plan) => keepPlan(facts, caller, plan),
    export: ({ tenantId }, request) => exportDoc(store, tenantId, request),
    validate: async ({ tenantId }, request, rules) => {
      const asked = chosenRules(rules)
      const { among, ...looked } = await store.read(tenantId, (tx) => lookedAt(tx, request))
      const found = findingsIn({ ...looked, limits: facts.settings.limits }, asked)
      return among === undefined ? found : found.filter(({ id }) => id !== undefined && among.has(id))
    },
    languages: ({ tenantId }) => store.read(tenantId, async (tx) => languagesOf(await needStore(tx))),
  }
}

/** What `relata.validate` asks: findings in sets that are given by their ids. */
export async function findingsFor(
  tx: ReadTx,
  limits: ApplyingFacts['settings']['limits'],
  { sets, rules }: { readonly sets: readonly string[]; readonly rules: readonly string[] },
): Promise<ValidationFinding[]> {
  const asked = chosenRules(rules)
  // To `lookedIn` no sets are all of them.
  if (sets.length === 0) return []
  return findingsIn({ ...(await lookedIn(tx, { sets })), limits }, asked)
}
