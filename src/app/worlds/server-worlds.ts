/** The worlds of one server, of which there is one at first: how others are opened, filled, and put back. */
import { AppError, invariant } from '#base/errors.ts'
import { logBudget } from '#control/requests/segments.ts'
import { WorldBox } from '#worlds/box.ts'
import { worldControlOf } from '#worlds/control.ts'
import type { WorldImage, WorldStart } from '#worlds/instance.ts'
import { usualWorld } from '#worlds/naming.ts'
import { snapshotsOf } from '#worlds/snapshots.ts'
import { isAlone, type ListenerFacts } from '../listener.ts'
import { unobserved } from '../observe/observation.ts'
import { openParts, type Parts } from '../parts.ts'
import { seedControlOf } from '../seed/packs/seed-control.ts'
import { isLarge } from '../seed/seeding.ts'
import type { PartSettings } from '../settings/part-settings.ts'
import { type AppInstance, imageOf, instanceOf } from './instance.ts'
import { describing, rethrow, shelfOf } from './snapshots.ts'

/** What all worlds of a server share. */
type SharedFacts = Omit<ListenerFacts, 'parts' | 'worlds' | 'snapshots' | 'world' | 'requestLog' | 'rehearse'>

/** Settings of a world in memory: of its own are its rows, its clock and its ids. */
function settingsInMemory(settings: PartSettings): PartSettings {
  const { database: _, databaseUrl: __, readUrl: ___, texts: ____, seedsHere: _____, ...others } = settings
  return { ...others, database: undefined, seed: 'none', clock: undefined, ids: undefined, faults: [], auditSink: [] }
}

/** A larger seed is made anew by each reset: it would be in memory as long as the server runs. */
const mostKeptBytes = 128 * 1024 * 1024

/** Seeds in databases in memory that are opened for it, copied and closed. */
function seedingInMemory(settings: PartSettings, { clock, ids }: Pick<SharedFacts, 'clock' | 'ids'>) {
  const inMemory = settingsInMemory(settings)
  /** `body` undefined: nothing is added. */
  const seeded = async (start: WorldStart, body: unknown): Promise<WorldImage> => {
    const { rows, clock: clockState, ids: counted } = start
    const image = rows === undefined ? {} : { image: rows }
    const made = await openParts({ ...inMemory, ...image, clockState }, clock, ids, unobserved, counted)
    try {
      if (body !== undefined)
        await seedControlOf({ seeding: made.seeding, isInMemory: true, note: () => undefined }).add(body)
      return await imageOf(made)
    } finally {
      await made.close()
    }
  }
  return {
    seeded,
    rehearse: async (world: Parts, body: unknown): Promise<void> => {
      // Where there can be no copy, a seed is checked as far as it is everywhere.
      if (world.store.content !== undefined) await seeded(await imageOf(world), body)
    },
    /** A database that was there before the server was filled by another one: the seed is made anew. */
    anew: async (): Promise<Uint8Array> => {
      const { seed, clock: at } = settings
      if (isLarge(seed))
        throw new AppError(
          'unsupported',
          'The seed of this world is too large to be loaded again in memory, so the world cannot be reset.',
          {
            check: 'world.large',
          },
        )
      const made = await openParts({ ...inMemory, seed, clock: at, seedsHere: true }, clock, ids)
      const image = made.store.content?.image()
      invariant(image !== undefined, 'a database in memory can be copied')
      return image.finally(() => made.close())
    },
  }
}

/** As `--seed none`: a world without tenants. */
function isNone(seed: unknown): boolean {
  return typeof seed === 'string' && seed.toLowerCase() === 'none'
}

export interface FirstWorld {
  readonly parts: Parts
  /** What they were opened with, for other worlds. */
  readonly settings: PartSettings
}

/** `parts` are those of the world `default`. */
export function worldsOf({ parts, settings }: FirstWorld, shared: SharedFacts): WorldBox {
  const { config, clock, ids } = shared
  const inMemory = settingsInMemory(settings)
  const logs = logBudget()
  const shelf = shelfOf(config)
  const description = describing(clock)
  const needAlone = async (): Promise<void> => {
    if (await isAlone(config, parts)) return
    throw new AppError(
      'conflict',
      'Other processes serve the same database, so worlds cannot be made or replaced here.',
      {
        check: 'world.alone',
      },
    )
  }
  const { seeded, rehearse, anew } = seedingInMemory(settings, shared)
  const controlOf = (id: string) => {
    const begun = (start: WorldStart, seed: unknown) => seeded(start, isNone(seed) ? undefined : { seed })
    const facts = { box: () => box, id, needAlone, shelf, seeded: begun }
    return { worlds: worldControlOf(facts), snapshots: snapshotsOf({ ...facts, ...description }), rehearse }
  }
  const open = async (image: WorldImage, id: string): Promise<AppInstance> => {
    const { rows, clock: clockState } = image
    const opened = await openParts({ ...inMemory, image: rows, clockState }, clock, ids, unobserved, image.ids).catch(
      rethrow,
    )
    await opened.faults?.control.goOn(image.held ?? [])
    const own = { parts: opened, ...controlOf(id), world: id }
    const facts = { ...shared, logBudget: logs, observation: unobserved, ...own }
    return instanceOf({ ...facts, reopened: (next) => open(next, id) })
  }
  const beginning = { clock: parts.clock.state, ids: parts.ids.state }
  const startWith = async (rows: Promise<Uint8Array> | Uint8Array): Promise<WorldImage> => ({
    rows: await rows,
    ...beginning,
  })
  let start: Promise<WorldImage> | undefined
  const box = new WorldBox({
    first: instanceOf({
      ...shared,
      logBudget: logs,
      parts,
      ...controlOf(usualWorld),
      world: usualWorld,
      // Where no folder could be made for it, this world is in memory as well.
      ...(parts.store.content?.replace === undefined && config.inMemory
        ? { reopened: (next) => open(next, usualWorld) }
        : {}),
    }),
    start: () => {
      const image = start ?? startWith(parts.seeded ?? anew())
      const forget = (): void => {
        start = undefined
      }
      start = image
      image.then(({ rows }) => rows.length > mostKeptBytes && forget(), forget)
      return image
    },
    open,
    clock,
  })
  return box
}
