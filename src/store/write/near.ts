/** How a job asks where answers come at once, and what it leaves behind there. */
import type { EntityType } from '#edm/define.ts'
import { atOnce, type Steps } from '../rows/statement.ts'
import type { Session } from '../sqlite/session.ts'
import type { Run } from './group-commit.ts'
import type { Memory } from './row-cache.ts'
import type { JobLine } from './write-tx.ts'

const answered = Promise.resolve()

/** What is the same for all jobs of a store. */
export interface NearFacts {
  readonly writer: Session
  /** Names of the types whose rows a type shows or has. */
  readonly family: (name: string) => readonly string[]
}

/** A class, as each write makes one. */
export class Near implements JobLine {
  readonly memory: Memory
  readonly isFar = false
  /** Of its first statement that failed: nothing it does after that counts. */
  failure: { readonly error: unknown } | undefined
  private readonly facts: NearFacts
  private readonly run: Run<unknown>
  private readonly written: string[]

  /** `written`: is given the names of the types whose rows changed. */
  constructor(facts: NearFacts, run: Run<unknown>, memory: Memory, written: string[]) {
    this.facts = facts
    this.run = run
    this.memory = memory
    this.written = written
  }

  take<T>(steps: Steps<T>): T {
    try {
      return atOnce(this.facts.writer, steps)
    } catch (error) {
      // SQLite may have undone more than the statement.
      this.touch()
      this.failure ??= { error }
      throw error
    }
  }

  takeAhead<T>(steps: Steps<T>): T {
    this.touch()
    return this.take(steps)
  }

  touch(): void {
    this.run.touch()
  }

  wrote({ name }: EntityType): void {
    for (const relative of this.facts.family(name)) if (!this.written.includes(relative)) this.written.push(relative)
  }

  confirm(): Promise<void> {
    return answered
  }

  protect(): void {
    this.run.protect()
  }
}
