/** A file with rules, as the request that adds them. Pure. */
import { control, type RequestPlan } from '../../data/plan.ts'
import { t } from '../../i18n/t.ts'
import { addAllPlan, type Scenario } from './api.ts'

function plainJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * JSON of a scenario, of a list of rules, or of one rule; what is no JSON goes to the server as it is, which reads YAML and
 * JSON with comments. Throws where it is JSON without a rule.
 */
export function filePlan(text: string): RequestPlan {
  const parsed = plainJson(text)
  if (parsed === undefined)
    return control('POST', '/faults', { headers: { 'Content-Type': 'application/yaml' }, body: text })
  if (Array.isArray(parsed)) return addAllPlan({ rules: parsed as Scenario['rules'] })
  const { rules, what } = (parsed ?? {}) as unknown as Partial<Scenario> & { what?: unknown }
  if (Array.isArray(rules)) return addAllPlan({ rules })
  if (what !== undefined) return addAllPlan({ rules: [parsed] as unknown as Scenario['rules'] })
  throw new Error(t('fault.file.none'))
}
