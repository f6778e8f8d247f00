/** What a pack is: a seed by a name, made by code, with fixed ids. */
import type { KnownTenants } from '../format/seed-check.ts'
import type { Seed } from '../format/seed-format.ts'
import type { SeedFacts } from '../seed-facts.ts'

/** Called as rows are written. `of`: how many there will be. */
export type SeedProgress = (at: { readonly what: string; readonly done: number; readonly of: number }) => void

export const untold: SeedProgress = () => undefined

export interface Pack {
  /** Ends the sentence "The pack … is". */
  readonly doc: string
  /** What goes through the rules. `known`: the tenants that are there already. */
  readonly seed: (known: KnownTenants) => Seed
  /** The rest, as rows like those that the rules have made: far more than they would write in the time. */
  readonly fill?: (facts: SeedFacts, progress: SeedProgress) => Promise<void>
  /** Too much for a database in memory. */
  readonly isLarge?: true
}
