import type { Operation } from './operations.js'

/** The types of page.js, for the test that reads it. */
export interface ParityRow extends Omit<Operation, 'standing'> {
  readonly standing: Operation['standing'] | 'same'
  readonly differs: readonly { readonly at: string; readonly why: string }[]
  readonly test: string | undefined
  readonly witnesses: readonly string[]
}
export declare const parity: () => ParityRow[]
export declare const parityPage: () => string
export declare const paritySentence: () => string
