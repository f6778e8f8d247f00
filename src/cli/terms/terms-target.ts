/** What `relata terms` works on: a Relata server, Microsoft Graph, or a file. */

export interface PlannedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Options as the addresses of a server take them: name → values. */
export type TermsOptions = ReadonlyMap<string, readonly string[]>

export interface ApplyOutcome {
  /** done, failed or stopped. */
  readonly state: string
  readonly done: number
  readonly total: number
  /** Names or ids of sets that were not as planned. */
  readonly stale: readonly string[]
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

export interface Exported {
  readonly bytes: Uint8Array
  readonly fileName: string
  readonly losses: number
}

export interface TermsTarget {
  /** The lines of a plan. */
  plan(file: PlannedFile, options: TermsOptions): Promise<string>
  /** `onProgress`: records that are applied, and all. */
  apply(plan: string, allowRefused: boolean, onProgress: (done: number, total: number) => void): Promise<ApplyOutcome>
  export(options: TermsOptions): Promise<Exported>
  /** Findings by lines. */
  validate(options: TermsOptions): Promise<string>
}

export function queryOf(options: TermsOptions, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more)
  for (const [name, values] of options) for (const value of values) query.append(name, value)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
