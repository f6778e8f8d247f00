/** The plan of a document, made where the test runs. */
import { makePlan, type PlanRequest, type TaxonomyCaller } from '#app/adapters/taxonomy/planning.ts'
import { randomIds } from '#base/ids.ts'
import type { Plan } from '#exchange/plan/records.ts'
import { defaultSettings } from '#workloads/term-store/rules/settings.ts'
import type { TestServer } from './server.ts'

export function plannedOn({ parts }: TestServer, caller: TaxonomyCaller, request: PlanRequest): Promise<Plan> {
  return makePlan({ store: parts.store, ids: randomIds, settings: defaultSettings }, caller, request)
}
