/** Adapter: taxonomies as files for one server: plans, jobs that apply them, and exports, on the rows of a tenant. */
import type { ReadTx } from '#edm/ports.ts'
import type { WriteWish } from '#exchange/formats.ts'
import type { PlanOptions } from '#exchange/plan/plan.ts'
import type { ValidationFinding } from '#exchange/validate/rules.ts'
import { type Applying, type ApplyingFacts, applyingOn, keepPlan } from './applying.ts'
import type { ExportRequest } from './chosen.ts'
import type { LookRequest } from './looked.ts'
import { exportFile, type FileToPlan, findingsFile, findingsOfSets, planFile, type TaxonomyCaller } from './planning.ts'
import type { MadeFile } from './work/work.ts'
import { sharedWorkshop, type Workshop } from './work/workshop.ts'

export interface TaxonomyExchange extends Applying {
  /**
   * The text of the plan of a file, which is kept, so that it can be applied by its digest. What the file cannot be read for,
   * or takes too much time or memory for, is a fault of the plan. `optionsOf` is told what the file says of missing sets.
   */
  plan(
    caller: TaxonomyCaller,
    file: FileToPlan,
    optionsOf: (missing: 'keep' | 'deprecate' | 'delete' | undefined) => PlanOptions,
  ): Promise<Uint8Array>
  export(caller: TaxonomyCaller, request: ExportRequest, format: string, wish: WriteWish): Promise<MadeFile>
  /** Findings by lines. `rules`: as `chosenRules` takes them. */
  validate(caller: TaxonomyCaller, request: LookRequest, rules: readonly string[]): Promise<Uint8Array>
}

/** `workshop`: absent: that of this process. */
export function taxonomyExchangeOf(given: ApplyingFacts & { readonly workshop?: Workshop }): TaxonomyExchange {
  const { workshop = sharedWorkshop() } = given
  const facts = { ...given, workshop }
  return {
    ...applyingOn(facts),
    plan: async (caller, file, optionsOf) => {
      const made = await planFile(facts, caller, file, optionsOf)
      await keepPlan(facts, caller, made)
      return made.bytes
    },
    export: (caller, request, format, wish) => exportFile(facts, caller, request, format, wish),
    validate: (caller, request, rules) => findingsFile(facts, caller, request, rules),
  }
}

/** What `relata.validate` asks. */
export function findingsFor(
  tx: ReadTx,
  settings: ApplyingFacts['settings'],
  tenantId: string,
  request: { readonly sets: readonly string[]; readonly rules: readonly string[] },
): Promise<ValidationFinding[]> {
  return findingsOfSets(tx, { settings, workshop: sharedWorkshop() }, tenantId, request)
}
