/** `relata gdap plan` and `apply`; each returns its exit code (events.md §7.4, decisions.md 28). */
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '#base/clock.ts'
import { printable } from '#base/json.ts'
import { shortText } from '#base/text/short-text.ts'
import { applyPlan, type BulkOutcome } from '#bulk/apply/apply.ts'
import { planOf } from '#bulk/plan/plan.ts'
import { type BulkPlan, bulkPlanText, NoBulkPlan, needsGroups, parseBulkPlan } from '#bulk/plan/plan-file.ts'
import { isOneService } from '#bulk/plan/service.ts'
import { bulkPlanShown } from '#bulk/plan/shown.ts'
import type { BulkState } from '#bulk/state.ts'
import { digestOfWanted, namesGroups, type WantedGdap } from '#bulk/wanted.ts'
import { WrongUsage } from '../command-settings.ts'
import { say, sayJson } from '../remote/shown.ts'
import { exitCodes, isConfirmed } from '../terms/outcome.ts'
import { pathOfCustomers, readDirectory } from './directory.ts'
import { openJournal } from './journal-file.ts'
import { showProgress } from './progress.ts'
import type { BulkTarget } from './target.ts'

export interface PlanWishes {
  readonly dir: string
  readonly asksAgain: boolean
  /** The partner has no relationships yet. */
  readonly isFirstRun: boolean
  readonly isJson: boolean
}

export interface PlannedGdap {
  readonly wanted: WantedGdap
  readonly state: BulkState
  readonly plan: BulkPlan
}

/**
 * Why nothing is planned or sent: there may be relationships that the token cannot see, and whatever is wanted would be asked for
 * anew. `isExpected`: some are known to be there.
 */
async function hiddenFrom(
  target: BulkTarget,
  state: BulkState,
  { isFirstRun, isExpected }: { readonly isFirstRun: boolean; readonly isExpected: boolean },
): Promise<string | undefined> {
  const doubt = await target.doubt(state)
  if (doubt === undefined) return undefined
  const head = 'the service shows no relationships'
  if (isExpected) return `${head}, and the plan was made when there were some: ${doubt.text}`
  if (doubt.isCertain) return doubt.text
  return isFirstRun ? undefined : `${head}, but ${doubt.text}\ntip: if there are none yet, say so with --first-run`
}

function refuse(why: string, isJson: boolean): number {
  if (isJson) sayJson({ state: 'refused', why })
  else process.stderr.write(`relata: ${why}\n`)
  return exitCodes.refused
}

/** Reads the directory and all that the partner has; or says why there is no plan. */
async function planned(
  target: BulkTarget,
  { dir, asksAgain, isFirstRun }: Omit<PlanWishes, 'isJson'>,
): Promise<PlannedGdap | string> {
  const finder = await target.roles()
  const wanted = await readDirectory(dir, finder)
  const customers = wanted.customers.map(({ customerId }) => customerId)
  if (customers.length === 0)
    process.stderr.write(
      `tip: ${pathOfCustomers(dir)} has no lines; a customer gets relationships by a line for each template\n`,
    )
  const state = await target.read(customers, namesGroups(wanted))
  const hidden = customers.length > 0 ? await hiddenFrom(target, state, { isFirstRun, isExpected: false }) : undefined
  if (hidden !== undefined) return hidden
  return { wanted, state, plan: planOf(state, wanted, { server: target.server, finder, asksAgain }) }
}

function show(plan: BulkPlan): void {
  for (const line of bulkPlanShown(plan)) say(line)
}

export async function runPlan(
  target: BulkTarget,
  wish: PlanWishes & { readonly output: string | undefined; readonly tellsPending: boolean },
): Promise<number> {
  const found = await planned(target, wish)
  if (typeof found === 'string') return refuse(found, wish.isJson)
  const { plan } = found
  if (wish.output !== undefined) await writeFile(wish.output, bulkPlanText(plan))
  if (wish.isJson) sayJson(plan)
  else show(plan)
  if (plan.problems.length > 0) return exitCodes.refused
  return wish.tellsPending && plan.steps.length > 0 ? exitCodes.pending : exitCodes.done
}

export interface ApplyWishes extends PlanWishes {
  /** File that plan wrote. */
  readonly file: string | undefined
  readonly yes: boolean
  readonly parallel: number
}

async function planIn(path: string): Promise<BulkPlan> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new WrongUsage(`there is no file ${path}`) : error
  })
  try {
    return parseBulkPlan(text)
  } catch (error) {
    throw error instanceof NoBulkPlan ? new WrongUsage(`${path}: ${error.message}`) : error
  }
}

/** The plan of the file, if it is still what it was made of. */
async function fromFile(
  target: BulkTarget,
  file: string,
  { dir, isFirstRun }: Pick<ApplyWishes, 'dir' | 'isFirstRun'>,
): Promise<Omit<PlannedGdap, 'wanted'> | { readonly stale: string } | string> {
  const plan = await planIn(file)
  if (!isOneService(plan.server, target.server))
    return { stale: `the plan is of the service ${shortText(plan.server)}, and this one is ${target.server}` }
  const wanted = await readDirectory(dir, await target.roles())
  if (digestOfWanted(wanted) !== plan.inputs)
    return { stale: `the files in ${dir} are not those that the plan was made of` }
  const state = await target.read([], needsGroups(plan))
  if (state.partnerId !== plan.partner)
    return { stale: `the plan is of the partner ${plan.partner}, and the token of ${state.partnerId}` }
  const isExpected = plan.steps.some(({ id }) => id !== undefined)
  const hidden = plan.steps.length > 0 ? await hiddenFrom(target, state, { isFirstRun, isExpected }) : undefined
  return hidden ?? { plan, state }
}

function tell(outcome: BulkOutcome, plan: BulkPlan, isJson: boolean): void {
  const { state, done, total, failed, failures, stale } = outcome
  if (isJson) {
    sayJson({ state, done, total, failed, failures, stale, problems: plan.problems })
    return
  }
  for (const { key, do: what, code, message } of failures) say(printable(`failed: ${what} ${key}: ${code}: ${message}`))
  for (const customer of stale)
    say(`stale: customer ${customer} is not as it was when the plan was made; nothing was sent for it`)
  if (state === 'busy') say('stopped: the service has been busy for ten answers in a row; apply again goes on')
  say(`${state}: ${done} of ${total} steps applied${failed > 0 ? `, ${failed} not` : ''}`)
}

async function applied(
  target: BulkTarget,
  { plan, state }: Omit<PlannedGdap, 'wanted'>,
  { dir, parallel, isJson }: ApplyWishes,
): Promise<BulkOutcome> {
  const journal = await openJournal(dir)
  const progress = showProgress(isJson)
  try {
    const { unanswered } = journal
    if (unanswered.size > 0 && !isJson)
      process.stderr.write(`${unanswered.size} creations of an earlier run had no answer; they are looked up\n`)
    const outcome = await applyPlan(plan, state, {
      port: target.port,
      journal,
      parallel,
      now: () => systemClock.now().toISOString(),
      wait: async (millis) => void (await wait(millis)),
      isStopped: () => false,
      onProgress: async (at) => progress.note(at),
      unanswered,
    })
    return outcome
  } finally {
    progress.end()
    await journal.close()
  }
}

export async function runApply(target: BulkTarget, wish: ApplyWishes): Promise<number> {
  const { file, yes, isJson } = wish
  const found = file === undefined ? await planned(target, wish) : await fromFile(target, file, wish)
  if (typeof found === 'string') return refuse(found, isJson)
  if ('stale' in found) {
    if (isJson) sayJson({ state: 'stale', why: found.stale })
    else say(printable(`stale: ${found.stale}; nothing was sent`))
    return exitCodes.failed
  }
  const { plan } = found
  const refused = plan.problems.length > 0 ? exitCodes.refused : exitCodes.done
  if (!isJson) show(plan)
  if (plan.steps.length === 0) {
    if (isJson) tell({ state: 'done', done: 0, failed: 0, total: 0, waiting: 0, failures: [], stale: [] }, plan, true)
    return refused
  }
  if (!yes && !process.stdin.isTTY)
    throw new WrongUsage('nobody can be asked here; --yes applies the plan without asking')
  if (!yes && !(await isConfirmed('Apply this plan?'))) return exitCodes.failed
  const outcome = await applied(target, found, wish)
  tell(outcome, plan, isJson)
  return outcome.state === 'done' ? refused : exitCodes.failed
}
