/**
 * A private folder for the database of a server that keeps nothing: reader processes need a file to read. It is removed
 * when the server stops. One that a killed server has left is removed by the next server that makes one.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Connection, openDatabase } from './sqlite/driver.ts'

const prefix = 'relata-memory-'
const lockName = 'in-use.lock'
/** Another server may be about to lock a folder that is younger. */
const youngMillis = 60_000

export interface TemporaryFolder {
  readonly path: string
  /** Removes the folder; the database in it must be closed. */
  remove(): void
}

/** Those of this process: removed at its exit, if nothing has removed them before. */
const ours = new Set<() => void>()

function removeOurs(): void {
  for (const remove of ours) remove()
}

/** Holds the lock of the folder; undefined where another process holds it. */
function locked(folder: string): Connection | undefined {
  const connection = openDatabase(join(folder, lockName))
  try {
    connection.exec('pragma busy_timeout = 0; begin exclusive')
    return connection
  } catch {
    connection.close()
    return undefined
  }
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** `now`: as the file system tells the time. */
function removeLeft(folder: string, now: number): void {
  try {
    const { uid, mtimeMs } = statSync(folder)
    const isOurs = process.getuid === undefined || process.getuid() === uid
    if (!isOurs || now - mtimeMs < youngMillis) return
    const lock = locked(folder)
    if (lock === undefined) return
    lock.close()
    removeFolder(folder)
  } catch {
    // Somebody else has removed it, or it cannot be removed: it is in nobody's way.
  }
}

let copies: TemporaryFolder | undefined
let made = 0

/** A folder for one more database, in one that this process has for all of them; undefined as of `temporaryFolder`. */
export function folderOfCopy(): TemporaryFolder | undefined {
  copies ??= temporaryFolder()
  if (copies === undefined) return undefined
  made += 1
  const path = join(copies.path, String(made))
  mkdirSync(path, { mode: 0o700 })
  return { path, remove: () => removeFolder(path) }
}

/** Undefined where no folder can be made: the file system of the server may be read-only. */
export function temporaryFolder(): TemporaryFolder | undefined {
  const place = tmpdir()
  try {
    // Only its owner can enter it (0700).
    const path = mkdtempSync(join(place, prefix))
    const lock = locked(path)
    const now = statSync(path).mtimeMs
    for (const name of readdirSync(place)) if (name.startsWith(prefix)) removeLeft(join(place, name), now)
    const remove = (): void => {
      ours.delete(remove)
      lock?.close()
      removeFolder(path)
    }
    if (!process.listeners('exit').includes(removeOurs)) process.on('exit', removeOurs)
    ours.add(remove)
    return { path, remove }
  } catch {
    return undefined
  }
}
