/**
 * Snapshots in a folder: for each one a folder of its name with `manifest.json`, which names the file of its rows. A
 * snapshot is there as soon as its manifest is, which comes into its place by one rename, after the rows: whoever is killed
 * leaves the snapshot of before, the new one, or none.
 */
import { existsSync, promises as files } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors.ts'
import { draftOf, flushFolder, makeFolder, ownerOnly, removeDrafts } from '#store/sqlite/maintenance/drafts.ts'
import { type KeptWorld, keptWorld, type Manifest, parseManifest } from '#worlds/manifest.ts'
import { noSnapshot, type SnapshotShelf, snapshotExists } from '#worlds/shelf.ts'

const manifestName = 'manifest.json'
const rowsForm = /^world-[0-9a-f]{16}\.db$/

function rowsName({ sha256 }: Manifest): string {
  return `world-${sha256.slice(0, 16)}.db`
}

/** Lasts when it resolves, under its name or not at all. */
async function writeLasting(file: string, bytes: Uint8Array | string): Promise<void> {
  const draft = draftOf(file)
  try {
    const handle = await files.open(draft, 'wx', ownerOnly)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await files.rename(draft, file)
  } finally {
    await files.rm(draft, { force: true })
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** Of the file system: the disk is full, or the folder is somebody else's. */
function unusable(error: unknown): never {
  if (!(error instanceof Error && 'syscall' in error)) throw error
  const why = 'code' in error ? String(error.code) : error.message
  throw new AppError('unavailable', `The folder of the snapshots cannot be used: ${why}.`, {
    check: 'snapshot.folder',
    cause: error,
  })
}

function unreadable(name: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new AppError('conflict', `The snapshot '${name}' cannot be read: ${why}.`, { target: 'name', cause })
}

async function manifestIn(folder: string, name: string): Promise<Manifest | undefined> {
  const text = await files.readFile(join(folder, name, manifestName), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    return { ...parseManifest(text), name }
  } catch (error) {
    throw unreadable(name, error)
  }
}

/** What a saving that was ended has left, and rows of a snapshot that was replaced. */
async function tidy(place: string, kept: Manifest): Promise<void> {
  removeDrafts(place)
  for (const entry of await files.readdir(place))
    if (rowsForm.test(entry) && entry !== rowsName(kept)) await files.rm(join(place, entry), { force: true })
}

async function save(folder: string, { manifest, image }: KeptWorld): Promise<void> {
  const place = join(folder, manifest.name)
  makeFolder(place)
  await writeLasting(join(place, rowsName(manifest)), image.rows)
  flushFolder(place)
  await writeLasting(join(place, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const changed of [place, folder]) flushFolder(changed)
  await tidy(place, manifest)
}

/** `folder` is made with the first one. */
export function folderShelf(folder: string): SnapshotShelf {
  /** One change after another: a removal would take what is being saved with it. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work).catch(unusable)
    turn = done.catch(() => undefined)
    return done
  }
  return {
    list: async () => {
      if (!existsSync(folder)) return []
      const names = (await files.readdir(folder, { withFileTypes: true }).catch(unusable)).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      )
      const found = await Promise.all(names.sort().map((name) => manifestIn(folder, name).catch(() => undefined)))
      return found.flatMap((manifest) => manifest ?? [])
    },
    manifest: (name) => manifestIn(folder, name).catch(unusable),
    load: (name) =>
      inTurn(async () => {
        const manifest = await manifestIn(folder, name)
        if (manifest === undefined) throw noSnapshot(name)
        try {
          return keptWorld(manifest, await files.readFile(join(folder, name, rowsName(manifest))))
        } catch (error) {
          throw unreadable(name, error)
        }
      }),
    save: (kept, replace) =>
      inTurn(async () => {
        const { name } = kept.manifest
        if (!replace && (await manifestIn(folder, name)) !== undefined) throw snapshotExists(name)
        await save(folder, kept)
      }),
    remove: (name) =>
      inTurn(async () => {
        const place = join(folder, name)
        // Without its manifest it is none: whoever is killed in the middle leaves no half of one.
        await files.rm(join(place, manifestName)).catch((error: unknown) => {
          throw isMissing(error) ? noSnapshot(name) : error
        })
        flushFolder(place)
        await files.rm(place, { recursive: true, force: true })
      }),
  }
}
