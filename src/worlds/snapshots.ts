/** What the control addresses of one world do with snapshots, and with worlds as files. */
import type { Clock } from '#base/clock.ts'
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { SnapshotsControl } from '#control/worlds/snapshots.ts'
import type { WorldBox } from './box.ts'
import type { WorldImage } from './instance.ts'
import { checkSnapshotName, digestOf, type KeptWorld, type Manifest, manifestFormat } from './manifest.ts'
import { noSnapshot, type SnapshotShelf, snapshotExists } from './shelf.ts'
import { packWorld, unpackWorld } from './world-file.ts'

export interface SnapshotFacts {
  readonly box: () => WorldBox
  /** The world whose addresses these are. */
  readonly id: string
  readonly shelf: SnapshotShelf
  /** Throws `conflict` where other processes serve the same rows. */
  readonly needAlone: () => Promise<void>
  /** What an image holds. `isForeign`: of a file that anybody may have made. Throws `conflict` where it cannot be used. */
  readonly describe: (rows: Uint8Array, isForeign?: boolean) => Promise<Pick<Manifest, 'schema' | 'rows'>>
  readonly version: () => Promise<string>
  /** The system's time. */
  readonly clock: Clock
}

/** Most bytes of what is in a file. */
const mostUnpackedBytes = 2 ** 31 - 1

/** Told to all worlds, which share the snapshots. */
const changed = 'relata.snapshots-changed'

type ManifestFacts = Pick<SnapshotFacts, 'id' | 'describe' | 'version' | 'clock'>

async function keptOf(
  name: string,
  image: WorldImage,
  { id, describe, version, clock }: ManifestFacts,
): Promise<KeptWorld> {
  const now = clock.now()
  const { ahead, held } = image.clock
  const manifest: Manifest = {
    format: manifestFormat,
    name,
    createdDateTime: now.toISOString(),
    version: await version(),
    world: id,
    clock: { now: new Date(held ?? now.getTime() + ahead).toISOString(), ahead, held },
    ids: image.ids ?? null,
    bytes: image.rows.length,
    sha256: digestOf(image.rows),
    ...(await describe(image.rows)),
  }
  return { manifest, image }
}

function shown(manifest: Manifest): Json {
  return { ...manifest }
}

async function unpacked(file: Uint8Array): Promise<KeptWorld> {
  try {
    return await unpackWorld(file, mostUnpackedBytes)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('invalid', `The file is not a world that Relata has exported: ${why}.`, {
      check: 'import.file',
      cause,
    })
  }
}

export function snapshotsOf(facts: SnapshotFacts): SnapshotsControl {
  const { box, id, shelf, needAlone, describe } = facts
  const put = async ({ image }: KeptWorld): Promise<void> => {
    await needAlone()
    await box().need(id).replace(image)
  }
  return {
    list: async () => (await shelf.list()).map(shown),
    show: async (name) => {
      checkSnapshotName(name)
      const found = await shelf.manifest(name)
      if (found === undefined) throw noSnapshot(name)
      return shown(found)
    },
    save: async (name, replace) => {
      checkSnapshotName(name)
      if (!replace && (await shelf.manifest(name)) !== undefined) throw snapshotExists(name)
      const kept = await keptOf(name, await box().need(id).image(), facts)
      await shelf.save(kept, replace)
      box().tell(changed)
      return shown(kept.manifest)
    },
    load: async (name) => {
      checkSnapshotName(name)
      await put(await shelf.load(name))
    },
    remove: async (name) => {
      checkSnapshotName(name)
      await shelf.remove(name)
      box().tell(changed)
    },
    pack: async (snapshot) => {
      if (snapshot !== undefined) {
        checkSnapshotName(snapshot, 'snapshot')
        if ((await shelf.manifest(snapshot)) === undefined) throw noSnapshot(snapshot, 'snapshot')
      }
      const { manifest, image } =
        snapshot === undefined ? await keptOf(id, await box().need(id).image(), facts) : await shelf.load(snapshot)
      const stamp = manifest.createdDateTime.slice(0, 19).replace(/[-:]/g, '')
      return { bytes: await packWorld(manifest, image.rows), fileName: `relata-${manifest.name}-${stamp}.tar.gz` }
    },
    unpack: async (file, snapshot) => {
      if (snapshot !== undefined) checkSnapshotName(snapshot, 'snapshot')
      const kept = await unpacked(file)
      const described = await describe(kept.image.rows, true)
      if (snapshot === undefined) {
        await put(kept)
        return shown({ ...kept.manifest, ...described })
      }
      const manifest = { ...kept.manifest, name: snapshot, ...described }
      await shelf.save({ ...kept, manifest }, true)
      box().tell(changed)
      return shown(manifest)
    },
  }
}
