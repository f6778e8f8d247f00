/** Snapshots of a server: where they are kept, and what this version can say of one. */
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import { AppError, StoreError } from '#base/errors.ts'
import { imageFacts } from '#store/image-facts.ts'
import { memoryShelf, type SnapshotShelf } from '#worlds/shelf.ts'
import type { SnapshotFacts } from '#worlds/snapshots.ts'
import { folderShelf } from '../upkeep/snapshot-folder.ts'
import { ownVersion } from '../version.ts'

export function shelfOf({
  inMemory,
  location,
}: {
  readonly inMemory: boolean
  readonly location: string
}): SnapshotShelf {
  return inMemory ? memoryShelf() : folderShelf(join(location, 'snapshots'))
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message
}

/** For what opens an image: whether this version can, is said to who asks. */
export function rethrow(error: unknown): never {
  if (error instanceof Error && 'syscall' in error)
    throw new AppError('unavailable', `The copy cannot be written to a temporary folder: ${codeOf(error)}.`, {
      check: 'world.folder',
      cause: error,
    })
  if (!(error instanceof StoreError) || error.reason !== 'image') throw error
  const { cause } = error
  const why = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0]
  throw new AppError('conflict', `The rows cannot be used: ${why}`, { check: 'world.rows', cause })
}

export function describing(clock: Clock): Pick<SnapshotFacts, 'describe' | 'version' | 'clock'> {
  let version: Promise<string> | undefined
  return {
    clock,
    version: () => {
      version ??= ownVersion()
      return version
    },
    describe: (rows, isForeign) => imageFacts(rows, clock, isForeign).catch(rethrow),
  }
}
