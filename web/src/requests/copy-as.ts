/** Requests of the log as the server writes them out: commands for a shell, or a test. */
import { asProblem } from '../data/action.ts'
import { control, type RequestPlan } from '../data/plan.ts'
import { ask } from '../data/send.ts'
import { t } from '../i18n/t.ts'
import { announce } from '../kit/announce.ts'
import { toast } from '../kit/toasts.ts'

export const testForms = ['vitest', 'pytest'] as const
export type Form = 'curl' | (typeof testForms)[number]

export function writtenPlan(ids: readonly string[], as: Form): RequestPlan<string> {
  const [first] = ids
  return ids.length === 1 && first !== undefined
    ? control<string>('GET', `/requests/${encodeURIComponent(first)}`, { query: { as } })
    : control<string>('GET', '/requests', { query: { id: ids.join(','), as } })
}

/** Says what came of it. */
export async function copyAs(ids: readonly string[], as: Form): Promise<void> {
  const plan = writtenPlan(ids, as)
  try {
    await navigator.clipboard.writeText(await ask(plan))
    announce(t('copied'))
    toast({ text: t(`requests.copied.${as}`, { n: ids.length }) })
  } catch (error) {
    toast({ text: asProblem(error, plan).message, kind: 'failed' })
  }
}
