/** State machines as data: a list of steps, looked up by where a thing stands and what happens to it. Pure. */

/** Who makes it happen: somebody on one of the sides, the service itself, or the clock. */
export type Party = 'partner' | 'reseller' | 'customer' | 'service' | 'time'

export interface Transition<S extends string = string, E extends string = string> {
  /** Number of the transition in gdap.md §3.2, or the section that asks for it. */
  readonly rule: string
  /** Null: it is not there yet. */
  readonly from: S | null
  readonly on: E
  readonly by: Party
  /** Null: it goes, with all below it. */
  readonly to: S | null
  /** Which latency of the settings the step waits for; steps without one follow at once. */
  readonly takes?: string
  /** Last words of the audit record's operation. */
  readonly audit: string
  /** Last word of the Partner Center event, where gdap.md §7.1 names one. */
  readonly event?: string
}

/** The step from a status on an event; undefined: that cannot happen there. */
export function stepper<S extends string, E extends string, T extends Transition<S, E>>(steps: readonly T[]) {
  const known = new Map(steps.map((step) => [`${step.from ?? ''} ${step.on}`, step]))
  return (from: S | null, on: E): T | undefined => known.get(`${from ?? ''} ${on}`)
}

function endOf(status: string | null): string {
  return status ?? '[*]'
}

/** The steps as a Mermaid state diagram. */
export function mermaidOf(steps: readonly Transition[]): string {
  return [
    'stateDiagram-v2',
    ...steps.map(({ rule, from, on, by, to }) => `    ${endOf(from)} --> ${endOf(to)}: ${on} (${by}, ${rule})`),
  ].join('\n')
}
