/** One thing that `relata doctor` has looked at. */
export interface Diagnosis {
  readonly what: string
  /** `bad`: a start or a client fails. `warn`: it may. */
  readonly how: 'good' | 'warn' | 'bad'
  readonly text: string
  readonly tip?: string
}
