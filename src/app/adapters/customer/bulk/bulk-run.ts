/**
 * Adapter: one job of GDAP in bulk. Its row says how far it is; the column `step` counts who works on it, so that of two processes
 * the first one stops. Each step is looked at before it is sent, so that a job goes on wherever it was (events.md §7.5).
 */
import { setTimeout as wait } from 'node:timers/promises'
import { type Clock, instantOf, millisOn, systemClock } from '#base/clock.ts'
import { AppError, StoreError } from '#base/errors.ts'
import type { Ids } from '#base/ids.ts'
import { type ApplyProgress, applyPlan, type BulkOutcome, type StepFailure } from '#bulk/apply/apply.ts'
import type { GraphPort } from '#bulk/apply/graph-port.ts'
import { noJournal } from '#bulk/apply/journal.ts'
import { type BulkReadFacts, readState } from '#bulk/apply/read-state.ts'
import { type BulkPlan, NoBulkPlan, needsGroups, parseBulkPlan } from '#bulk/plan/plan-file.ts'
import type { Actor, Store, WriteContext } from '#edm/ports.ts'
import type { Handle } from '#engine/request.ts'
import type { RoleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { adminAgents, isAgent } from '#workloads/gdap/rules/admin-agents.ts'
import { writePermissions } from '#workloads/gdap/types.ts'
import type { JobRow, JobStore } from '../../taxonomy/jobs.ts'
import { keptPieces, type PlanKinds } from '../../taxonomy/kept-plans.ts'
import { inProcess } from './in-process.ts'

export interface BulkJobFacts {
  readonly store: Pick<Store, 'read'>
  readonly ids: Ids
  readonly jobs: JobStore
  /** The catalogue in force. */
  roles(): RoleCatalogue
  /** Whether people have to be in the group of that name to see relationships. */
  readonly adminAgents: boolean
  /** Of the rows. */
  readonly clock: Clock
  /** For requests of our own: nothing goes wrong on purpose. */
  readonly handle: Handle
  inTenant<T>(tenantId: string, actor: Actor, work: (context: WriteContext) => Promise<T>): Promise<T>
  report(error: unknown): void
}

export interface BulkCaller {
  readonly tenantId: string
  /** Undefined: a program of this machine, in a stand-in. */
  readonly actor: Actor | undefined
}

export const bulkKinds: PlanKinds = { plan: 'gdap-plan', piece: 'gdap-plan-piece', apply: 'gdap-apply' }

export interface BulkReport {
  /** Steps that failed, or were left out after one. */
  readonly failed: number
  /** The first of them. */
  readonly failures: readonly StepFailure[]
  /** Customers that were not as planned. */
  readonly stale: readonly string[]
  readonly error?: { readonly code: string; readonly message: string }
}

const mostFailures = 100
const parallel = 8
const noteMillis = 300
const noReport: BulkReport = { failed: 0, failures: [], stale: [] }

export function bulkReportOf({ report }: Pick<JobRow, 'report'>): BulkReport {
  return report === null ? noReport : { ...noReport, ...(JSON.parse(report) as Partial<BulkReport>) }
}

/** What a program of this machine may in a stand-in. */
const allPermissions = [
  ...writePermissions,
  ...['Group.ReadWrite.All', 'RoleManagement.ReadWrite.Directory', 'CrossTenantInformation.ReadBasic.All'],
]

export function actorOf({ tenantId, actor }: BulkCaller): Actor {
  return actor ?? { kind: 'system', tenantId, permissions: new Set(allPermissions) }
}

export function writeAs<T>(
  facts: BulkJobFacts,
  caller: BulkCaller,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  return facts.inTenant(caller.tenantId, actorOf(caller), work)
}

/** Throws `invalid`. */
export function planIn(text: string): BulkPlan {
  try {
    return parseBulkPlan(text)
  } catch (error) {
    if (!(error instanceof NoBulkPlan)) throw error
    throw new AppError('invalid', error.message, { target: 'plan' })
  }
}

/** What addresses in answers begin with, which nobody but the port reads. */
const origin = 'https://localhost'

export function portFor({ handle, ids }: BulkJobFacts, actor: Actor): GraphPort {
  return inProcess({ handle, ids, origin, actor })
}

export function readingFor({ clock }: BulkJobFacts, partnerId: string, groups: boolean): BulkReadFacts {
  const pause = async (millis: number) => void (await wait(millis))
  return { partnerId, now: instantOf(clock.now()), expands: true, groups, wait: pause }
}

/**
 * Throws `forbidden`. People outside of AdminAgents read an empty list (gdap.md §2.2): a plan made of it would ask all customers
 * anew, and what is to be ended would count as gone.
 */
export async function needAgent({ store, adminAgents: isAsked }: BulkJobFacts, actor: Actor): Promise<void> {
  if (!isAsked || actor.kind !== 'user') return
  if (await store.read(actor.tenantId, (tx) => isAgent({ tx, actor }))) return
  const text = `Only people in the group ${adminAgents} see relationships, so nothing can be planned or applied for others.`
  throw new AppError('forbidden', text, { code: 'accessDenied', spec: 'gdap.md §2.2' })
}

/** Another process goes on with the job, or it was stopped there. */
export class JobTakenOver extends Error {
  override readonly name = 'JobTakenOver'
}

/** Changes the row if the job is still that worker's. Throws `JobTakenOver`. */
export function noteJob(
  facts: BulkJobFacts,
  caller: BulkCaller,
  { id, step }: Pick<JobRow, 'id' | 'step'>,
  patch: (row: JobRow) => Partial<JobRow>,
): Promise<void> {
  const { jobs } = facts
  return writeAs(facts, caller, async ({ tx, now }) => {
    const row = await jobs.get(tx, id)
    if (row === undefined || row.state !== 'running' || row.step !== step) throw new JobTakenOver()
    await jobs.update(tx, id, { ...patch(row), changedDateTime: now })
  })
}

function errorOf(error: unknown, report: (error: unknown) => void): NonNullable<BulkReport['error']> {
  if (error instanceof AppError) return { code: error.facts.code ?? error.kind, message: error.message }
  report(error)
  return {
    code: error instanceof StoreError ? error.reason : 'generalException',
    message: 'An error of the server ended the job.',
  }
}

function ended({ done, failed, failures, stale, state }: BulkOutcome): Partial<JobRow> {
  const busy = { code: 'tooManyRequests', message: 'The server was busy for too long.' }
  const report: BulkReport = {
    ...{ failed, failures: failures.slice(0, mostFailures), stale },
    ...(state === 'busy' ? { error: busy } : {}),
  }
  const word = state === 'done' || state === 'stopped' ? state : 'failed'
  return { state: word, done, report: JSON.stringify(report) }
}

export interface Worker {
  /** The process ends: the job goes on after the next start. */
  isHalted(): boolean
  isStopped(): boolean
}

/** Works on the job until it is done, stopped, failed, or another process goes on with it. */
export async function runBulkJob(facts: BulkJobFacts, row: JobRow, actor: Actor, worker: Worker): Promise<void> {
  const { store, jobs, ids, clock } = facts
  const caller: BulkCaller = { tenantId: actor.tenantId, actor }
  const millis = millisOn(systemClock)
  let next = millis() + noteMillis
  const onProgress = async ({ done, failed }: ApplyProgress): Promise<void> => {
    if (millis() < next) return
    next = millis() + noteMillis
    await noteJob(facts, caller, row, () => ({ done, report: JSON.stringify({ failed }) }))
  }
  try {
    const pieces = await keptPieces({ store, jobs, ids, kinds: bulkKinds }, actor.tenantId, row.digest)
    const plan = planIn(pieces.join(''))
    await needAgent(facts, actor)
    const port = portFor(facts, actor)
    const state = await readState(port, readingFor(facts, actor.tenantId, needsGroups(plan)), [])
    const outcome = await applyPlan(plan, state, {
      ...{ port, parallel, onProgress, journal: noJournal },
      now: () => instantOf(clock.now()),
      wait: async (pause) => void (await wait(pause)),
      isStopped: () => worker.isHalted() || worker.isStopped(),
    })
    if (worker.isHalted() && outcome.state === 'stopped') return
    await noteJob(facts, caller, row, () => ended(outcome))
  } catch (error) {
    if (error instanceof JobTakenOver || worker.isHalted()) return
    const told = errorOf(error, facts.report)
    await noteJob(facts, caller, row, (now) => {
      return { state: 'failed', report: JSON.stringify({ ...bulkReportOf(now), error: told }) }
    })
  }
}
