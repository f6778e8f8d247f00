/** A world for each test by the hooks of a test runner. */
import type { Relata, RelataOptions } from './relata.ts'
import { startRelata } from './start-relata.ts'

/** What a runner may say of the test: `node:test` gives its name with those of the tests around it. */
export interface TestNamed {
  readonly fullName?: string
}

export interface Hooks {
  beforeEach(work: (test?: TestNamed) => Promise<void>): void
  afterEach(work: (test?: TestNamed) => Promise<void>): void
}

interface Open {
  readonly name: string | undefined
  relata: Relata | undefined
}

function isWithin(name: string | undefined, outer: string | undefined): boolean {
  return outer !== undefined && name?.startsWith(`${outer} > `) === true
}

/**
 * Returns what gives the world of the test that runs. A test within a test has a world of its own, and the outer one its
 * own again afterwards. Throws for tests that run at the same time, as nobody could tell whose world is asked for.
 */
export function relataBetween({ beforeEach, afterEach }: Hooks, options: RelataOptions): () => Relata {
  /** From the outermost test. */
  const open: Open[] = []
  beforeEach(async (test) => {
    const own: Open = { name: test?.fullName, relata: undefined }
    open.push(own)
    try {
      own.relata = await startRelata(options)
    } catch (error) {
      open.splice(open.indexOf(own), 1)
      throw error
    }
  })
  afterEach(async (test) => {
    const at = open.findLastIndex(({ name }) => name === test?.fullName)
    // A test whose world could not be made has none.
    const [ended] = at === -1 ? [] : open.splice(at, 1)
    await ended?.relata?.close()
  })
  return () => {
    const relata = open.at(-1)?.relata
    if (open.some(({ name }, at) => at > 0 && !isWithin(name, open[at - 1]?.name)))
      throw new Error('useRelata gives one world at a time: tests that run at the same time need withRelata')
    if (relata === undefined) throw new Error('the world of a test exists while the test runs')
    return relata
  }
}
