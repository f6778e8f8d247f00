/**
 * Copies of the database as one file. Keys and certificates stay where they are: a copy travels, and whoever has the
 * keys can sign tokens.
 */
import { constants, existsSync } from 'node:fs'
import { chmod, copyFile, link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Clock, systemClock } from '#base/clock.ts'
import type { SchemaState } from '#store/schema/ledger.ts'
import {
  draftOf,
  flushFolder,
  makeFolder,
  makePrivate,
  ownerOnly,
  removeDraftsOf,
} from '#store/sqlite/maintenance/drafts.ts'
import { copyDatabase, fileFaults, isInUse, schemaState } from '#store/sqlite/maintenance/file-maintenance.ts'
import { aloneIn } from '#store/sqlite/processes/alone.ts'
import { databaseFile } from '#store/sqlite/store.ts'

export interface BackupFacts {
  readonly location: string
  readonly file: string
}

export interface BackupResult {
  readonly bytes: number
  readonly schema: SchemaState
}

/** Through to the disk, so that a rename never shows half a file after a crash. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whoever is killed leaves a draft, which the next one on the same file deletes. */
async function inPlace(target: string, make: (draft: string) => Promise<void>): Promise<void> {
  const folder = dirname(resolve(target))
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}\ntip: make it first, or name another file`)
  removeDraftsOf(resolve(target))
  const draft = draftOf(target)
  try {
    makePrivate(draft)
    await make(draft)
    await flush(draft)
    await rename(draft, target)
    flushFolder(folder)
  } finally {
    await rm(draft, { force: true })
  }
}

/** Also while a server runs. An older file of that name is replaced once the new one is whole. */
export async function backUp({ location, file }: BackupFacts): Promise<BackupResult> {
  const source = databaseFile(location)
  const schema = await schemaState(source)
  if (schema.fault !== undefined) throw new Error(`${source} cannot be backed up: ${schema.fault}`)
  await inPlace(file, async (draft) => {
    await copyDatabase(source, draft)
    const [fault] = await fileFaults(draft)
    if (fault !== undefined) throw new Error(`${source} is damaged, so the copy was deleted: ${fault}`)
  })
  return { bytes: (await stat(file)).size, schema }
}

export interface RestoreFacts extends BackupFacts {
  /** A database that is there is kept under another name, and its place taken. */
  readonly replace: boolean
}

export interface RestoreResult {
  readonly schema: SchemaState
  /** Where the database that was there is now. */
  readonly kept: string | undefined
}

async function checkBackup(file: string): Promise<SchemaState> {
  const unusable = (why: string): Error => new Error(`${file} cannot be restored: ${why}`)
  const read = async (): Promise<{ schema: SchemaState; faults: readonly string[] }> => ({
    faults: await fileFaults(file),
    schema: await schemaState(file),
  })
  const { schema, faults } = await read().catch((error: Error) => {
    throw unusable(error.message)
  })
  if (faults.length > 0) throw unusable(`it is damaged: ${faults[0]}`)
  if (schema.fault !== undefined) throw unusable(schema.fault)
  return schema
}

function stamp(clock: Clock): string {
  return clock.now().toISOString().slice(0, 19).replace(/[-:]/g, '')
}

/** Another name for the same file, so that it is never without a name. Where links do not exist, it is copied. */
async function nameAlso(file: string, also: string): Promise<void> {
  await link(file, also).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw error
    await copyFile(file, also, constants.COPYFILE_EXCL)
    await flush(also)
  })
  await chmod(also, ownerOnly)
}

async function keep(target: string, clock: Clock): Promise<string> {
  const first = `${target}.${stamp(clock)}`
  for (let number = 1; ; number += 1) {
    const kept = number === 1 ? first : `${first}-${number}`
    try {
      await nameAlso(target, kept)
      return kept
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** The database that is there gets a second name; its first one is taken by the restored file in one step. */
async function makeRoom(target: string, replace: boolean, clock: Clock): Promise<string | undefined> {
  const logs = [`${target}-wal`, `${target}-journal`, `${target}-shm`]
  if (!existsSync(target)) {
    // Of a log without its database nothing can be read, but it would be taken for that of the new one.
    for (const log of logs) await rm(log, { force: true })
    return undefined
  }
  if (await isInUse(target)) throw new Error(`${target} is in use; stop the server first`)
  if (!replace)
    throw new Error(
      `there is a database already: ${target}\ntip: --replace replaces it and keeps it under another name`,
    )
  const kept = await keep(target, clock)
  // A sound database has no log when nobody uses it. That of a damaged one stays with it.
  for (const log of logs) if (existsSync(log)) await rename(log, `${kept}${log.slice(target.length)}`)
  flushFolder(dirname(target))
  return kept
}

/**
 * Only while no server runs on the location. An older schema is brought up to date by the next start. Whoever is killed
 * leaves the old database or the restored one, never none.
 */
export async function restore(facts: RestoreFacts, clock: Clock = systemClock): Promise<RestoreResult> {
  const { location, file, replace } = facts
  if (!existsSync(file)) throw new Error(`there is no file ${file}`)
  makeFolder(location)
  const target = resolve(databaseFile(location))
  removeDraftsOf(target)
  const draft = draftOf(target)
  try {
    makePrivate(draft)
    await copyFile(file, draft)
    const schema = await checkBackup(draft).catch((error: Error) => {
      throw new Error(error.message.replace(draft, file))
    })
    await flush(draft)
    // A server that starts meanwhile waits, and then finds the restored database.
    return await aloneIn(location)(async () => {
      const kept = await makeRoom(target, replace, clock)
      await rename(draft, target)
      flushFolder(dirname(target))
      return { schema, kept }
    })
  } finally {
    await rm(draft, { force: true })
  }
}
