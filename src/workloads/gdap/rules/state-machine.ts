/** State machines as data: a list of transitions, found by status and event. Pure. */

/** Who causes a transition: one of the parties, the service, or the clock. */
export type Party = 'partner' | 'reseller' | 'customer' | 'service' | 'time'

export interface Transition<S extends string = string, E extends string = string> {
  /** Number of the transition in gdap.md §3.2, or the section that asks for it. */
  readonly rule: string
  /** Null: the row is created. */
  readonly from: S | null
  readonly on: E
  readonly by: Party
  /** Null: the row is removed, with all below it. */
  readonly to: S | null
  /** The latency of the settings after which it happens; absent: immediately. */
  readonly takes?: string
  /** End of the audit record's `operationType`. */
  readonly audit: string
  /** End of the name of the Partner Center event, where gdap.md §7.1 names one. */
  readonly event?: string
}

/** Finds the transition from a status on an event; undefined: the event is not possible in that status. */
export function stepper<S extends string, E extends string, T extends Transition<S, E>>(steps: readonly T[]) {
  const known = new Map(steps.map((step) => [`${step.from ?? ''} ${step.on}`, step]))
  return (from: S | null, on: E): T | undefined => known.get(`${from ?? ''} ${on}`)
}

function endOf(status: string | null): string {
  return status ?? '[*]'
}

/** The transitions as a Mermaid state diagram. */
export function mermaidOf(steps: readonly Transition[]): string {
  return [
    'stateDiagram-v2',
    ...steps.map(({ rule, from, on, by, to }) => `    ${endOf(from)} --> ${endOf(to)}: ${on} (${by}, ${rule})`),
  ].join('\n')
}
