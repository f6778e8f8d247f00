/**
 * Applies a plan: customers side by side, of each one step after another. What is sent may be sent again, as each step is looked
 * at before and after: a run that broke off goes on where it was (events.md §7.5).
 */
import type { BulkPlan, PlanStep } from '../plan/plan-file.ts'
import type { BulkState } from '../state.ts'
import { type BulkReply, codeOf, type GraphPort, isBusy, isDenied, isSuccess, messageOf } from './graph-port.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { batchesOf, type Lane, type LaneCall, type LaneStep, lanesOf } from './lanes.ts'
import { type Pace, paceOf } from './pace.ts'
import { assignmentOf, relationshipOf, relationshipsPath } from './read-state.ts'
import { type Known, knownIn, pathOfRelationship, relationshipIdOf, stateOf } from './steps.ts'

export interface StepFailure {
  readonly n: number
  readonly key: string
  readonly do: PlanStep['do']
  readonly customer: string | null
  readonly code: string
  readonly message: string
}

export interface ApplyProgress {
  /** Steps: finished ones, those that failed or were left out after a failure, and all. */
  readonly done: number
  readonly failed: number
  readonly total: number
  /** Customers with steps that are not finished. */
  readonly waiting: number
}

export interface BulkOutcome extends ApplyProgress {
  readonly state: 'done' | 'failed' | 'stopped' | 'busy'
  readonly failures: readonly StepFailure[]
  /** Customers that were not as planned: nothing was sent for them. */
  readonly stale: readonly string[]
}

export interface ApplyFacts {
  readonly port: GraphPort
  readonly journal: Journal
  readonly parallel: number
  /** Instant, for the journal. */
  now(): string
  wait(millis: number): Promise<void>
  /** Whether the run is to end after the batch under way. */
  isStopped(): boolean
  /** Called before the first step and after each round; resolves when the progress is noted. */
  onProgress(progress: ApplyProgress): Promise<void>
  /** Names whose creation may have gone through without an answer. */
  readonly unanswered?: ReadonlySet<string>
}

/** One run, as far as it has come. */
interface Run {
  readonly facts: ApplyFacts
  readonly pace: Pace
  readonly failures: StepFailure[]
  /** Ids of groups that were made, by name in lower case. */
  readonly groups: Map<string, string>
  done: number
  failed: number
  /** How long the service asks to wait after this round. */
  busyMillis: number
}

const lockAttempts = 6

/** The relationship of a step as it is now, with its assignments. */
async function readAgain({ facts }: Run, step: PlanStep): Promise<Known> {
  const { port } = facts
  const id = relationshipIdOf(step)
  if (step.do === 'make-group') {
    const name = String(step.body?.['displayName']).replaceAll("'", "''")
    const rows = await port.list(`/groups?$filter=${encodeURIComponent(`displayName eq '${name}'`)}`)
    return knownIn({ relationships: [], groups: rows.map((row) => ({ id: row.id, name: row.displayName })) })
  }
  const filter = encodeURIComponent(`displayName eq '${step.key.replaceAll("'", "''")}'`)
  const row =
    id === undefined
      ? (await port.list(`${relationshipsPath}?$filter=${filter}`))[0]
      : (await port.send([{ method: 'GET', path: pathOfRelationship(id) }])).find(isSuccess)?.body
  if (row === undefined) return knownIn({ relationships: [], groups: [] })
  const assignments = await port.list(`${pathOfRelationship(row.id)}/accessAssignments`)
  return knownIn({ relationships: [relationshipOf(row, assignments.map(assignmentOf))], groups: [] })
}

function entryOf({ facts }: Run, { step }: LaneStep, phase: JournalEntry['phase'], reply?: BulkReply): JournalEntry {
  const { n, key, do: what } = step
  const id = typeof reply?.body?.id === 'string' ? reply.body.id : step.id
  const told = reply === undefined ? {} : { status: reply.status, requestId: reply.requestId }
  return { at: facts.now(), n, key, do: what, phase, id, ...told }
}

function noteMade(run: Run, lane: Lane, { step }: LaneStep, id: unknown): void {
  if (typeof id !== 'string') return
  if (step.do === 'create') lane.made.set(step.key, pathOfRelationship(id))
  if (step.do === 'make-group') run.groups.set(String(step.body?.['displayName']).toLowerCase(), id)
}

function finish(run: Run, lane: Lane, entry: LaneStep, id: unknown): void {
  noteMade(run, lane, entry, id)
  lane.steps.shift()
  run.done += 1
}

/** The rest of the lane is left for another run. Groups do not need each other. */
function fail(run: Run, lane: Lane, { step }: LaneStep, code: string, message: string): void {
  const { n, key, do: what, customer } = step
  run.failures.push({ n, key, do: what, customer, code, message })
  const left = customer === null ? 1 : lane.steps.length
  run.failed += left
  lane.steps.splice(0, left)
}

/** A refusal may mean that the step is done already: its relationship is read again. */
async function refused(run: Run, lane: Lane, entry: LaneStep, reply: BulkReply): Promise<'done' | 'failed' | 'again'> {
  const { step } = entry
  // Who may not write may not read either, and what is not seen would count as gone.
  if (isDenied(reply)) {
    fail(run, lane, entry, codeOf(reply), messageOf(reply))
    return 'failed'
  }
  const known = await readAgain(run, step)
  const state = stateOf(step, known)
  if (state === 'done') {
    const found = known.byName(step.key)?.id ?? known.groups.named(String(step.body?.['displayName'] ?? ''))[0]?.id
    finish(run, lane, entry, found)
    return 'done'
  }
  entry.attempts += 1
  // A draft cannot be locked in its first seconds (gdap.md §3.7).
  if (step.do === 'lock' && reply.status === 405 && state === 'todo' && entry.attempts < lockAttempts) return 'again'
  fail(run, lane, entry, state === 'stale' ? 'stale' : codeOf(reply), messageOf(reply))
  return 'failed'
}

/** Takes the answers to the calls of one lane, in their order. */
async function take(run: Run, lane: Lane, calls: readonly LaneCall[], replies: readonly BulkReply[]) {
  const entries: JournalEntry[] = []
  for (const [at, { entry }] of calls.entries()) {
    const reply = replies[at] as BulkReply
    if (isSuccess(reply)) {
      finish(run, lane, entry, reply.body?.id)
      entries.push(entryOf(run, entry, 'done', reply))
      run.pace.succeeded(1)
      continue
    }
    if (isBusy(reply)) {
      run.busyMillis = Math.max(run.busyMillis, run.pace.busy(reply.retryAfter))
      break
    }
    const outcome = await refused(run, lane, entry, reply)
    if (outcome === 'again') run.busyMillis = Math.max(run.busyMillis, 1000 * 2 ** (entry.attempts - 1))
    else entries.push(entryOf(run, entry, outcome, reply))
    break
  }
  await run.facts.journal.write(entries)
}

/** A batch that is refused as a whole is one busy answer. */
async function sendBatch(run: Run, batch: readonly LaneCall[]): Promise<void> {
  const { port, journal } = run.facts
  await journal.write(batch.map(({ entry }) => entryOf(run, entry, 'sent')))
  const replies = await port.send(batch.map(({ call }) => call))
  if (replies.every(isBusy)) {
    const seconds = replies.flatMap(({ retryAfter }) => retryAfter ?? [])
    const longest = seconds.length === 0 ? undefined : Math.max(...seconds)
    run.busyMillis = Math.max(run.busyMillis, run.pace.busy(longest))
    return
  }
  const byLane = new Map<Lane, number[]>()
  for (const [at, { lane }] of batch.entries()) byLane.set(lane, [...(byLane.get(lane) ?? []), at])
  for (const [lane, places] of byLane) {
    const own = places.map((at) => batch[at] as LaneCall)
    await take(
      run,
      lane,
      own,
      places.map((at) => replies[at] as BulkReply),
    )
  }
}

function groupIdIn({ groups }: Run, known: Known, { group }: PlanStep): string | undefined {
  if (group?.id !== undefined) return group.id
  return groups.get(group?.name?.toLowerCase() ?? '') ?? known.groups.named(group?.name ?? '')[0]?.id
}

/** Steps that need a group that could not be made. */
function dropGroupless(run: Run, known: Known, lane: Lane): void {
  const [entry] = lane.steps
  const name = entry?.step.group?.name
  if (entry === undefined || entry.step.group === undefined || groupIdIn(run, known, entry.step) !== undefined) return
  fail(run, lane, entry, 'groupMissing', `the group '${name}' was not made`)
}

/** Creations whose answer was lost: the list of a service may not have them yet, the name finds them. */
async function withUnanswered({ port, unanswered }: ApplyFacts, plan: BulkPlan, state: BulkState): Promise<BulkState> {
  if (unanswered === undefined || unanswered.size === 0) return state
  const names = new Set(state.relationships.map(({ displayName }) => displayName.toLowerCase()))
  const lost = plan.steps.filter(
    (step) => step.do === 'create' && unanswered.has(step.key) && !names.has(step.key.toLowerCase()),
  )
  const found = []
  for (const { key } of lost) {
    const filter = encodeURIComponent(`displayName eq '${key}'`)
    for (const row of await port.list(`${relationshipsPath}?$filter=${filter}`)) found.push(relationshipOf(row, []))
  }
  return { ...state, relationships: [...state.relationships, ...found] }
}

async function runLanes(run: Run, known: Known, lanes: readonly Lane[], tell: (active: number) => Promise<void>) {
  const { facts, pace } = run
  const queue = [...lanes]
  const active: Lane[] = []
  const batchFacts = { refers: facts.port.refers, groupId: (step: PlanStep) => groupIdIn(run, known, step) }
  for (;;) {
    for (let at = active.length - 1; at >= 0; at--) if (active[at]?.steps.length === 0) active.splice(at, 1)
    if (facts.isStopped()) return 'stopped'
    if (pace.isExhausted) return 'busy'
    while (active.length < pace.width && queue.length > 0) active.push(queue.shift() as Lane)
    const now = active.slice(0, pace.width)
    for (const lane of now) dropGroupless(run, known, lane)
    if (now.length === 0) return 'done'
    run.busyMillis = 0
    await Promise.all(
      batchesOf(
        now.filter(({ steps }) => steps.length > 0),
        batchFacts,
      ).map((batch) => sendBatch(run, batch)),
    )
    await tell(queue.length + active.filter(({ steps }) => steps.length > 0).length)
    if (run.busyMillis > 0) await facts.wait(run.busyMillis)
  }
}

/** Throws what the port throws: what was done until then stays, and the plan can be applied again. */
export async function applyPlan(plan: BulkPlan, found: BulkState, facts: ApplyFacts): Promise<BulkOutcome> {
  const known = knownIn(await withUnanswered(facts, plan, found))
  const { groups, lanes, done, stale, staleSteps } = lanesOf(plan, known)
  const run: Run = {
    ...{ facts, pace: paceOf(facts.parallel), failures: [], groups: new Map() },
    ...{ done, failed: staleSteps, busyMillis: 0 },
  }
  const progress = (waiting: number): ApplyProgress => {
    return { done: run.done, failed: run.failed, total: plan.steps.length, waiting }
  }
  const tell = (waiting: number): Promise<void> => facts.onProgress(progress(waiting))
  const left = (): number => lanes.filter(({ steps }) => steps.length > 0).length
  await tell(left())
  let state = groups === undefined ? 'done' : await runLanes(run, known, [groups], () => tell(left()))
  if (state === 'done') state = await runLanes(run, known, lanes, tell)
  const isFailed = run.failures.length > 0 || stale.length > 0
  const ended = state === 'done' && isFailed ? 'failed' : (state as BulkOutcome['state'])
  return { state: ended, ...progress(left()), failures: run.failures, stale }
}
