/** One random step of a walk, and what it does in the model and on the real store. */
import fc from 'fast-check'
import type { World } from './harness.ts'
import type { State } from './reference.ts'

/** What to do, and numbers that choose among what is there. */
export const step = fc.record({
  what: fc.nat({ max: 159 }),
  a: fc.nat(),
  b: fc.nat(),
  c: fc.nat(),
  label: fc.nat({ max: 60 }),
  french: fc.nat({ max: 60 }),
})
export type Step = { what: number; a: number; b: number; c: number; label: number; french: number }

export const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]

/** `real` runs first, as the model may need ids that it has made. */
export interface Doing {
  readonly model: (state: State) => State
  readonly real: (world: World) => Promise<unknown>
  readonly name: string
}
