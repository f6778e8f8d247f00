/**
 * Adapter: GDAP in bulk on the server: plans, which are kept for a day, and jobs that apply them as whoever asked for them. The rows
 * are those of jobs of taxonomies.
 */
import { AppError } from '#base/errors.ts'
import { readState } from '#bulk/apply/read-state.ts'
import { type RoleFinder, roleFinder } from '#bulk/catalogue.ts'
import { planOf } from '#bulk/plan/plan.ts'
import { bulkPlanText, digestOfText } from '#bulk/plan/plan-file.ts'
import { namesGroups, type WantedGdap } from '#bulk/wanted.ts'
import type { Actor } from '#edm/ports.ts'
import { recordManagement } from '#workloads/directory/management-record.ts'
import { isEnabled } from '#workloads/directory/rules/account.ts'
import { change } from '#workloads/directory/rules/audit-record.ts'
import { readPermissions, writePermissions } from '#workloads/gdap/types.ts'
import type { JobRow } from '../../taxonomy/jobs.ts'
import { byOf, keepIn, keptPieces, newRow, noPlan, type PlanText } from '../../taxonomy/kept-plans.ts'
import {
  actorOf,
  type BulkCaller,
  type BulkJobFacts,
  type BulkReport,
  bulkKinds,
  bulkReportOf,
  JobTakenOver,
  needAgent,
  noteJob,
  planIn,
  portFor,
  readingFor,
  runBulkJob,
  writeAs,
} from './bulk-run.ts'

/** A job as its caller sees it. */
export interface BulkJobView extends BulkReport {
  readonly id: string
  /** running, done, failed or stopped. */
  readonly state: string
  /** Steps, finished and in all. */
  readonly done: number
  readonly total: number
  /** Digest of its plan. */
  readonly plan: string
  readonly createdDateTime: string
  readonly changedDateTime: string
}

function viewOf(row: JobRow): BulkJobView {
  const { id, state, done, total, digest, createdDateTime, changedDateTime } = row
  return { id, state, done, total, plan: digest, ...bulkReportOf(row), createdDateTime, changedDateTime }
}

/** Who the job works as, kept with it: no token, only what it was good for. */
function keptActor({ permissions, roles, isOperator: _, ...facts }: Actor): string {
  return JSON.stringify({ actor: { ...facts, permissions: [...permissions], roles: roles && [...roles] } })
}

function actorIn({ options }: Pick<JobRow, 'options'>): Actor {
  const { actor } = JSON.parse(options) as { actor: Omit<Actor, 'permissions' | 'roles'> & KeptRights }
  const { roles, permissions, ...facts } = actor
  return { ...facts, permissions: new Set(permissions), ...(roles === undefined ? {} : { roles: new Set(roles) }) }
}

interface KeptRights {
  readonly permissions: readonly string[]
  readonly roles?: readonly string[]
}

function needPermission({ actor }: BulkCaller, wanted: readonly string[]): void {
  if (actor === undefined || wanted.some((one) => actor.permissions.has(one))) return
  const text = `The token has none of the permissions ${wanted.join(', ')}.`
  throw new AppError('forbidden', text, { code: 'accessDenied', spec: 'gdap.md §2.2' })
}

/** `origin`: of the addresses in plans. */
export interface BulkPlanWish {
  readonly asksAgain: boolean
  readonly origin: string
}

export interface BulkJobs {
  /** `wantedWith`: what is wanted, by the roles in force. */
  plan(
    caller: BulkCaller,
    wantedWith: (finder: RoleFinder) => WantedGdap,
    wish: BulkPlanWish,
  ): Promise<{ readonly text: string; readonly digest: string }>
  /** Starts applying, or goes on with it. */
  apply(caller: BulkCaller, plan: Uint8Array | { readonly digest: string }): Promise<BulkJobView>
  job(caller: BulkCaller, id: string): Promise<BulkJobView>
  /** Resolves when what is under way has ended. */
  stop(caller: BulkCaller, id: string): Promise<BulkJobView>
  /** Goes on with the job of a process that has ended. */
  resume(tenantId: string, jobId: string): Promise<void>
  /** Resolves when no job of this process runs any more. */
  settle(): Promise<void>
  /** Ends the work of this process; its jobs go on after a restart. */
  halt(): Promise<void>
}

interface RunningJob {
  work: Promise<void>
  isStopped: boolean
}

interface Office extends BulkJobFacts {
  readonly running: Map<string, RunningJob>
  isHalted: boolean
}

function keepingIn({ store, jobs, ids }: Office) {
  return { store, jobs, ids, kinds: bulkKinds }
}

async function makePlan(
  office: Office,
  caller: BulkCaller,
  wantedWith: (finder: RoleFinder) => WantedGdap,
  { asksAgain, origin }: BulkPlanWish,
) {
  needPermission(caller, readPermissions)
  await needAgent(office, actorOf(caller))
  const finder = roleFinder(office.roles())
  const wanted = wantedWith(finder)
  const port = portFor(office, actorOf(caller))
  const customers = wanted.customers.map(({ customerId }) => customerId)
  const state = await readState(port, readingFor(office, caller.tenantId, namesGroups(wanted)), customers)
  const plan = planOf(state, wanted, { server: origin, finder, asksAgain })
  const text = bulkPlanText(plan)
  const kept = { bytes: Buffer.from(text), digest: digestOfText(text), total: plan.steps.length }
  await writeAs(office, caller, (context) => keepIn(keepingIn(office), context, kept, byOf(caller.actor), true))
  return { text, digest: kept.digest }
}

/** The plan that is to be applied. Throws `invalid`, `notFound` and `conflict`. */
async function givenPlan(
  office: Office,
  { tenantId }: BulkCaller,
  given: Uint8Array | { readonly digest: string },
): Promise<PlanText & { readonly isText: boolean }> {
  const isText = given instanceof Uint8Array
  const text = isText
    ? Buffer.from(given).toString('utf8')
    : (await keptPieces(keepingIn(office), tenantId, given.digest)).join('')
  const { partner, steps } = planIn(text)
  if (partner !== tenantId)
    throw new AppError('conflict', `The plan is of the partner ${partner}.`, { code: 'conflict', target: 'plan' })
  const digest = isText ? digestOfText(text) : given.digest
  return { bytes: Buffer.from(text), digest, total: steps.length, isText }
}

/** The job of the plan: the same plan is the same job. */
function jobFor(office: Office, caller: BulkCaller, plan: PlanText & { readonly isText: boolean }): Promise<JobRow> {
  const { jobs, ids } = office
  const by = byOf(caller.actor)
  return writeAs(office, caller, async (context) => {
    const { tx, now } = context
    const known = (await jobs.ofDigest(tx, bulkKinds.apply, plan.digest)).at(-1)
    if (known !== undefined && known.by !== by)
      throw new AppError('conflict', 'Somebody else applies this plan.', { code: 'conflict' })
    if (known !== undefined) return known
    if (plan.isText) await keepIn(keepingIn(office), context, plan, by, false)
    else if ((await jobs.ofDigest(tx, bulkKinds.plan, plan.digest)).length === 0) throw noPlan(plan.digest)
    const made = { ...newRow(bulkKinds.apply, plan, by, ids.mint(), now), options: keptActor(actorOf(caller)) }
    await jobs.insert(tx, made)
    const changes = [change('plan', null, plan.digest), change('steps', null, plan.total)]
    await recordManagement(
      { ...context, actor: caller.actor },
      { activity: 'Apply GDAP plan', type: 'GdapPlan', id: made.id, displayName: 'GDAP plan', changes },
    )
    return made
  })
}

/** The row, as that of a process that works on it from now on. */
function taken(office: Office, caller: BulkCaller, id: string): Promise<JobRow | undefined> {
  const { jobs } = office
  return writeAs(office, caller, async ({ tx, now }) => {
    const row = await jobs.get(tx, id)
    if (row === undefined || row.kind !== bulkKinds.apply) return undefined
    const patch = { state: 'running', step: row.step + 1, changedDateTime: now }
    await jobs.update(tx, id, patch)
    return { ...row, ...patch }
  })
}

function start(office: Office, row: JobRow, actor: Actor): void {
  const { running, report } = office
  if (running.has(row.id) || office.isHalted) return
  const entry: RunningJob = { isStopped: false, work: Promise.resolve() }
  const worker = { isHalted: () => office.isHalted, isStopped: () => entry.isStopped }
  entry.work = runBulkJob(office, row, actor, worker)
    .catch((error: unknown) => {
      if (!(error instanceof JobTakenOver)) report(error)
    })
    .finally(() => running.delete(row.id))
  running.set(row.id, entry)
}

async function applyGiven(office: Office, caller: BulkCaller, given: Uint8Array | { readonly digest: string }) {
  needPermission(caller, writePermissions)
  await needAgent(office, actorOf(caller))
  const row = await jobFor(office, caller, await givenPlan(office, caller, given))
  if (row.state === 'done' || office.running.has(row.id)) return viewOf(row)
  const own = await taken(office, caller, row.id)
  if (own !== undefined) start(office, own, actorOf(caller))
  return viewOf(own ?? row)
}

/** Those who may see a job: whoever may write relationships of the partner, and who started it. */
async function needJob({ store, jobs }: Office, { tenantId, actor }: BulkCaller, id: string): Promise<JobRow> {
  const row = await store.read(tenantId, (tx) => jobs.get(tx, id))
  const isOwn =
    actor === undefined || row?.by === byOf(actor) || writePermissions.some((one) => actor.permissions.has(one))
  if (row?.kind === bulkKinds.apply && isOwn) return row
  throw new AppError('notFound', `There is no job ${id}.`, { code: 'itemNotFound' })
}

async function stopJob(office: Office, caller: BulkCaller, id: string): Promise<BulkJobView> {
  needPermission(caller, writePermissions)
  await needAgent(office, actorOf(caller))
  const { jobs, running } = office
  const row = await needJob(office, caller, id)
  if (row.state === 'running') {
    const entry = running.get(id)
    if (entry !== undefined) entry.isStopped = true
    await entry?.work
    await writeAs(office, caller, async ({ tx, now }) => {
      const latest = await jobs.get(tx, id)
      if (latest?.state === 'running')
        await jobs.update(tx, id, { state: 'stopped', step: latest.step + 1, changedDateTime: now })
    })
  }
  return viewOf(await needJob(office, caller, id))
}

async function resumeJob(office: Office, tenantId: string, jobId: string): Promise<void> {
  const caller = { tenantId, actor: undefined }
  const row = await taken(office, caller, jobId)
  if (row === undefined) return
  const actor = actorIn(row)
  const { kind, userId = '', homeTenantId } = actor
  const isOwnUser = kind === 'user' && homeTenantId === undefined
  if (!isOwnUser || (await office.store.read(tenantId, (tx) => isEnabled(tx, userId)))) {
    start(office, row, actor)
    return
  }
  const error = { code: 'accessDenied', message: 'Whoever asked for the job has no account any more.' }
  await noteJob(office, caller, row, (now) => {
    return { state: 'failed', report: JSON.stringify({ ...bulkReportOf(now), error }) }
  })
}

export function bulkJobsOn(facts: BulkJobFacts): BulkJobs {
  const office: Office = { ...facts, running: new Map(), isHalted: false }
  const settle = async (): Promise<void> => {
    while (office.running.size > 0) await Promise.all([...office.running.values()].map(({ work }) => work))
  }
  return {
    plan: (caller, wanted, wish) => makePlan(office, caller, wanted, wish),
    apply: (caller, given) => applyGiven(office, caller, given),
    job: async (caller, id) => {
      needPermission(caller, readPermissions)
      // A report names customers.
      await needAgent(office, actorOf(caller))
      return viewOf(await needJob(office, caller, id))
    },
    stop: (caller, id) => stopJob(office, caller, id),
    resume: (tenantId, jobId) => resumeJob(office, tenantId, jobId),
    settle,
    halt: async () => {
      office.isHalted = true
      await settle()
    },
  }
}
