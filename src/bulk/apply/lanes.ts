/** The steps of a plan by customer: within a lane one after another, lanes side by side. */
import type { BulkPlan, PlanStep } from '../plan/plan-file.ts'
import { type BulkCall, mostInBatch, pathOfMade } from './graph-port.ts'
import {
  callFor,
  type Known,
  pathOfRelationship,
  relationshipFor,
  relationshipIdOf,
  type StepState,
  stateOf,
} from './steps.ts'

export interface LaneStep {
  readonly step: PlanStep
  /** How often a draft that is too young could not be locked. */
  attempts: number
}

export interface Lane {
  readonly customer: string | null
  readonly steps: LaneStep[]
  /** Path of what an earlier step has made, by key. */
  readonly made: Map<string, string>
}

export interface LanesOfPlan {
  /** Groups that are made first. */
  readonly groups: Lane | undefined
  readonly lanes: readonly Lane[]
  /** Steps that are done already. */
  readonly done: number
  /** Customers that are not as they were when the plan was made. */
  readonly stale: readonly string[]
  readonly staleSteps: number
}

function laneOf(customer: string | null, steps: readonly PlanStep[], states: readonly StepState[]): Lane {
  const left = steps.filter((_, at) => states[at] === 'todo')
  return { customer, steps: left.map((step) => ({ step, attempts: 0 })), made: new Map() }
}

/** Nothing is sent for a customer of whom a step is stale. */
export function lanesOf({ steps }: Pick<BulkPlan, 'steps'>, known: Known): LanesOfPlan {
  const byCustomer = new Map<string | null, PlanStep[]>()
  for (const step of steps) {
    const own = byCustomer.get(step.customer)
    if (own === undefined) byCustomer.set(step.customer, [step])
    else own.push(step)
  }
  const lanes: Lane[] = []
  const stale: string[] = []
  let [groups, done, staleSteps]: [Lane | undefined, number, number] = [undefined, 0, 0]
  for (const [customer, own] of byCustomer) {
    const states = own.map((step) => stateOf(step, known))
    if (states.includes('stale')) {
      stale.push(customer ?? '')
      staleSteps += own.length
      continue
    }
    const lane = laneOf(customer, own, states)
    for (const step of own) {
      const found = relationshipFor(step, known)
      if (found !== undefined) lane.made.set(step.key, pathOfRelationship(found.id))
    }
    done += own.length - lane.steps.length
    if (customer === null) groups = lane
    else lanes.push(lane)
  }
  return { groups, lanes, done, stale, staleSteps }
}

/** One call of a batch, and whose it is. */
export interface LaneCall {
  readonly lane: Lane
  readonly entry: LaneStep
  readonly call: BulkCall
}

export interface BatchFacts {
  readonly refers: boolean
  /** Id of the group of a step; undefined: it was not made. */
  groupId(step: PlanStep): string | undefined
}

/**
 * The next calls of a lane that go into one batch from that place on: up to the first that needs what another one makes, where
 * the service cannot refer to it.
 */
function nextOf(lane: Lane, { refers, groupId }: BatchFacts, from: number, most: number): LaneCall[] {
  const calls: LaneCall[] = []
  const inBatch = new Map<string, number>()
  for (const entry of lane.steps) {
    if (calls.length === most) break
    const { step } = entry
    const place = from + calls.length
    const id = relationshipIdOf(step)
    const maker = inBatch.get(step.key)
    const known = id === undefined ? lane.made.get(step.key) : pathOfRelationship(id)
    if (known === undefined && maker !== undefined && !refers) break
    const base = known ?? (maker === undefined ? '' : pathOfMade(maker))
    const after = calls.length === 0 ? {} : { after: place - 1 }
    calls.push({ lane, entry, call: { ...callFor(step, base, groupId(step)), ...after } })
    if (step.do === 'create') inBatch.set(step.key, place)
  }
  return calls
}

/** Batches of up to 20 calls for these lanes; no lane is cut before its first call. */
export function batchesOf(lanes: readonly Lane[], facts: BatchFacts): LaneCall[][] {
  const batches: LaneCall[][] = []
  let last: LaneCall[] = []
  for (const lane of lanes) {
    if (last.length === mostInBatch) last = []
    let calls = nextOf(lane, facts, last.length, mostInBatch - last.length)
    if (last.length > 0 && calls.length < 2) {
      // There may be no room for what belongs together.
      const together = nextOf(lane, facts, 0, mostInBatch)
      if (together.length > calls.length) {
        last = []
        calls = together
      }
    }
    if (last.length === 0) batches.push(last)
    last.push(...calls)
  }
  return batches.filter((batch) => batch.length > 0)
}
