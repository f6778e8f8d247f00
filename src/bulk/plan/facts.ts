/** What the rules of a plan are asked about: one customer and template, and what was found of them. */
import type { RoleFinder } from '../catalogue.ts'
import type { FoundRelationship } from '../state.ts'
import type { BulkSettings } from '../wanted.ts'
import type { PlanStep } from './plan-file.ts'

/** A step before it has its number and its place. */
export type StepDraft = Omit<PlanStep, 'n' | 'customer' | 'template'>

export interface Generation {
  readonly number: number
  readonly relationship: FoundRelationship
}

export interface PairFacts {
  readonly stem: string
  readonly customerId: string
  readonly isAbsent: boolean
  readonly roles: readonly string[]
  readonly duration: string
  readonly autoExtend: string
  readonly settings: BulkSettings
  /** The highest generation first. */
  readonly generations: readonly Generation[]
  readonly now: string
  /** What the customer has rejected is asked for again. */
  readonly asksAgain: boolean
  readonly finder: RoleFinder
  /** How many groups get roles after the approval. */
  readonly assignments: number
}

export interface PairVerdict {
  /** Word of the table. */
  readonly found: string
  /** The relationship that it is about. */
  readonly key: string
  readonly text: string
  readonly steps: readonly StepDraft[]
  readonly isWarning?: true
  /** Whether its assignments are looked at as well. */
  readonly looksAtAssignments?: true
}

/** Words of the table that count as nothing to do, and wait for the customer or the service. */
export const waitingWords: ReadonlySet<string> = new Set([
  'wait-approval',
  'wait-activation',
  'wait-assignment',
  'wait-end',
])
