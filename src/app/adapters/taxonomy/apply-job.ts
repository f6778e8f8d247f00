/**
 * Adapter: applies a plan step by step, each in a transaction that writes the progress of its job as well. So a job that was
 * interrupted, by whatever, goes on after the last step that is durable (exchange.md §2.7).
 */
import { AppError, StoreError } from '#base/errors.ts'
import type { ReadTx, Tx, WriteContext } from '#edm/ports.ts'
import type { Plan } from '#exchange/plan/records.ts'
import { type Step, stepsOf } from '#exchange/plan/steps.ts'
import type { TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import { applyStep, Stale } from './apply-step.ts'
import type { JobRow, JobStore } from './jobs.ts'

export interface JobReport {
  /** Sets that are not as planned; nothing was done in them. */
  readonly stale: readonly string[]
  /** Why the job stopped. */
  readonly error?: { readonly code: string; readonly message: string; readonly target?: string }
}

export interface RunFacts {
  readonly jobs: JobStore
  readonly settings: TermStoreSettings
  readonly asksRoles: boolean
  /** Runs in one write transaction; with `importId` it is a change of that import. */
  inTransaction<T>(importId: string | undefined, work: (context: WriteContext) => Promise<T>): Promise<T>
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>
  /** Whether the job is to end after the step under way. */
  isStopped(jobId: string): boolean
  /** Told of an error that is our own. */
  report(error: unknown): void
}

/** Another process goes on with the job. */
class TakenOver extends Error {}

const noReport: JobReport = { stale: [] }

export function reportOf({ report }: Pick<JobRow, 'report'>): JobReport {
  return report === null ? noReport : (JSON.parse(report) as JobReport)
}

/** The step without what stale sets keep from being applied; undefined: nothing is left. */
function without(step: Step, stale: ReadonlySet<string>): Step | undefined {
  if (!step.sets.some((id) => stale.has(id))) return step
  if (step.kind !== 'sets') return undefined
  const records = step.records.filter(({ id }) => !stale.has(id))
  return records.length === 0 ? undefined : { ...step, sets: step.sets.filter((id) => !stale.has(id)), records }
}

function changedLater(steps: readonly Step[], at: number): Set<string> {
  const later = new Set<string>()
  for (const { records } of steps.slice(at + 1)) for (const { kind, id } of records) if (kind === 'term') later.add(id)
  return later
}

async function needRow(jobs: JobStore, tx: Tx, id: string): Promise<JobRow> {
  const row = await jobs.get(tx, id)
  if (row === undefined) throw new TakenOver()
  return row
}

interface Applied {
  readonly stale: readonly string[]
}

async function runStep(
  facts: RunFacts,
  plan: Plan,
  steps: readonly Step[],
  jobId: string,
  at: number,
): Promise<Applied | 'stopped'> {
  const { jobs } = facts
  const whole = steps[at] as Step
  return facts.inTransaction(jobId, async (context) => {
    const row = await needRow(jobs, context.tx, jobId)
    if (row.state === 'stopped') return 'stopped'
    if (row.step !== at || row.state !== 'running') throw new TakenOver()
    const { stale } = reportOf(row)
    const step = without(whole, new Set(stale))
    const earlier = new Set(steps.slice(0, at).flatMap(({ sets }) => sets))
    if (step !== undefined) {
      const untouched = step.sets.filter((id) => !earlier.has(id))
      await applyStep({ ...facts, context, plan, step, untouched, later: changedLater(steps, at) })
    }
    const done = row.done + (step?.records.length ?? 0)
    const isLast = at + 1 === steps.length
    await jobs.update(context.tx, jobId, {
      step: at + 1,
      done,
      changedDateTime: context.now,
      ...(isLast ? { state: stale.length > 0 ? 'failed' : 'done' } : {}),
    })
    return { stale }
  })
}

/** What is stale is left out from then on. */
async function noteStale({ inTransaction, jobs }: RunFacts, jobId: string, setIds: readonly string[]): Promise<void> {
  await inTransaction(undefined, async ({ tx, now }) => {
    const row = await needRow(jobs, tx, jobId)
    const { stale } = reportOf(row)
    const report: JobReport = { stale: [...new Set([...stale, ...setIds])] }
    await jobs.update(tx, jobId, { report: JSON.stringify(report), changedDateTime: now })
  })
}

function errorOf(error: unknown, report: (error: unknown) => void): NonNullable<JobReport['error']> {
  if (error instanceof AppError) {
    const { code = error.kind, target } = error.facts
    return { code, message: error.message, ...(target === undefined ? {} : { target }) }
  }
  // Of rows that only the database knows: an id that the plan gives to something new is that of another row.
  if (error instanceof StoreError && error.kind === 'conflict')
    return { code: 'conflict', message: 'An id or a name that the plan gives is in use already. Make a new plan.' }
  report(error)
  const isStore = error instanceof StoreError
  return {
    code: isStore ? error.reason : 'generalException',
    message: isStore ? error.message : 'An error of the server ended the job.',
  }
}

async function end({ inTransaction, jobs, report }: RunFacts, jobId: string, error: unknown): Promise<void> {
  const told = errorOf(error, report)
  await inTransaction(undefined, async ({ tx, now }) => {
    const row = await needRow(jobs, tx, jobId)
    const whole: JobReport = { ...reportOf(row), error: told }
    await jobs.update(tx, jobId, { state: 'failed', report: JSON.stringify(whole), changedDateTime: now })
  })
}

async function finish({ inTransaction, jobs }: RunFacts, jobId: string): Promise<void> {
  await inTransaction(undefined, ({ tx, now }) => jobs.update(tx, jobId, { state: 'done', changedDateTime: now }))
}

/** Runs the job from its next step on, until it is done, stopped, failed, or taken over by another process. */
export async function runJob(facts: RunFacts, plan: Plan, jobId: string): Promise<void> {
  try {
    const steps = stepsOf(plan.records, plan.languages.add)
    const row = await facts.read((tx) => facts.jobs.get(tx, jobId))
    if (steps.length === 0) await finish(facts, jobId)
    for (let at = row?.step ?? 0; at < steps.length; at++) {
      if (facts.isStopped(jobId)) {
        await facts.inTransaction(undefined, ({ tx, now }) =>
          facts.jobs.update(tx, jobId, { state: 'stopped', changedDateTime: now }),
        )
        return
      }
      if ((await stepUnlessStale(facts, plan, steps, jobId, at)) === 'stopped') return
    }
  } catch (error) {
    if (error instanceof TakenOver) return
    await end(facts, jobId, error)
  }
}

/** Tries again without the sets that are stale: each try has fewer. */
async function stepUnlessStale(
  facts: RunFacts,
  plan: Plan,
  steps: readonly Step[],
  jobId: string,
  at: number,
): Promise<Applied | 'stopped'> {
  for (;;) {
    try {
      return await runStep(facts, plan, steps, jobId, at)
    } catch (error) {
      if (!(error instanceof Stale)) throw error
      await noteStale(facts, jobId, error.setIds)
    }
  }
}
