/**
 * Copies of the database as one file. Keys and certificates stay where they are: a copy travels, and whoever has the
 * keys can sign tokens.
 */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Clock, systemClock } from '#base/clock.ts'
import type { SchemaState } from '#store/schema/ledger.ts'
import { copyDatabase, fileFaults, isInUse, schemaState } from '#store/sqlite/maintenance/file-maintenance.ts'
import { databaseFile } from '#store/sqlite/store.ts'

export interface BackupFacts {
  readonly location: string
  readonly file: string
}

export interface BackupResult {
  readonly bytes: number
  readonly schema: SchemaState
}

const ownerOnly = 0o600

/** Through to the disk, so that a rename never shows half a file after a crash. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A folder cannot be flushed everywhere; there the rename is as good as the system makes it. */
function flushFolder(path: string): Promise<void> {
  return flush(path).catch(() => undefined)
}

async function makeEmpty(path: string): Promise<void> {
  return (await open(path, 'w', ownerOnly)).close()
}

async function inPlace(target: string, make: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${target}.${process.pid}.part`
  try {
    await makeEmpty(draft)
    await make(draft)
    await flush(draft)
    await rename(draft, target)
    await flushFolder(dirname(resolve(target)))
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

async function moveAside(target: string, replace: boolean, clock: Clock): Promise<string | undefined> {
  // Of a log without its database nothing can be read, but it would be taken for that of the new one.
  const logs = [`${target}-wal`, `${target}-shm`]
  if (!existsSync(target)) {
    for (const log of logs) await rm(log, { force: true })
    return undefined
  }
  if (await isInUse(target)) throw new Error(`${target} is in use; stop the server first`)
  if (!replace)
    throw new Error(
      `there is a database already: ${target}\ntip: --replace replaces it and keeps it under another name`,
    )
  const kept = `${target}.${stamp(clock)}`
  await rename(target, kept)
  for (const log of logs) await rm(log, { force: true })
  return kept
}

/** Only while no server runs on the location. An older schema is brought up to date by the next start. */
export async function restore(facts: RestoreFacts, clock: Clock = systemClock): Promise<RestoreResult> {
  const { location, file, replace } = facts
  if (!existsSync(file)) throw new Error(`there is no file ${file}`)
  await mkdir(location, { recursive: true, mode: 0o700 })
  const target = join(databaseFile(location))
  let kept: string | undefined
  let schema: SchemaState = { applied: [], pending: [] }
  await inPlace(target, async (draft) => {
    await copyFile(file, draft)
    schema = await checkBackup(draft).catch((error: Error) => {
      throw new Error(error.message.replace(draft, file))
    })
    kept = await moveAside(target, replace, clock)
  })
  return { schema, kept }
}
