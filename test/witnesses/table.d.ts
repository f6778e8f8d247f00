export interface Witness {
  readonly name: string
  readonly folder: string
  readonly tools: readonly string[]
  readonly prepare: readonly (readonly [string, ...string[]])[]
  readonly preparedFrom: readonly string[]
  readonly runs: 'always' | 'ci' | 'asked'
  readonly command: readonly [string, ...string[]]
  readonly versions: readonly [file: string, packages: readonly string[]]
  readonly steps: readonly string[]
  readonly transparent?: boolean
}

export const witnesses: readonly Witness[]
export const schemathesis: Witness
