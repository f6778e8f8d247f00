/** What the server cannot know of a file, and somebody has to say. */
import type { PlanList, PlanRecord } from './plan-lines.ts'

export type Need = 'group' | 'format'

/** Of the message that says so. */
export const needId = 'import-need'

/** Whether a group is refused since the file has no name for it. */
export function lacksGroup({ action, kind, faults }: Pick<PlanRecord, 'action' | 'kind' | 'faults'>): boolean {
  return action === 'refused' && kind === 'group' && faults.some(({ code }) => code === 'parent-missing')
}

export function needOf(plan: PlanList | undefined): Need | undefined {
  if (plan === undefined) return undefined
  if (plan.remarks.some(({ code }) => code === 'format-unknown')) return 'format'
  return plan.lacksGroup ? 'group' : undefined
}
