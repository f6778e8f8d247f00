/** What the pages of faults ask and send. */
import { control, segment } from '../../data/plan.ts'
import { useRead } from '../../data/query.ts'
import type { FaultRule, ShownRule } from './rule.ts'

export interface Scenario {
  readonly rules: readonly FaultRule[]
}

export const rulesPlan = control<{ readonly value: readonly ShownRule[] }>('GET', '/faults')
export const scenarioPlan = control<Scenario>('GET', '/faults', { query: { as: 'scenario' } })
export const addPlan = (rule: FaultRule) => control<ShownRule>('POST', '/faults', { body: rule })
export const addAllPlan = (scenario: Scenario) => control('POST', '/faults', { body: scenario })
export const changePlan = (id: string, change: object) =>
  control<ShownRule>('PATCH', `/faults/${segment(id)}`, { body: change })
export const removePlan = (id: string) => control('DELETE', `/faults/${segment(id)}`)
export const clearPlan = control('DELETE', '/faults')
export const onePlan = (id: string) => control<ShownRule>('GET', `/faults/${segment(id)}`)

export const touches = ['page.faults-changed'] as const

/** Hits come of the requests of others, and the feed does not tell of them. */
const hitsEveryMs = 2000

export function useRules() {
  return useRead('faults', ['rules'], rulesPlan, {
    refetchInterval: ({ state }) => (state.data?.value.some(({ on }) => on) === true ? hitsEveryMs : false),
  })
}
