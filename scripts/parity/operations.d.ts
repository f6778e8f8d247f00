/** The types of operations.js, for the tests that read it. */
export interface Operation {
  readonly key: string
  readonly method: string
  readonly address: string
  readonly standing: 'documented' | 'observed' | 'inferred' | 'ours' | 'not yet'
  /** In which Microsoft publishes it. */
  readonly versions: readonly string[]
}
export declare const operations: () => Operation[]
export declare const operationOf: (method: string, target: string) => string | undefined
