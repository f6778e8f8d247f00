/** Carries out a request with the rules that are for it: those before it, then it, then those that its answer decides about. */
import type { Deadline } from '#base/deadline.ts'
import type { FaultPlan, FaultRules } from './fault-rules.ts'
import { answersIn, type FaultedRequest, type LiveRule, namesOf } from './live-rule.ts'
import type { FaultWhat } from './rule.ts'

/** One request and its answers, for whatever serves it. `fault`: ids of the rules that were applied. */
export interface FaultedWork<A extends { readonly status: number }> {
  readonly deadline: Deadline | undefined
  handle(): Promise<A>
  /** The answer in place of the real one. */
  instead(what: FaultWhat, fault: string): A
  /** The list as the rule shows it; undefined: the rule changes nothing. Absent: no answer is a list. */
  listed?(what: FaultWhat, answer: A): A | undefined
  /** The real answer, which says what was applied. */
  named(answer: A, fault: string): A
}

async function delay<A extends { readonly status: number }>(
  rules: FaultRules,
  { deadline }: FaultedWork<A>,
  rule: LiveRule,
): Promise<void> {
  const { latencyMs = 0 } = rule.rule.what
  if (latencyMs === 0) return
  // It comes on top of the time that the request may take.
  deadline?.extend?.(latencyMs)
  await rules.wait(rule, deadline && ((work) => deadline.onEnd(work)))
}

async function afterwards<A extends { readonly status: number }>(
  rules: FaultRules,
  { requestId }: FaultedRequest,
  work: FaultedWork<A>,
  real: A,
  plan: FaultPlan,
): Promise<A> {
  const applied = [...plan.before]
  const strikes = (rule: LiveRule): boolean => {
    const isHit = rule.strike(rules.now(), requestId)
    if (isHit) applied.push(rule)
    return isHit
  }
  let answer = real
  for (const rule of plan.later) {
    const { what, after } = rule.rule
    if (after === undefined) {
      const list = work.listed?.(what, answer)
      if (list !== undefined && strikes(rule)) answer = list
    } else if (rule.isForAnswer(real.status) && strikes(rule)) {
      await delay(rules, work, rule)
      if (answersIn(rule)) return work.instead(what, namesOf(applied))
    }
  }
  return applied.length === 0 ? answer : work.named(answer, namesOf(applied))
}

export async function applyFaults<A extends { readonly status: number }>(
  rules: FaultRules,
  request: FaultedRequest,
  work: FaultedWork<A>,
): Promise<A> {
  const plan = rules.plan(request)
  if (plan === undefined) return work.handle()
  for (const rule of plan.before) await delay(rules, work, rule)
  const last = plan.before.at(-1)
  if (last !== undefined && answersIn(last)) return work.instead(last.rule.what, namesOf(plan.before))
  return afterwards(rules, request, work, await work.handle(), plan)
}
