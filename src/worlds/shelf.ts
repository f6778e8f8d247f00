/** Where snapshots are kept. Knows no folder: in memory here, else see app/upkeep/snapshot-folder.ts. */
import { AppError } from '#base/errors.ts'
import type { KeptWorld, Manifest } from './manifest.ts'

/** Names are good ones. */
export interface SnapshotShelf {
  list(): Promise<readonly Manifest[]>
  /** Undefined: there is none of that name. */
  manifest(name: string): Promise<Manifest | undefined>
  /** Throws `notFound`, and `conflict` where it cannot be read. */
  load(name: string): Promise<KeptWorld>
  /** Resolves when it lasts. One of that name is replaced as a whole, or `conflict` is thrown. */
  save(kept: KeptWorld, replace: boolean): Promise<void>
  /** Throws `notFound`. */
  remove(name: string): Promise<void>
}

const mostInMemory = 100

export function noSnapshot(name: string, target = 'name'): AppError {
  return new AppError('notFound', `There is no snapshot '${name}'. GET /_relata/snapshots lists them.`, { target })
}

export function snapshotExists(name: string): AppError {
  return new AppError('conflict', `There is a snapshot '${name}' already; 'replace': true replaces it.`, {
    target: 'name',
  })
}

/** They end with the server. */
export function memoryShelf(): SnapshotShelf {
  const kept = new Map<string, KeptWorld>()
  return {
    list: async () => [...kept.values()].map(({ manifest }) => manifest).sort((a, b) => (a.name < b.name ? -1 : 1)),
    manifest: async (name) => kept.get(name)?.manifest,
    load: async (name) => {
      const found = kept.get(name)
      if (found === undefined) throw noSnapshot(name)
      return found
    },
    save: async (world, replace) => {
      const { name } = world.manifest
      if (!replace && kept.has(name)) throw snapshotExists(name)
      if (kept.size >= mostInMemory && !kept.has(name))
        throw new AppError(
          'conflict',
          `There are ${mostInMemory} snapshots in memory. DELETE those that are not needed.`,
        )
      kept.set(name, world)
    },
    remove: async (name) => {
      if (!kept.delete(name)) throw noSnapshot(name)
    },
  }
}
