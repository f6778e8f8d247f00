/** What the server would say to writes, without doing them. */
import type { BatchAnswer } from '../../../data/batch.ts'
import type { RequestPlan } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'
import { planOfAll } from './batch.ts'

export interface DryRun {
  readonly refusals: readonly { readonly code: string; readonly message: string; readonly target?: string | null }[]
  readonly effects: readonly {
    readonly kind: string
    readonly action: string
    readonly count: number
    readonly sample?: readonly { readonly id: string; readonly name: string; readonly path: string }[]
  }[]
  readonly needs: readonly { readonly role: string }[]
}

function dryRunOf(plan: RequestPlan): RequestPlan<DryRun> {
  const { answers: _, ...rest } = plan
  return { ...rest, headers: { ...plan.headers, Prefer: 'relata.dry-run' } }
}

/** One answer for all of them. */
export async function dryRun(plans: readonly RequestPlan[], signal: AbortSignal): Promise<DryRun> {
  const all = plans.map(dryRunOf)
  const [first] = all
  if (all.length === 1 && first !== undefined) return ask(first, { signal })
  // Not as one transaction: each is asked for by itself, and nothing is done.
  const answer = (await ask(planOfAll(all), { signal })) as BatchAnswer
  const bodies = answer.responses.map(({ body }) => body as Partial<DryRun>)
  return {
    refusals: bodies.flatMap(({ refusals }) => refusals ?? []),
    effects: bodies.flatMap(({ effects }) => effects ?? []),
    needs: bodies.flatMap(({ needs }) => needs ?? []).slice(0, 3),
  }
}
