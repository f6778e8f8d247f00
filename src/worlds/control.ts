/** What the control addresses of one world do with the worlds of the server. */
import { instantIn } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { WorldsControl } from '#control/worlds/worlds.ts'
import type { WorldBox } from './box.ts'
import type { WorldImage, WorldStart } from './instance.ts'
import { isSnapshotName } from './manifest.ts'
import { usualWorld } from './naming.ts'
import type { SnapshotShelf } from './shelf.ts'
import type { World } from './world.ts'

export interface WorldControlFacts {
  readonly box: () => WorldBox
  /** The world whose addresses these are. */
  readonly id: string
  /** Throws `conflict` where other processes serve the same rows. */
  readonly needAlone: () => Promise<void>
  readonly shelf: SnapshotShelf
  /** Adds seeds to what a world begins with, as JSON has them. Throws `invalid`. */
  readonly seeded: (start: WorldStart, seed: unknown) => Promise<WorldImage>
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function optional<T>(wish: Json, name: string, isRight: (value: unknown) => value is T, form: string): T | undefined {
  const value = wish[name]
  if (value === undefined || value === null) return undefined
  if (isRight(value)) return value
  throw new AppError('invalid', `'${name}' is not ${form}.`, { target: name })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function wholeUpTo(most: number) {
  return (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
}

function shown(world: World, origin: string): Json {
  const at = new URL(origin)
  const { port } = world
  const own = port === undefined ? undefined : `${at.protocol}//${at.hostname}:${port}`
  return {
    id: world.id,
    url: own ?? origin,
    ...(port === undefined ? {} : { port }),
    header: { 'relata-world': world.id },
    createdDateTime: world.created.toISOString(),
    requestCount: world.requestCount,
    idleSeconds: Math.floor((performance.now() - world.usedAt) / 1_000),
  }
}

async function snapshotNamed(shelf: SnapshotShelf, name: string): Promise<WorldImage | undefined> {
  const isThere = isSnapshotName(name) && (await shelf.manifest(name)) !== undefined
  return isThere ? (await shelf.load(name)).image : undefined
}

/** What the world begins with: a copy, or with a seed alone nothing. */
async function beginning(box: WorldBox, shelf: SnapshotShelf, wish: Json): Promise<WorldStart> {
  const named = optional(wish, 'from', isText, 'the name of a world or of a snapshot')
  if (named === undefined && isGiven(wish['seed'])) return { clock: { ahead: 0, held: null }, ids: undefined }
  const from = named ?? usualWorld
  const image = (await box.find(from)?.image()) ?? (await snapshotNamed(shelf, from))
  if (image === undefined)
    throw new AppError('notFound', `There is no world and no snapshot '${from}'.`, { target: 'from' })
  return image
}

async function imageFor({ box, shelf, seeded }: WorldControlFacts, wish: Json): Promise<WorldImage> {
  const clock = optional(wish, 'clock', isText, 'an instant')
  const ids = optional(wish, 'ids', wholeUpTo(0xffff_ffff), 'a whole number from 0 to 4294967295')
  const at = clock === undefined ? undefined : instantIn(clock)
  if (clock !== undefined && at === undefined)
    throw new AppError('invalid', "'clock' is not an instant, such as 2026-05-01T00:00:00Z.", { target: 'clock' })
  const image = await beginning(box(), shelf, wish)
  const start = {
    ...image,
    ...(at === undefined ? {} : { clock: { ahead: 0, held: at.getTime() } }),
    // The count goes on, so that no id of a row that was copied is made again.
    ...(ids === undefined ? {} : { ids: { seed: ids, made: image.ids?.made ?? 0 } }),
  }
  const { rows } = start
  return isGiven(wish['seed']) || rows === undefined ? seeded(start, wish['seed']) : { ...start, rows }
}

export function worldControlOf(facts: WorldControlFacts): WorldsControl {
  const { box, id, needAlone } = facts
  return {
    list: (origin) =>
      box()
        .list()
        .map((world) => shown(world, origin)),
    show: (wanted, origin) => shown(box().need(wanted), origin),
    add: async (wish, origin) => {
      await needAlone()
      const port = optional(wish, 'port', wholeUpTo(65_535), 'a port; 0 selects a free one')
      const named = optional(wish, 'id', isText, 'a text')
      const world = await box().add({ id: named, image: await imageFor(facts, wish), port })
      return shown(world, origin)
    },
    remove: (wanted) => box().remove(wanted),
    reset: async () => {
      await needAlone()
      await box().need(id).reset()
    },
  }
}
