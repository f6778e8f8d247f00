/** Adapter: jobs that apply plans. The same plan is one job, which goes on where it ended; another process may have begun it. */
import { AppError } from '#base/errors.ts'
import type { CountedIds } from '#base/ids.ts'
import type { Actor, ReadTx, Store, WriteContext } from '#edm/ports.ts'
import { isBlocked } from '#exchange/plan/plan.ts'
import { type Plan, planReading } from '#exchange/plan/records.ts'
import { digestOfSet } from '#exchange/plan/taxonomy/digest.ts'
import { tellBySets } from '#workloads/events/watched-writes.ts'
import type { TermStoreSettings } from '#workloads/term-store/rules/settings.ts'
import { type JobReport, reportOf, runJob } from './apply-job.ts'
import type { JobRow, JobStore } from './jobs.ts'
import { applyKind, byOf, keepIn, keptPieces, newRow, noPlan, type PlanText, piecesOf, planKind } from './kept-plans.ts'
import type { TaxonomyCaller } from './planning.ts'
import { needStore, readTaxonomy } from './read-taxonomy.ts'
import { rightsOf } from './rights.ts'
import { pauses } from './work/pauses.ts'

export interface ApplyingFacts {
  readonly store: Pick<Store, 'read' | 'prepare'>
  readonly ids: CountedIds
  readonly jobs: JobStore
  readonly settings: TermStoreSettings
  /** `importId`: of the job whose step it is; undefined: it is no change of the taxonomy. */
  inTenant<T>(
    tenantId: string,
    actor: Actor,
    importId: string | undefined,
    work: (context: WriteContext) => Promise<T>,
  ): Promise<T>
  report(error: unknown): void
}

/** A job as its caller sees it. */
export interface JobView extends JobReport {
  readonly id: string
  /** running, done, failed or stopped. */
  readonly state: string
  /** Records, applied and in all. */
  readonly done: number
  readonly total: number
  readonly step: number
  /** Digest of its plan. */
  readonly plan: string
  readonly createdDateTime: string
  readonly changedDateTime: string
}

function systemOf(tenantId: string): Actor {
  return { kind: 'system', tenantId, permissions: new Set() }
}

function viewOf(row: JobRow): JobView {
  const { id, state, done, total, step, digest, createdDateTime, changedDateTime } = row
  return { id, state, done, total, step, plan: digest, ...reportOf(row), createdDateTime, changedDateTime }
}

function notFound(what: string): AppError {
  return new AppError('notFound', what, { code: 'itemNotFound' })
}

type Write = <T>(caller: TaxonomyCaller, work: (context: WriteContext) => Promise<T>) => Promise<T>

/** Outside the record of changes: rows of jobs are no taxonomy. */
function writeWith({ inTenant }: ApplyingFacts): Write {
  return ({ tenantId, actor }, work) => inTenant(tenantId, actor ?? systemOf(tenantId), undefined, work)
}

/** Keeps the plan, so that it can be applied by its digest. */
export async function keepPlan(facts: ApplyingFacts, caller: TaxonomyCaller, plan: PlanText): Promise<void> {
  await writeWith(facts)(caller, (context) => keepIn(facts, context, plan, byOf(caller.actor), true))
}

interface GivenPlan extends PlanText {
  readonly plan: Plan
}

/** Reads the plan, in turns with other requests. Throws `invalid`, and `notFound` for a digest that is not known. */
async function givenPlan(
  facts: ApplyingFacts,
  { tenantId }: TaxonomyCaller,
  given: Uint8Array | { readonly digest: string },
): Promise<GivenPlan> {
  const isText = given instanceof Uint8Array
  const pieces = isText ? piecesOf(given) : await keptPieces(facts, tenantId, given.digest)
  const pause = pauses()
  const reading = planReading(pieces)
  for (;;) {
    const { done, value } = reading.next()
    if (done === true) {
      const total = value.records.filter(({ action }) => action !== 'refused' && action !== 'same').length
      return { plan: value, digest: value.digest, total, bytes: isText ? given : new Uint8Array() }
    }
    await pause()
  }
}

/** Whether a plan that was applied finds all of its sets as they were before: its changes were undone. */
async function isTakenBack(tx: ReadTx, { head, records }: Plan): Promise<boolean> {
  const planned = Object.entries(head.sets)
  const isChange = records.some(({ action, kind }) => kind !== 'group' && action !== 'same' && action !== 'refused')
  if (planned.length === 0 || !isChange) return false
  const now = await readTaxonomy(tx, { sets: planned.map(([id]) => id), withSharing: true })
  return planned.every(([id, { digest }]) => digest === (now.sets.has(id) ? digestOfSet(now, id) : null))
}

/** Terms have the dates of a file in a store that was empty (exchange.md §6.3). */
async function checkDates(tx: ReadTx, { head }: Plan): Promise<void> {
  if (head.options['withDates'] !== true || (await needStore(tx)).termCount === 0) return
  throw new AppError('conflict', 'The plan keeps dates, which needs an empty store.', { code: 'conflict' })
}

/** The job of the plan: a new one, the one that runs or is done, or one that goes on. */
function jobFor(facts: ApplyingFacts, caller: TaxonomyCaller, plan: GivenPlan): Promise<JobRow> {
  const { jobs, ids } = facts
  return writeWith(facts)(caller, async (context) => {
    const { tx, now } = context
    const known = (await jobs.ofDigest(tx, applyKind, plan.digest)).at(-1)
    if (known === undefined || (known.state === 'done' && (await isTakenBack(tx, plan.plan)))) {
      await checkDates(tx, plan.plan)
      const by = byOf(caller.actor)
      if (plan.bytes.length > 0) await keepIn(facts, context, plan, by, false)
      // It may have made room for another one since it was read.
      else if ((await jobs.ofDigest(tx, planKind, plan.digest)).length === 0) throw noPlan(plan.digest)
      const row = newRow(applyKind, plan, by, ids.mint(), now)
      await jobs.insert(tx, row)
      return row
    }
    if (known.by !== byOf(caller.actor))
      throw new AppError('conflict', 'Somebody else applies this plan.', { code: 'conflict' })
    const isEnded = known.state === 'failed' || known.state === 'stopped'
    // A job that left out stale sets has come to its end.
    const isOver =
      known.state === 'done' || (isEnded && reportOf(known).error === undefined && known.state === 'failed')
    if (!isEnded || isOver) return known
    const { stale } = reportOf(known)
    const patch = { state: 'running', report: JSON.stringify({ stale }), changedDateTime: now }
    await jobs.update(tx, known.id, patch)
    return { ...known, ...patch }
  })
}

export interface Applying {
  /** Starts applying, or goes on with it. Throws `conflict` where something of the plan is refused. */
  apply(caller: TaxonomyCaller, plan: Uint8Array | { readonly digest: string }, allowRefused: boolean): Promise<JobView>
  job(caller: TaxonomyCaller, id: string): Promise<JobView>
  /** Resolves when the step under way has ended. */
  stop(caller: TaxonomyCaller, id: string): Promise<JobView>
  /** Resolves when no job of this process runs any more. */
  settle(): Promise<void>
}

/** Those who may see a job: whoever started it, and administrators. Throws `notFound`. */
async function needJob(
  { store, jobs }: ApplyingFacts,
  { tenantId, actor }: TaxonomyCaller,
  id: string,
): Promise<JobRow> {
  const row = await store.read(tenantId, (tx) => jobs.get(tx, id))
  if (row === undefined || row.kind !== applyKind) throw notFound(`There is no job ${id}.`)
  if (actor === undefined || row.by === byOf(actor)) return row
  const rights = await store.read(tenantId, async (tx) =>
    rightsOf(tx, actor, await readTaxonomy(tx, { sets: [], withSharing: false })),
  )
  if (rights?.roleIn(undefined) === 'administrator') return row
  throw notFound(`There is no job ${id}.`)
}

function checkRefused(plan: Plan, allowRefused: boolean): void {
  if (!isBlocked(plan) || allowRefused) return
  const text = `The plan has ${plan.summary.refused} refused records, so nothing is applied. allowRefused=true applies the others.`
  throw new AppError('conflict', text, { code: 'conflict' })
}

export function applyingOn(facts: ApplyingFacts): Applying {
  const { store, jobs, settings, report } = facts
  const running = new Map<string, Promise<void>>()
  const stopped = new Set<string>()
  const start = (caller: TaxonomyCaller, plan: Plan, jobId: string): void => {
    if (running.has(jobId)) return
    const { tenantId, actor = systemOf(tenantId) } = caller
    const run = {
      jobs,
      settings,
      asksRoles: caller.actor !== undefined,
      inTransaction: <T>(importId: string | undefined, work: (context: WriteContext) => Promise<T>) =>
        facts.inTenant(tenantId, actor, importId, (context) => {
          if (importId !== undefined) tellBySets(context.tx)
          return work(context)
        }),
      read: <T>(work: Parameters<typeof store.read<T>>[1]) => store.read(tenantId, work),
      isStopped: (id: string) => stopped.has(id),
      report,
    }
    const work = runJob(run, plan, jobId)
      .catch(report)
      .finally(() => {
        running.delete(jobId)
        stopped.delete(jobId)
      })
    running.set(jobId, work)
  }
  return {
    apply: async (caller, given, allowRefused) => {
      const read = await givenPlan(facts, caller, given)
      const { plan } = read
      checkRefused(plan, allowRefused)
      const row = await jobFor(facts, caller, read)
      if (row.state === 'running') start(caller, plan, row.id)
      return viewOf(row)
    },
    job: async (caller, id) => viewOf(await needJob(facts, caller, id)),
    stop: async (caller, id) => {
      const row = await needJob(facts, caller, id)
      if (row.state === 'running') {
        if (running.has(id)) stopped.add(id)
        await running.get(id)
        await writeWith(facts)(caller, async ({ tx, now }) => {
          const latest = await jobs.get(tx, id)
          if (latest?.state === 'running') await jobs.update(tx, id, { state: 'stopped', changedDateTime: now })
        })
      }
      return viewOf(await needJob(facts, caller, id))
    },
    settle: async () => {
      while (running.size > 0) await Promise.all(running.values())
    },
  }
}
